/**
 * Goal: CPU and memory are absolute amounts, which nodes have and pods ask for, use, and are held to.
 *
 * Method: nodes are filled to the brim, by the scheduler and past it; programs use more than they may.
 */

import { describe, expect, test } from 'vitest';
import type { Pod, ReplicationController } from '../../protocol/objects.ts';
import { byteCount, cpuMilli } from '../../protocol/quantity.ts';
import { type World, world } from '../world.ts';

type Amounts = Record<string, string>;

function pod(name: string, requests: Amounts, limits: Amounts = {}, nodeName?: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      ...(nodeName !== undefined && { nodeName }),
      containers: [
        { name: 'main', image: 'example.com/app:1', ports: [{ containerPort: 80 }], resources: { requests, limits } },
      ],
    },
  };
}

const get = (cluster: World, name: string) => cluster.get<Pod>('pods', name);

describe('the scheduler', () => {
  test('never places more requests than a node has', () => {
    const cluster = world({ nodes: [{ count: 3, capacity: { cpu: '2', memory: '4Gi' } }] });
    const rc: ReplicationController = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'filler' },
      spec: {
        replicas: 40,
        selector: { app: 'filler' },
        template: { metadata: { labels: { app: 'filler' } }, spec: pod('x', { cpu: '300m', memory: '500Mi' }).spec },
      },
    };
    cluster.create(rc);
    cluster.until('what fits runs', () => cluster.readyPods('app=filler').length === 18);
    cluster.advance(30_000);

    const sums = new Map<string, { cpu: number; memory: number }>();
    for (const { spec } of cluster.pods('app=filler')) {
      if (spec.nodeName === undefined) continue;
      const sum = sums.get(spec.nodeName) ?? { cpu: 0, memory: 0 };
      sums.set(spec.nodeName, { cpu: sum.cpu + 300, memory: sum.memory + byteCount('500Mi') });
    }
    for (const { cpu, memory } of sums.values()) {
      expect(cpu).toBeLessThanOrEqual(cpuMilli('2'));
      expect(memory).toBeLessThanOrEqual(byteCount('4Gi'));
    }
    expect(cluster.pods('app=filler').filter(({ spec }) => spec.nodeName === undefined)).toHaveLength(22);
  });
});

describe('a node', () => {
  test('refuses what does not fit, where somebody placed it past the scheduler', () => {
    const cluster = world({ nodes: [{ count: 1, capacity: { cpu: '1', memory: '1Gi', pods: '5' } }] });
    cluster.create(pod('first', { cpu: '600m' }, {}, 'node-1'));
    cluster.until('it runs', () => cluster.readyPods('app=first').length === 1);
    cluster.create(pod('cpu', { cpu: '500m' }, {}, 'node-1'));
    cluster.create(pod('memory', { memory: '2Gi' }, {}, 'node-1'));
    cluster.until('both are refused', () =>
      ['cpu', 'memory'].every((name) => get(cluster, name).status?.phase === 'Failed'),
    );
    expect(get(cluster, 'cpu').status).toMatchObject({
      reason: 'OutOfcpu',
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 500, used: 600, capacity: 1000",
    });
    expect(get(cluster, 'memory').status?.reason).toBe('OutOfmemory');
  });
});

describe('a container', () => {
  test('that takes more CPU than its limit is slowed', () => {
    const images = [{ image: 'example.com/app', workload: { latencyMs: 1, cpuMsPerRequest: 100 } }];
    const cluster = world({ nodes: 1, images });
    const service = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ port: 80 }] },
    });
    for (const [name, cpu] of [
      ['fast', '2'],
      ['slow', '100m'],
    ] as const) {
      cluster.create(pod(name, {}, { cpu }));
      cluster.create(service(name));
    }
    cluster.until('both run', () => cluster.readyPods().length === 2);
    cluster.advance(2000);

    const took = (name: string) => {
      const before = cluster.engine.now();
      expect(cluster.exec('fast', ['wget', '-qO-', '-T', '10', `http://${name}/`]).exitCode).toBe(0);
      return cluster.engine.now() - before;
    };
    expect(took('slow')).toBeGreaterThan(5 * took('fast'));
  });
});

describe('the quality of service class', () => {
  test('is Guaranteed, Burstable or BestEffort, by requests and limits', () => {
    const cluster = world({ nodes: 1 });
    const whole = { cpu: '100m', memory: '64Mi' };
    cluster.create(pod('guaranteed', whole, whole));
    cluster.create(pod('from-limits', {}, whole));
    cluster.create(pod('burstable', { cpu: '100m' }));
    cluster.create(pod('best-effort', {}));
    const classes = ['guaranteed', 'from-limits', 'burstable', 'best-effort'].map(
      (name) => get(cluster, name).status?.qosClass,
    );
    expect(classes).toEqual(['Guaranteed', 'Guaranteed', 'Burstable', 'BestEffort']);
  });
});
