/** How many pods each ReplicaSet of a Deployment may have while it rolls from one template to the next (`rolling.go`). */

import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';

/** A ReplicaSet, and how many pods it is to have. */
export interface Resize {
  readonly set: ReplicaSet;
  readonly to: number;
}

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
  const least = surge === 0 ? 1 : 0;
  return { surge, unavailable: Math.min(Math.max(unavailable, least), wanted) };
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
