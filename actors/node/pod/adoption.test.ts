/** A pod's worker that takes over what ran before it, and the status it keeps up to date. */

import { describe, expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { RuntimeContainerStatus } from '../../../protocol/messages/cri.ts';
import type { PodInput } from '../../../protocol/messages/pod-worker.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { pod } from './actor.ts';
import { containerWorker } from './container-worker/actor.ts';
import { makePod, Play } from './testing/play.ts';

/** A pod on a stage of its own. */
const playOf = (given: Pod, input?: Partial<PodInput>, set?: (play: Play<Stage>) => void) =>
  new Play((scene) => stage(pod, { ...scene, definitions: [containerWorker] }), given, input, set);

describe('a kubelet that starts again', () => {
  test('adopts what runs, restarts nothing, and writes nothing that is written already', () => {
    const before = playOf(makePod());
    const containers = [...before.containers.values()];
    const sandboxes = [...before.sandboxes.values()];
    const play = playOf(before.api as Pod, { containers, sandboxes }, (one) => {
      one.containers = before.containers;
      one.version = before.version;
    });
    expect(play.stage.state).toMatchObject({ life: { active: 'running' } });
    expect(play.made).toHaveLength(0);
    expect(play.statuses).toHaveLength(0);
    play.exit('web-0', 1);
    expect(play.made.map(({ attempt }) => attempt)).toEqual([1]);
  });

  test('restarts what ended meanwhile', () => {
    const before = playOf(makePod());
    const [running] = [...before.containers.values()];
    const ended = {
      ...(running as RuntimeContainerStatus),
      state: 'exited' as const,
      exitCode: 9,
      finishedAt: before.stage.now,
    };
    const found = { containers: [ended], sandboxes: [...before.sandboxes.values()] };
    const play = playOf(before.api as Pod, found, (one) => {
      one.version = before.version;
    });
    expect(play.made.map(({ attempt }) => attempt)).toEqual([1]);
    expect(play.container('web')?.lastState?.terminated?.exitCode).toBe(9);
  });

  test('replaces a container that was made and never started, which waits in its last state', () => {
    // Killed between the two, it showed a run that had "Completed", in 1970.
    const before = playOf(makePod(), {}, (one) => one.silent.add('container.start'));
    const found = { containers: [...before.containers.values()], sandboxes: [...before.sandboxes.values()] };
    const play = playOf(before.api as Pod, found, (one) => {
      one.version = before.version;
    });
    expect(play.made.map(({ attempt }) => attempt)).toEqual([1]);
    expect(play.container('web')).toMatchObject({ restartCount: 1, state: { running: {} } });
    expect(play.container('web')?.lastState).toEqual({ waiting: {} });
  });

  const withoutPause = (before: Play) => ({
    containers: [...before.containers.values()],
    sandboxes: [...before.sandboxes.values()].map((sandbox) => ({ ...sandbox, state: 'not-ready' as const })),
  });

  test('ends what lost its pause container meanwhile, before it builds another sandbox', () => {
    // The new pause container began beside the old containers, and no event told of it.
    const before = playOf(makePod());
    const play = playOf(before.api as Pod, withoutPause(before), (one) => {
      one.containers = before.containers;
      one.version = before.version;
    });
    const order = ['container.stop', 'sandbox.stop', 'sandbox.run', 'container.create'];
    expect(play.asked.filter((type) => order.includes(type))).toEqual(order);
    expect(play.events[0]).toBe('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
    expect(play.container('web')).toMatchObject({ restartCount: 1, state: { running: {} } });
  });

  test('ends a pod that is never restarted and lost its pause container meanwhile', () => {
    // It was given another sandbox, and its containers ran on in the old one, without an address.
    const before = playOf(makePod({ restartPolicy: 'Never' }));
    const play = playOf(before.api as Pod, withoutPause(before), (one) => {
      one.containers = before.containers;
      one.version = before.version;
    });
    expect(play.stops).toHaveLength(1);
    expect(play.asked).not.toContain('sandbox.run');
    expect(play.api?.status?.phase).toBe('Failed');
  });

  test('ends a pod that was deleted meanwhile', () => {
    const before = playOf(makePod());
    const api = before.api as Pod;
    const deleted = {
      ...api,
      metadata: { ...api.metadata, deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 },
    };
    const play = playOf(
      deleted,
      { containers: [...before.containers.values()], sandboxes: [...before.sandboxes.values()] },
      (one) => {
        one.containers = before.containers;
        one.version = before.version;
      },
    );
    expect(play.stops).toHaveLength(1);
    expect(play.deletes).toHaveLength(1);
    expect(play.stage.isAlive).toBe(false);
  });

  test('an orphan is ended without a word to the API', () => {
    const before = playOf(makePod());
    const orphan = makePod({ containers: [{ name: 'web' }] });
    const found = { containers: [...before.containers.values()], sandboxes: [...before.sandboxes.values()] };
    const play = playOf(orphan, { ...found, source: 'orphan' }, (one) => {
      one.containers = before.containers;
    });
    expect(play.stops).toHaveLength(1);
    expect(play.asked).not.toContain('object.patch');
    expect(play.stage.isAlive).toBe(false);
  });
});

describe('the status', () => {
  test('is written again when someone else changed what is the kubelet own', () => {
    const play = playOf(makePod());
    const api = play.api as Pod;
    play.version += 1;
    const conditions = api.status?.conditions?.map((one) => (one.type === 'Ready' ? { ...one, status: 'False' } : one));
    play.api = {
      ...api,
      metadata: { ...api.metadata, resourceVersion: String(play.version) },
      status: { ...api.status, conditions: conditions ?? [] },
    };
    play.tell('pod.sync', { pod: play.api });
    play.pass(10_000);
    expect(play.condition('Ready')?.status).toBe('True');
  });

  test('an old version of the pod that comes late changes nothing', () => {
    const play = playOf(makePod());
    play.statuses.length = 0;
    play.tell('pod.sync', { pod: makePod() });
    expect(play.statuses).toHaveLength(0);
  });

  test('what changes while a patch is under way goes with the next one', () => {
    const play = playOf(makePod(), {}, (one) => one.silent.add('object.patch'));
    expect(play.unanswered).toHaveLength(1);
    play.silent.clear();
    for (const message of play.unanswered.splice(0)) play.reply(message);
    play.play();
    expect(play.statuses.map((status) => status?.phase)).toEqual(['Pending', 'Running']);
  });

  test('is sent again within seconds when it was lost on its way', () => {
    // Nothing was sent again before the deadline of 30 s: one lost message kept a running pod Pending for so long.
    const play = playOf(makePod(), {}, (one) => one.silent.add('object.patch'));
    play.silent.clear();
    play.pass(6000);
    expect(play.api?.status?.phase).toBe('Running');
  });

  test('is tried again when the API server does not answer', () => {
    const play = playOf(makePod(), {}, (one) => one.silent.add('object.patch'));
    play.silent.clear();
    play.pass(41_000);
    expect(play.api?.status?.phase).toBe('Running');
  });
});
