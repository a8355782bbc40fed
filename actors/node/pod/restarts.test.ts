/** How a pod's containers are restarted, and what their images do to that. */

import { describe, expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { PodInput } from '../../../protocol/messages/pod-worker.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { pod } from './actor.ts';
import { containerWorker } from './container-worker/actor.ts';
import { makePod, Play } from './testing/play.ts';

/** A pod on a stage of its own. */
const playOf = (given: Pod, input?: Partial<PodInput>, set?: (play: Play<Stage>) => void) =>
  new Play((scene) => stage(pod, { ...scene, definitions: [containerWorker] }), given, input, set);

describe('restarts', () => {
  test('the first is at once, the next after 10 s, 20 s, 40 s: CrashLoopBackOff', () => {
    const play = playOf(makePod());
    play.exit('web-0', 1);
    expect(play.container('web')).toMatchObject({ restartCount: 1, state: { running: {} } });
    play.exit('web-1', 1);
    expect(play.container('web')?.state?.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    play.pass(1000);
    expect(play.container('web')).toMatchObject({
      ready: false,
      state: {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: 'back-off 10s restarting failed container=web pod=web_default(u1)',
        },
      },
      lastState: { terminated: { exitCode: 1 } },
    });
    expect(play.events).toContain('BackOff: Back-off restarting failed container web in pod web_default(u1)');
    expect(play.api?.status?.phase).toBe('Running');
    play.pass(8900);
    expect(play.made).toHaveLength(2);
    play.pass(200);
    expect(play.made).toHaveLength(3);
    play.exit('web-2', 1);
    play.pass(19_000);
    expect(play.made).toHaveLength(3);
    play.pass(1100);
    expect(play.made).toHaveLength(4);
    expect(play.made.map(({ attempt }) => attempt)).toEqual([0, 1, 2, 3]);
  });

  test('the back-off is forgotten after 10 min of running', () => {
    const play = playOf(makePod());
    for (const id of ['web-0', 'web-1', 'web-2']) {
      play.exit(id, 1);
      play.pass(21_000);
    }
    expect(play.made).toHaveLength(4);
    play.pass(601_000);
    play.exit('web-3', 1);
    expect(play.made).toHaveLength(5);
    play.exit('web-4', 1);
    play.pass(1000);
    expect(play.container('web')?.state?.waiting?.message).toContain('back-off 10s');
  });

  test.each([3_600_000, -3_600_000])(
    'a back-off ends on time though the clock jumps by %i ms meanwhile',
    (offsetMs) => {
      const play = playOf(makePod());
      play.exit('web-0', 1);
      play.exit('web-1', 1);
      play.pass(4000);
      play.stage.engine.setClock('machine', { offsetMs });
      play.pass(5500);
      expect(play.made).toHaveLength(2);
      play.pass(1000);
      expect(play.made).toHaveLength(3);
      play.exit('web-2', 1);
      play.pass(19_500);
      expect(play.made).toHaveLength(3);
      play.pass(1000);
      expect(play.made).toHaveLength(4);
    },
  );

  test('a postStart hook that fails ends the container, and says so', () => {
    const lifecycle = { postStart: { exec: { command: ['false'] } } };
    const play = playOf(makePod({ containers: [{ name: 'web', image: 'nginx:1', lifecycle }] }), {}, (one) => {
      one.exec = () => 1;
    });
    expect(play.events).toContain('FailedPostStartHook: PostStartHook failed');
    expect(play.events).toContain('Killing: FailedPostStartHook');
  });

  test('a container killed for memory shows OOMKilled', () => {
    const play = playOf(makePod());
    play.exit('web-0', 137, 'OOMKilled');
    expect(play.container('web')?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  test('OnFailure: success ends the pod as Succeeded, failure restarts', () => {
    const play = playOf(makePod({ restartPolicy: 'OnFailure' }));
    play.exit('web-0', 2);
    expect(play.made).toHaveLength(2);
    play.exit('web-1', 0);
    expect(play.api?.status).toMatchObject({ phase: 'Succeeded' });
    expect(play.container('web')?.state?.terminated?.reason).toBe('Completed');
    expect(play.condition('Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
    expect(play.stage.state).toMatchObject({ life: { terminated: 'settling' } });
    expect(play.deletes).toHaveLength(0);
  });

  test('Never: a failure ends the pod as Failed', () => {
    const play = playOf(makePod({ restartPolicy: 'Never' }));
    play.exit('web-0', 2);
    expect(play.api?.status?.phase).toBe('Failed');
    expect(play.condition('ContainersReady')).toMatchObject({ status: 'False', reason: 'PodFailed' });
  });

  test('a pod of two containers goes on while one of them crashes', () => {
    const containers = [
      { name: 'web', image: 'nginx:1' },
      { name: 'log', image: 'log:1' },
    ];
    const play = playOf(makePod({ containers }));
    play.exit('log-0', 1);
    play.exit('log-1', 1);
    play.pass(1500);
    expect(play.api?.status?.phase).toBe('Running');
    expect(play.condition('Ready')).toMatchObject({ message: 'containers with unready status: [log]' });
    expect(play.container('web')?.ready).toBe(true);
  });
});

describe('images', () => {
  test('a pull that fails shows ErrImagePull, then ImagePullBackOff, and is tried after 10 s, then 20 s', () => {
    const again = failingPull();
    expect(again.container('web')?.state?.waiting).toEqual({ reason: 'ErrImagePull', message: 'not found' });
    again.pass(1000);
    expect(again.container('web')?.state?.waiting).toEqual({
      reason: 'ImagePullBackOff',
      message: 'Back-off pulling image "nope:1"',
    });
    expect(again.events).toEqual([
      'Pulling: Pulling image "nope:1"',
      'Failed: Failed to pull image "nope:1": not found',
      'Failed: Error: ErrImagePull',
      'BackOff: Back-off pulling image "nope:1"',
      'Failed: Error: ImagePullBackOff',
    ]);
    expect(again.pulls()).toBe(1);
    again.pass(9500);
    expect(again.pulls()).toBe(2);
    again.pass(19_000);
    expect(again.pulls()).toBe(2);
    again.pass(1500);
    expect(again.pulls()).toBe(3);
    again.refusals.clear();
    again.pass(41_000);
    expect(again.api?.status?.phase).toBe('Running');
  });

  test('one that is there is not pulled again, unless the policy says Always', () => {
    const play = playOf(makePod({ containers: [{ name: 'web', image: 'nginx:1' }] }), {}, (one) => {
      one.imageId = 'sha256:9';
    });
    expect(play.events[0]).toBe('Pulled: Container image "nginx:1" already present on machine');
    const always = playOf(makePod(), {}, (one) => {
      one.imageId = 'sha256:9';
    });
    expect(always.events[0]).toBe('Pulling: Pulling image "nginx"');
  });

  test('policy Never and no image: ErrImageNeverPull', () => {
    const play = playOf(makePod({ containers: [{ name: 'web', image: 'nginx:1', imagePullPolicy: 'Never' }] }));
    expect(play.container('web')?.state?.waiting).toEqual({
      reason: 'ErrImageNeverPull',
      message: 'Container image "nginx:1" is not present with pull policy of Never',
    });
  });
});

describe('a runtime that does not do what it is asked', () => {
  const error = 'rpc error: code = Unavailable desc = connection error';
  // Whatever code the runtime gave (`Unavailable`, `NotFound`) was shown as the reason, and its whole error as the message.
  test.each([
    ['image.describe', 'ImageInspectError', `Failed to inspect image "nginx": ${error}`, 'ImageInspectError'],
    ['container.create', 'CreateContainerError', 'connection error', 'connection error'],
    ['container.start', 'RunContainerError', 'connection error', 'connection error'],
  ])('%s: %s', (type, reason, message, told) => {
    const play = playOf(makePod(), {}, (one) => one.refusals.set(type, { code: 'Unavailable', message: error }));
    expect(play.container('web')?.state?.waiting).toEqual({ reason, message });
    expect(play.events.at(-1)).toBe(`Failed: Error: ${told}`);
    play.refusals.clear();
    play.pass(20_000);
    expect(play.container('web')?.state?.running).toBeDefined();
  });
});

function failingPull(): Play<Stage> {
  return playOf(makePod({ containers: [{ name: 'web', image: 'nope:1' }] }), {}, (one) => {
    one.refusals.set('image.obtain', { code: 'ErrImagePull', message: 'not found' });
  });
}
