/** Ages, as Kubernetes writes them. */

import { fromRfc3339 } from '../time.ts';

const msPerSecond = 1000;
const msPerMinute = 60 * msPerSecond;
const msPerHour = 60 * msPerMinute;

/** Writes how long something has lasted, finer the shorter it is (apimachinery's `duration.HumanDuration`). */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / msPerSecond);
  // Clocks of two machines differ a little: what is less than two seconds ahead is now.
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(ms / msPerMinute);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  return ofHours(Math.trunc(ms / msPerHour), minutes);
}

function ofHours(hours: number, minutes: number): string {
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return withRest(days, 'd', hours % 24, 'h');
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

function withRest(count: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${count}${unit}` : `${count}${unit}${rest}${restUnit}`;
}

/** Writes how long ago a time was; `<unknown>` where there is none (`translateTimestampSince`). */
export function since(timestamp: unknown, nowMs: number): string {
  const ms = timeOf(timestamp);
  return ms === undefined ? '<unknown>' : humanDuration(nowMs - ms);
}

/** Reads a field that is a point in time, as ms since the Unix epoch; undefined where it is none. */
export function timeOf(timestamp: unknown): number | undefined {
  if (typeof timestamp !== 'string') return undefined;
  try {
    return fromRfc3339(timestamp);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
