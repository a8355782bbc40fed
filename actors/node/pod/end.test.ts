/** How a pod ends. */

import { describe, expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { SandboxStatus } from '../../../protocol/messages/cri.ts';
import type { PodInput } from '../../../protocol/messages/pod-worker.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { pod } from './actor.ts';
import { containerWorker } from './container-worker/actor.ts';
import { makePod, Play } from './testing/play.ts';

/** A pod on a stage of its own. */
const playOf = (given: Pod, input?: Partial<PodInput>, set?: (play: Play<Stage>) => void) =>
  new Play((scene) => stage(pod, { ...scene, definitions: [containerWorker] }), given, input, set);

describe('a pod ends', () => {
  test('deleted: containers, then the sandbox, then its status says so, then its object goes, then the worker', () => {
    const play = playOf(makePod());
    play.delete();
    expect(play.events.at(-1)).toBe('Killing: Stopping container web');
    expect(play.stops).toEqual([{ containerId: 'web-0', timeoutSeconds: 30 }]);
    expect(play.asked.filter((type) => /stop|remove|delete/.test(type))).toEqual([
      'container.stop',
      'sandbox.stop',
      'pod.stopped',
      'object.delete',
      'sandbox.remove',
    ]);
    expect(play.api?.status).toMatchObject({ phase: 'Failed', podIP: '10.244.1.5' });
    expect(play.condition('Ready')).toMatchObject({ status: 'False', reason: 'PodFailed' });
    expect(play.deletes).toEqual([
      {
        resource: 'pods',
        namespace: 'default',
        name: 'web',
        options: { gracePeriodSeconds: 0, preconditions: { uid: 'u1' } },
      },
    ]);
    expect(play.stage.isAlive).toBe(false);
  });

  test('the object stays until the status was told', () => {
    const play = playOf(makePod());
    play.silent.add('object.patch');
    play.delete();
    expect(play.deletes).toHaveLength(0);
    play.silent.clear();
    play.pass(45_000);
    expect(play.deletes).toHaveLength(1);
  });

  test('deleted while its image is pulled it never starts', () => {
    const play = playOf(makePod(), {}, (one) => one.silent.add('image.obtain'));
    play.delete();
    const [pull] = play.unanswered;
    play.stage.answer(pull, 'image.obtained', { imageId: 'sha256:1', sizeBytes: 1, pullMs: 1 });
    play.play();
    expect(play.made).toHaveLength(0);
    expect(play.stage.isAlive).toBe(false);
  });

  test('deleted while its sandbox is made, that sandbox is stopped', () => {
    const play = playOf(makePod(), {}, (one) => one.silent.add('sandbox.run'));
    play.delete();
    expect(play.stage.isAlive).toBe(true);
    play.silent.clear();
    for (const message of play.unanswered.splice(0)) play.reply(message);
    play.play();
    expect(play.asked).toContain('sandbox.stop');
    expect(play.sandboxes.size).toBe(0);
    expect(play.stage.isAlive).toBe(false);
  });

  test('deleted while a sandbox is made in place of a dead one, it waits for that and stops it too', () => {
    // It was content with the dead one's end: the other came up when nobody knew the pod any more, and stayed for good.
    const dead: SandboxStatus = {
      sandboxId: 's0',
      podUid: 'u1',
      name: 'web',
      namespace: 'default',
      attempt: 0,
      state: 'not-ready',
      ip: '10.244.1.5',
      createdAt: 0,
    };
    const play = playOf(makePod(), { sandboxes: [dead] }, (one) => one.silent.add('sandbox.run'));
    play.delete();
    expect(play.asked).toContain('sandbox.stop');
    expect(play.stage.isAlive).toBe(true);
    play.silent.clear();
    for (const message of play.unanswered.splice(0)) play.reply(message);
    play.play();
    expect(play.sandboxes.size).toBe(0);
    expect(play.stage.isAlive).toBe(false);
  });

  test('deleted while a sandbox is made that never comes, it ends all the same', () => {
    // It went on to wait for it, and the pod was Terminating for good.
    const play = playOf(makePod(), {}, (one) => one.silent.add('sandbox.run'));
    play.delete();
    expect(play.stage.isAlive).toBe(true);
    play.pass(150_000);
    expect(play.stage.isAlive).toBe(false);
  });

  test('a preStop hook runs within the grace, and what is left of it comes after', () => {
    const lifecycle = { preStop: { exec: { command: ['drain'] } } };
    const containers = [{ name: 'web', image: 'nginx:1', lifecycle }];
    const play = playOf(makePod({ containers, terminationGracePeriodSeconds: 20 }), {}, (one) => {
      one.silent.add('container.exec');
    });
    play.delete(20);
    expect(play.stops).toHaveLength(0);
    play.pass(5000);
    play.silent.clear();
    for (const message of play.unanswered.splice(0)) play.reply(message);
    play.play();
    expect(play.stops).toEqual([{ containerId: 'web-0', timeoutSeconds: 15 }]);
  });

  test('a preStop hook that does not end is cut off', () => {
    const lifecycle = { preStop: { exec: { command: ['drain'] } } };
    const play = playOf(makePod({ containers: [{ name: 'web', image: 'nginx:1', lifecycle }] }), {}, (one) => {
      one.silent.add('container.exec');
    });
    play.delete(10);
    play.pass(9000);
    expect(play.stops).toHaveLength(0);
    play.pass(1500);
    expect(play.stops).toEqual([{ containerId: 'web-0', timeoutSeconds: 2 }]);
  });

  test('a second delete with less grace makes it sooner', () => {
    const play = playOf(makePod(), {}, (one) => one.silent.add('container.stop'));
    play.delete(30);
    play.delete(5);
    expect(play.unanswered.map(({ body }) => body.timeoutSeconds)).toEqual([30, 5]);
  });

  test('vanished from the API, it is ended all the same, and nothing is written', () => {
    const play = playOf(makePod());
    play.statuses.length = 0;
    play.tell('pod.vanish', {});
    expect(play.stops).toHaveLength(1);
    expect(play.statuses).toHaveLength(0);
    expect(play.deletes).toHaveLength(0);
    expect(play.stage.isAlive).toBe(false);
  });

  test('evicted: Failed with the reason, its object stays', () => {
    const play = playOf(makePod());
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' };
    play.tell('pod.terminate', { status: { reason: 'Evicted', message: 'low on memory', condition }, graceSeconds: 1 });
    expect(play.stops).toEqual([{ containerId: 'web-0', timeoutSeconds: 1 }]);
    expect(play.api?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' });
    expect(play.condition('DisruptionTarget')).toMatchObject({ status: 'True' });
    expect(play.deletes).toHaveLength(0);
    expect(play.stage.isAlive).toBe(true);
  });

  test('active for longer than it may: DeadlineExceeded', () => {
    const play = playOf(makePod({ activeDeadlineSeconds: 60 }));
    play.pass(59_000);
    expect(play.api?.status?.phase).toBe('Running');
    play.pass(2000);
    expect(play.api?.status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    });
  });

  test('not admitted: it fails without a sandbox, and its containers are not shown', () => {
    const rejection = { reason: 'OutOfcpu', message: "Node didn't have enough resource: cpu" };
    const play = playOf(makePod(), { rejection });
    expect(play.api?.status).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: "Pod was rejected: Node didn't have enough resource: cpu",
    });
    expect(play.api?.status?.containerStatuses).toBeUndefined();
    expect(play.asked).not.toContain('sandbox.run');
  });
});
