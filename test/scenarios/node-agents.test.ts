/**
 * Goal: an agent of a node that dies takes nothing with it: what runs on the node runs on, and is found again.
 *
 * Method: the kubelet and the container runtime of a node are killed, and started again before its pods are evicted.
 */

import { describe, expect, test } from 'vitest';
import type { Node, Pod } from '../../protocol/objects.ts';
import { addressesOf, addressOf, nameOf } from '../web.ts';
import { aPodANode, isSound, processesOf, readiness, taintsOf, tolerationMs } from './lost-nodes.ts';

describe('a node whose', () => {
  test('kubelet dies is not heard of, but its pods run on, and are found again', () => {
    const { cluster, before, victim, node } = aPodANode(3);
    const running = processesOf(cluster, victim).filter((address) => !address.includes('.worker.'));

    cluster.engine.crash(`c.node.${node}.kubelet`);
    cluster.until('it is not ready', () => readiness(cluster, node) === 'Unknown');
    cluster.until('its pod is out', () => addressesOf(cluster).length === 2);
    // Nobody vouches for it, and still it answers.
    expect(cluster.reach(`http://${addressOf(victim)}/`)).toMatchObject({ ok: true, servedBy: nameOf(victim) });
    cluster.advance(tolerationMs / 2);

    cluster.engine.restart(`c.node.${node}.kubelet`);
    cluster.until('its pod is served again', () => addressesOf(cluster).length === 3, { withinMs: 30_000 });
    cluster.until('it is sound', () => isSound(cluster, node), { withinMs: 30_000 });
    cluster.advance(tolerationMs);
    const after = cluster.readyPods('app=web');
    expect(after.map(nameOf)).toEqual(before.map(nameOf));
    for (const { status } of after) expect(status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(processesOf(cluster, victim)).toEqual(expect.arrayContaining(running));
  });

  test('container runtime dies says so itself, and is ready again with it', () => {
    const { cluster, before, victim, node } = aPodANode(3);

    cluster.engine.crash(`c.node.${node}.runtime`);
    cluster.until('it is not ready', () => readiness(cluster, node) !== 'True', { withinMs: 60_000 });
    const ready = cluster.get<Node>('nodes', node).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    expect(ready?.message).toContain('container runtime is down');
    cluster.until('it is tainted', () => taintsOf(cluster, node).length === 2);
    expect(taintsOf(cluster, node)).toEqual([
      'node.kubernetes.io/not-ready:NoExecute',
      'node.kubernetes.io/not-ready:NoSchedule',
    ]);
    cluster.advance(tolerationMs / 2);

    cluster.engine.restart(`c.node.${node}.runtime`);
    cluster.until('it is sound', () => isSound(cluster, node), { withinMs: 60_000 });
    cluster.until('its pod is served', () => addressesOf(cluster).length === 3, { withinMs: 30_000 });
    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    expect(cluster.get<Pod>('pods', nameOf(victim)).status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });
});
