/**
 * Goal: a node that nothing is heard of is given up, and what ran on it runs elsewhere, in the times Kubernetes promises.
 *
 * Method: machines lose their power, or the master its wires, while clients use a Service that has a pod on each node.
 */

import { describe, expect, test } from 'vitest';
import type { Lease, Node, Pod } from '../../protocol/objects.ts';
import { fromRfc3339 } from '../../protocol/time.ts';
import { addressesOf, addressOf, nameOf, webPods, webService } from '../web.ts';
import { conditionOf, world } from '../world.ts';
import {
  aPodANode,
  evicted,
  failuresSince,
  gracePeriodMs,
  isTainted,
  monitorPeriodMs,
  readiness,
  taintsOf,
  tolerationMs,
  untilAtRest,
} from './lost-nodes.ts';

describe('a node that nothing is heard of', () => {
  test('goes NotReady after the grace period; its pods get no traffic, are evicted after the toleration, and replaced', () => {
    const { cluster, victim, node } = aPodANode(4);
    // By another node, so that only the Service's choice matters.
    const entry = cluster.cluster.nodes.find(({ name }) => name !== node)?.name ?? '';
    cluster.traffic('clients', { target: 'http://web.default/', ratePerSecond: 5, node: entry });

    cluster.engine.powerOff(node);
    const { renewTime = '' } = cluster.get<Lease>('leases.coordination.k8s.io', `kube-node-lease/${node}`).spec ?? {};

    // Nothing is known of it for the whole grace period: a quarter of the requests go where nobody answers.
    cluster.until('it is not ready', () => readiness(cluster, node) !== 'True');
    const notReadyAt = cluster.engine.now();
    const silentMs = notReadyAt - fromRfc3339(renewTime);
    expect(silentMs).toBeGreaterThan(gracePeriodMs);
    expect(silentMs).toBeLessThan(gracePeriodMs + 2 * monitorPeriodMs);
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
      const condition = cluster.get<Node>('nodes', node).status?.conditions?.find((one) => one.type === type);
      expect(condition).toMatchObject({
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      });
    }
    expect(cluster.events(node).at(-1)).toBe(`NodeNotReady: Node ${node} status is now: NodeNotReady`);
    expect(failuresSince(cluster, 0)).toBeGreaterThan(0);

    // With the node, its pod is marked as not ready, and the Endpoints drop it.
    cluster.until('its pod is out', () => !addressesOf(cluster).includes(addressOf(victim)), { withinMs: 1000 });
    expect(addressesOf(cluster)).toHaveLength(3);
    expect(conditionOf(cluster.get<Pod>('pods', nameOf(victim)), 'Ready')).toBe('False');
    expect(cluster.events(nameOf(victim)).at(-1)).toBe('NodeNotReady: Node is not ready');
    cluster.advance(2000);
    const healedAt = cluster.engine.now();

    // Taints keep other pods off, and begin the toleration that every pod has by default.
    cluster.until('it is tainted', () => isTainted(cluster, node), { withinMs: monitorPeriodMs + 1000 });
    const taintedAt = cluster.engine.now();
    expect(taintsOf(cluster, node)).toEqual([
      'node.kubernetes.io/unreachable:NoExecute',
      'node.kubernetes.io/unreachable:NoSchedule',
    ]);
    cluster.during(tolerationMs - 1000, 'the pod is left', () => evicted(cluster).length === 0, 5000);
    cluster.until('the pod is evicted', () => evicted(cluster).length === 1, { withinMs: 2000 });
    expect(Math.abs(cluster.engine.now() - taintedAt - tolerationMs)).toBeLessThanOrEqual(1000);
    expect(evicted(cluster).map(nameOf)).toEqual([nameOf(victim)]);
    expect(cluster.events(nameOf(victim)).at(-1)).toBe(
      `TaintManagerEviction: Marking for deletion Pod default/${nameOf(victim)}`,
    );
    expect(conditionOf(cluster.get<Pod>('pods', nameOf(victim)), 'DisruptionTarget')).toBe('True');

    // At once there is another in its stead, elsewhere.
    cluster.until('there are four again', () => cluster.readyPods('app=web').length === 4, { withinMs: 10_000 });
    expect(cluster.readyPods('app=web').map(({ spec }) => spec.nodeName)).not.toContain(node);
    cluster.until('all are served', () => addressesOf(cluster).length === 4);

    // Nobody can tell that the old one has ended: it stays as it is.
    cluster.advance(60_000);
    expect(evicted(cluster).map(nameOf)).toEqual([nameOf(victim)]);
    expect(failuresSince(cluster, healedAt)).toBe(0);
  });

  test('gives each of its pods the time that pod tolerates', () => {
    const cluster = world({ nodes: 2 });
    const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
    const pod = (name: string, tolerationSeconds?: number | 'forever'): Pod => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        nodeSelector: { 'kubernetes.io/hostname': 'node-1' },
        containers: [{ name: 'server', image: 'httpd:2.4' }],
        ...(tolerationSeconds === undefined
          ? {}
          : {
              tolerations: taints.map((key) => ({
                key,
                operator: 'Exists',
                effect: 'NoExecute',
                ...(tolerationSeconds === 'forever' ? {} : { tolerationSeconds }),
              })),
            }),
      },
    });
    cluster.create(pod('hasty', 0));
    cluster.create(pod('brisk', 60));
    cluster.create(pod('usual'));
    cluster.create(pod('loyal', 'forever'));
    cluster.until('all run', () => cluster.readyPods().length === 4);

    cluster.engine.powerOff('node-1');
    cluster.until('it is tainted', () => isTainted(cluster, 'node-1'), { everyMs: 100 });
    const taintedAt = cluster.engine.now();
    const isLeaving = (name: string) => cluster.get<Pod>('pods', name).metadata.deletionTimestamp !== undefined;
    const leftAfter = (name: string) => {
      cluster.until(`${name} is evicted`, () => isLeaving(name), { withinMs: 400_000, everyMs: 100 });
      return Math.round((cluster.engine.now() - taintedAt) / 1000);
    };

    expect([leftAfter('hasty'), leftAfter('brisk'), leftAfter('usual')]).toEqual([0, 60, 300]);
    cluster.advance(1_800_000);
    expect(isLeaving('loyal')).toBe(false);
  });

  test('is no reason to evict anything when all others are silent too: rather it is the master that sees none', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService());
    const before = untilAtRest(cluster, 3);

    cluster.engine.cut('master-0');
    cluster.advance(900_000);
    cluster.engine.heal('master-0');

    cluster.until('all are ready', () => cluster.readyNodes().length === 3, { withinMs: 60_000 });
    cluster.until('all are served', () => addressesOf(cluster).length === 3, { withinMs: 60_000 });
    cluster.during(tolerationMs + 60_000, 'no pod is evicted', () => evicted(cluster).length === 0, 10_000);
    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    for (const { name } of cluster.cluster.nodes) expect(taintsOf(cluster, name)).toEqual([]);
  });
});
