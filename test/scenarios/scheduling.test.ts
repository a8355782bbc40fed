/**
 * Goal: a pod runs where it may and where there is room, and nowhere else; one that fits nowhere is told why, and is placed
 * as soon as that changes.
 *
 * Method: pods ask for labels and amounts that nodes have or lack; then a node is labelled, freed, or joins.
 */

import { describe, expect, test } from 'vitest';
import type { KubernetesEvent, KubernetesObject, Node, Pod, PodSpec } from '../../protocol/objects.ts';
import { conditionOf, type World, world } from '../world.ts';

/** A pod that runs for ever and asks for what it is told to. */
function pod(name: string, spec: Partial<PodSpec> = {}, requests: Record<string, string> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'server', image: 'httpd:2.4', resources: { requests } }], ...spec },
  };
}

/** Where a pod was placed; undefined while it has no node. */
function nodeOf(cluster: World, name: string): string | undefined {
  return cluster.get<Pod>('pods', name).spec.nodeName;
}

function untilPlaced(cluster: World, name: string, withinMs?: number): string {
  cluster.until(`${name} has a node`, () => nodeOf(cluster, name) !== undefined, {
    everyMs: 50,
    ...(withinMs === undefined ? {} : { withinMs }),
  });
  return nodeOf(cluster, name) ?? '';
}

/** Why a pod has no node, as `kubectl describe` shows it. */
function failuresOf(cluster: World, name: string): string[] {
  return cluster.events(name).filter((event) => event.startsWith('FailedScheduling: '));
}

describe('nodeSelector', () => {
  test('places pods on labelled nodes only', () => {
    const cluster = world({
      nodes: [
        { count: 2, prefix: 'plain-' },
        { count: 2, prefix: 'fast-', labels: { disk: 'ssd', tier: 'gold' } },
        { count: 1, prefix: 'slow-', labels: { disk: 'hdd', tier: 'gold' } },
      ],
    });

    for (let i = 0; i < 12; i++) cluster.create(pod(`ssd-${i}`, { nodeSelector: { disk: 'ssd' } }));
    cluster.create(pod('gold-hdd', { nodeSelector: { tier: 'gold', disk: 'hdd' } }));
    cluster.create(pod('by-name', { nodeSelector: { 'kubernetes.io/hostname': 'plain-2' } }));
    cluster.until('all run', () => cluster.readyPods().length === 14);

    const places = Array.from({ length: 12 }, (_, i) => nodeOf(cluster, `ssd-${i}`));
    expect(new Set(places)).toEqual(new Set(['fast-1', 'fast-2']));
    expect(nodeOf(cluster, 'gold-hdd')).toBe('slow-1');
    expect(nodeOf(cluster, 'by-name')).toBe('plain-2');
    expect(cluster.events('by-name')).toContain('Scheduled: Successfully assigned default/by-name to plain-2');
  });

  test('counts when a pod is placed: a node that loses its label keeps the pods it has', () => {
    const cluster = world({ nodes: [{ count: 1, labels: { disk: 'ssd' } }] });
    cluster.create(pod('first', { nodeSelector: { disk: 'ssd' } }));
    cluster.until('it runs', () => cluster.readyPods().length === 1);

    cluster.patch('nodes', 'node-1', { metadata: { labels: { disk: null } } });
    cluster.create(pod('second', { nodeSelector: { disk: 'ssd' } }));
    cluster.advance(60_000);

    expect(cluster.readyPods().map(({ metadata }) => metadata.name)).toEqual(['first']);
    expect(nodeOf(cluster, 'second')).toBeUndefined();
  });
});

