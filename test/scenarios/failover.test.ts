/**
 * Goal: every component of the control plane can be killed at any moment; it comes back from its durable state alone, nothing
 * that was acknowledged is lost, and the cluster converges. A second scheduler or controller-manager takes over.
 *
 * Method: a ReplicationController is scaled to and fro while components crash at moments that differ with the seed.
 */

import { describe, expect, test } from 'vitest';
import { controllerOf } from '../../protocol/meta.ts';
import { webPods } from '../web.ts';
import { type World, world } from '../world.ts';

const masters = {
  etcd: 'c.master.etcd.0',
  'kube-apiserver': 'c.master.apiserver.0',
  'kube-scheduler': 'c.master.scheduler.0',
  'kube-controller-manager': 'c.master.controller-manager.0',
} as const;

/** Has exactly so many pods, all ready, each on a node and run once. */
function expectConverged(cluster: World, replicas: number): void {
  cluster.until(
    `${replicas} pods are ready, and no more are there`,
    () => {
      const list = cluster.call('object.list', { resource: 'pods' });
      return (
        list.type === 'request.succeeded' &&
        cluster.readyPods('app=web').length === replicas &&
        cluster.pods('app=web').length === replicas
      );
    },
    { withinMs: 300_000, everyMs: 1000 },
  );
  const programs = cluster.engine.actors('c.node.*.pod.*.container.server');
  const uids = programs.map((address) => address.split('.')[4]).sort();
  expect(uids).toEqual(
    cluster
      .pods('app=web')
      .map(({ metadata }) => metadata.uid)
      .sort(),
  );
  const { metadata } = cluster.get('replicationcontrollers', 'web');
  for (const pod of cluster.pods('app=web')) expect(controllerOf(pod)?.uid).toBe(metadata.uid);
}

describe.each(Object.entries(masters))('a killed %s', (_, address) => {
  test.each([1, 2, 3, 4, 5])('comes back, and the cluster converges (seed %i)', (seed) => {
    const cluster = world({ nodes: 3, seed });
    cluster.create(webPods(4));
    // A moment in which the pods are being made, another one with each seed.
    cluster.advance(137 * seed);
    cluster.engine.crash(address, { loseUnsynced: seed % 2 === 0 });
    cluster.advance(500 * seed);
    cluster.engine.restart(address);
    expectConverged(cluster, 4);

    cluster.scale('replicationcontrollers', 'web', 7);
    expectConverged(cluster, 7);
  });
});

/** Notes who wrote, in turn, of a component's replicas; a Lease and events are not what only the leader may write. */
function noteWriters({ engine }: World, component: string): readonly string[] {
  const writers: string[] = [];
  engine.record({
    delivered: ({ from, type, body }, receiver) => {
      if (!receiver.startsWith('c.master.apiserver.') || !/^object\.(create|replace|patch|delete)$/.test(type)) return;
      if (/^(leases|events)/.test((body as { resource: string }).resource)) return;
      const [writer] = new RegExp(`^c\\.master\\.${component}\\.\\d`).exec(from) ?? [];
      if (writer !== undefined && writer !== writers.at(-1)) writers.push(writer);
    },
  });
  return writers;
}

/** Cuts a whole process off: what talks for it are actors attached to it. */
function cutOff({ engine }: World, process: string): void {
  for (const part of [process, `${process}.>`]) {
    engine.fault({ from: part }, 'drop');
    engine.fault({ to: part }, 'drop');
  }
}

describe('of two', () => {
  const two = { scheduler: 2, 'controller-manager': 2 };
  const isLeading = (cluster: World, address: string): boolean => {
    const state = cluster.engine.inspect(address)?.state;
    return state === 'leading' || (typeof state === 'object' && 'leading' in state);
  };
  const leadersOf = (cluster: World, component: string): string[] =>
    [0, 1].map((i) => `c.master.${component}.${i}`).filter((address) => isLeading(cluster, address));

  test.each(['scheduler', 'controller-manager'])(
    '%ss one leads, and the other takes over when it dies',
    (component) => {
      const cluster = world({ nodes: 2, controlPlane: two });
      cluster.create(webPods(2));
      expectConverged(cluster, 2);
      const [leader = '', ...others] = leadersOf(cluster, component);
      expect(others).toEqual([]);

      cluster.engine.crash(leader);
      cluster.scale('replicationcontrollers', 'web', 5);
      const takeover = cluster.until('the other leads', () => leadersOf(cluster, component).length === 1, {
        withinMs: 60_000,
      });
      // As --leader-elect-lease-duration, and two tries of --leader-elect-retry-period with its jitter (up to 2.2 times).
      expect(takeover).toBeGreaterThan(4_000);
      expect(takeover).toBeLessThan(15_000 + 2 * 4400);
      expectConverged(cluster, 5);

      cluster.engine.restart(leader);
      cluster.during(60_000, 'one leads', () => leadersOf(cluster, component).length === 1);
      expect(leadersOf(cluster, component)).not.toContain(leader);
    },
  );

  test('never do both lead, though the leader is cut off from the API server', () => {
    const cluster = world({ nodes: 2, controlPlane: two });
    cluster.create(webPods(2));
    expectConverged(cluster, 2);
    const [leader = ''] = leadersOf(cluster, 'scheduler');
    cutOff(cluster, leader);
    cluster.during(60_000, 'at most one leads', () => leadersOf(cluster, 'scheduler').length <= 1, 100);
    expect(leadersOf(cluster, 'scheduler')).toHaveLength(1);
    expect(leadersOf(cluster, 'scheduler')).not.toContain(leader);
    cluster.scale('replicationcontrollers', 'web', 4);
    expectConverged(cluster, 4);
  });

  const deaths = [
    ['crashes', (cluster: World, leader: string) => void cluster.engine.crash(leader)],
    ['is cut off', cutOff],
  ] as const;
  const cases = ['scheduler', 'controller-manager'].flatMap((component) =>
    deaths.flatMap(([what, die]) => [1, 2, 3].map((seed) => [component, what, seed, die] as const)),
  );
  test.each(cases)('%ss never both write, though the one that leads %s (seed %i)', (component, what, seed, die) => {
    const cluster = world({ nodes: 2, seed, controlPlane: two });
    const writers = noteWriters(cluster, component);
    cluster.create(webPods(2));
    expectConverged(cluster, 2);

    for (const replicas of [3, 5, 7]) {
      const [leader = ''] = leadersOf(cluster, component);
      // In the midst of its work.
      cluster.scale('replicationcontrollers', 'web', replicas);
      cluster.advance(2 * seed);
      die(cluster, leader);
      cluster.until('the other leads', () => leadersOf(cluster, component).some((other) => other !== leader));
      cluster.scale('replicationcontrollers', 'web', replicas + 1);
      expectConverged(cluster, replicas + 1);
      if (what === 'crashes') cluster.engine.restart(leader);
      cluster.engine.healAll();
    }

    // In turn, one after the other: the first, and three who took over.
    expect(writers).toHaveLength(4);
  });
});
