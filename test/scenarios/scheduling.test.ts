/**
 * Goal: a pod runs where it may and where there is room, and nowhere else; one that fits nowhere is placed as soon as that
 * changes.
 *
 * Method: pods ask for labels and amounts that nodes have or lack; then a node is labelled, freed, or joins.
 */

import { describe, expect, test } from 'vitest';
import type { Deployment, KubernetesObject, Node, Pod } from '../../protocol/objects.ts';
import { conditionOf, world } from '../world.ts';
import { failuresOf, nodeOf, pod, untilPlaced } from './placed-pods.ts';

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
  test('pods of a Deployment spread over nodes and zones without being asked to, and without a Service', () => {
    // Room alone would send every one of them to the large nodes.
    const cluster = world({
      nodes: [
        { count: 2, prefix: 'large-', zones: ['a'], capacity: { cpu: '64', memory: '256Gi' } },
        { count: 2, prefix: 'small-', zones: ['b'], capacity: { cpu: '4', memory: '16Gi' } },
      ],
    });
    const { spec } = pod('template', {}, { cpu: '500m', memory: '512Mi' });
    const labels = { app: 'web' };
    const deployment: Deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas: 4, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    };
    cluster.create(deployment);
    cluster.until('all run', () => cluster.readyPods().length === 4);

    const places = cluster.readyPods().map(({ spec: { nodeName } }) => nodeName);
    expect(places.sort()).toEqual(['large-1', 'large-2', 'small-1', 'small-2']);
  });

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
