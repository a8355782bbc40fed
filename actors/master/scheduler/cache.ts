/** The scheduler's cache: nodes and the pods on them, assumed ones too, kept up one change at a time. */

import { objectKey } from '../../../protocol/meta.ts';
import type { Node, Pod } from '../../../protocol/objects.ts';
import type { PodMatch } from './affinity.ts';
import { differs, isWeightChanged } from './cluster-events.ts';
import { zoneLabel } from './labels.ts';
import { type Needs, needsOf } from './needs.ts';
import {
  describeNode,
  eraseNode,
  labelOf,
  makeNodeEntry,
  type NodeEntry,
  type PodEntry,
  seatPod,
  unseatPod,
} from './node-entry.ts';
import { byTopologyOf, countPod, forgetTopologies, forgetWide, makeTallies, type Tallies, tallyOf } from './tallies.ts';

/** Everything the filters and scores look at. */
export interface Cache {
  readonly nodes: Map<string, NodeEntry>;
  /** The known nodes, one zone after the other in turn; undefined when it must be made anew. */
  order: NodeEntry[] | undefined;
  readonly pods: Map<string, PodEntry>;
  /** The pods with inter-pod terms of any kind: the only ones whose own wishes count for others. */
  readonly podsWithTerms: Map<string, PodEntry>;
  readonly tallies: Tallies;
  readonly namespaceLabels: Map<string, Readonly<Record<string, string>>>;
  /** How many nodes have an image, by name. */
  readonly imageNodes: Map<string, number>;
  readonly traits: Traits;
  /** How many values a node label has (its lack is one), for each label that was asked about. */
  readonly topologySizes: Map<string, number>;
}

/** How many nodes have what keeps pods away: where none has, no node need be asked. */
export interface Traits {
  cordons: number;
  hardTaints: number;
  softTaints: number;
}

/** Makes an empty cache. */
export function makeCache(): Cache {
  return {
    nodes: new Map(),
    order: undefined,
    pods: new Map(),
    podsWithTerms: new Map(),
    tallies: makeTallies(),
    namespaceLabels: new Map(),
    imageNodes: new Map(),
    traits: { cordons: 0, hardTaints: 0, softTaints: 0 },
    topologySizes: new Map(),
  };
}

/** Takes in a node that appeared or changed. */
export function putNode(cache: Cache, node: Node): NodeEntry {
  const entry = entryOf(cache, node.metadata.name);
  const old = entry.node;
  if (old === undefined || differs(old.metadata.labels, node.metadata.labels)) forgetTopology(cache);
  countNode(cache, entry, -1);
  describeNode(entry, node);
  countNode(cache, entry, 1);
  return entry;
}

/** Takes a node out. The pods on it stay known until they are told to be gone. */
export function removeNode(cache: Cache, name: string): void {
  const entry = cache.nodes.get(name);
  if (entry === undefined) return;
  forgetTopology(cache);
  countNode(cache, entry, -1);
  eraseNode(entry);
  if (entry.pods.size === 0) cache.nodes.delete(name);
}

function entryOf(cache: Cache, name: string): NodeEntry {
  const known = cache.nodes.get(name);
  if (known !== undefined) return known;
  const entry = makeNodeEntry(name);
  cache.nodes.set(name, entry);
  return entry;
}

/** Forgets all that hangs on which nodes there are, and on their labels. */
function forgetTopology(cache: Cache): void {
  cache.order = undefined;
  cache.topologySizes.clear();
  forgetTopologies(cache.tallies);
}

function countNode(cache: Cache, entry: NodeEntry, sign: 1 | -1): void {
  const { traits } = cache;
  if (entry.isCordoned) traits.cordons += sign;
  if (entry.hardTaints.length > 0) traits.hardTaints += sign;
  if (entry.softTaints.length > 0) traits.softTaints += sign;
  for (const name of entry.images.keys()) {
    const count = (cache.imageNodes.get(name) ?? 0) + sign;
    if (count === 0) cache.imageNodes.delete(name);
    else cache.imageNodes.set(name, count);
  }
}

