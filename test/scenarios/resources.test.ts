/**
 * Goal: CPU and memory are absolute amounts, which nodes have and pods ask for, use, and are held to.
 *
 * Method: nodes are filled to the brim, by the scheduler and past it; programs use more than they may.
 */

import { describe, expect, test } from 'vitest';
import type { Container, Node, Pod, PodSpec, ReplicationController, Service } from '../../protocol/objects.ts';
import { byteCount, cpuMilli } from '../../protocol/quantity.ts';
import { conditionOf, type World, world } from '../world.ts';

type Amounts = Record<string, string>;

function container(requests: Amounts, limits: Amounts = {}, change: object = {}): Container {
  const ports = [{ containerPort: 80 }];
  return { name: 'main', image: 'example.com/app:1', ports, resources: { requests, limits }, ...change };
}

function pod(name: string, containers: Container[], spec: Partial<PodSpec> = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec: { containers, ...spec } };
}

const get = (cluster: World, name: string): Pod => cluster.get<Pod>('pods', name);
const isRunning = (cluster: World, name: string): boolean => cluster.readyPods(`app=${name}`).length === 1;
const restartsOf = (cluster: World, name: string): number[] =>
  (get(cluster, name).status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);

describe('the scheduler', () => {
  test('never places more requests than a node has, while pods come and go', () => {
    const cluster = world({ nodes: [{ count: 3, capacity: { cpu: '2', memory: '4Gi' } }] });
    const filler = (name: string, requests: Amounts): ReplicationController => ({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name },
      spec: {
        replicas: 12,
        selector: { app: name },
        template: { metadata: { labels: { app: name } }, spec: { containers: [container(requests)] } },
      },
    });
    const fits = () => {
      for (const { metadata, status } of cluster.list<Node>('nodes')) {
        const here = cluster.list<Pod>('pods', { fieldSelector: `spec.nodeName=${metadata.name}` });
        const requests = here.map(({ spec }) => spec.containers[0]?.resources?.requests ?? {});
        const cpu = requests.reduce((sum, one) => sum + cpuMilli(one.cpu ?? 0), 0);
        const memory = requests.reduce((sum, one) => sum + byteCount(one.memory ?? '0'), 0);
        if (cpu > cpuMilli(status?.allocatable?.cpu ?? 0)) return false;
        if (memory > byteCount(status?.allocatable?.memory ?? '0')) return false;
      }
      return true;
    };

    cluster.create(filler('thinkers', { cpu: '300m', memory: '100Mi' }));
    cluster.create(filler('keepers', { cpu: '50m', memory: '900Mi' }));
    for (const [thinkers, keepers] of [
      [40, 12],
      [5, 40],
      [40, 3],
    ] as const) {
      cluster.scale('replicationcontrollers', 'thinkers', thinkers);
      cluster.scale('replicationcontrollers', 'keepers', keepers);
      cluster.during(20_000, 'all that is placed fits', fits, 500);
    }

    // Nothing stays empty either: six times 300m go into 2 CPUs, beside one of 50m that there is on each node.
    cluster.until('what fits runs', () => cluster.readyPods('app=thinkers').length === 18);
    expect(cluster.readyPods('app=keepers')).toHaveLength(3);
    const [waiting] = cluster.list<Pod>('pods', { fieldSelector: 'spec.nodeName=' });
    expect(cluster.events(waiting?.metadata.name ?? '')).toContain(
      'FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu. ' +
        'preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    );
  });

  test('counts the most that a pod needs at any time: its init containers run one by one, before the others', () => {
    const cluster = world({ nodes: [{ count: 1, capacity: { cpu: '2' } }] });
    const step = (name: string) => container({ cpu: '1500m' }, {}, { name, image: 'busybox:1.36', command: ['true'] });
    const initContainers = [step('one'), step('two')];
    cluster.create(pod('demanding', [container({ cpu: '100m' })], { initContainers }));
    cluster.until('it runs', () => isRunning(cluster, 'demanding'));

    // 1.5 stay spoken for, though no more than 0.1 is needed from now on.
    cluster.create(pod('too-much', [container({ cpu: '600m' })]));
    cluster.create(pod('enough', [container({ cpu: '500m' })]));
    cluster.until('what fits runs', () => isRunning(cluster, 'enough'));
    expect(conditionOf(get(cluster, 'too-much'), 'PodScheduled')).toBe('False');
  });
});

