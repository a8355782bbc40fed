/**
 * Goal: whatever breaks, once all is whole again the cluster becomes what its objects say, by itself.
 *
 * Method: for ten minutes machines lose power, wires are cut, processes die, messages are lost, doubled and late, by a seed's
 * own chance; then everything is healed, and every node, pod, Endpoints and forwarding table must come right.
 */

import { expect, test } from 'vitest';
import type { Endpoints, Node, Pod, Service } from '../../protocol/objects.ts';
import { webPods, webService } from '../web.ts';
import { type World, world } from '../world.ts';

const nodes = ['node-1', 'node-2', 'node-3', 'node-4'];
const machines = [...nodes, 'master-0', 'master-1'];
const masters = ['apiserver', 'scheduler', 'controller-manager', 'dns'].flatMap((name) => [`${name}.0`, `${name}.1`]);
const processes = [
  ...[...masters, 'etcd.0'].map((name) => `c.master.${name}`),
  ...nodes.flatMap((node) => ['kubelet', 'runtime', 'network', 'kube-proxy'].map((name) => `c.node.${node}.${name}`)),
];

const replicas = 6;
const readinessProbe = { httpGet: { path: '/', port: 80 }, periodSeconds: 5 };

/** A stream of choices that is the same for the same seed. */
function chances(seed: number) {
  let state = seed * 2_654_435_761;
  const number = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { number, pick: <T>(from: readonly T[]): T => from[Math.floor(number() * from.length)] as T };
}

/** Breaks things, and mends some, for a time; then mends all. */
function breakThings(cluster: World, seed: number, ms: number): void {
  const { engine } = cluster;
  const { number, pick } = chances(seed);
  const dark = new Set<string>();
  const deeds = [
    () => {
      const node = pick(nodes);
      if (!dark.has(node)) engine.powerOff(node);
      dark.add(node);
    },
    () => {
      const [node] = dark;
      if (node !== undefined) engine.powerOn(node);
      if (node !== undefined) dark.delete(node);
    },
    () => void engine.cut(pick(nodes), pick([...machines, '*'])),
    () => engine.crash(pick(processes)),
    () => engine.restart(pick(processes.filter((address) => ![...dark].some((node) => address.includes(node))))),
    () => engine.fault({ probability: 0.2 }, 'drop'),
    () => engine.fault({ probability: 0.2 }, { duplicateAfterMs: 50 }),
    () => engine.fault({ from: `c.node.${pick(nodes)}.>` }, { delayMs: 2000 }),
    () => engine.crash(pick([...engine.actors('c.node.*.pod.*.container.server'), 'c.nobody'])),
    () => engine.healAll(),
  ];
  const end = engine.now() + ms;
  while (engine.now() < end) {
    pick(deeds)();
    cluster.advance(1000 + number() * 15_000);
  }
  engine.healAll();
  for (const node of dark) engine.powerOn(node);
  for (const address of processes) if (engine.actors(address).length === 0) engine.restart(address);
}

/** What is not as the objects say; nothing where all is well. */
function faultsOf(cluster: World): string[] {
  const ready = cluster.readyPods('app=web');
  const pods = cluster.pods('app=web');
  const subsets = cluster.find<Endpoints>('endpoints', 'web')?.subsets ?? [];
  const served = subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)).sort();
  const places = new Set(pods.map(({ spec, metadata }) => `c.node.${spec.nodeName}.pod.${metadata.uid}`));
  const running = cluster.engine.actors('c.node.*.pod.*.pause').map((pause) => pause.slice(0, -'.pause'.length));
  const tainted = cluster.list<Node>('nodes').filter(({ spec }) => (spec?.taints ?? []).length > 0);
  const blind = nodes.filter((node) => !cluster.reach('http://web.default/', node).ok);
  const { clusterIP } = cluster.get<Service>('services', 'web').spec;
  const answers = nodes.flatMap((node) => Array.from({ length: 8 }, () => cluster.reach(`http://${clusterIP}/`, node)));
  const addresses = ready.map(({ status }: Pod) => status?.podIP).sort();
  return [
    ...(cluster.readyNodes().length === nodes.length ? [] : [`ready nodes: ${cluster.readyNodes()}`]),
    ...tainted.map(({ metadata }) => `${metadata.name} is tainted`),
    ...(ready.length === replicas ? [] : [`${ready.length} of ${replicas} pods are ready`]),
    ...(pods.length === replicas ? [] : [`there are ${pods.length} pods`]),
    ...(served.join() === addresses.join() ? [] : [`served are ${served}, and ready ${addresses}`]),
    ...running.filter((place) => !places.has(place)).map((place) => `nobody knows ${place}`),
    ...blind.map((node) => `the Service is not found by ${node}`),
    ...answers.filter(({ ok }) => !ok).map(({ failure }) => `a request was lost: ${failure}`),
  ];
}

test.each([1, 2, 3, 4])('a broken cluster becomes whole by itself (seed %i)', (seed) => {
  const controlPlane = { apiserver: 2, scheduler: 2, 'controller-manager': 2 };
  const cluster = world({ seed, nodes: nodes.length, controlPlane });
  cluster.create(webPods(replicas, { readinessProbe }));
  cluster.create(webService());
  cluster.until('all is well', () => faultsOf(cluster).length === 0);

  breakThings(cluster, seed, 600_000);
  let faults = ['not looked at yet'];
  for (let waited = 0; waited < 600_000 && faults.length > 0; waited += 15_000) {
    cluster.advance(15_000);
    faults = cluster.readyNodes().length === 0 ? ['no node is ready'] : faultsOf(cluster);
  }

  expect(faults).toEqual([]);
});
