/**
 * Goal: clocks are set anew all the time, and nothing that a cluster waits for may hang on them. What is due is measured
 * as Go's programs measure it, by the machine's monotonic clock.
 *
 * Method: every machine of a working cluster has its clock put an hour on, or an hour back, all at once, or on one node
 * alone, while a container crashes again and again. What is asked of the cluster afterwards takes as long as ever.
 */

import { describe, expect, test } from 'vitest';
import type { Pod } from '../../protocol/objects.ts';
import { webPods } from '../web.ts';
import { type World, world } from '../world.ts';

const hourMs = 3_600_000;

const images = [{ image: 'crasher', workload: { exitAfterMs: 2000, exitCode: 1 } }];

const crasher: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'crasher' },
  spec: { containers: [{ name: 'main', image: 'crasher' }] },
};

const restartsOf = (cluster: World): number =>
  cluster.get<Pod>('pods', 'crasher').status?.containerStatuses?.[0]?.restartCount ?? 0;

const hasReady = (cluster: World, count: number) => () => cluster.readyPods('app=web').length === count;

/** A cluster at work: two pods serve, and one crashes every 2 s of its life. */
function atWork(): World {
  const cluster = world({ nodes: 2, images });
  cluster.create(webPods(2));
  cluster.create(crasher);
  cluster.until('both serve', hasReady(cluster, 2));
  cluster.until('the crasher has crashed twice', () => restartsOf(cluster) === 2);
  return cluster;
}

function setAllClocks(cluster: World, offsetMs: number): void {
  for (const machine of ['master-0', 'outside', ...cluster.cluster.nodes.map(({ name }) => name)]) {
    cluster.engine.setClock(machine, { offsetMs });
  }
}

describe.each([
  ['an hour on', hourMs],
  ['an hour back', -hourMs],
])('all clocks are put %s', (_way, offsetMs) => {
  function jumped(): World {
    const cluster = atWork();
    setAllClocks(cluster, offsetMs);
    return cluster;
  }

  test('a crash-looping container is restarted after its back-off: 20 s, then 40 s', () => {
    const cluster = jumped();
    const third = cluster.until('its third restart', () => restartsOf(cluster) === 3, { withinMs: 30_000 });
    const fourth = cluster.until('its fourth restart', () => restartsOf(cluster) === 4, { withinMs: 60_000 });
    expect(third).toBeLessThan(25_000);
    expect(fourth).toBeGreaterThan(40_000);
    expect(fourth).toBeLessThan(45_000);
  });

  test('pods are made, scheduled, started and ended as quickly as ever', () => {
    const cluster = jumped();
    cluster.scale('replicationcontrollers', 'web', 4);
    cluster.until('four serve', hasReady(cluster, 4), { withinMs: 10_000 });
    cluster.scale('replicationcontrollers', 'web', 1);
    cluster.until('one is left', () => cluster.pods('app=web').length === 1, { withinMs: 40_000 });
  });

  test('nothing is evicted', () => {
    const cluster = jumped();
    const before = cluster.pods('app=web').map(({ metadata }) => metadata.uid);
    cluster.engine.runFor(400_000);
    expect(cluster.readyNodes()).toHaveLength(2);
    expect(cluster.pods('app=web').map(({ metadata }) => metadata.uid)).toEqual(before);
  });
});

test('the nodes stay Ready when all clocks are put an hour on', () => {
  const cluster = atWork();
  setAllClocks(cluster, hourMs);
  cluster.during(400_000, 'both nodes are Ready', () => cluster.readyNodes().length === 2, 5000);
});

// As below: no lease seems renewed. But a kubelet that finds its node marked says how it is, and then a lease counts as new.
test('the nodes seem silent once when all clocks are put an hour back, for ten seconds', () => {
  const cluster = atWork();
  cluster.engine.runFor(60_000);
  setAllClocks(cluster, -hourMs);
  const allReady = () => cluster.readyNodes().length === 2;
  const silentMs = cluster.until('they are not Ready', () => !allReady(), { withinMs: 60_000 });
  expect(silentMs).toBeGreaterThan(30_000);
  cluster.until('they are Ready again', allReady, { withinMs: 12_000 });
  cluster.during(400_000, 'both nodes are Ready', allReady, 5000);
});

test('a node whose clock alone is put an hour on stays in the cluster, and serves', () => {
  const cluster = atWork();
  cluster.engine.setClock('node-1', { offsetMs: hourMs });
  cluster.during(120_000, 'both nodes are Ready', () => cluster.readyNodes().length === 2, 5000);
  cluster.scale('replicationcontrollers', 'web', 6);
  cluster.until('six serve', hasReady(cluster, 6), { withinMs: 10_000 });
});

// The node lifecycle controller takes a lease for renewed when its renewTime is later than the one it saw before, and
// only then: a node whose clock runs behind what it wrote itself is heard no more.
test('a node whose clock alone is put an hour back is taken for dead, until its clock is right again', () => {
  const cluster = atWork();
  const begun = cluster.engine.now();
  cluster.engine.setClock('node-1', { offsetMs: -hourMs });
  cluster.until('it is not Ready', () => !cluster.readyNodes().includes('node-1'), { withinMs: 60_000 });
  expect(cluster.engine.now() - begun).toBeGreaterThan(30_000);
  cluster.engine.setClock('node-1', { offsetMs: 0 });
  cluster.until('it is Ready', () => cluster.readyNodes().includes('node-1'), { withinMs: 20_000 });
  cluster.during(120_000, 'both nodes are Ready', () => cluster.readyNodes().length === 2, 5000);
});
