/**
 * Goal: a node that is not heard of, though it lives, does no harm when it is heard of again; one that is only slow to be
 * heard of is left alone.
 *
 * Method: wires are cut and healed, agents of a node die and come back, messages come late or not at all.
 */

import { describe, expect, test } from 'vitest';
import type { Node, Pod } from '../../protocol/objects.ts';
import { world } from '../world.ts';
import {
  addressesOf,
  addressOf,
  evicted,
  isSound,
  isTainted,
  nameOf,
  processesOf,
  readiness,
  taintsOf,
  tolerationMs,
  untilAtRest,
  webPods,
  webService,
} from './lost-nodes.ts';

describe('a node that is cut off', () => {
  test('runs its pods on, unseen; healed after their eviction, it ends them', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const [victim] = untilAtRest(cluster, 3) as [Pod];
    const node = victim.spec.nodeName ?? '';
    const running = processesOf(cluster, victim);
    expect(running.length).toBeGreaterThanOrEqual(2);

    cluster.engine.cut(node);
    cluster.until('its pod is evicted', () => evicted(cluster).length === 1, { withinMs: 400_000, everyMs: 1000 });
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3);
    cluster.advance(60_000);
    // Two of one name now run in the world, though only one is served: the price of not knowing.
    expect(processesOf(cluster, victim)).toEqual(running);

    cluster.engine.heal(node);
    cluster.until('it is ready', () => readiness(cluster, node) === 'True', { withinMs: 30_000 });
    cluster.until('the evicted pod is gone', () => cluster.find('pods', nameOf(victim)) === undefined, {
      withinMs: 60_000,
    });
    expect(processesOf(cluster, victim)).toEqual([]);
    expect(cluster.readyPods('app=web')).toHaveLength(3);
  });

  test('and healed after its pod was deleted by force ends what nobody knows of any more', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const [victim] = untilAtRest(cluster, 3) as [Pod];
    const node = victim.spec.nodeName ?? '';
    cluster.engine.cut(node);
    cluster.until('it is not ready', () => readiness(cluster, node) === 'Unknown');
    cluster.delete('pods', nameOf(victim), { gracePeriodSeconds: 0 });
    cluster.until('it is replaced', () => cluster.readyPods('app=web').length === 3);
    expect(processesOf(cluster, victim)).not.toEqual([]);

    cluster.engine.heal(node);

    cluster.until('it is sound', () => isSound(cluster, node), { withinMs: 30_000 });
    cluster.until('the forgotten pod has ended', () => processesOf(cluster, victim).length === 0, { withinMs: 60_000 });
    expect(cluster.pods('app=web')).toHaveLength(3);
  });

  test('and healed before it is evicted goes on as if nothing had been', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);
    const [victim] = before as [Pod];
    const node = victim.spec.nodeName ?? '';

    cluster.engine.cut(node);
    cluster.until('it is tainted', () => isTainted(cluster, node));
    expect(addressesOf(cluster)).toHaveLength(2);
    cluster.engine.heal(node);

    cluster.until('all are served again', () => addressesOf(cluster).length === 3, { withinMs: 30_000 });
    cluster.during(tolerationMs + 30_000, 'no pod is evicted', () => evicted(cluster).length === 0, 10_000);
    const after = cluster.readyPods('app=web');
    expect(after.map(nameOf)).toEqual(before.map(nameOf));
    for (const { status } of after) expect(status?.containerStatuses?.[0]?.restartCount).toBe(0);
    expect(taintsOf(cluster, node)).toEqual([]);
  });

  test('with all others is no reason to evict anything: rather it is the master that sees none', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
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

describe('a node whose', () => {
  test('kubelet dies is not heard of, but its pods run on, and are found again', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);
    const [victim] = before as [Pod];
    const node = victim.spec.nodeName ?? '';
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
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);
    const [victim] = before as [Pod];
    const node = victim.spec.nodeName ?? '';

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

describe('a node that is only slow', () => {
  test('is left alone: everything it says comes, three seconds late', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);

    cluster.engine.fault({ from: 'c.node.node-2.>' }, { delayMs: 3000 });
    cluster.engine.fault({ to: 'c.node.node-2.>' }, { delayMs: 1000 });
    cluster.during(600_000, 'it is ready and free of taints', () => isSound(cluster, 'node-2'), 2000);

    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
    expect(addressesOf(cluster)).toHaveLength(3);
  });

  test('is left alone: one in five of its messages is lost', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);

    cluster.engine.fault({ from: 'c.node.node-2.>', to: 'c.master.>', probability: 0.2 }, 'drop');
    cluster.engine.fault({ from: 'c.master.>', to: 'c.node.node-2.>', probability: 0.2 }, 'drop');
    cluster.during(600_000, 'it is ready and free of taints', () => isSound(cluster, 'node-2'), 2000);

    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
  });

  test('is left alone: it was away for less than the grace period', () => {
    const cluster = world({ nodes: 3 });
    cluster.create(webPods(3));
    cluster.create(webService);
    const before = untilAtRest(cluster, 3);

    for (let i = 0; i < 10; i++) {
      cluster.engine.cut('node-2');
      cluster.advance(25_000);
      cluster.engine.heal('node-2');
      cluster.advance(20_000);
      expect(cluster.readyNodes()).toContain('node-2');
    }

    expect(cluster.events('node-2').filter((event) => event.startsWith('NodeNotReady'))).toEqual([]);
    expect(cluster.readyPods('app=web').map(nameOf)).toEqual(before.map(nameOf));
  });
});
