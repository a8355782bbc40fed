/** How many pods each ReplicaSet has when the number wanted changes in the midst of a rollout (`sync.go`, `scale`). */

import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';
import { deploymentAnnotations } from './annotations.ts';
import { byAge } from './revisions.ts';
import { availableOf, fencepostsOf, type Resize, sizeOf, sumOf, wantedOf } from './rolling.ts';

/** Gives the annotations by which a ReplicaSet remembers what its Deployment asked for when it was last sized. */
export function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const wanted = wantedOf(deployment);
  return {
    [deploymentAnnotations.desired]: String(wanted),
    [deploymentAnnotations.max]: String(wanted + fencepostsOf(deployment).surge),
  };
}

function desiredBy({ metadata }: ReplicaSet): number | undefined {
  const desired = metadata.annotations?.[deploymentAnnotations.desired];
  return desired === undefined ? undefined : Number(desired);
}

/** Tells whether somebody has changed the number of replicas since the ReplicaSets were last sized (`isScalingEvent`). */
export function isScaled(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return sets.some((set) => {
    const desired = desiredBy(set);
    return sizeOf(set) > 0 && desired !== undefined && desired !== wantedOf(deployment);
  });
}

/**
 * Sizes ReplicaSets when the number of replicas changes, or while a rollout is paused: each by its share.
 *
 * One that keeps its size is among them where it is to remember a new number.
 */
export function scaleAll(deployment: Deployment, fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): Resize[] {
  const wanted = wantedOf(deployment);
  const active = [...old, ...(fresh === undefined ? [] : [fresh])].filter((set) => sizeOf(set) > 0);
  const only = active.length === 0 ? (fresh ?? old.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only !== undefined) return sizeOf(only) === wanted ? [] : [{ set: only, to: wanted }];
  if (fresh !== undefined && isSaturated(fresh, wanted)) {
    return old.filter((set) => sizeOf(set) > 0).map((set) => ({ set, to: 0 }));
  }
  if (deployment.spec.strategy?.type === 'Recreate') return [];
  const resizes = byShares(deployment, active, wanted === 0 ? 0 : wanted + fencepostsOf(deployment).surge);
  return resizes.filter(({ set, to }) => to !== sizeOf(set) || isToRemember(set, deployment));
}

function isSaturated(set: ReplicaSet, wanted: number): boolean {
  return sizeOf(set) === wanted && desiredBy(set) === wanted && availableOf(set) === wanted;
}

function isToRemember({ metadata }: ReplicaSet, deployment: Deployment): boolean {
  return Object.entries(sizeAnnotations(deployment)).some(([key, value]) => metadata.annotations?.[key] !== value);
}

/** Deals what is to be added or taken out by size, the largest first; what rounding leaves is the largest's. */
function byShares(deployment: Deployment, active: readonly ReplicaSet[], allowed: number): Resize[] {
  const change = allowed - sumOf(active, sizeOf);
  // Of two that are equally large the newer grows first, and the older shrinks first.
  const sorted = [...active].sort((a, b) => sizeOf(b) - sizeOf(a) || (change > 0 ? byAge(b, a) : byAge(a, b)));
  let dealt = 0;
  const resizes = sorted.map((set) => {
    const part = partOf(set, shareOf(deployment, set, allowed), change - dealt);
    dealt += part;
    return { set, to: sizeOf(set) + part };
  });
  return resizes.map(({ set, to }, i) => ({ set, to: i === 0 ? Math.max(0, to + change - dealt) : to }));
}

/** Gives by how much a ReplicaSet would grow, or shrink, to have the same part of the pods as before (`getReplicaSetFraction`). */
function shareOf(deployment: Deployment, set: ReplicaSet, allowed: number): number {
  const size = sizeOf(set);
  if (wantedOf(deployment) === 0) return -size;
  const max = set.metadata.annotations?.[deploymentAnnotations.max];
  const before = max === undefined ? (deployment.status?.replicas ?? 0) : Number(max);
  return before === 0 ? 0 : Math.round((size * allowed) / before) - size;
}

/** Keeps a share to what is left to deal. */
function partOf(set: ReplicaSet, share: number, left: number): number {
  if (sizeOf(set) === 0 || left === 0) return 0;
  return left > 0 ? Math.min(share, left) : Math.max(share, left);
}