describe('a pod that fits nowhere stays Pending, and is told', () => {
  test('that no node has its labels', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(pod('picky', { nodeSelector: { disk: 'ssd' } }));
    cluster.advance(30_000);

    const { spec, status } = cluster.get<Pod>('pods', 'picky');
    const message =
      "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. " +
      'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
    expect(spec.nodeName).toBeUndefined();
    expect(status?.phase).toBe('Pending');
    expect(status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ]);
    expect(failuresOf(cluster, 'picky')).toEqual([`FailedScheduling: ${message}`]);
  });

  test('that no node has so much left of what it asks for', () => {
    // Each has 4 CPUs and 8Gi.
    const cluster = world({ nodes: 2 });
    cluster.create(pod('half', {}, { cpu: '3', memory: '1Gi' }));
    cluster.create(pod('other-half', {}, { cpu: '3', memory: '7Gi' }));
    cluster.until('they run', () => cluster.readyPods().length === 2);

    cluster.create(pod('late', {}, { cpu: '1500m' }));
    cluster.create(pod('greedy', {}, { cpu: '500m', memory: '7Gi' }));
    cluster.create(pod('huge', {}, { cpu: '64', memory: '1Ti' }));
    cluster.advance(5000);

    const noVictims = 'preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.';
    expect(failuresOf(cluster, 'late')).toEqual([
      `FailedScheduling: 0/2 nodes are available: 2 Insufficient cpu. ${noVictims}`,
    ]);
    expect(failuresOf(cluster, 'greedy')).toEqual([
      `FailedScheduling: 0/2 nodes are available: 2 Insufficient memory. ${noVictims}`,
    ]);
    expect(failuresOf(cluster, 'huge')).toEqual([
      `FailedScheduling: 0/2 nodes are available: 2 Insufficient cpu, 2 Insufficient memory. ${noVictims}`,
    ]);
  });

  test('node by node: one is tainted, one cordoned, one full, one not the one it asks for', () => {
    const cluster = world({
      nodes: [
        {
          count: 1,
          prefix: 'tainted-',
          labels: { disk: 'ssd' },
          taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }],
        },
        { count: 1, prefix: 'cordoned-', labels: { disk: 'ssd' } },
        { count: 1, prefix: 'full-', labels: { disk: 'ssd' }, capacity: { cpu: '1' } },
        { count: 1, prefix: 'other-' },
      ],
    });
    cluster.patch('nodes', 'cordoned-1', { spec: { unschedulable: true } });
    cluster.advance(1000);

    cluster.create(pod('picky', { nodeSelector: { disk: 'ssd' } }, { cpu: '2' }));
    cluster.advance(5000);

    expect(failuresOf(cluster, 'picky')).toEqual([
      "FailedScheduling: 0/4 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, " +
        '1 node(s) had untolerated taint {team: a}, 1 node(s) were unschedulable. ' +
        'preemption: 0/4 nodes are available: 1 No preemption victims found for incoming pod, ' +
        '3 Preemption is not helpful for scheduling.',
    ]);
    // One that tolerates the taint has a place.
    const tolerations = [{ key: 'team', operator: 'Equal', value: 'a', effect: 'NoSchedule' }];
    cluster.create(pod('tolerant', { nodeSelector: { disk: 'ssd' }, tolerations }, { cpu: '2' }));
    expect(untilPlaced(cluster, 'tolerant')).toBe('tainted-1');
  });

  test('that there are no nodes at all', () => {
    const cluster = world({ nodes: 0 });
    cluster.create(pod('early'));
    cluster.until('it is told', () => failuresOf(cluster, 'early').length > 0);

    expect(failuresOf(cluster, 'early')).toEqual(['FailedScheduling: no nodes available to schedule pods']);
    cluster.join('first');
    cluster.until('it runs', () => cluster.readyPods().length === 1);
  });

  test('that a port of the node it wants is taken on each', () => {
    const cluster = world({ nodes: 2 });
    const containers = [{ name: 'server', image: 'httpd:2.4', ports: [{ containerPort: 80, hostPort: 8080 }] }];
    for (const name of ['first', 'second']) cluster.create(pod(name, { containers }));
    cluster.until('they run', () => cluster.readyPods().length === 2);
    expect(new Set(['first', 'second'].map((name) => nodeOf(cluster, name))).size).toBe(2);

    cluster.create(pod('third', { containers }));
    cluster.advance(5000);

    expect(failuresOf(cluster, 'third')).toEqual([
      "FailedScheduling: 0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports. " +
        'preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    ]);
  });

  test('that its like are to be apart from each other, one a node', () => {
    const cluster = world({ nodes: 2 });
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    };
    for (const name of ['db-0', 'db-1', 'db-2']) {
      const { metadata, ...rest } = pod(name, { affinity });
      cluster.create({ ...rest, metadata: { ...metadata, labels: { app: 'db' } } });
    }
    cluster.until('two run', () => cluster.readyPods().length === 2);
    cluster.advance(5000);

    expect(new Set(cluster.readyPods().map(({ spec }) => spec.nodeName)).size).toBe(2);
    const [waiting] = cluster.pods().filter(({ spec }) => spec.nodeName === undefined);
    expect(failuresOf(cluster, waiting?.metadata.name ?? '')).toEqual([
      "FailedScheduling: 0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. " +
        'preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    ]);
  });

  test('again, in the same event, when it was tried again without success', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pod('picky', { nodeSelector: { disk: 'ssd' } }));
    cluster.advance(10_000);
    // A change that cannot help it is no reason to try it.
    cluster.patch('nodes', 'node-1', { metadata: { labels: { disk: 'hdd' } } });
    cluster.advance(10_000);
    const told = () =>
      cluster.list<KubernetesEvent>('events', { fieldSelector: 'involvedObject.name=picky,reason=FailedScheduling' });
    expect(told().map(({ count }) => count)).toEqual([1]);

    // One that waits for an event that does not come is tried after five minutes.
    cluster.advance(330_000);
    expect(told().map(({ count }) => count)).toEqual([2]);
    expect(nodeOf(cluster, 'picky')).toBeUndefined();
  });
});

