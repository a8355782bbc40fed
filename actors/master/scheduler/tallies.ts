/** How many pods that someone asks about run where: counted once, then kept up with every pod that comes or goes. */

import { isMeant, type NamespaceLabels, type PodMatch } from './affinity.ts';
import { labelOf, type NodeEntry, type PodEntry } from './node-entry.ts';

/** Counts of the pods that all of these matches mean; only nodes, and values, with at least one. */
export interface Tally {
  readonly matches: readonly PodMatch[];
  /** Pods that are being deleted do not count for spreading. */
  readonly skipsDeleting: boolean;
  readonly byNode: Map<string, number>;
  /** The same by value of a node label, for each label that was asked about; nodes without it under ''. */
  readonly byTopology: Map<string, Map<string, number>>;
}

/** Tallies by id. Those nobody asked about for longest are given up. */
export interface Tallies {
  /** By the one namespace they are about, so that a pod is held against its own namespace's only; '' for several or a selector. */
  readonly byNamespace: Map<string, Map<string, Tally>>;
}

/** What is counted, and what counts hang on. */
export interface Counted {
  readonly pods: ReadonlyMap<string, PodEntry>;
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  readonly namespaceLabels: NamespaceLabels;
}

/** Tallies of one namespace that are kept up at once. */
const talliesMax = 256;

/** Makes an empty table. */
export function makeTallies(): Tallies {
  return { byNamespace: new Map() };
}

/** Gives the tally for these matches, counting all pods where nobody asked before. */
export function tallyOf(
  tallies: Tallies,
  matches: readonly PodMatch[],
  skipsDeleting: boolean,
  counted: Counted,
): Tally {
  const scope = scopeOf(matches);
  const known = tallies.byNamespace.get(scope) ?? new Map<string, Tally>();
  if (known.size === 0) tallies.byNamespace.set(scope, known);
  const id = `${skipsDeleting ? 'live ' : ''}${matches.map((match) => match.id).join(' & ')}`;
  let tally = known.get(id);
  if (tally === undefined) {
    tally = { matches, skipsDeleting, byNode: new Map(), byTopology: new Map() };
    for (const pod of counted.pods.values()) count(tally, pod, 1, counted);
  } else known.delete(id);
  known.set(id, tally);
  if (known.size > talliesMax) dropOldest(known);
  return tally;
}

/** Gives a tally's counts by value of a node label. */
export function byTopologyOf(tally: Tally, label: string, counted: Counted): ReadonlyMap<string, number> {
  const known = tally.byTopology.get(label);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const [node, amount] of tally.byNode) addTo(counts, valueAt(node, label, counted), amount);
  tally.byTopology.set(label, counts);
  return counts;
}

/** Counts a pod that came to its node (1) or left it (-1). */
export function countPod(tallies: Tallies, pod: PodEntry, sign: 1 | -1, counted: Counted): void {
  if (tallies.byNamespace.size === 0) return;
  for (const scope of [pod.pod.metadata.namespace ?? '', '']) {
    const known = tallies.byNamespace.get(scope);
    if (known !== undefined) for (const tally of known.values()) count(tally, pod, sign, counted);
  }
}

/** Forgets the counts that hang on labels of namespaces, when those change. */
export function forgetWide(tallies: Tallies): void {
  tallies.byNamespace.delete('');
}

/** Forgets the counts that hang on labels of nodes, when those change or nodes come and go. */
export function forgetTopologies(tallies: Tallies): void {
  for (const known of tallies.byNamespace.values()) for (const tally of known.values()) tally.byTopology.clear();
}

function scopeOf(matches: readonly PodMatch[]): string {
  const [first] = matches;
  if (first === undefined || first.namespaceSelector !== undefined || first.namespaces.length !== 1) return '';
  const [namespace = ''] = first.namespaces;
  const isSame = (match: PodMatch) =>
    match.namespaceSelector === undefined && match.namespaces.length === 1 && match.namespaces[0] === namespace;
  return matches.every(isSame) ? namespace : '';
}

function count(tally: Tally, { pod, node }: PodEntry, sign: 1 | -1, counted: Counted): void {
  if (tally.skipsDeleting && pod.metadata.deletionTimestamp !== undefined) return;
  for (const match of tally.matches) if (!isMeant(match, pod, counted.namespaceLabels)) return;
  addTo(tally.byNode, node, sign);
  for (const [label, counts] of tally.byTopology) addTo(counts, valueAt(node, label, counted), sign);
}

function valueAt(node: string, label: string, { nodes }: Counted): string {
  const entry = nodes.get(node);
  return entry === undefined ? '' : (labelOf(entry, label) ?? '');
}

function addTo(counts: Map<string, number>, key: string, amount: number): void {
  const sum = (counts.get(key) ?? 0) + amount;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

function dropOldest(known: Map<string, Tally>): void {
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}
