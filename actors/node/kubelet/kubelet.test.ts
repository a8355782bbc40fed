/** A kubelet among puppets: which pods it takes in, and what it does for them. */

import { describe, expect, test } from 'vitest';
import { stage } from '../../../engine/testing/stage.ts';
import type { EventOccurred } from '../../../protocol/messages/pod-worker.ts';
import type { NodeConfig } from '../../../protocol/node-config.ts';
import { referenceTo } from '../../client-go/event-recorder.ts';
import { kubelet } from './actor.ts';
import { Play, workerOf } from './testing/play.ts';
import {
  address,
  inputOf,
  machine,
  nodeBefore,
  podOf,
  runningContainer,
  sandboxOf,
  sizedPod,
} from './testing/samples.ts';

interface Given {
  node?: Partial<NodeConfig>;
  config?: Record<string, unknown>;
  set?: (play: Play) => void;
}

function play({ node, config, set }: Given = {}) {
  const s = stage(kubelet, { address, input: inputOf(node, config) });
  return new Play(s, set);
}

/** A kubelet that is up; what led there is forgotten. */
const running = (given: Given = {}) => play(given).start().forget();

describe('pods bound to the node', () => {
  test('get a worker each, in the order of their creation', () => {
    const one = running();
    const late = podOf('late', {}, { creationTimestamp: '2026-01-01T00:00:02Z' });
    const early = podOf('early', {}, { creationTimestamp: '2026-01-01T00:00:01Z' });
    one.add(late, early);
    expect([...one.workers.keys()]).toEqual(['early', 'late']);
    expect(one.workers.get('early')).toMatchObject({
      source: 'api',
      network: { status: true },
      place: { node: 'n1', nodeIP: '172.18.0.2', allocatable: { cpuMilli: 4000 } },
    });
    expect(one.workers.get('early')?.rejection).toBeUndefined();
  });

  test('that do not fit are refused, with an event and Kubernetes’s words', () => {
    const one = running();
    const [first, second] = [sizedPod('first', { cpu: '3' }), sizedPod('second', { cpu: '2' })];
    one.add(first, second);
    const message = "Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000";
    expect(one.workers.get('second')?.rejection).toEqual({ reason: 'OutOfcpu', message });
    expect(one.events).toEqual([`Warning OutOfcpu: ${message}`]);
  });

  test('have 25 events in a row, of all their containers together, and others theirs', () => {
    const one = running();
    const [noisy, quiet] = [podOf('noisy'), podOf('quiet')];
    one.add(noisy, quiet);
    const occurs = (pod: typeof noisy, container: string, reason: string) => {
      const regarding = referenceTo(pod, `spec.containers{${container}}`);
      const body: EventOccurred['body'] = { regarding, type: 'Normal', reason, message: 'so' };
      one.stage.send('event.occurred', body, { from: workerOf(pod) });
    };
    for (let i = 0; i < 20; i++) for (const container of ['web', 'helper']) occurs(noisy, container, `Reason${i}`);
    occurs(quiet, 'web', 'Started');
    one.settle();
    expect(one.events.filter((event) => event.startsWith('Normal Reason'))).toHaveLength(25);
    expect(one.events.at(-1)).toBe('Normal Started: so');
  });

  test('hold what they requested until nothing of them runs any more', () => {
    const one = running();
    const first = sizedPod('first', { cpu: '3' });
    one.add(first);
    one.lose(first);
    expect(one.toldTo(first)).toEqual(['pod.vanish']);
    one.add(sizedPod('second', { cpu: '2' }));
    expect(one.workers.get('second')?.rejection?.reason).toBe('OutOfcpu');
    one.stopped(first);
    one.add(sizedPod('third', { cpu: '2' }));
    expect(one.workers.get('third')?.rejection).toBeUndefined();
  });

  test('take a place each, which is free again when they are gone', () => {
    const one = running({ node: { capacity: { ...machine.capacity, pods: '1' } } });
    const first = podOf('first');
    one.add(first, podOf('second'));
    expect(one.workers.get('second')?.rejection).toEqual({
      reason: 'OutOfpods',
      message: "Node didn't have enough resource: pods, requested: 1, used: 1, capacity: 1",
    });
    one.stopped(first);
    one.add(podOf('third'));
    expect(one.workers.get('third')?.rejection).toBeUndefined();
  });

  test('refused ones hold nothing', () => {
    const one = running();
    one.add(sizedPod('huge', { cpu: '5' }), sizedPod('small', { cpu: '4' }));
    expect(one.workers.get('huge')?.rejection?.reason).toBe('OutOfcpu');
    expect(one.workers.get('small')?.rejection).toBeUndefined();
  });

  test('new versions of a pod go to its worker', () => {
    const one = running();
    const pod = podOf('web');
    one.add(pod);
    one.tell('pods', { type: 'MODIFIED', object: { ...pod, metadata: { ...pod.metadata, resourceVersion: '2' } } });
    expect(one.toldTo(pod)).toEqual(['pod.sync']);
    expect(one.workers.size).toBe(1);
  });

  test('one that has ended, and has left nothing here, needs nobody', () => {
    const one = running();
    one.add({ ...podOf('done'), status: { phase: 'Succeeded' } });
    expect(one.workers.size).toBe(0);
  });

  test('a critical pod drives out what it needs the room of', () => {
    const one = running();
    const [small, large] = [sizedPod('small', { cpu: '1' }), sizedPod('large', { cpu: '3' })];
    one.add(small, large);
    one.add(sizedPod('critical', { cpu: '2' }, { priority: 2_000_000_000 }));
    expect(one.workers.get('critical')?.rejection).toBeUndefined();
    expect(one.told).toMatchObject([
      {
        to: workerOf(large),
        type: 'pod.terminate',
        body: {
          status: {
            reason: 'Preempting',
            message: 'Preempted in order to admit critical pod',
            condition: {
              type: 'DisruptionTarget',
              reason: 'TerminationByKubelet',
              message: 'Pod was preempted by Kubelet to accommodate a critical pod.',
            },
          },
        },
      },
    ]);
    expect(one.events).toEqual(['Warning Preempting: Preempted in order to admit critical pod']);
  });

  test('a critical pod for which not enough can go is refused', () => {
    const one = running();
    one.add(sizedPod('critical', { cpu: '5' }, { priority: 2_000_000_000 }));
    expect(one.workers.get('critical')?.rejection).toEqual({
      reason: 'UnexpectedAdmissionError',
      message:
        'Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods ' +
        'to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 1000), ]',
    });
  });
});

