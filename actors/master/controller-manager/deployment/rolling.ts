/** How many pods each ReplicaSet of a Deployment may have now (`rolling.go`, `sync.go`): pure decisions. */

import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';

/** A ReplicaSet, and how many pods it is to have. */
export interface Resize {
  readonly set: ReplicaSet;
  readonly to: number;
}

/** The annotations by which a ReplicaSet remembers what its Deployment asked for when it was last sized. */
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas';

/** How many pods a Deployment wants; one unless told. */
export function wantedOf({ spec }: Deployment): number {
  return spec.replicas ?? 1;
}

/** How many pods a ReplicaSet is to have. */
export function sizeOf({ spec }: ReplicaSet): number {
  return spec.replicas ?? 0;
}

/** How many pods of a ReplicaSet are available. */
export function availableOf({ status }: ReplicaSet): number {
  return status?.availableReplicas ?? 0;
}

/** Sums something over ReplicaSets. */
export function sumOf(sets: readonly ReplicaSet[], what: (set: ReplicaSet) => number): number {
  return sets.reduce((sum, set) => sum + what(set), 0);
}

/** How far a rolling update may go above and below what is wanted (`ResolveFenceposts`): never both not at all. */
export function fencepostsOf(deployment: Deployment): { surge: number; unavailable: number } {
  const { strategy } = deployment.spec;
  if (strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const wanted = wantedOf(deployment);
  const surge = shareOf(strategy?.rollingUpdate?.maxSurge ?? '25%', wanted, Math.ceil);
  const unavailable = shareOf(strategy?.rollingUpdate?.maxUnavailable ?? '25%', wanted, Math.floor);
  return surge === 0 && unavailable === 0
    ? { surge, unavailable: 1 }
    : { surge, unavailable: Math.min(unavailable, wanted) };
}

function shareOf(given: number | string, whole: number, round: (share: number) => number): number {
  return typeof given === 'number' ? given : round((Number(given.replace('%', '')) * whole) / 100);
}

/** How many pods the new ReplicaSet may have, beside the others (`NewRSNewReplicas`). */
export function newSize(deployment: Deployment, all: readonly ReplicaSet[], size: number): number {
  const wanted = wantedOf(deployment);
  if (deployment.spec.strategy?.type === 'Recreate') return wanted;
  const room = wanted + fencepostsOf(deployment).surge - sumOf(all, sizeOf);
  return room <= 0 ? size : size + Math.min(room, wanted - size);
}

/** Sizes the new ReplicaSet; undefined where it is as it should be. */
export function growNew(deployment: Deployment, all: readonly ReplicaSet[], set: ReplicaSet): Resize | undefined {
  const [size, wanted] = [sizeOf(set), wantedOf(deployment)];
  const to = size > wanted ? wanted : newSize(deployment, all, size);
  return to === size ? undefined : { set, to };
}

/** Takes pods from old ReplicaSets, those that are not available first, as long as enough are available without them. */
export function shrinkOld(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  const least = wantedOf(deployment) - fencepostsOf(deployment).unavailable;
  const unready = sizeOf(fresh) - availableOf(fresh);
  const most = sumOf([...old, fresh], sizeOf) - least - unready;
  const sizes = new Map(old.map((set) => [set, sizeOf(set)]));
  let cleaned = 0;
  for (const set of old) {
    const down = Math.min(Math.max(0, most - cleaned), Math.max(0, sizeOf(set) - availableOf(set)));
    sizes.set(set, sizeOf(set) - down);
    cleaned += down;
  }
  let spare = most <= 0 ? 0 : Math.max(0, sumOf([...old, fresh], availableOf) - least);
  for (const set of old) {
    const size = sizes.get(set) ?? 0;
    const down = Math.min(spare, size);
    sizes.set(set, size - down);
    spare -= down;
  }
  return old.flatMap((set) => (sizes.get(set) === sizeOf(set) ? [] : [{ set, to: sizes.get(set) ?? 0 }]));
}

/** Tells whether somebody has changed the number of replicas since the ReplicaSets were last sized (`isScalingEvent`). */
export function isScaled(deployment: Deployment, all: readonly ReplicaSet[]): boolean {
  return all.some(({ metadata, spec }) => {
    const desired = metadata.annotations?.[desiredAnnotation];
    return (spec.replicas ?? 0) > 0 && desired !== undefined && Number(desired) !== wantedOf(deployment);
  });
}

/** Sizes ReplicaSets when the number of replicas changes, or while a rollout is paused: each by its share (`scale`). */
export function scaleAll(deployment: Deployment, fresh: ReplicaSet | undefined, old: readonly ReplicaSet[]): Resize[] {
  const wanted = wantedOf(deployment);
  const all = fresh === undefined ? old : [...old, fresh];
  const active = all.filter((set) => sizeOf(set) > 0);
  const only = active.length === 0 ? (fresh ?? old.at(-1)) : active.length === 1 ? active[0] : undefined;
  if (only !== undefined) return sizeOf(only) === wanted ? [] : [{ set: only, to: wanted }];
  if (fresh !== undefined && sizeOf(fresh) === wanted && availableOf(fresh) === wanted) {
    return old.filter((set) => sizeOf(set) > 0).map((set) => ({ set, to: 0 }));
  }
  if (deployment.spec.strategy?.type === 'Recreate') return [];
  return byShares(active, wanted === 0 ? 0 : wanted + fencepostsOf(deployment).surge);
}

/** Deals what is to be added or taken out by size, the largest first; what rounding leaves is the largest's. */
function byShares(active: readonly ReplicaSet[], allowed: number): Resize[] {
  const sorted = [...active].sort((a, b) => sizeOf(b) - sizeOf(a));
  const change = allowed - sumOf(active, sizeOf);
  let dealt = 0;
  const sizes = sorted.map((set) => {
    const before = Number(set.metadata.annotations?.[maxAnnotation] ?? sumOf(active, sizeOf));
    const share = before === 0 ? 0 : Math.round((sizeOf(set) * allowed) / before) - sizeOf(set);
    const left = change - dealt;
    const part = change > 0 ? Math.max(0, Math.min(share, left)) : Math.min(0, Math.max(share, left));
    dealt += part;
    return sizeOf(set) + part;
  });
  if (sizes[0] !== undefined) sizes[0] = Math.max(0, sizes[0] + change - dealt);
  return sorted.flatMap((set, i) => (sizes[i] === sizeOf(set) ? [] : [{ set, to: sizes[i] ?? 0 }]));
}
