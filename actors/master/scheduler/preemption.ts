/** What a pod that fits nowhere may do to pods of less priority: which node's, and as few as will do. */

import { fromRfc3339 } from '../../../protocol/time.ts';
import { nodesInOrder, seat, unseat } from './cache.ts';
import { fitErrorMessage } from './fit-error.ts';
import type { NodeEntry, PodEntry } from './node-entry.ts';
import { type Nominations, withNominated } from './nominations.ts';
import { readyFilters, refusalOf } from './placement.ts';
import type { Candidate, Refusal } from './plugin.ts';

/** A node and the pods that must leave it. */
export interface Eviction {
  readonly node: string;
  /** Most important first. */
  readonly victims: readonly PodEntry[];
}

/** What preemption came to: an eviction, or the words why there is none. */
export type Preemption = { eviction: Eviction } | { eviction: undefined; message: string };

const notHelpful = { reasons: ['Preemption is not helpful for scheduling'] };
const noVictims = { reasons: ['No preemption victims found for incoming pod'] };

/** kube-scheduler's DefaultPreemption: minCandidateNodesPercentage and minCandidateNodesAbsolute. */
const candidatesMinPercentage = 10;
const candidatesMin = 100;

/** Decides whom to evict for a pod that every node refused. */
export function preempt(
  candidate: Candidate,
  refusals: ReadonlyMap<string, Refusal>,
  nominations: Nominations,
  random: () => number,
): Preemption {
  const refused = whyNotEligible(candidate, refusals);
  if (refused !== undefined) return { eviction: undefined, message: `preemption: ${refused}` };
  const reasons = new Map<string, { reasons: readonly string[] }>();
  const hopeful: NodeEntry[] = [];
  for (const node of nodesInOrder(candidate.cache)) {
    if (refusals.get(node.name)?.isResolvable === true) hopeful.push(node);
    else reasons.set(node.name, notHelpful);
  }
  const found: Eviction[] = [];
  const wanted = Math.min(
    hopeful.length,
    Math.max(candidatesMin, Math.floor((hopeful.length * candidatesMinPercentage) / 100)),
  );
  const start = hopeful.length === 0 ? 0 : Math.floor(random() * hopeful.length);
  for (let i = 0; i < hopeful.length && found.length < wanted; i++) {
    const node = hopeful[(start + i) % hopeful.length] as NodeEntry;
    const outcome = selectVictims(candidate, node, nominations);
    if ('victims' in outcome) found.push(outcome);
    else reasons.set(node.name, outcome);
  }
  const eviction = pickEviction(found);
  if (eviction !== undefined) return { eviction };
  return { eviction: undefined, message: `preemption: ${fitErrorMessage(reasons.size, reasons)}` };
}

/** A pod may be told never to preempt, or must wait for the victims it has already. */
function whyNotEligible({ pod, needs, cache }: Candidate, refusals: ReadonlyMap<string, Refusal>): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const name = pod.status?.nominatedNodeName;
  const node = name ? cache.nodes.get(name) : undefined;
  // Where the node it waits for has become out of the question, it may look for others.
  if (node === undefined || refusals.get(node.name)?.isResolvable === false) return undefined;
  for (const { pod: other, needs: theirs } of node.pods.values()) {
    const isLeaving = other.metadata.deletionTimestamp !== undefined && theirs.priority < needs.priority;
    if (isLeaving && wasPreempted(other)) return 'not eligible due to a terminating pod on the nominated node.';
  }
  return undefined;
}

function wasPreempted({ status }: PodEntry['pod']): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: value, reason }) =>
      type === 'DisruptionTarget' && value === 'True' && reason === 'PreemptionByScheduler',
  );
}

/** Takes off all pods of less priority, and if the pod then fits, puts back as many as can stay, the most important first. */
function selectVictims(
  candidate: Candidate,
  node: NodeEntry,
  nominations: Nominations,
): Eviction | { reasons: readonly string[] } {
  const { cache, needs, pod } = candidate;
  const lesser = [...node.pods.values()].filter((other) => other.needs.priority < needs.priority).sort(byImportance);
  if (lesser.length === 0) return noVictims;
  const refusal = () =>
    withNominated(cache, nominations, node, pod, needs.priority, () => refusalOf(readyFilters(candidate), node));
  for (const other of lesser) unseat(cache, other);
  const hopeless = refusal();
  const victims: PodEntry[] = [];
  for (const other of lesser) {
    seat(cache, other);
    if (hopeless !== undefined || refusal() === undefined) continue;
    unseat(cache, other);
    victims.push(other);
  }
  // Asking "what if" must leave no trace.
  for (const victim of victims) seat(cache, victim);
  return hopeless ?? { node: node.name, victims };
}

/** More priority first; of equal priority the one that has run longer. */
function byImportance(a: PodEntry, b: PodEntry): number {
  return b.needs.priority - a.needs.priority || startOf(a) - startOf(b) || (a.key < b.key ? -1 : 1);
}

function startOf({ pod }: PodEntry): number {
  const time = pod.status?.startTime;
  return time === undefined ? Number.POSITIVE_INFINITY : fromRfc3339(time);
}

/** The lowest most-important victim; then the least priority in sum; then the fewest; then the latest start; then the first. */
function pickEviction(found: readonly Eviction[]): Eviction | undefined {
  let best: Eviction | undefined;
  let bestRank: readonly number[] = [];
  for (const eviction of found) {
    const rank = rankOf(eviction);
    if (best !== undefined && !isBetter(rank, bestRank)) continue;
    [best, bestRank] = [eviction, rank];
  }
  return best;
}

/** Priorities may be negative: shifted as in kube-scheduler, so that more victims never sum up to less. */
const priorityShift = 2 ** 31;

function rankOf({ victims }: Eviction): readonly number[] {
  const [first] = victims;
  if (first === undefined) return [Number.NEGATIVE_INFINITY, 0, 0, 0];
  const sum = victims.reduce((total, { needs }) => total + needs.priority + priorityShift, 0);
  const highest = victims.filter(({ needs }) => needs.priority === first.needs.priority);
  const earliest = highest.reduce((time, pod) => Math.min(time, startOf(pod)), Number.POSITIVE_INFINITY);
  return [first.needs.priority, sum, victims.length, -earliest];
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  }
  return false;
}