describe('a node', () => {
  test('refuses what does not fit, where somebody placed it past the scheduler', () => {
    const cluster = world({ nodes: [{ count: 1, capacity: { cpu: '1', memory: '1Gi', pods: '5' } }] });
    const place = (name: string, requests: Amounts) =>
      cluster.create(pod(name, [container(requests)], { nodeName: 'node-1' }));
    const until = (phase: string, ...names: string[]) =>
      cluster.until(`${names} ${phase}`, () => names.every((name) => get(cluster, name).status?.phase === phase));
    place('first', { cpu: '600m' });
    until('Running', 'first');

    place('cpu', { cpu: '500m' });
    place('memory', { memory: '2Gi' });
    until('Failed', 'cpu', 'memory');
    for (const name of ['a', 'b', 'c', 'd']) place(name, { cpu: '100m' });
    until('Running', 'a', 'b', 'c', 'd');
    place('one-more', {});
    until('Failed', 'one-more');

    const lacking = (what: string) => `Node didn't have enough resource: ${what}`;
    const cpu = lacking('cpu, requested: 500, used: 600, capacity: 1000');
    expect(get(cluster, 'cpu').status).toMatchObject({ reason: 'OutOfcpu', message: `Pod was rejected: ${cpu}` });
    expect(cluster.events('cpu')).toEqual([`OutOfcpu: ${cpu}`]);
    expect(get(cluster, 'memory').status?.reason).toBe('OutOfmemory');
    expect(get(cluster, 'one-more').status).toMatchObject({
      reason: 'OutOfpods',
      message: `Pod was rejected: ${lacking('pods, requested: 1, used: 5, capacity: 5')}`,
    });

    // What was refused is never taken, nor does it hold anything; what ends makes room.
    cluster.delete('pods', 'first');
    cluster.until('it is gone', () => cluster.find('pods', 'first') === undefined);
    place('late', { cpu: '500m' });
    until('Running', 'late');
    expect(get(cluster, 'cpu').status?.phase).toBe('Failed');
  });

  test('that runs out of memory ends pods over their requests first, and takes no more that promise nothing', () => {
    const images = [
      { image: 'example.com/app', workload: { memoryBytes: 200e6 } },
      { image: 'example.com/leak', workload: { memoryBytes: 100e6, memoryGrowthBytesPerSecond: 20e6 } },
    ];
    const cluster = world({ nodes: [{ count: 1, capacity: { memory: '2Gi' } }], images });
    const amounts = { cpu: '100m', memory: '300M' };
    cluster.create(pod('guaranteed', [container(amounts, amounts)]));
    cluster.create(pod('burstable', [container({ memory: '300M' })]));
    cluster.create(pod('leak', [container({}, {}, { image: 'example.com/leak:1' })]));
    cluster.until('all run', () => cluster.readyPods().length === 3);

    cluster.until('one is evicted', () => get(cluster, 'leak').status?.phase === 'Failed', { withinMs: 200_000 });
    expect(get(cluster, 'leak').status?.reason).toBe('Evicted');
    expect(get(cluster, 'leak').status?.message).toContain('The node was low on resource: memory.');
    const node = () => cluster.get<Node>('nodes', 'node-1');
    cluster.until('the node says so', () => conditionOf(node(), 'MemoryPressure') === 'True');
    cluster.create(pod('best-effort', [container({})]));
    cluster.advance(60_000);

    expect(conditionOf(get(cluster, 'best-effort'), 'PodScheduled')).toBe('False');
    expect(['guaranteed', 'burstable'].map((name) => restartsOf(cluster, name))).toEqual([[0], [0]]);
    // Until it has had enough for 5 minutes.
    cluster.until('it takes them again', () => isRunning(cluster, 'best-effort'), { withinMs: 300_000 });
    expect(conditionOf(node(), 'MemoryPressure')).toBe('False');
  });
});

