/** What the node-lifecycle controller knows: nodes, their leases and pods, their health, and the zones they are in. */

import type { Change } from '../../../../protocol/messages/informer.ts';
import { objectKey } from '../../../../protocol/meta.ts';
import type { Lease, Node, Pod } from '../../../../protocol/objects.ts';
import { applyChange, byIndex, type Indexers, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { type Me, record } from '../controller/rule.ts';
import type { NodeHealth } from './health.ts';
import { makeZone, type Zone, zoneOf } from './zones.ts';

/** The caches of the node-lifecycle controller. */
export interface NodeCache {
  nodes: Store<Node>;
  /** By node; those in kube-node-lease only. */
  leases: Map<string, Lease>;
  pods: Store<Pod>;
  health: Map<string, NodeHealth>;
  /** The nodes the last look at their health was at. */
  known: Map<string, Node>;
  zones: Map<string, Zone>;
  /** Nodes whose turn it was: the taint is being written. */
  evicting: Set<string>;
  /** Nodes some of whose pods are still to be marked as not ready. */
  unmarked: Set<string>;
}

/** The controller's door to the world. */
export type NodeController = Me<NodeCache>;

const leaseNamespace = 'kube-node-lease';

/** Files pods by the node they are on. */
export const podIndexers: Indexers<Pod> = { node: ({ spec: { nodeName } }) => (nodeName ? [nodeName] : []) };

/** Makes an empty cache. */
export function makeCache(): NodeCache {
  return {
    nodes: makeStore(),
    leases: new Map(),
    pods: makeStore(),
    health: new Map(),
    known: new Map(),
    zones: new Map(),
    evicting: new Set(),
    unmarked: new Set(),
  };
}

/** The keys of the queue: a look at all nodes' health, the evictions whose turn it is, one node, one pod. */
export const healthKey = 'health';
export const evictionsKey = 'evictions';
const [nodePrefix, podPrefix] = ['node:', 'pod:'];

/** Takes a change in, and queues the node or pod it concerns. A heartbeat queues nothing: the next look will see it. */
export function takeChange({ memory }: NodeController, resource: string, change: Change): void {
  const { known: cache, queue } = memory;
  if (resource === 'leases.coordination.k8s.io') takeLease(cache, change);
  else if (resource === 'nodes') {
    applyChange(cache.nodes, change);
    const { name } = change.object.metadata;
    if (change.type === 'DELETED') cache.unmarked.delete(name);
    else add(queue, nodePrefix + name);
  } else {
    applyChange(cache.pods, change, podIndexers);
    const [pod, old] = [change.object as Pod, change.old as Pod | undefined];
    const isPlaced = Boolean(pod.spec.nodeName) && pod.spec.nodeName !== old?.spec.nodeName;
    if (isPlaced && change.type !== 'DELETED') add(queue, podPrefix + objectKey(pod));
  }
}

function takeLease({ leases }: NodeCache, { type, object }: Change): void {
  const { namespace, name } = object.metadata;
  if (namespace !== leaseNamespace) return;
  if (type === 'DELETED') leases.delete(name);
  else leases.set(name, object as Lease);
}

/** Tells what a key of the queue is about; the name is a node's, or a pod's key. */
export function readKey(key: string): { about: 'health' | 'evictions' | 'node' | 'pod'; name: string } {
  if (key === healthKey || key === evictionsKey) return { about: key, name: '' };
  const about = key.startsWith(nodePrefix) ? 'node' : 'pod';
  return { about, name: key.slice(about === 'node' ? nodePrefix.length : podPrefix.length) };
}

/** Gives the pods on a node. */
export function podsOn({ pods }: NodeCache, node: string): Iterable<Pod> {
  return byIndex(pods, 'node', node).values();
}

/** Gives the zone of a node, made where it was not seen before. */
export function zoneFor(self: NodeController, node: Node): Zone {
  const { known: cache, input } = self.memory;
  const name = zoneOf(node);
  const zone = cache.zones.get(name) ?? makeZone(input.config['node-eviction-rate']);
  cache.zones.set(name, zone);
  return zone;
}

/** Records an event about a node. */
export function recordNodeEvent(
  self: NodeController,
  { metadata: { name, uid } }: Node,
  reason: string,
  message: string,
): void {
  const regarding = { kind: 'Node', apiVersion: 'v1', name, ...(uid === undefined ? {} : { uid }) };
  record(self, { regarding, type: 'Normal', reason, message });
}
