/** The templates a Deployment has had, counted; how many of them are kept. */

import { isDeleting } from '../../../../protocol/meta.ts';
import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';
import { revisionOf } from './annotations.ts';
import { sizeOf } from './rolling.ts';

/** Gives the revision of the new ReplicaSet, by those of the old ones. */
export function nextRevision(old: readonly ReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

/** Orders ReplicaSets, the oldest first; of two made in the same second, by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  return ascending(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') || byName(a, b);
}

function byName(a: ReplicaSet, b: ReplicaSet): number {
  return ascending(a.metadata.name, b.metadata.name);
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Gives the old ReplicaSets that the history has no room for, as far as they are empty (`cleanupDeployment`). */
export function surplusOf({ spec }: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const kept = old.filter((set) => !isDeleting(set));
  const count = Math.max(0, kept.length - (spec.revisionHistoryLimit ?? Number.POSITIVE_INFINITY));
  return [...kept]
    .sort((a, b) => revisionOf(a) - revisionOf(b) || byAge(a, b))
    .slice(0, count)
    .filter(isEmpty);
}

/** Tells whether its controller has seen that it is to have no pods, and it has none. */
function isEmpty(set: ReplicaSet): boolean {
  const { metadata, status } = set;
  const isSeen = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
  return isSeen && sizeOf(set) === 0 && (status?.replicas ?? 0) === 0;
}
