/** What the scheduler knows of one node: what it has, and what the pods on it (assumed ones too) take of that. */

import type { Node, Pod, Taint } from '../../../protocol/objects.ts';
import { hostnameLabel, zoneLabel } from './labels.ts';
import { type Amounts, addAmounts, type Needs, noAmounts, readAmounts } from './needs.ts';

/** A pod on a node. */
export interface PodEntry {
  readonly key: string;
  readonly uid: string;
  pod: Pod;
  readonly needs: Needs;
  readonly node: string;
  /** Placed here by this scheduler, and not yet seen to be so. */
  isAssumed: boolean;
}

/** A node, or (without `node`) one that pods are bound to and that is not known. */
export interface NodeEntry {
  readonly name: string;
  node: Node | undefined;
  /** The two labels that pods are spread by, at hand because they are asked for most. */
  hostname: string | undefined;
  zone: string | undefined;
  allocatable: Amounts;
  maxPods: number;
  readonly requested: Amounts;
  nonZeroMilliCpu: number;
  nonZeroMemory: number;
  readonly pods: Map<string, PodEntry>;
  /** By `protocol/port`: the addresses taken, and how often. */
  readonly ports: Map<string, Map<string, number>>;
  isCordoned: boolean;
  /** Taints that keep pods away (NoSchedule, NoExecute), and those that only weigh against it. */
  hardTaints: readonly Taint[];
  softTaints: readonly Taint[];
  /** Sizes in bytes of the images it has, by name. */
  images: ReadonlyMap<string, number>;
}

const noTaints: readonly Taint[] = [];

/** Makes an entry for a node of which only the name is known. */
export function makeNodeEntry(name: string): NodeEntry {
  return {
    name,
    node: undefined,
    hostname: undefined,
    zone: undefined,
    allocatable: noAmounts(),
    maxPods: 0,
    requested: noAmounts(),
    nonZeroMilliCpu: 0,
    nonZeroMemory: 0,
    pods: new Map(),
    ports: new Map(),
    isCordoned: false,
    hardTaints: noTaints,
    softTaints: noTaints,
    images: new Map(),
  };
}

/** Takes in a node as the API server has it now. */
export function describeNode(entry: NodeEntry, node: Node): void {
  const old = entry.node;
  entry.node = node;
  entry.hostname = node.metadata.labels?.[hostnameLabel];
  entry.zone = node.metadata.labels?.[zoneLabel];
  if (old === undefined || old.status?.allocatable !== node.status?.allocatable) {
    entry.allocatable = readAmounts(node.status?.allocatable);
    entry.maxPods = Number(node.status?.allocatable?.pods ?? 0);
  }
  entry.isCordoned = node.spec?.unschedulable === true;
  const taints = node.spec?.taints ?? noTaints;
  entry.hardTaints = taints.length === 0 ? noTaints : taints.filter(({ effect }) => effect !== 'PreferNoSchedule');
  entry.softTaints = taints.length === 0 ? noTaints : taints.filter(({ effect }) => effect === 'PreferNoSchedule');
  if (old === undefined || old.status?.images !== node.status?.images) {
    const images = node.status?.images ?? [];
    entry.images = new Map(
      images.flatMap(({ names, sizeBytes }) => (names ?? []).map((name) => [name, sizeBytes ?? 0])),
    );
  }
}

/** Takes the node itself out; the pods on it stay. */
export function eraseNode(entry: NodeEntry): void {
  entry.node = undefined;
  entry.hostname = undefined;
  entry.zone = undefined;
  entry.isCordoned = false;
  entry.hardTaints = noTaints;
  entry.softTaints = noTaints;
  entry.images = new Map();
}

/** Gives a label of the node, undefined where it has none of that name (or is not known). */
export function labelOf(entry: NodeEntry, key: string): string | undefined {
  if (key === hostnameLabel) return entry.hostname;
  if (key === zoneLabel) return entry.zone;
  return entry.node?.metadata.labels?.[key];
}

/** Puts a pod on a node: only what it takes changes. */
export function seatPod(entry: NodeEntry, pod: PodEntry): void {
  entry.pods.set(pod.key, pod);
  charge(entry, pod.needs, 1);
}

/** Takes a pod from a node. */
export function unseatPod(entry: NodeEntry, pod: PodEntry): void {
  if (entry.pods.delete(pod.key)) charge(entry, pod.needs, -1);
}

function charge(entry: NodeEntry, needs: Needs, sign: 1 | -1): void {
  addAmounts(entry.requested, needs.requests, sign);
  entry.nonZeroMilliCpu += sign * needs.nonZeroMilliCpu;
  entry.nonZeroMemory += sign * needs.nonZeroMemory;
  for (const { ip, protocol, port } of needs.hostPorts) {
    const key = `${protocol}/${port}`;
    const taken = entry.ports.get(key) ?? new Map<string, number>();
    const count = (taken.get(ip) ?? 0) + sign;
    if (count > 0) taken.set(ip, count);
    else taken.delete(ip);
    if (taken.size > 0) entry.ports.set(key, taken);
    else entry.ports.delete(key);
  }
}
