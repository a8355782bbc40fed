/** A node that runs out of memory: the kubelet says so, keeps the modest out and sends the greedy away. */

import { expect, test } from 'vitest';
import { stage } from '../../../engine/testing/stage.ts';
import { kubelet } from './actor.ts';
import { Play, workerOf } from './testing/play.ts';
import { address, inputOf, podOf, sizedPod } from './testing/samples.ts';

const mebibyte = 2 ** 20;

/** A node with a pod within its request and one far over it; a third that requests nothing. */
function crowded() {
  const one = new Play(stage(kubelet, { address, input: inputOf() })).start();
  const pods = {
    modest: sizedPod('modest', { memory: '3Gi' }),
    greedy: sizedPod('greedy', { memory: '1Gi' }),
    careless: podOf('careless'),
  };
  one.add(...Object.values(pods));
  one.usage = [
    {
      containerId: '1',
      podUid: 'uid-modest',
      name: 'main',
      cpuMilli: 1,
      startedAt: 0,
      usedCpuMs: 0,
      memoryBytes: 2900 * mebibyte,
    },
    {
      containerId: '2',
      podUid: 'uid-greedy',
      name: 'main',
      cpuMilli: 1,
      startedAt: 0,
      usedCpuMs: 0,
      memoryBytes: 4000 * mebibyte,
    },
    {
      containerId: '3',
      podUid: 'uid-careless',
      name: 'main',
      cpuMilli: 1,
      startedAt: 0,
      usedCpuMs: 0,
      memoryBytes: 1000 * mebibyte,
    },
  ];
  return { one: one.forget(), ...pods };
}

const ended = (one: Play) => one.told.filter(({ type }) => type === 'pod.terminate').map(({ to }) => to);
const press = (one: Play, mebibytes: number) =>
  one.runtimeSays('memory.pressured', { availableBytes: mebibytes * mebibyte });

test('the pod furthest over its request goes, with a second of grace', () => {
  const { one, greedy } = crowded();
  press(one, 80);
  expect(one.told).toMatchObject([
    { to: workerOf(greedy), type: 'pod.terminate', body: { graceSeconds: 1, status: { reason: 'Evicted' } } },
  ]);
  expect(one.events).toEqual([
    'Warning EvictionThresholdMet: Attempting to reclaim memory',
    'Warning Evicted: The node was low on resource: memory. Threshold quantity: 100Mi, available: 81920Ki. ' +
      'Container main was using 4096000Ki, request is 1Gi, has larger consumption of memory. ',
  ]);
  const [event] = one.eventRequests.filter(({ body }) => body.object?.reason === 'Evicted');
  expect(event?.body.object.metadata.annotations).toEqual({
    offending_containers: 'main',
    offending_containers_usage: '4096000Ki',
    starved_resource: 'memory',
  });
});

test('one at a time: the next goes only if memory is still short', () => {
  const { one, greedy, careless } = crowded();
  press(one, 80);
  one.stopped(greedy);
  press(one, 90);
  expect(ended(one)).toEqual([workerOf(greedy), workerOf(careless)]);
  one.stopped(careless);
  press(one, 5000);
  one.pass(60_000);
  expect(ended(one)).toHaveLength(2);
});

test('what is left just at the threshold is enough', () => {
  const { one } = crowded();
  press(one, 100);
  one.pass(20_000);
  expect(one.told).toEqual([]);
});

test('the node shows MemoryPressure until memory has sufficed for 5 min, and lets no BestEffort pod in meanwhile', () => {
  const { one, greedy } = crowded();
  press(one, 80);
  one.pass(11_000);
  expect(one.condition('MemoryPressure')).toMatchObject({ status: 'True', reason: 'KubeletHasInsufficientMemory' });
  expect(one.events).toContain('Normal NodeHasInsufficientMemory: Node n1 status is now: NodeHasInsufficientMemory');
  one.stopped(greedy);
  press(one, 4000);
  one.add(podOf('late'), sizedPod('solid', { memory: '1Gi' }));
  expect(one.workers.get('late')?.rejection).toEqual({
    reason: 'Evicted',
    message: 'The node had condition: [MemoryPressure]. ',
  });
  expect(one.workers.get('solid')?.rejection).toBeUndefined();
  one.pass(285_000);
  expect(one.condition('MemoryPressure')?.status).toBe('True');
  one.pass(30_000);
  expect(one.condition('MemoryPressure')).toMatchObject({ status: 'False', reason: 'KubeletHasSufficientMemory' });
  one.add(podOf('later'));
  expect(one.workers.get('later')?.rejection).toBeUndefined();
});

test('a clock that is put back does not lengthen the pressure', () => {
  const s = stage(kubelet, { address, input: inputOf() });
  const one = new Play(s).start();
  press(one, 80);
  press(one, 4000);
  one.pass(60_000);
  s.engine.setClock('machine', { offsetMs: -3_600_000 });
  one.pass(260_000);
  expect(one.condition('MemoryPressure')?.status).toBe('False');
});
