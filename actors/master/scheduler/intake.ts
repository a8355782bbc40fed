/** How what the informers tell changes the cache and the queue, and which waiting pods it frees. */

import type { Change, InformerChanged } from '../../../protocol/messages/informer.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type { Namespace, Node, Pod, Service } from '../../../protocol/objects.ts';
import { applyChanges, byNamespace, type Indexers } from '../../client-go/store.ts';
import { isMeant } from './affinity.ts';
import { putNamespace, putNode, putPod, removeNode, removePod } from './cache.ts';
import { type ClusterEvent, isNodeChanged, isPodChanged, isWeightChanged } from './cluster-events.ts';
import type { SchedulerMemory } from './memory.ts';
import { needsOf } from './needs.ts';
import type { NodeEntry } from './node-entry.ts';
import { isWanted } from './node-terms.ts';
import { nominate, withdraw } from './nominations.ts';
import { ownerResources } from './owners.ts';
import { arePortsFree } from './plugins/node-ports.ts';
import { shortages } from './plugins/node-resources-fit.ts';
import { profile } from './profile.ts';
import { dequeue, enqueue, freeFor, type QueuedPod, refresh } from './queue.ts';
import { untolerated } from './taints.ts';

const namespaced: Indexers<Service> = { namespace: byNamespace };
const helpedBy = new Map<string, readonly ClusterEvent[]>(profile.map((plugin) => [plugin.name, plugin.helpedBy]));

/** What informers are started for. */
export const watched = [
  { resource: 'nodes' },
  // As kube-scheduler: pods that have ended take nothing any more.
  { resource: 'pods', fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' },
  { resource: 'services' },
  { resource: 'namespaces' },
  ...ownerResources.map((resource) => ({ resource })),
] as const;

/** Takes in what an informer told. */
export function takeChanges(
  memory: SchedulerMemory,
  { resource, changes }: InformerChanged['body'],
  nowMs: number,
): void {
  const owners = memory.owners.get(resource);
  if (owners !== undefined) applyChanges(owners, changes);
  else if (resource === 'services') applyChanges(memory.services, changes, namespaced);
  else for (const change of changes) takeChange(memory, resource, change, nowMs);
}

function takeChange(memory: SchedulerMemory, resource: string, { type, object }: Change, nowMs: number): void {
  const isGone = type === 'DELETED';
  if (resource === 'pods') {
    if (isGone) dropPod(memory, object as Pod, nowMs);
    else takePod(memory, object as Pod, nowMs);
  } else if (resource === 'nodes') {
    if (isGone) dropNode(memory, object as Node, nowMs);
    else takeNode(memory, object as Node, nowMs);
  } else if (resource === 'namespaces') {
    const { metadata } = object as Namespace;
    putNamespace(memory.cache, metadata.name, isGone ? undefined : (metadata.labels ?? {}));
  }
}

function takeNode(memory: SchedulerMemory, node: Node, nowMs: number): void {
  const old = memory.cache.nodes.get(node.metadata.name)?.node;
  const entry = putNode(memory.cache, node);
  if (old !== undefined && !isNodeChanged(old, node)) return;
  free(memory, 'node changed', (queued) => mayFit(queued, entry), nowMs);
}

function dropNode(memory: SchedulerMemory, node: Node, nowMs: number): void {
  removeNode(memory.cache, node.metadata.name);
  free(memory, 'node deleted', () => true, nowMs);
}

/** Holds a node against a pod before the pod is tried again: what is at hand to ask, and no more (kube-scheduler's preCheck). */
function mayFit({ pod, needs }: QueuedPod, entry: NodeEntry): boolean {
  const { node } = entry;
  if (node === undefined || shortages(needs, entry) !== undefined || !arePortsFree(needs.hostPorts, entry))
    return false;
  const isInTheWay = untolerated(
    entry.hardTaints.filter(({ effect }) => effect === 'NoSchedule'),
    pod.spec.tolerations,
  );
  return isInTheWay === undefined && isWanted(needs.nodes, node);
}

function takePod(memory: SchedulerMemory, pod: Pod, nowMs: number): void {
  if (pod.spec.nodeName) takePlacedPod(memory, pod, nowMs);
  else if ((pod.spec.schedulerName ?? 'default-scheduler') === memory.input.config['scheduler-name']) {
    takeWaitingPod(memory, pod, nowMs);
  }
}

function takePlacedPod(memory: SchedulerMemory, pod: Pod, nowMs: number): void {
  const key = objectKey(pod);
  const old = memory.cache.pods.get(key);
  const isNew = old === undefined || old.isAssumed || old.uid !== pod.metadata.uid;
  const isChanged = old !== undefined && isWeightChanged(old.pod, pod);
  if (memory.queue.pods.has(key)) dequeue(memory.queue, key);
  withdraw(memory.nominations, key);
  putPod(memory.cache, pod);
  if (isNew) free(memory, 'pod added', (queued) => asksFor(memory, queued, pod), nowMs);
  else if (isChanged) free(memory, 'pod changed', () => true, nowMs);
}

/** A pod that comes helps those that want it near, or want it counted for their spreading. */
function asksFor({ cache }: SchedulerMemory, { needs }: QueuedPod, pod: Pod): boolean {
  return (
    needs.affinity.near.some((term) => isMeant(term, pod, cache.namespaceLabels)) ||
    needs.spread.some(({ match, isHard }) => isHard && isMeant(match, pod, cache.namespaceLabels))
  );
}

function takeWaitingPod(memory: SchedulerMemory, pod: Pod, nowMs: number): void {
  const key = objectKey(pod);
  const binding = memory.bindings.get(key);
  if (binding !== undefined) {
    binding.queued.pod = pod;
    return;
  }
  const queued = memory.queue.pods.get(key);
  const needs = queued !== undefined && !isPodChanged(queued.pod, pod) ? queued.needs : needsOf(pod);
  const nominated = pod.status?.nominatedNodeName;
  if (nominated) nominate(memory.nominations, pod, needs, nominated);
  if (queued === undefined) enqueue(memory.queue, pod, needs, nowMs);
  else refresh(memory.queue, queued, pod, needs, needs !== queued.needs, nowMs);
}

function dropPod(memory: SchedulerMemory, pod: Pod, nowMs: number): void {
  const key = objectKey(pod);
  dequeue(memory.queue, key);
  withdraw(memory.nominations, key);
  memory.bindings.delete(key);
  if (removePod(memory.cache, key) !== undefined) freePlace(memory, nowMs);
}

/** Frees the pods that room on a node may help: a pod left it, or will not come. */
export function freePlace(memory: SchedulerMemory, nowMs: number): void {
  free(memory, 'pod deleted', () => true, nowMs);
}

function free(
  memory: SchedulerMemory,
  event: ClusterEvent,
  mayHelp: (queued: QueuedPod) => boolean,
  nowMs: number,
): void {
  if (memory.queue.unschedulable.size === 0) return;
  freeFor(memory.queue, (plugin) => helpedBy.get(plugin)?.includes(event) === true, mayHelp, nowMs);
}
