/**
 * Goal: with three members of etcd, any one may be lost, also the leader again and again: no acknowledged write is lost,
 * no watch misses, repeats or reorders an event, and the cluster converges.
 *
 * Method: a writer creates and updates ConfigMaps one after the other and keeps what it was told; a watch through the API server
 * is compared with what etcd's members hold in the end.
 */

import { describe, expect, test } from 'vitest';
import type { EtcdMemory } from '../../actors/master/etcd/memory.ts';
import type { ObjectChanged } from '../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { webPods } from '../web.ts';
import { type World, world } from '../world.ts';

const members = [0, 1, 2].map((i) => `c.master.etcd.${i}`);

function memberOf(cluster: World, address: string): EtcdMemory {
  return cluster.engine.inspect(address)?.memory as EtcdMemory;
}

/** Who leads in the latest term. */
function leaderOf(cluster: World): string {
  const living = members.filter((address) => cluster.engine.inspect(address)?.isAlive === true);
  const rafts = living.map((address) => memberOf(cluster, address).raft).sort((a, b) => b.term - a.term);
  return rafts.find(({ leader, id }) => leader === id)?.id ?? '';
}

/** The controllers make some too. */
function isOurs({ metadata }: KubernetesObject): boolean {
  return metadata.name.startsWith('map-');
}

/** Watches ConfigMaps through the API server; gives what it was told until now. */
function watchMaps(cluster: World): () => string[] {
  const { engine } = cluster;
  const watcher = engine.puppet('c.client.watcher');
  watcher.open(cluster.cluster.apiserver, 'object.watch', { resource: 'configmaps', namespace: 'default' } as never);
  const told: string[] = [];
  return () => {
    for (const message of watcher.take()) {
      if (message.type !== 'object.changed') continue;
      const { type, object } = (message as ObjectChanged).body;
      if (isOurs(object)) told.push(`${object.metadata.resourceVersion} ${type} ${object.metadata.name}`);
    }
    return told;
  };
}

/** Makes ConfigMaps one after the other; gives those that were acknowledged, by their version. */
function makeWriter(cluster: World) {
  const acknowledged: string[] = [];
  let count = 0;
  const write = () => {
    const name = `map-${count++}`;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } };
    const answer = cluster.call('object.create', { resource: 'configmaps', namespace: 'default', object });
    if (answer.type !== 'request.succeeded') return;
    acknowledged.push(`${answer.body.object.metadata.resourceVersion} ADDED ${name}`);
  };
  return { acknowledged, write };
}

function expectSame(cluster: World, told: readonly string[], acknowledged: readonly string[]): void {
  const versions = told.map((line) => Number(line.split(' ')[0]));
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(new Set(versions).size).toBe(versions.length);
  expect(told).toEqual(expect.arrayContaining([...acknowledged]));
  // Everything there is was told, also what was done without being acknowledged.
  const names = cluster
    .list('configmaps')
    .filter(isOurs)
    .map(({ metadata }) => metadata.name);
  expect(told.map((line) => line.split(' ')[2]).sort()).toEqual(names.sort());
  const stores = members.map((address) => memberOf(cluster, address).store.mvcc);
  for (const store of stores) expect(store.changes).toEqual(stores[0]?.changes);
}

describe.each([0, 1, 2])('member %i', (victim) => {
  test('is killed and comes back: the cluster converges meanwhile and after', () => {
    const cluster = world({ seed: victim + 1, controlPlane: { etcd: 3 } });
    cluster.create(webPods(3));
    cluster.advance(300);
    cluster.engine.crash(members[victim] as string, { loseUnsynced: victim === 1 });
    cluster.until('3 pods are ready', () => cluster.readyPods('app=web').length === 3, { withinMs: 120_000 });
    cluster.engine.restart(members[victim] as string);
    cluster.scale('replicationcontrollers', 'web', 5);
    cluster.until('5 pods are ready', () => cluster.readyPods('app=web').length === 5, { withinMs: 120_000 });
  });
});

test.each([1, 2, 3])(
  'the leader is killed again and again: nothing acknowledged is lost, no event either (seed %i)',
  (seed) => {
    const cluster = world({ seed, nodes: 1, controlPlane: { etcd: 3 } });
    const told = watchMaps(cluster);
    cluster.advance(100);
    const { acknowledged, write } = makeWriter(cluster);
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 10; i++) write();
      const leader = leaderOf(cluster);
      cluster.engine.crash(leader, { loseUnsynced: round % 2 === 0 });
      for (let i = 0; i < 10; i++) write();
      cluster.engine.restart(leader);
      cluster.advance(37 * seed);
    }
    cluster.advance(5_000);
    expect(acknowledged.length).toBeGreaterThan(100);
    expectSame(cluster, told(), acknowledged);
  },
);

test('a machine with a member and the API server’s peers loses power: the others go on', () => {
  const cluster = world({ nodes: 1, controlPlane: { etcd: 3, apiserver: 2 } });
  const { acknowledged, write } = makeWriter(cluster);
  write();
  cluster.engine.powerOff('master-0');
  cluster.until(
    'a write is acknowledged',
    () => {
      write();
      return acknowledged.length > 1;
    },
    { withinMs: 120_000 },
  );
  cluster.engine.powerOn('master-0');
  cluster.until('all members have the same', () => {
    const revisions = members.map((address) => memberOf(cluster, address)?.store.mvcc.revision);
    return new Set(revisions).size === 1;
  });
});

test('a leader that is cut off from the others acknowledges nothing more, and takes over what it missed', () => {
  const cluster = world({ nodes: 1, controlPlane: { etcd: 3, apiserver: 2 } });
  const { engine } = cluster;
  // One API server is on the leader's machine, and is cut off with it; the other is not.
  const [first] = members as [string, ...string[]];
  engine.puppet('c.client.operator').send(first, 'leader.move', { to: first });
  cluster.until('the first member leads', () => leaderOf(cluster) === first);
  const told = watchMaps(cluster);
  cluster.advance(100);
  const { acknowledged, write } = makeWriter(cluster);
  const cuts = ['master-1', 'master-2'].map((other) => engine.cut('master-0', other));
  for (let i = 0; i < 10; i++) write();
  cluster.advance(3_000);
  expect(leaderOf(cluster)).not.toBe(first);
  for (let i = 0; i < 30; i++) write();
  expect(acknowledged.length).toBeGreaterThan(10);
  for (const cut of cuts) cut.heal();
  cluster.advance(10_000);
  expectSame(cluster, told(), acknowledged);
});