describe('a container', () => {
  test('that takes more CPU than its limit is slowed; a request is no limit', () => {
    const images = [{ image: 'example.com/app', workload: { latencyMs: 0, cpuMsPerRequest: 100 } }];
    const cluster = world({ nodes: 1, images });
    const service = (name: string): Service => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    });
    const names = ['unlimited', 'ample', 'half', 'tenth'];
    cluster.create(pod('unlimited', [container({ cpu: '100m' })]));
    cluster.create(pod('ample', [container({}, { cpu: '2' })]));
    cluster.create(pod('half', [container({}, { cpu: '500m' })]));
    cluster.create(pod('tenth', [container({}, { cpu: '100m' })]));
    for (const name of names) cluster.create(service(name));
    cluster.until('all run', () => cluster.readyPods().length === 4);
    cluster.advance(3000);

    const took = (name: string): number => {
      const before = cluster.engine.now();
      expect(cluster.exec('unlimited', ['wget', '-qO-', '-T', '10', `http://${name}/`]).exitCode).toBe(0);
      return cluster.engine.now() - before;
    };
    // 100 core-milliseconds of work; to look up the name and get there takes some ms more.
    for (const [name, ms] of [
      ['unlimited', 100],
      ['ample', 100],
      ['half', 200],
      ['tenth', 1000],
    ] as const) {
      const passed = took(name);
      expect(passed).toBeGreaterThanOrEqual(ms);
      expect(passed).toBeLessThan(ms + 20);
    }
  });

  test('that takes more memory than its limit is killed, alone; a request is no limit', () => {
    const images = [
      { image: 'example.com/app', workload: { memoryBytes: 50e6 } },
      { image: 'example.com/large', workload: { memoryBytes: 200e6 } },
    ];
    const cluster = world({ nodes: 1, images });
    const large = { name: 'large', image: 'example.com/large:1', ports: [] };
    const beside = (requests: Amounts, limits: Amounts) => [container({}), container(requests, limits, large)];
    cluster.create(pod('tight', beside({}, { memory: '100Mi' })));
    cluster.create(pod('ample', beside({}, { memory: '300Mi' })));
    cluster.create(pod('modest', beside({ memory: '100Mi' }, {})));
    cluster.until('it was killed again and again', () => (restartsOf(cluster, 'tight')[1] ?? 0) === 2);

    expect(['tight', 'ample', 'modest'].map((name) => restartsOf(cluster, name))).toEqual([
      [0, 2],
      [0, 0],
      [0, 0],
    ]);
    const [main, killed] = get(cluster, 'tight').status?.containerStatuses ?? [];
    expect(main?.state?.running).toBeDefined();
    expect(killed?.lastState?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });
});

describe('the quality of service class', () => {
  const whole = { cpu: '100m', memory: '64Mi' };
  const second = { name: 'second' };

  test.each<[string, string, Container[], Partial<PodSpec>]>([
    ['Guaranteed', 'limits are what is requested', [container(whole, whole)], {}],
    ['Guaranteed', 'there are limits only', [container({}, whole)], {}],
    ['Guaranteed', 'it is so in all containers', [container(whole, whole), container({}, whole, second)], {}],
    ['Burstable', 'limits are higher', [container(whole, { cpu: '200m', memory: '64Mi' })], {}],
    ['Burstable', 'there is no limit of memory', [container({ cpu: '100m' }, { cpu: '100m' })], {}],
    ['Burstable', 'one container has none', [container(whole, whole), container({}, {}, second)], {}],
    ['Burstable', 'only an init container asks', [container({})], { initContainers: [container(whole, {}, second)] }],
    ['BestEffort', 'nothing is asked for', [container({}), container({}, {}, second)], {}],
  ])('is %s where %s', (qosClass, _, containers, spec) => {
    const cluster = world({ nodes: 1 });
    expect(cluster.create(pod('app', containers, spec)).status?.qosClass).toBe(qosClass);
    cluster.until('it is on its node', () => get(cluster, 'app').status?.startTime !== undefined);
    expect(get(cluster, 'app').status?.qosClass).toBe(qosClass);
  });
});
