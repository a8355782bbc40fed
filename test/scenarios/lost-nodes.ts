/** Nodes that may be lost: how long that takes to be noticed, and what can be asked of them and their pods. */

import type { Node, Pod } from '../../protocol/objects.ts';
import { addressesOf, webPods, webService } from '../web.ts';
import { conditionOf, type World, world } from '../world.ts';

/** As kube-controller-manager's `--node-monitor-grace-period`. */
export const gracePeriodMs = 40_000;
/** The health of nodes is looked at so often: what is decided by it may be so much later. */
export const monitorPeriodMs = 5000;
/** As kube-apiserver's `--default-unreachable-toleration-seconds`. */
export const tolerationMs = 300_000;

/** Waits until so many pods are ready and behind the Service, and for a while longer, so that the cluster is at rest. */
export function untilAtRest(cluster: World, pods: number): Pod[] {
  cluster.until('the pods are ready', () => cluster.readyPods('app=web').length === pods);
  cluster.until('the Service has them', () => addressesOf(cluster).length === pods);
  cluster.advance(20_000);
  return cluster.readyPods('app=web');
}

/** A cluster at rest, and whom of it a test is to lose: one of its pods, and the node that is on. */
interface Endangered {
  cluster: World;
  before: Pod[];
  victim: Pod;
  node: string;
}

/** Makes a cluster at rest that has a web pod on each of its nodes, all behind one Service. */
export function aPodANode(nodes: number): Endangered {
  const cluster = world({ nodes });
  cluster.create(webPods(nodes));
  cluster.create(webService());
  const before = untilAtRest(cluster, nodes);
  const [victim] = before as [Pod];
  return { cluster, before, victim, node: victim.spec.nodeName ?? '' };
}

/** Gives the status of a node's condition Ready. */
export function readiness(cluster: World, node: string): string | undefined {
  return conditionOf(cluster.get<Node>('nodes', node), 'Ready');
}

/** Lists a node's taints, as `key:effect`. */
export function taintsOf(cluster: World, node: string): string[] {
  return (cluster.get<Node>('nodes', node).spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).sort();
}

/** Tells whether a node has the taint that evicts pods of nodes that are not heard of. */
export function isTainted(cluster: World, node: string): boolean {
  return taintsOf(cluster, node).includes('node.kubernetes.io/unreachable:NoExecute');
}

/** Tells whether a node is ready and takes pods. */
export function isSound(cluster: World, node: string): boolean {
  return readiness(cluster, node) === 'True' && taintsOf(cluster, node).length === 0;
}

/** Gives the pods that are being deleted. */
export function evicted(cluster: World): Pod[] {
  return cluster.pods('app=web').filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
}

/** Gives the addresses of all that lives of a pod on its node. */
export function processesOf(cluster: World, { spec, metadata }: Pod): string[] {
  return cluster.engine.actors(`c.node.${spec.nodeName}.pod.${metadata.uid}.>`);
}

/** Counts the requests that failed of those sent from a time on. */
export function failuresSince(cluster: World, fromMs: number): number {
  const { seconds } = cluster.measured('clients');
  return seconds.filter(({ at }) => at >= fromMs).reduce((sum, { failed }) => sum + failed, 0);
}
