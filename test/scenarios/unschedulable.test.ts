/**
 * Goal: a pod that fits nowhere stays Pending, and is told why in Kubernetes's words, node by node.
 *
 * Method: pods ask for labels, amounts, ports and neighbours that no node has, or that all have given away.
 */

import { describe, expect, test } from 'vitest';
import type { KubernetesEvent, Pod } from '../../protocol/objects.ts';
import { world } from '../world.ts';
import { failuresOf, nodeOf, pod, untilPlaced } from './placed-pods.ts';

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
    cluster.until('pods may be made', () => cluster.find('serviceaccounts', 'default/default') !== undefined);
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