describe('a kubelet that starts again', () => {
  /** A runtime with two pods from before. */
  const before = (it: Play) => {
    it.put('nodes', nodeBefore());
    it.sandboxes = [sandboxOf('kept'), sandboxOf('gone')];
    it.containers = [runningContainer('kept'), runningContainer('gone')];
  };

  test('gives a pod’s worker what runs of it', () => {
    const one = play({ set: before });
    one.put('pods', podOf('kept'));
    one.start();
    expect(one.workers.get('kept')).toMatchObject({
      source: 'api',
      sandboxes: [{ sandboxId: 'sandbox-kept' }],
      containers: [{ containerId: 'kept-main', state: 'running' }],
    });
  });

  test('ends what was deleted meanwhile, but not before the API has said so', () => {
    const one = play({ set: before });
    one.put('pods', podOf('kept'));
    one.settle();
    one.sync('nodes');
    one.pass(5000);
    expect(one.workers.size).toBe(0);
    one.sync('pods');
    expect(one.workers.get('gone')).toMatchObject({
      source: 'orphan',
      pod: {
        metadata: { name: 'gone', namespace: 'default', uid: 'uid-gone' },
        spec: { containers: [{ name: 'main' }] },
      },
    });
    expect(one.workers.get('kept')?.source).toBe('api');
  });

  test('takes no pod in before the runtime has said what runs', () => {
    const one = play({ set: before });
    one.runtimeIsUp = false;
    one.put('pods', podOf('kept'));
    one.start();
    expect(one.workers.size).toBe(0);
    one.runtimeIsUp = true;
    one.pass(12_000);
    expect(one.workers.get('kept')?.containers).toHaveLength(1);
  });

  test('gives a pod that is on its way out a worker, whatever it requests', () => {
    const one = play({ set: before });
    const leaving = sizedPod('kept', { cpu: '50' }, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    one.put('pods', leaving);
    one.start();
    expect(one.workers.get('kept')?.rejection).toBeUndefined();
  });
});

describe('changes that the runtime tells', () => {
  test('go to the worker of their pod', () => {
    const one = running();
    const pod = podOf('web');
    one.add(pod);
    one.runtimeSays('container.changed', runningContainer('web'));
    one.runtimeSays('sandbox.changed', sandboxOf('web'));
    expect(one.toldTo(pod)).toEqual(['container.changed', 'sandbox.changed']);
  });

  test('a sandbox that comes up for a pod nobody knows is ended', () => {
    // Asked for in the last moment of its pod, it was left to run for good.
    const one = running();
    one.runtimeSays('sandbox.changed', sandboxOf('late'));
    expect(one.workers.get('late')).toMatchObject({ source: 'orphan', pod: { metadata: { uid: 'uid-late' } } });
  });

  test('are no more told when the link breaks: a pull under way has failed, and the next one begins', () => {
    // Nothing was heard of it until it was asked for again, a minute later, and all other pulls waited behind it.
    const one = running();
    const [first, second] = [podOf('first'), podOf('second')];
    one.add(first, second);
    one.obtain(first, 'a:1');
    one.obtain(second, 'b:1');
    one.forget();
    one.loseRuntime();
    expect(one.told).toMatchObject([
      {
        to: workerOf(first),
        type: 'cri.refused',
        body: { code: 'ErrImagePull', message: 'rpc error: code = Unavailable desc = error reading from server: EOF' },
      },
    ]);
    expect(one.pulls.map(({ body }) => body.image)).toEqual(['a:1', 'b:1']);
  });

  test('are compared anew when the link was broken', () => {
    const one = running();
    const pod = podOf('web');
    one.add(pod);
    one.loseRuntime();
    one.runtimeIsUp = true;
    one.pass(2000);
    expect(one.toldTo(pod)).toEqual(['runtime.listed']);
  });

  test('the network comes up: pods that wait for an address are told', () => {
    const one = running({
      set: (it) => {
        it.network = { status: false, reason: 'NetworkPluginNotReady', message: 'not yet' };
      },
    });
    const pod = podOf('web');
    one.add(pod);
    expect(one.workers.get('web')?.network).toMatchObject({ status: false, message: 'not yet' });
    one.runtimeSays('runtime.changed', {
      version: 'containerd://1.7.13',
      network: { status: true, reason: '', message: '' },
    });
    expect(one.toldTo(pod)).toEqual(['network.changed']);
  });
});