describe('a pod that waits is placed within a second', () => {
  test('of a fitting node joining', () => {
    const cluster = world({ nodes: 2 });
    cluster.create(pod('picky', { nodeSelector: { disk: 'ssd' } }));
    cluster.create(pod('other', { nodeSelector: { disk: 'tape' } }));
    cluster.advance(120_000);
    expect(nodeOf(cluster, 'picky')).toBeUndefined();

    // Another that does not fit joins a moment before: an attempt it caused would have the pod back off.
    cluster.join('plain');
    cluster.join('fast', { labels: { disk: 'ssd' } });
    const isOpen = () => {
      const node = cluster.find<Node>('nodes', 'fast');
      return node !== undefined && conditionOf(node, 'Ready') === 'True' && (node.spec?.taints ?? []).length === 0;
    };
    cluster.until('it takes pods', isOpen, { everyMs: 10 });
    expect(untilPlaced(cluster, 'picky', 1000)).toBe('fast');
    cluster.until('it runs', () => cluster.readyPods().length === 1);
    expect(nodeOf(cluster, 'other')).toBeUndefined();
  });

  test('of a node being labelled, uncordoned or freed of its taint', () => {
    const cluster = world({
      nodes: [
        { count: 1, prefix: 'plain-' },
        { count: 1, prefix: 'tainted-', labels: { is: 'tainted' }, taints: [{ key: 'busy', effect: 'NoSchedule' }] },
        { count: 1, prefix: 'cordoned-', labels: { is: 'cordoned' } },
      ],
    });
    cluster.patch('nodes', 'cordoned-1', { spec: { unschedulable: true } });
    cluster.advance(1000);
    cluster.create(pod('for-label', { nodeSelector: { is: 'labelled' } }));
    cluster.create(pod('for-tainted', { nodeSelector: { is: 'tainted' } }));
    cluster.create(pod('for-cordoned', { nodeSelector: { is: 'cordoned' } }));
    cluster.advance(60_000);
    for (const name of ['for-label', 'for-tainted', 'for-cordoned']) expect(nodeOf(cluster, name)).toBeUndefined();

    cluster.patch('nodes', 'plain-1', { metadata: { labels: { is: 'labelled' } } });
    expect(untilPlaced(cluster, 'for-label', 1000)).toBe('plain-1');
    cluster.patch('nodes', 'tainted-1', { spec: { taints: null } });
    expect(untilPlaced(cluster, 'for-tainted', 1000)).toBe('tainted-1');
    cluster.patch('nodes', 'cordoned-1', { spec: { unschedulable: null } });
    expect(untilPlaced(cluster, 'for-cordoned', 1000)).toBe('cordoned-1');
  });

  test('of room being made by a pod that ends', () => {
    const cluster = world({ nodes: 1 });
    cluster.create(pod('first', { terminationGracePeriodSeconds: 5 }, { cpu: '3' }));
    cluster.until('it runs', () => cluster.readyPods().length === 1);
    cluster.create(pod('second', {}, { cpu: '3' }));
    cluster.advance(30_000);
    expect(nodeOf(cluster, 'second')).toBeUndefined();

    cluster.delete('pods', 'first');
    cluster.until('the first is gone', () => cluster.find('pods', 'first') === undefined, { everyMs: 10 });

    expect(untilPlaced(cluster, 'second', 1000)).toBe('node-1');
    cluster.until('the second runs', () => cluster.readyPods().length === 1);
  });
});

