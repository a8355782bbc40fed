/** What a scheduling plug-in is: one interface for filters and scores. */

import type { Pod, Service } from '../../../protocol/objects.ts';
import type { Cache } from './cache.ts';
import type { ClusterEvent } from './cluster-events.ts';
import type { Needs } from './needs.ts';
import type { NodeEntry } from './node-entry.ts';
import type { Owners } from './owners.ts';

/** A pod that looks for a node, and all there is to know about where it could go. */
export interface Candidate {
  readonly pod: Pod;
  readonly needs: Needs;
  readonly cache: Cache;
  /** The Services of the pod's namespace. */
  readonly services: Iterable<Service>;
  readonly owners: Owners;
  /** `--hard-pod-affinity-weight`. */
  readonly hardPodAffinityWeight: number;
}

/** Why a node is refused, and by which plug-in. */
export interface Refusal {
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** Whether taking pods off the node could change it. */
  readonly isResolvable: boolean;
}

/** Asks one node after the other; undefined lets it pass. */
export type NodeFilter = (node: NodeEntry) => Refusal | undefined;

/**
 * A plug-in.
 *
 * What it must know of the whole cluster for one pod it works out once, when `filter` or `score` is called; undefined
 * there means that it has nothing to say about this pod (a PreFilter's or PreScore's Skip), which then costs nothing.
 */
export interface Plugin {
  readonly name: string;
  /** What its score counts against those of the others; 0 where it has none. */
  readonly weight: number;
  /** What may help a pod that it refused. */
  readonly helpedBy: readonly ClusterEvent[];
  filter?(candidate: Candidate): NodeFilter | undefined;
  /** Gives what each of the nodes is worth, 0 to 100, in their order: a loop of its own, since it runs for every node. */
  score?(candidate: Candidate, nodes: readonly NodeEntry[]): readonly number[] | undefined;
}

/** The best score. */
export const maxNodeScore = 100;

/** Scales scores so that the highest is 100, or with `isReversed` the lowest best, as the framework's DefaultNormalizeScore. */
export function normalizeByHighest(scores: number[], isReversed: boolean): number[] {
  let highest = 0;
  for (const score of scores) if (score > highest) highest = score;
  for (let i = 0; i < scores.length; i++) {
    const scaled = highest === 0 ? 0 : Math.floor(((scores[i] ?? 0) * maxNodeScore) / highest);
    scores[i] = isReversed ? maxNodeScore - scaled : scaled;
  }
  return scores;
}
