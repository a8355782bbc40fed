/** Spreads pods that belong together over nodes, zones and other topologies. */

import { matchesLabels } from '../../../../protocol/selectors.ts';
import { countByTopology, countMatching, nodesInOrder } from '../cache.ts';
import { hostnameLabel } from '../labels.ts';
import { labelOf, type NodeEntry } from '../node-entry.ts';
import { acceptsAny, isWanted } from '../node-terms.ts';
import { type Candidate, maxNodeScore, type NodeScorer, type Plugin, type Rejection } from '../plugin.ts';
import { defaultConstraints, type SpreadConstraint } from '../spread.ts';
import { untolerated } from '../taints.ts';

const noLabel: Rejection = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  isResolvable: false,
};
const tooSkewed: Rejection = { reasons: ["node(s) didn't match pod topology spread constraints"], isResolvable: true };

/** PodTopologySpread. */
export const podTopologySpread: Plugin = {
  name: 'PodTopologySpread',
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
      : defaultConstraints(candidate.pod, candidate.services, candidate.replicationControllers);
    return soft.length === 0 ? undefined : spreadScorer(candidate, nodes, soft, isOwn);
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

/** Counts for one soft constraint: per node for hostnames, per value of the topology otherwise. */
interface Weighing {
  constraint: SpreadConstraint;
  byNode: ReadonlyMap<string, number>;
  byValue: ReadonlyMap<string, number>;
  weight: number;
}

function spreadScorer(
  candidate: Candidate,
  nodes: readonly NodeEntry[],
  soft: readonly SpreadConstraint[],
  needsAllKeys: boolean,
): NodeScorer {
  const isIgnored = (entry: NodeEntry) => needsAllKeys && !hasAllKeys(entry, soft);
  const scored = needsAllKeys ? nodes.filter((entry) => !isIgnored(entry)) : nodes;
  const weighings = soft.map((constraint) => weighingOf(candidate, constraint, scored, soft, needsAllKeys));
  return {
    score: (entry) => {
      if (isIgnored(entry)) return 0;
      let sum = 0;
      for (const { constraint, byNode, byValue, weight } of weighings) {
        const value = labelOf(entry, constraint.topologyKey);
        if (value === undefined) continue;
        const count = constraint.topologyKey === hostnameLabel ? byNode.get(entry.name) : byValue.get(value);
        sum += (count ?? 0) * weight + constraint.maxSkew - 1;
      }
      return Math.round(sum);
    },
    normalize: (scores, entries) => normalizeByFewest(scores, (i) => isIgnored(entries[i] as NodeEntry)),
  };
}

function weighingOf(
  candidate: Candidate,
  constraint: SpreadConstraint,
  scored: readonly NodeEntry[],
  soft: readonly SpreadConstraint[],
  needsAllKeys: boolean,
): Weighing {
  const { cache } = candidate;
  const { match, topologyKey } = constraint;
  const byNode = countMatching(cache, [match], true);
  // More values make a count weigh more, so that a topology of few is not drowned by one of many.
  if (topologyKey === hostnameLabel) {
    return { constraint, byNode, byValue: byNode, weight: Math.log(scored.length + 2) };
  }
  const values = new Set<string>();
  for (const entry of scored) values.add(topologyOf(entry, topologyKey));
  const weight = Math.log(values.size + 2);
  const countsAll = !needsAllKeys && !constraint.honorsTaints && acceptsAny(candidate.needs.nodes);
  if (countsAll) return { constraint, byNode, byValue: countByTopology(cache, [match], true, topologyKey), weight };
  const byValue = new Map<string, number>();
  for (const [name, count] of byNode) {
    const entry = cache.nodes.get(name);
    if (entry?.node === undefined || (needsAllKeys && !hasAllKeys(entry, soft))) continue;
    if (!takesPart(constraint, candidate, entry)) continue;
    const value = topologyOf(entry, topologyKey);
    byValue.set(value, (byValue.get(value) ?? 0) + count);
  }
  return { constraint, byNode, byValue, weight };
}

function topologyOf(entry: NodeEntry, key: string): string {
  return labelOf(entry, key) ?? '';
}

/** The fewer pods the better; nodes that lack a topology get nothing. */
function normalizeByFewest(scores: number[], isIgnored: (i: number) => boolean): void {
  let [fewest, most] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < scores.length; i++) {
    if (isIgnored(i)) continue;
    fewest = Math.min(fewest, scores[i] ?? 0);
    most = Math.max(most, scores[i] ?? 0);
  }
  for (let i = 0; i < scores.length; i++) {
    if (isIgnored(i)) scores[i] = 0;
    else if (most === 0) scores[i] = maxNodeScore;
    else scores[i] = Math.floor((maxNodeScore * (most + fewest - (scores[i] ?? 0))) / most);
  }
}
