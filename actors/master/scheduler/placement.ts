/** One pod's search for a node: filters, then scores, then the best of them. */

import { nodesInOrder } from './cache.ts';
import type { NodeEntry } from './node-entry.ts';
import type { Nominations } from './nominations.ts';
import { withNominated } from './nominations.ts';
import type { Candidate, NodeFilter, Refusal } from './plugin.ts';
import { profile } from './profile.ts';

/** A search that found no node: why not each of them. */
export interface NoPlacement {
  node: undefined;
  refusals: ReadonlyMap<string, Refusal>;
  nodeCount: number;
}

/** What a search found. */
export type Placement = { node: string; feasible: number; evaluated: number } | NoPlacement;

/** How the search goes over the nodes, kept from pod to pod. */
export interface Sweep {
  /** `percentageOfNodesToScore`; 0 lets the cluster's size decide. */
  percentage: number;
  /** Where the next search begins, so that every node gets its turn. */
  next: number;
}

/** Finds the best node for a pod. `random` gives numbers in [0, 1) and settles ties. */
export function place(candidate: Candidate, nominations: Nominations, sweep: Sweep, random: () => number): Placement {
  const order = nodesInOrder(candidate.cache);
  const refusals = new Map<string, Refusal>();
  const feasible = findFeasible(candidate, nominations, askable(candidate, order), sweep, refusals);
  if (feasible.length === 0) return { node: undefined, refusals, nodeCount: order.length };
  const evaluated = feasible.length + refusals.size;
  const [only] = feasible;
  if (feasible.length === 1 && only !== undefined) return { node: only.name, feasible: 1, evaluated };
  return { node: selectBest(feasible, scoreNodes(candidate, feasible), random), feasible: feasible.length, evaluated };
}

/** The nodes to ask: all of them, or those a pod names. */
function askable({ needs, cache }: Candidate, order: readonly NodeEntry[]): readonly NodeEntry[] {
  const { names } = needs.nodes;
  if (names === undefined) return order;
  return names.flatMap((name) => cache.nodes.get(name) ?? []).filter(({ node }) => node !== undefined);
}

/** Makes the filters ready for a pod: each works out once what it must know of the cluster. */
export function readyFilters(candidate: Candidate): NodeFilter[] {
  const ready: NodeFilter[] = [];
  for (const plugin of profile) {
    const filter = plugin.filter?.(candidate);
    if (filter !== undefined) ready.push(filter);
  }
  return ready;
}

/** Asks the filters in order about a node; the first refusal counts. */
export function refusalOf(filters: readonly NodeFilter[], node: NodeEntry): Refusal | undefined {
  for (const filter of filters) {
    const refusal = filter(node);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function findFeasible(
  candidate: Candidate,
  nominations: Nominations,
  order: readonly NodeEntry[],
  sweep: Sweep,
  refusals: Map<string, Refusal>,
): NodeEntry[] {
  const wanted = feasibleWanted(order.length, sweep.percentage);
  const filters = readyFilters(candidate);
  const nominated = nominatedNode(candidate, filters, nominations);
  if (nominated !== undefined) return [nominated];
  const feasible: NodeEntry[] = [];
  const { byNode } = nominations;
  let next = order.length === 0 ? 0 : sweep.next % order.length;
  for (let seen = 0; seen < order.length && feasible.length < wanted; seen++) {
    const node = order[next] as NodeEntry;
    next = next + 1 === order.length ? 0 : next + 1;
    const isNominated = byNode.size > 0 && byNode.has(node.name);
    const refusal = isNominated
      ? refusalWithNominated(candidate, filters, node, nominations)
      : refusalOf(filters, node);
    if (refusal === undefined) feasible.push(node);
    else refusals.set(node.name, refusal);
  }
  sweep.next = next;
  return feasible;
}

/** A pod that room was made for looks there first, and elsewhere only if that node will not do. */
function nominatedNode(
  { pod, cache, needs }: Candidate,
  filters: readonly NodeFilter[],
  nominations: Nominations,
): NodeEntry | undefined {
  const name =
    pod.status?.nominatedNodeName || nominations.byPod.get(`${pod.metadata.namespace}/${pod.metadata.name}`)?.node;
  const node = name === undefined ? undefined : cache.nodes.get(name);
  if (node?.node === undefined) return undefined;
  const refusal = withNominated(cache, nominations, node, pod, needs.priority, () => refusalOf(filters, node));
  return refusal === undefined ? node : undefined;
}

/** A node must do both with the pods that room is being made for there (of no less priority), and without them. */
function refusalWithNominated(
  candidate: Candidate,
  filters: readonly NodeFilter[],
  node: NodeEntry,
  nominations: Nominations,
): Refusal | undefined {
  const { cache, pod, needs } = candidate;
  const withThem = withNominated(cache, nominations, node, pod, needs.priority, () =>
    refusalOf(readyFilters(candidate), node),
  );
  return withThem ?? refusalOf(filters, node);
}

/** kube-scheduler looks for at least 100 feasible nodes, and at least 5 % of a large cluster. */
const feasibleMin = 100;
const percentageMin = 5;

/** Tells how many nodes that fit are enough: all of a small cluster, from 50 % down to 5 % of a larger one. */
export function feasibleWanted(nodeCount: number, percentage: number): number {
  if (nodeCount < feasibleMin) return nodeCount;
  const adaptive = Math.max(percentageMin, 50 - Math.floor(nodeCount / 125));
  const share = percentage > 0 ? percentage : adaptive;
  return share >= 100 ? nodeCount : Math.max(feasibleMin, Math.floor((nodeCount * share) / 100));
}

/** Sums what every plug-in gives each node, by its weight. */
export function scoreNodes(candidate: Candidate, nodes: readonly NodeEntry[]): number[] {
  const totals = new Array<number>(nodes.length).fill(0);
  for (const plugin of profile) {
    const scores = plugin.score?.(candidate, nodes);
    if (scores === undefined) continue;
    for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + (scores[i] ?? 0) * plugin.weight;
  }
  return totals;
}

/** Of the nodes with the highest score each is as likely as the others. */
function selectBest(nodes: readonly NodeEntry[], scores: readonly number[], random: () => number): string {
  let best = nodes[0] as NodeEntry;
  let highest = scores[0] ?? 0;
  let ties = 1;
  for (let i = 1; i < nodes.length; i++) {
    const score = scores[i] ?? 0;
    if (score > highest) {
      [best, highest, ties] = [nodes[i] as NodeEntry, score, 1];
    } else if (score === highest) {
      ties += 1;
      if (Math.floor(random() * ties) === 0) best = nodes[i] as NodeEntry;
    }
  }
  return best.name;
}
