/** What a generator has measured, second by second. */

import { latencyBucket } from '../../../protocol/latency-buckets.ts';
import type { FailureKind, TrafficSecond } from '../../../protocol/messages/traffic.ts';

/** Seconds in order; one in which nothing was sent has no entry. */
export interface Measurements {
  seconds: TrafficSecond[];
  byServer: Record<string, number>;
}

/** Counts a good answer, in the second its request was sent. */
export function countAnswer(measurements: Measurements, sentAt: number, latencyMs: number, server: string): void {
  const second = secondOf(measurements, sentAt);
  const bucket = latencyBucket(latencyMs);
  second.ok += 1;
  second.latency[bucket] = (second.latency[bucket] ?? 0) + 1;
  measurements.byServer[server] = (measurements.byServer[server] ?? 0) + 1;
}

/** Counts a failure, in the second its request was sent. */
export function countFailure(measurements: Measurements, sentAt: number, kind: FailureKind): void {
  const second = secondOf(measurements, sentAt);
  second.failed += 1;
  second.failures[kind] = (second.failures[kind] ?? 0) + 1;
}

/** Requests end out of order, but never long after they were sent: the second is looked for from the end. */
function secondOf({ seconds }: Measurements, sentAt: number): TrafficSecond {
  const at = Math.floor(sentAt / 1000) * 1000;
  let i = seconds.length;
  while (i > 0 && (seconds[i - 1] as TrafficSecond).at > at) i -= 1;
  const found = seconds[i - 1];
  if (found?.at === at) return found;
  const second: TrafficSecond = { at, ok: 0, failed: 0, failures: {}, latency: {} };
  seconds.splice(i, 0, second);
  return second;
}
