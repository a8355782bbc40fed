/** A cluster in parts: which address is whose, and that the parts together are a cluster. */

import { expect, test } from 'vitest';
import { Engine } from '../engine/engine.ts';
import type { KubernetesList, ObjectCreate, ObjectList, RequestSucceeded } from '../protocol/messages/api.ts';
import type { Node, Pod } from '../protocol/objects.ts';
import { definitions } from './cast.ts';
import { Cluster, outsideMachine } from './cluster.ts';
import { type ClusterSpec, nodesOf, singleControlPlane } from './cluster-spec.ts';
import { type ClusterPart, Places } from './part.ts';
import { type JoinedHost, JoinedHosts } from './testing/joined-hosts.ts';

const nodes = nodesOf([{ count: 6 }]);
const spec: ClusterSpec = {
  name: 'c',
  nodes: [],
  controlPlane: { etcd: 3, apiserver: 3, scheduler: 3, 'controller-manager': 3, dns: 2 },
  settings: {},
  images: [],
};

/** A host with the n-th replica of everything. */
function control(n: number): ClusterPart {
  const masters = { etcd: [n], apiserver: [n], scheduler: [n], 'controller-manager': [n], ...(n < 2 && { dns: [n] }) };
  return { host: `control-${n}`, masters, nodes: [] };
}

const workers = (host: string, from: number): ClusterPart => ({
  host,
  masters: {},
  nodes: nodes.slice(from, from + 3),
});

/** Three control hosts and two with three nodes each. */
function fiveHosts(): JoinedHosts {
  const joined = new JoinedHosts(spec);
  for (let n = 0; n < 3; n++) joined.start(control(n));
  joined.start(workers('workers-a', 0));
  joined.start(workers('workers-b', 3));
  return joined;
}

/** Asks an API server from a host, and gives what came back. */
function call<M extends ObjectList | ObjectCreate>(
  joined: JoinedHosts,
  host: JoinedHost,
  type: M['type'],
  body: M['body'],
): unknown {
  const user = host.engine.puppet(host.cluster.hostActor('gateway'), undefined, { machine: outsideMachine });
  const request = user.ask<M>(host.cluster.apiserver, type, body);
  joined.runUntil(() => user.received.some((message) => message.request === request), 40_000);
  const answer = user.take().find((message) => message.request === request);
  return (answer?.body as RequestSucceeded['body'] | undefined)?.object;
}

function list(joined: JoinedHosts, host: JoinedHost, resource: string): readonly unknown[] {
  return ((call<ObjectList>(joined, host, 'object.list', { resource }) as KubernetesList | undefined) ?? { items: [] })
    .items;
}

const isReady = (node: Node) => node.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

function readyNodes(joined: JoinedHosts, host: JoinedHost): number {
  return (list(joined, host, 'nodes') as Node[]).filter(isReady).length;
}

function runningPods(joined: JoinedHosts, host: JoinedHost): string[] {
  const pods = list(joined, host, 'pods') as Pod[];
  const isUp = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
  return pods.filter(isUp).map(({ spec }) => spec?.nodeName ?? '');
}

test('an address is of the host that has its node or its replica; a group and a client are of none', () => {
  const places = new Places('c', { host: 'h1', masters: { etcd: [1], apiserver: [0, 2] }, nodes: nodes.slice(0, 1) });
  const here = ['c.master.etcd.1', 'c.master.apiserver.2', 'c.node.node-1.kubelet', 'c.host.h1.gateway', 'outside'];
  const there = ['c.master.etcd.0', 'c.master.apiserver', 'c.node.node-2.pod.x', 'c.host.h2.gateway', 'c.client.user'];
  expect(here.filter((address) => !places.isHere(address))).toEqual([]);
  expect(there.filter((address) => places.isHere(address))).toEqual([]);
  expect(['c.master.etcd.0', 'c.node.node-2.pod.x', 'c.master.etcd'].map((one) => places.machineOf(one))).toEqual([
    'master-0',
    'node-2',
    undefined,
  ]);
  expect(places.subjects()).toContain('c.node.node-1.>');
});

test('names with dots are one token of an address', () => {
  const [node] = nodesOf([{ count: 1, prefix: 'a.b-' }]);
  const places = new Places('my.cluster', { host: 'h.1', masters: {}, nodes: [node!] });
  expect(places.isHere('my%2Ecluster.node.a%2Eb-1.kubelet')).toBe(true);
  expect(places.subjects()).toEqual([
    'my%2Ecluster.node.a%2Eb-1.>',
    'my%2Ecluster.host.h%2E1.gateway',
    'my%2Ecluster.host.h%2E1.registry',
  ]);
});

test('five hosts are one cluster: all nodes are ready, and pods run on both hosts with nodes', () => {
  const joined = fiveHosts();
  const [first] = joined.hosts as [JoinedHost];
  joined.runUntil(() => readyNodes(joined, first) === 6, 120_000);
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }] } };
  const object = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 12, selector: labels, template },
  };
  call<ObjectCreate>(joined, first, 'object.create', {
    resource: 'replicationcontrollers',
    namespace: 'default',
    object,
  });
  joined.runUntil(() => runningPods(joined, first).length === 12, 120_000);
  expect(new Set(runningPods(joined, first)).size).toBe(6);

  // The first control host dies with the leaders; the others go on.
  first.isDead = true;
  const second = joined.hosts[1] as JoinedHost;
  joined.runUntil(() => readyNodes(joined, second) === 6, 180_000);
  const scaled = { ...object, metadata: { name: 'more', namespace: 'default' } };
  scaled.spec = {
    ...scaled.spec,
    replicas: 6,
    selector: { app: 'more' },
    template: { ...template, metadata: { labels: { app: 'more' } } },
  } as never;
  call<ObjectCreate>(joined, second, 'object.create', {
    resource: 'replicationcontrollers',
    namespace: 'default',
    object: scaled,
  });
  joined.runUntil(() => runningPods(joined, second).length === 18, 180_000);
});

test('one host with all of a cluster is the cluster', () => {
  const whole = { ...spec, controlPlane: singleControlPlane, nodes };
  const engine = new Engine({ seed: 1, definitions });
  const cluster = new Cluster(engine, whole);
  cluster.start();
  const part: ClusterPart = {
    host: 'h',
    masters: { etcd: [0], apiserver: [0], scheduler: [0], 'controller-manager': [0], dns: [0, 1] },
    nodes,
  };
  const joined = new JoinedHosts({ ...whole, nodes: [] });
  const host = joined.start(part);
  const strip = (addresses: string[]) => addresses.filter((address) => !address.endsWith('registry'));
  expect(strip(host.engine.actors())).toEqual(strip(engine.actors()));
});