describe('a pod of more priority', () => {
  test('takes the place of one of less where there is no other, and only of as many as it needs', () => {
    const cluster = world({ nodes: 2 });
    const urgent: KubernetesObject & { value: number } = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'urgent' },
      value: 1000,
    };
    cluster.create(urgent);
    // Each node has 4 CPUs: 3,500m and 1,500m + 2,000m of them are in use.
    cluster.create(pod('whole', { nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }, { cpu: '3500m' }));
    cluster.create(pod('small', { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } }, { cpu: '1500m' }));
    cluster.create(pod('large', { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } }, { cpu: '2' }));
    cluster.until('they run', () => cluster.readyPods().length === 3);

    cluster.create(pod('vip', { priorityClassName: 'urgent' }, { cpu: '2' }));
    cluster.until('it runs', () => cluster.readyPods().some(({ metadata }) => metadata.name === 'vip'));

    // Node 2 loses one pod of the two; by evicting the smaller there is room enough.
    expect(nodeOf(cluster, 'vip')).toBe('node-2');
    cluster.until('the victim is gone', () => cluster.find('pods', 'small') === undefined);
    expect(cluster.readyPods().map(({ metadata }) => metadata.name)).toEqual(['large', 'vip', 'whole']);
    expect(cluster.events('small')).toContain(
      `Preempted: Preempted by pod ${cluster.get<Pod>('pods', 'vip').metadata.uid} on node node-2`,
    );
    expect(failuresOf(cluster, 'vip')).toHaveLength(1);
  });
});

describe('where several nodes fit', () => {
  test('pods spread over them, and no node is given more than it has', () => {
    const cluster = world({ nodes: [{ count: 3, capacity: { cpu: '2', memory: '4Gi' } }] });
    // Four of 500m fill a node's two CPUs: 12 have room, 3 have none.
    for (let i = 0; i < 15; i++) cluster.create(pod(`worker-${i}`, {}, { cpu: '500m', memory: '128Mi' }));
    cluster.until('twelve run', () => cluster.readyPods().length === 12);
    cluster.advance(30_000);

    const counts = new Map<string, number>();
    for (const { spec } of cluster.readyPods())
      counts.set(spec.nodeName ?? '', (counts.get(spec.nodeName ?? '') ?? 0) + 1);
    expect([...counts.entries()].sort()).toEqual([
      ['node-1', 4],
      ['node-2', 4],
      ['node-3', 4],
    ]);
    const waiting = cluster.pods().filter(({ spec }) => spec.nodeName === undefined);
    expect(waiting).toHaveLength(3);
    for (const { metadata } of waiting) {
      expect(failuresOf(cluster, metadata.name)).toEqual([
        'FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu. ' +
          'preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
      ]);
    }
  });
});
