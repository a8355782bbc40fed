/**
 * Goal: whenever it is that a component dies, a ReplicationController gets exactly its count of pods, and none runs twice.
 *
 * Method: a roll-out is played again and again, and the component killed each time a few events later.
 */

import { describe, expect, test } from 'vitest';
import { webPods } from '../web.ts';
import { type World, world } from '../world.ts';

/** Counts from now on how often each pod's program was begun, by the pod's uid. */
function countStarts({ engine }: World): ReadonlyMap<string, number> {
  const starts = new Map<string, number>();
  engine.record({
    delivered: ({ type }, receiver) => {
      const [, uid] = /\.pod\.([^.]+)\.container\.server$/.exec(receiver) ?? [];
      if (uid !== undefined && type === 'process.start') starts.set(uid, (starts.get(uid) ?? 0) + 1);
    },
  });
  return starts;
}

function hasConverged(cluster: World, replicas: number): boolean {
  const list = cluster.call('object.list', { resource: 'pods' });
  return (
    list.type === 'request.succeeded' &&
    cluster.pods('app=web').length === replicas &&
    cluster.readyPods('app=web').length === replicas
  );
}

/** Plays the roll-out until so many events have passed; gives whether it was still going on then. */
function rollOut(cluster: World, events: number): boolean {
  const from = cluster.engine.now();
  cluster.create(webPods(2));
  for (let i = 0; i < events; i++) cluster.engine.step();
  return cluster.engine.now() - from < 3000;
}

describe.each([
  ['etcd', 'c.master.etcd.0'],
  ['kube-apiserver', 'c.master.apiserver.0'],
  ['kube-scheduler', 'c.master.scheduler.0'],
  ['kube-controller-manager', 'c.master.controller-manager.0'],
  ['kubelet', 'c.node.node-1.kubelet'],
  ['container runtime', 'c.node.node-1.runtime'],
])('the %s', (_, victim) => {
  test('dies at any moment of a roll-out, and each pod of it runs once', () => {
    let moments = 0;
    // A step that meets every phase of it; a prime, so that it does not follow the rhythm of the pods.
    for (let events = 0; ; events += 23) {
      const cluster = world({ nodes: 1, seed: 3 });
      const starts = countStarts(cluster);
      if (!rollOut(cluster, events)) break;
      moments += 1;
      cluster.engine.crash(victim, { loseUnsynced: true });
      cluster.advance(300);
      cluster.engine.restart(victim);

      cluster.until(`it converges (${events})`, () => hasConverged(cluster, 2), { withinMs: 60_000, everyMs: 500 });
      const uids = cluster.pods('app=web').map(({ metadata }) => metadata.uid);
      expect([...starts.keys()].sort(), `after ${events} events`).toEqual(uids.sort());
      expect([...starts.values()], `after ${events} events`).toEqual([1, 1]);
    }
    expect(moments).toBeGreaterThan(15);
  });
});
