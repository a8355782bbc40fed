/** How many pods that someone asks about run where: counted once, then kept up with every pod that comes or goes. */

import { isMeant, type NamespaceLabels, type PodMatch } from './affinity.ts';
import { labelOf, type NodeEntry, type PodEntry } from './node-entry.ts';

/** Counts of the pods that all of these matches mean; only nodes, and values, with at least one. */
export interface Tally {
  readonly id: string;
  /** A label, as `key=value`, that every pod meant has; '' where there is none. */
  readonly handle: string;
  readonly matches: readonly PodMatch[];
  /** Pods that are being deleted do not count for spreading. */
  readonly skipsDeleting: boolean;
  readonly byNode: Map<string, number>;
  /** The same by value of a node label, for each label that was asked about; nodes without it under ''. */
  readonly byTopology: Map<string, Map<string, number>>;
}

/** Tallies. Those nobody asked about for longest are given up. */
export interface Tallies {
  /** By the one namespace they are about, so that a pod is held against its own namespace's only; '' for several or a selector. */
  readonly byNamespace: Map<string, Scope>;
}

/** The tallies of one namespace. */
interface Scope {
  /** By id, the last asked about last. */
  readonly byId: Map<string, Tally>;
  /** By handle, then by id: a pod is held against those that its labels lead to, and those without a handle. */
  readonly byHandle: Map<string, Map<string, Tally>>;
}

/** What is counted, and what counts hang on. */
export interface Counted {
  readonly pods: ReadonlyMap<string, PodEntry>;
  readonly nodes: ReadonlyMap<string, NodeEntry>;
  readonly namespaceLabels: NamespaceLabels;
}

/** Tallies of one namespace that are kept up at once. */
const talliesMax = 1024;

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
  const scope = openScope(tallies, scopeOf(matches));
  const id = `${skipsDeleting ? 'live ' : ''}${matches.map((match) => match.id).join(' & ')}`;
  const known = scope.byId.get(id);
  if (known !== undefined) {
    scope.byId.delete(id);
    scope.byId.set(id, known);
    return known;
  }
  const handle = handleOf(matches);
  const tally: Tally = { id, handle, matches, skipsDeleting, byNode: new Map(), byTopology: new Map() };
  for (const pod of counted.pods.values()) count(tally, pod, 1, counted);
  file(scope, tally);
  if (scope.byId.size > talliesMax) dropOldest(scope);
  return tally;
}

function openScope({ byNamespace }: Tallies, name: string): Scope {
  const known = byNamespace.get(name);
  if (known !== undefined) return known;
  const scope: Scope = { byId: new Map(), byHandle: new Map() };
  byNamespace.set(name, scope);
  return scope;
}

/** Any requirement of any match will do, since a pod must meet them all. */
function handleOf(matches: readonly PodMatch[]): string {
  for (const { selector } of matches) {
    for (const { key, operator, values } of selector.requirements) {
      if (operator === '=' || operator === '==') return labelText(key, values[0] ?? '');
    }
  }
  return '';
}

function labelText(key: string, value: string): string {
  return `${key}=${value}`;
}

function file({ byId, byHandle }: Scope, tally: Tally): void {
  byId.set(tally.id, tally);
  const filed = byHandle.get(tally.handle);
  if (filed === undefined) byHandle.set(tally.handle, new Map([[tally.id, tally]]));
  else filed.set(tally.id, tally);
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
  const { namespace = '', labels = {} } = pod.pod.metadata;
  for (const name of [namespace, '']) {
    const scope = tallies.byNamespace.get(name);
    if (scope === undefined) continue;
    const countAll = (handle: string) => {
      for (const tally of scope.byHandle.get(handle)?.values() ?? []) count(tally, pod, sign, counted);
    };
    countAll('');
    for (const key in labels) countAll(labelText(key, labels[key] as string));
  }
}

/** Forgets the counts that hang on labels of namespaces, when those change. */
export function forgetWide(tallies: Tallies): void {
  tallies.byNamespace.delete('');
}

/** Forgets the counts that hang on labels of nodes, when those change or nodes come and go. */
export function forgetTopologies(tallies: Tallies): void {
  for (const { byId } of tallies.byNamespace.values()) for (const tally of byId.values()) tally.byTopology.clear();
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

function dropOldest({ byId, byHandle }: Scope): void {
  for (const { id, handle } of byId.values()) {
    byId.delete(id);
    const filed = byHandle.get(handle);
    if (filed?.delete(id) && filed.size === 0) byHandle.delete(handle);
    return;
  }
}