/** Takes in a pod that the API server shows on a node; one assumed there is thereby confirmed. */
export function putPod(cache: Cache, pod: Pod): void {
  const key = objectKey(pod);
  const old = cache.pods.get(key);
  const node = pod.spec.nodeName ?? '';
  if (old !== undefined && old.node === node && old.uid === pod.metadata.uid && !isWeightChanged(old.pod, pod)) {
    old.pod = pod;
    old.isAssumed = false;
    return;
  }
  if (old !== undefined) removePod(cache, key);
  seat(cache, { key, uid: pod.metadata.uid ?? '', pod, needs: needsOf(pod), node, isAssumed: false });
}

/** Counts a pod as on a node from now on, before the API server has it so. */
export function assumePod(cache: Cache, pod: Pod, needs: Needs, node: string): void {
  seat(cache, { key: objectKey(pod), uid: pod.metadata.uid ?? '', pod, needs, node, isAssumed: true });
}

/** Takes a pod from its node, and gives what was known of it. */
export function removePod(cache: Cache, key: string): PodEntry | undefined {
  const pod = cache.pods.get(key);
  if (pod === undefined) return undefined;
  unseat(cache, pod);
  const entry = cache.nodes.get(pod.node);
  if (entry !== undefined && entry.node === undefined && entry.pods.size === 0) cache.nodes.delete(pod.node);
  return pod;
}

/** Puts a pod on its node; with `unseat`, also how "what if" is asked. */
export function seat(cache: Cache, pod: PodEntry): void {
  cache.pods.set(pod.key, pod);
  const { near, apart, preferred } = pod.needs.affinity;
  if (near.length + apart.length + preferred.length > 0) cache.podsWithTerms.set(pod.key, pod);
  seatPod(entryOf(cache, pod.node), pod);
  countPod(cache.tallies, pod, 1, cache);
}

/** Takes a pod from its node. */
export function unseat(cache: Cache, pod: PodEntry): void {
  cache.pods.delete(pod.key);
  cache.podsWithTerms.delete(pod.key);
  const entry = cache.nodes.get(pod.node);
  if (entry !== undefined) unseatPod(entry, pod);
  countPod(cache.tallies, pod, -1, cache);
}

/** Takes in the labels of a namespace; undefined when it is gone. */
export function putNamespace(cache: Cache, name: string, labels: Readonly<Record<string, string>> | undefined): void {
  if (labels === undefined) cache.namespaceLabels.delete(name);
  else cache.namespaceLabels.set(name, labels);
  forgetWide(cache.tallies);
}

/** Counts, by node, the pods that all matches mean. */
export function countMatching(
  cache: Cache,
  matches: readonly PodMatch[],
  skipsDeleting: boolean,
): ReadonlyMap<string, number> {
  return tallyOf(cache.tallies, matches, skipsDeleting, cache).byNode;
}

/** Counts, by value of a node label ('' for nodes without it), the pods that all matches mean. */
export function countByTopology(
  cache: Cache,
  matches: readonly PodMatch[],
  skipsDeleting: boolean,
  label: string,
): ReadonlyMap<string, number> {
  return byTopologyOf(tallyOf(cache.tallies, matches, skipsDeleting, cache), label, cache);
}

/** Counts the different values a label has on the known nodes, its lack among them. */
export function topologySize(cache: Cache, label: string): number {
  const known = cache.topologySizes.get(label);
  if (known !== undefined) return known;
  const { size } = new Set(nodesInOrder(cache).map((entry) => labelOf(entry, label)));
  cache.topologySizes.set(label, size);
  return size;
}

/** Gives the known nodes in the order they are looked at: a node of each zone in turn, so that any stretch spans the zones. */
export function nodesInOrder(cache: Cache): readonly NodeEntry[] {
  cache.order ??= interleave(cache.nodes.values());
  return cache.order;
}

function interleave(nodes: Iterable<NodeEntry>): NodeEntry[] {
  const zones = new Map<string, NodeEntry[]>();
  let count = 0;
  for (const entry of nodes) {
    if (entry.node === undefined) continue;
    const zone = zoneOf(entry.node);
    const there = zones.get(zone);
    if (there === undefined) zones.set(zone, [entry]);
    else there.push(entry);
    count += 1;
  }
  const order: NodeEntry[] = [];
  for (let turn = 0; order.length < count; turn++) {
    for (const there of zones.values()) {
      const entry = there[turn];
      if (entry !== undefined) order.push(entry);
    }
  }
  return order;
}

function zoneOf(node: Node): string {
  const labels = node.metadata.labels;
  return `${labels?.['topology.kubernetes.io/region'] ?? ''}:${labels?.[zoneLabel] ?? ''}`;
}
