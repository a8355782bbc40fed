/** When that happened which made the Endpoints of a Service change (`TriggerTimeTracker`). */

import type { Pod, Service } from '../../../../protocol/objects.ts';
import { conditionOf } from '../pods/pod-state.ts';

/** The times seen at the last sync of a Service; RFC 3339 in UTC, so that text order is time order. */
export interface TriggerTimes {
  service: string;
  pods: ReadonlyMap<string, string>;
}

/** Gives the earliest of the times that have changed since the last sync, and those to know the next change by. */
export function nextTriggerTime(
  last: TriggerTimes | undefined,
  service: Service,
  pods: readonly Pod[],
): { time: string | undefined; times: TriggerTimes } {
  let earliest: string | undefined;
  const note = (time: string, before: string | undefined) => {
    if (time > (before ?? '') && (earliest === undefined || time < earliest)) earliest = time;
  };
  const podTimes = new Map<string, string>();
  for (const pod of pods) {
    const time = conditionOf(pod, 'Ready')?.lastTransitionTime;
    if (time === undefined) continue;
    podTimes.set(pod.metadata.name, time);
    note(time, last?.pods.get(pod.metadata.name));
  }
  const created = service.metadata.creationTimestamp ?? '';
  if (created !== '') note(created, last?.service);
  const times = { service: created, pods: podTimes };
  if (last === undefined) return { time: created === '' ? undefined : created, times };
  return { time: earliest, times };
}
