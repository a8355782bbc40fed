/** Places pods by the pods around them: near some, apart from others. */

import { type Affinity, isMeant, type PodTerm } from '../affinity.ts';
import { type Cache, countByTopology } from '../cache.ts';
import { labelOf, type NodeEntry } from '../node-entry.ts';
import { type Candidate, maxNodeScore, type Plugin, type Refusal } from '../plugin.ts';

const name = 'InterPodAffinity';
const notNear: Refusal = { plugin: name, reasons: ["node(s) didn't match pod affinity rules"], isResolvable: false };
const notApart: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match pod anti-affinity rules"],
  isResolvable: true,
};
const notWelcome: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  isResolvable: true,
};

/** Sums by topology key, then by value of that label. */
type ByTopology = Map<string, Map<string, number>>;

/** InterPodAffinity. */
export const interPodAffinity: Plugin = {
  name,
  weight: 2,
  helpedBy: ['node changed', 'pod added', 'pod changed', 'pod deleted'],
  filter(candidate) {
    const { affinity } = candidate.needs;
    const refusing = refusingTopologies(candidate);
    if (refusing.size === 0 && affinity.near.length === 0 && affinity.apart.length === 0) return undefined;
    const isNear = nearFilter(candidate, affinity);
    const apart: ByTopology = new Map();
    for (const term of affinity.apart) addCounts(apart, candidate.cache, term, [term], 1);
    return (node) => {
      if (!isNear(node)) return notNear;
      if (isOnAny(node, apart)) return notApart;
      return isOnAny(node, refusing) ? notWelcome : undefined;
    };
  },
  score(candidate, nodes) {
    const sums: ByTopology = new Map();
    for (const { weight, term } of candidate.needs.affinity.preferred) {
      addCounts(sums, candidate.cache, term, [term], weight);
    }
    addWishesOfOthers(sums, candidate);
    if (sums.size === 0) return undefined;
    return normalizeByRange(nodes.map((node) => sumFor(node, sums)));
  },
};

/** Where pods stand that will not have this one near. */
function refusingTopologies({ cache, pod }: Candidate): ByTopology {
  const refusing: ByTopology = new Map();
  for (const other of cache.podsWithTerms.values()) {
    for (const term of other.needs.affinity.apart) {
      if (isMeant(term, pod, cache.namespaceLabels)) add(refusing, term.topologyKey, cache.nodes.get(other.node), 1);
    }
  }
  return refusing;
}

function nearFilter({ cache, pod }: Candidate, { near }: Affinity): (node: NodeEntry) => boolean {
  if (near.length === 0) return () => true;
  const counts: ByTopology = new Map();
  // A pod counts only if it matches every term.
  for (const term of near) addCounts(counts, cache, term, near, 1);
  // The first of a group that asks for its own kind may go anywhere the label is.
  const isFirst = counts.size === 0 && near.every((term) => isMeant(term, pod, cache.namespaceLabels));
  return (node) => {
    for (const { topologyKey } of near) {
      const value = labelOf(node, topologyKey);
      if (value === undefined) return false;
      if (!isFirst && (counts.get(topologyKey)?.get(value) ?? 0) <= 0) return false;
    }
    return true;
  };
}

function isOnAny(node: NodeEntry, topologies: ByTopology): boolean {
  for (const [key, values] of topologies) {
    const value = labelOf(node, key);
    if (value !== undefined && (values.get(value) ?? 0) > 0) return true;
  }
  return false;
}

/** Adds what the pods already placed wish of this one: their preferences, and their requirements at a small weight. */
function addWishesOfOthers(sums: ByTopology, { cache, pod, hardPodAffinityWeight }: Candidate): void {
  for (const other of cache.podsWithTerms.values()) {
    const node = cache.nodes.get(other.node);
    const { near, preferred } = other.needs.affinity;
    for (const { weight, term } of preferred) {
      if (isMeant(term, pod, cache.namespaceLabels)) add(sums, term.topologyKey, node, weight);
    }
    if (hardPodAffinityWeight === 0) continue;
    for (const term of near) {
      if (isMeant(term, pod, cache.namespaceLabels)) add(sums, term.topologyKey, node, hardPodAffinityWeight);
    }
  }
}

function addCounts(
  to: ByTopology,
  cache: Cache,
  { topologyKey }: PodTerm,
  matches: readonly PodTerm[],
  weight: number,
): void {
  for (const [value, count] of countByTopology(cache, matches, false, topologyKey)) {
    if (value !== '') addAt(to, topologyKey, value, weight * count);
  }
}

function add(to: ByTopology, topologyKey: string, entry: NodeEntry | undefined, amount: number): void {
  const value = entry === undefined ? undefined : labelOf(entry, topologyKey);
  if (value !== undefined) addAt(to, topologyKey, value, amount);
}

function addAt(to: ByTopology, topologyKey: string, value: string, amount: number): void {
  const values = to.get(topologyKey) ?? new Map<string, number>();
  if (values.size === 0) to.set(topologyKey, values);
  values.set(value, (values.get(value) ?? 0) + amount);
}

function sumFor(node: NodeEntry, sums: ByTopology): number {
  let sum = 0;
  for (const [key, values] of sums) {
    const value = labelOf(node, key);
    if (value !== undefined) sum += values.get(value) ?? 0;
  }
  return sum;
}

function normalizeByRange(scores: number[]): number[] {
  const lowest = scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const range = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - lowest;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = range > 0 ? Math.floor(maxNodeScore * (((scores[i] ?? 0) - lowest) / range)) : 0;
  }
  return scores;
}
