/** The life of a pod on its node, as its worker leads it: kubelet, runtime, network and API server are puppets. */

import { describe, expect, test } from 'vitest';
import { type Stage, stage } from '../../../engine/testing/stage.ts';
import type { SandboxStatus } from '../../../protocol/messages/cri.ts';
import type { PodInput } from '../../../protocol/messages/pod-worker.ts';
import type { Pod, PodSpec } from '../../../protocol/objects.ts';
import { pod } from './actor.ts';
import { containerWorker } from './container-worker/actor.ts';
import { makePod, Play, up } from './testing/play.ts';

/** A pod on a stage of its own. */
const playOf = (given: Pod, input?: Partial<PodInput>, set?: (play: Play<Stage>) => void) =>
  new Play((scene) => stage(pod, { ...scene, definitions: [containerWorker] }), given, input, set);

describe('a pod comes up', () => {
  test('the sandbox first, then image, container, and a status that says Running and Ready', () => {
    const play = playOf(makePod());
    expect(play.stage.state).toMatchObject({ life: { active: 'running' }, status: 'clean' });
    expect(play.events).toEqual([
      'Pulling: Pulling image "nginx"',
      'Pulled: Successfully pulled image "nginx" in 1.2s (0s including waiting). Image size: 1000 bytes.',
      'Created: Created container web',
      'Started: Started container web',
    ]);
    expect(play.api?.status).toMatchObject({ phase: 'Running', podIP: '10.244.1.5', hostIP: '172.18.0.2' });
    expect(play.container('web')).toMatchObject({ ready: true, started: true, restartCount: 0, image: 'nginx:latest' });
    expect(play.condition('Ready')).toMatchObject({ status: 'True' });
    expect(play.condition('Ready')?.reason).toBeUndefined();
  });

  test('its first status shows containers being created, with Kubernetes reasons', () => {
    const play = playOf(makePod());
    expect(play.statuses[0]).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
    });
    const ready = play.statuses[0]?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [web]',
    });
    expect(play.statuses).toHaveLength(2);
  });
});

