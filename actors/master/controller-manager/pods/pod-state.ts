/** What controllers ask of a pod's state (Kubernetes's `podutil`). */

import type { Pod, PodCondition } from '../../../../protocol/objects.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';

/** Gives a condition of a pod; undefined where it has none of that type. */
export function conditionOf({ status }: Pod, type: string): PodCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Tells whether a pod is ready to serve. */
export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Tells since when a pod has been as ready or not as it is, in ms; undefined where it does not say. */
export function readySinceMs(pod: Pod): number | undefined {
  const since = conditionOf(pod, 'Ready')?.lastTransitionTime;
  return since === undefined ? undefined : fromRfc3339(since);
}

/** Tells whether a pod has been ready for long enough to count on. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  if (!isReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const sinceMs = readySinceMs(pod);
  return sinceMs !== undefined && sinceMs + minReadySeconds * 1000 < nowMs;
}

/** Tells whether a pod's containers have all ended for good. */
export function isEnded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Tells whether a pod counts as a replica: neither ended nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isEnded(pod) && pod.metadata.deletionTimestamp === undefined;
}
