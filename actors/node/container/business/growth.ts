/** How a container's memory grows, in closed form: when it will cross the limit is known without looking. */

import type { MemoryGrowth } from '../../../../protocol/messages/container.ts';

/** Gives the bytes held at a time. */
export function bytesAt(growth: MemoryGrowth, nowMs: number): number {
  return growth.bytes + (growth.bytesPerSecond * Math.max(0, nowMs - growth.sinceMs)) / 1000;
}

/** Gives when growth passes a limit, in ms on that clock; Infinity for never. */
export function crossesAt(growth: MemoryGrowth, limitBytes: number | undefined): number {
  if (limitBytes === undefined) return Number.POSITIVE_INFINITY;
  const room = limitBytes - growth.bytes;
  if (room < 0) return growth.sinceMs;
  if (growth.bytesPerSecond <= 0) return Number.POSITIVE_INFINITY;
  return growth.sinceMs + ((room + 1) / growth.bytesPerSecond) * 1000;
}

/** Makes growth go on at another rate from now. */
export function regrow(growth: MemoryGrowth, nowMs: number, bytesPerSecond: number): MemoryGrowth {
  return { bytes: bytesAt(growth, nowMs), bytesPerSecond, sinceMs: nowMs };
}