describe('init containers', () => {
  const spec: Partial<PodSpec> = {
    initContainers: [
      { name: 'first', image: 'a:1' },
      { name: 'second', image: 'a:1' },
    ],
  };

  test('run one after the other, and hold the others back', () => {
    const play = playOf(makePod(spec));
    expect(play.made.map(({ name }) => name)).toEqual(['first']);
    expect(play.api?.status?.phase).toBe('Pending');
    expect(play.condition('Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [first second]',
    });
    expect(play.container('web')?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
    play.exit('first-0', 0);
    expect(play.made.map(({ name }) => name)).toEqual(['first', 'second']);
    play.exit('second-0', 0);
    expect(play.made.map(({ name }) => name)).toEqual(['first', 'second', 'web']);
    expect(play.api?.status?.phase).toBe('Running');
    expect(play.container('first')).toMatchObject({ ready: true, state: { terminated: { reason: 'Completed' } } });
    expect(play.condition('Initialized')?.status).toBe('True');
  });

  test('one that fails is tried again with a back-off', () => {
    const play = playOf(makePod(spec));
    play.exit('first-0', 1);
    expect(play.made).toHaveLength(2);
    play.exit('first-1', 1);
    play.pass(2000);
    expect(play.container('first')?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    play.pass(9000);
    expect(play.container('first')).toMatchObject({ restartCount: 2, state: { running: {} } });
  });

  test('one that fails ends a pod that is never restarted, and the others never start', () => {
    const play = playOf(makePod({ ...spec, restartPolicy: 'Never' }));
    play.exit('first-0', 3);
    expect(play.api?.status?.phase).toBe('Failed');
    expect(play.container('web')?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
    expect(play.made).toHaveLength(1);
  });

  test('a sidecar lets the next go on once it has started, and ends after the containers', () => {
    const sidecar = { name: 'proxy', image: 'envoy:1', restartPolicy: 'Always' };
    const play = playOf(makePod({ initContainers: [sidecar, { name: 'setup', image: 'a:1' }] }));
    expect(play.made.map(({ name }) => name)).toEqual(['proxy', 'setup']);
    play.exit('setup-0', 0);
    expect(play.api?.status?.phase).toBe('Running');
    expect(play.condition('Ready')?.status).toBe('True');
    play.delete();
    expect(play.stops.map(({ containerId }) => containerId)).toEqual(['web-0', 'proxy-0']);
  });
});

describe('the sandbox', () => {
  test('when the pause container dies, everything is killed, and begins again in a new sandbox with a new address', () => {
    const containers = [
      { name: 'web', image: 'nginx:1' },
      { name: 'log', image: 'log:1' },
    ];
    const play = playOf(makePod({ containers }));
    play.loseSandbox();
    expect(play.events).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
    expect(play.events).toContain('Killing: Stopping container web');
    expect([...play.sandboxes.keys()]).toEqual(['s1']);
    expect(play.api?.status).toMatchObject({ phase: 'Running', podIP: '10.244.1.6' });
    expect(play.api?.status?.podIPs).toEqual([{ ip: '10.244.1.6' }]);
    expect(play.container('web')).toMatchObject({ restartCount: 1, ready: true });
    expect(play.container('log')).toMatchObject({ restartCount: 1, ready: true });
  });

  test('one that came up after it was given up makes way for the next', () => {
    // It stayed, told or listed, and every next one was refused: its pause container "already exists".
    const play = playOf(makePod(), {}, (one) => one.silent.add('sandbox.run'));
    play.pass(121_000);
    expect(play.events.at(-1)).toContain('context deadline exceeded');
    const late = (sandboxId: string, attempt: number): SandboxStatus => ({
      sandboxId,
      podUid: 'u1',
      name: 'web',
      namespace: 'default',
      attempt,
      state: 'ready',
      ip: '10.244.1.9',
      createdAt: 0,
    });
    play.tell('sandbox.changed', late('told', 0));
    play.tell('runtime.listed', { sandboxes: [late('told', 0), late('listed', 0)], containers: [] });
    for (const sandbox of ['told', 'listed']) play.sandboxes.set(sandbox, late(sandbox, 0));
    play.silent.clear();
    play.pass(20_000);
    expect([...play.sandboxes.keys()]).toEqual(['s1']);
    expect(play.condition('Ready')?.status).toBe('True');
  });

  test('init containers run again in a new sandbox', () => {
    const play = playOf(makePod({ initContainers: [{ name: 'setup', image: 'a:1' }] }));
    play.exit('setup-0', 0);
    play.loseSandbox();
    expect(play.made.map(({ name }) => name)).toEqual(['setup', 'web', 'setup']);
    play.exit('setup-1', 0);
    expect(play.api?.status?.phase).toBe('Running');
  });

  test('a pod that is never restarted ends with its sandbox', () => {
    const play = playOf(makePod({ restartPolicy: 'Never' }));
    play.loseSandbox();
    expect(play.api?.status?.phase).toBe('Failed');
    expect(play.made).toHaveLength(1);
  });

  test('one that cannot be made is tried again after 10 to 15 s', () => {
    const play = playOf(makePod(), {}, (one) => {
      one.refusals.set('sandbox.run', {
        code: 'FailedCreatePodSandBox',
        message: 'rpc error: code = Unknown desc = no',
      });
    });
    expect(play.events).toEqual([
      'FailedCreatePodSandBox: Failed to create pod sandbox: rpc error: code = Unknown desc = no',
    ]);
    play.refusals.clear();
    play.pass(9000);
    expect(play.sandboxes.size).toBe(0);
    play.pass(7000);
    expect(play.api?.status?.phase).toBe('Running');
  });

  test('without a network the pod waits, unless it uses the node own one', () => {
    const network = { status: false, reason: 'NetworkPluginNotReady', message: 'cni plugin not initialized' };
    const play = playOf(makePod(), { network });
    expect(play.events).toEqual([
      'NetworkNotReady: network is not ready: container runtime network not ready: ' +
        'NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized',
    ]);
    play.tell('network.changed', up);
    expect(play.api?.status?.phase).toBe('Running');
    expect(playOf(makePod({ hostNetwork: true }), { network }).api?.status?.phase).toBe('Running');
  });
});
