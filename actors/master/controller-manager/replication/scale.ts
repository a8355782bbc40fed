/** How many pods to create or which to delete, and in which portions. */

import type { Pod } from '../../../../protocol/objects.ts';
import { choosePodsToDelete } from './deletion-order.ts';

/** What a number of replicas asks for. */
export type Scale =
  | { readonly do: 'nothing' }
  | { readonly do: 'create'; readonly count: number }
  | { readonly do: 'delete'; readonly pods: readonly Pod[] };

/** As `BurstReplicas` of the replication manager: the most pods created or deleted in one go. */
const burst = 500;

/** Decides by the pods that count as replicas; `related` is asked for only where pods are to go. */
export function decideScale(
  replicas: number,
  pods: readonly Pod[],
  related: () => Iterable<Pod>,
  nowMs: number,
): Scale {
  const difference = pods.length - replicas;
  if (difference === 0) return { do: 'nothing' };
  if (difference < 0) return { do: 'create', count: Math.min(-difference, burst) };
  return { do: 'delete', pods: choosePodsToDelete(pods, related(), Math.min(difference, burst), nowMs) };
}

/** Gives the size of the next batch of creations: 1, 2, 4... as long as all succeed (`slowStartBatch`). */
export function nextBatch(lastBatch: number, remaining: number): number {
  return Math.min(lastBatch === 0 ? 1 : 2 * lastBatch, remaining);
}
