/** Spreads pods that belong together over nodes, zones and other topologies. */

import { matchesLabels } from '../../../../protocol/selectors.ts';
import { countByTopology, countMatching, nodesInOrder, topologySize } from '../cache.ts';
import { hostnameLabel } from '../labels.ts';
import { labelOf, type NodeEntry } from '../node-entry.ts';
import { acceptsAny, isWanted } from '../node-terms.ts';
import { type Candidate, maxNodeScore, type Plugin, type Refusal } from '../plugin.ts';
import { defaultConstraints, type SpreadConstraint } from '../spread.ts';
import { untolerated } from '../taints.ts';

const name = 'PodTopologySpread';
const noLabel: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  isResolvable: false,
};
const tooSkewed: Refusal = {
  plugin: name,
  reasons: ["node(s) didn't match pod topology spread constraints"],
  isResolvable: true,
};

/** PodTopologySpread. */
export const podTopologySpread: Plugin = {
  name,
  weight: 2,
  helpedBy: ['node changed', 'node deleted', 'pod added', 'pod changed', 'pod deleted'],
  filter(candidate) {
    const hard = candidate.needs.spread.filter(({ isHard }) => isHard);
    if (hard.length === 0) return undefined;
    const limits = hard.map((constraint) => limitOf(constraint, hard, candidate));
    return (node) => {
      for (const { topologyKey, counts, most } of limits) {
        const value = labelOf(node, topologyKey);
        if (value === undefined) return noLabel;
        if ((counts.get(value) ?? 0) > most) return tooSkewed;
      }
      return undefined;
    };
  },
  score(candidate, nodes) {
    const { spread } = candidate.needs;
    const isOwn = spread.length > 0;
    const soft = isOwn
      ? spread.filter(({ isHard }) => !isHard)
      : defaultConstraints(candidate.pod, candidate.services, candidate.owners);
    return soft.length === 0 ? undefined : spreadScores(candidate, nodes, soft, isOwn);
  },
};

/** Pods by value of a topology, and how many a value may have for one more to go there. */
interface Limit {
  topologyKey: string;
  counts: ReadonlyMap<string, number>;
  most: number;
}

function limitOf(constraint: SpreadConstraint, all: readonly SpreadConstraint[], candidate: Candidate): Limit {
  const { topologyKey, match, maxSkew, minDomains } = constraint;
  const byNode = countMatching(candidate.cache, [match], true);
  const counts = new Map<string, number>();
  for (const entry of nodesInOrder(candidate.cache)) {
    if (!hasAllKeys(entry, all) || !takesPart(constraint, candidate, entry)) continue;
    const value = labelOf(entry, topologyKey) as string;
    counts.set(value, (counts.get(value) ?? 0) + (byNode.get(entry.name) ?? 0));
  }
  let fewest = counts.size < minDomains ? 0 : Number.POSITIVE_INFINITY;
  for (const count of counts.values()) if (count < fewest) fewest = count;
  const isOfThem = matchesLabels(match.selector, candidate.pod.metadata.labels) ? 1 : 0;
  return { topologyKey, counts, most: maxSkew + fewest - isOfThem };
}

function hasAllKeys(entry: NodeEntry, constraints: readonly SpreadConstraint[]): boolean {
  for (const { topologyKey } of constraints) if (labelOf(entry, topologyKey) === undefined) return false;
  return true;
}

function takesPart(constraint: SpreadConstraint, { needs, pod }: Candidate, entry: NodeEntry): boolean {
  if (constraint.honorsAffinity && entry.node !== undefined && !isWanted(needs.nodes, entry.node)) return false;
  return !constraint.honorsTaints || untolerated(entry.hardTaints, pod.spec.tolerations) === undefined;
}

function spreadScores(
  candidate: Candidate,
  nodes: readonly NodeEntry[],
  soft: readonly SpreadConstraint[],
  needsAllKeys: boolean,
): readonly number[] {
  const scored = needsAllKeys ? nodes.filter((entry) => hasAllKeys(entry, soft)) : nodes;
  const sums = new Array<number>(scored.length).fill(0);
  for (const constraint of soft) {
    const counts = countsFor(candidate, constraint, soft, needsAllKeys);
    addWeighed(sums, scored, constraint, counts, weightOf(candidate, constraint, scored));
  }
  normalizeByFewest(sums);
  if (scored.length === nodes.length) return sums;
  // Nodes that lack a topology get nothing.
  let next = 0;
  return nodes.map((entry) => (entry === scored[next] ? (sums[next++] ?? 0) : 0));
}

/** More values make a count weigh more, so that a topology of few is not drowned by one of many. */
function weightOf({ cache }: Candidate, { topologyKey }: SpreadConstraint, scored: readonly NodeEntry[]): number {
  if (topologyKey === hostnameLabel) return Math.log(scored.length + 2);
  const size = topologySize(cache, topologyKey);
  const values = new Set<string>();
  for (let i = 0; i < scored.length && values.size < size; i++)
    values.add(topologyOf(scored[i] as NodeEntry, topologyKey));
  return Math.log(values.size + 2);
}

/** Counts the pods meant: per node (by its name) for hostnames, per value of the topology otherwise. */
function countsFor(
  candidate: Candidate,
  constraint: SpreadConstraint,
  soft: readonly SpreadConstraint[],
  needsAllKeys: boolean,
): ReadonlyMap<string, number> {
  const { cache } = candidate;
  const { match, topologyKey } = constraint;
  if (topologyKey === hostnameLabel) return countMatching(cache, [match], true);
  const countsAll = !needsAllKeys && !constraint.honorsTaints && acceptsAny(candidate.needs.nodes);
  if (countsAll) return countByTopology(cache, [match], true, topologyKey);
  const byValue = new Map<string, number>();
  for (const [name, count] of countMatching(cache, [match], true)) {
    const entry = cache.nodes.get(name);
    if (entry?.node === undefined || (needsAllKeys && !hasAllKeys(entry, soft))) continue;
    if (!takesPart(constraint, candidate, entry)) continue;
    const value = topologyOf(entry, topologyKey);
    byValue.set(value, (byValue.get(value) ?? 0) + count);
  }
  return byValue;
}

function addWeighed(
  sums: number[],
  nodes: readonly NodeEntry[],
  { topologyKey, maxSkew }: SpreadConstraint,
  counts: ReadonlyMap<string, number>,
  weight: number,
): void {
  for (let i = 0; i < nodes.length; i++) {
    const entry = nodes[i] as NodeEntry;
    const value = labelOf(entry, topologyKey);
    if (value === undefined) continue;
    const count = counts.get(topologyKey === hostnameLabel ? entry.name : value) ?? 0;
    sums[i] = (sums[i] ?? 0) + (count * weight + maxSkew - 1);
  }
}

function topologyOf(entry: NodeEntry, key: string): string {
  return labelOf(entry, key) ?? '';
}

/** Rounds the sums and turns them round: the fewer pods the better. */
function normalizeByFewest(sums: number[]): void {
  let [fewest, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < sums.length; i++) {
    const sum = Math.round(sums[i] ?? 0);
    sums[i] = sum;
    if (sum < fewest) fewest = sum;
    if (sum > most) most = sum;
  }
  for (let i = 0; i < sums.length; i++) {
    sums[i] = most === 0 ? maxNodeScore : Math.floor((maxNodeScore * (most + fewest - (sums[i] ?? 0))) / most);
  }
}
