/** Looking into points and spans of time (the CEL language definition, "Timestamp" and "Duration"). */

import type { CalendarParts } from '../moment.ts';
import { partsAt } from '../moment.ts';
import type { Duration, Timestamp } from '../value.ts';
import type { Overload } from './overload.ts';
import { member } from './overload.ts';

const parts: Readonly<Record<string, (parts: CalendarParts) => number>> = {
  getFullYear: ({ year }) => year,
  getMonth: ({ month }) => month,
  getDate: ({ day }) => day,
  getDayOfMonth: ({ day }) => day - 1,
  getDayOfWeek: ({ dayOfWeek }) => dayOfWeek,
  getDayOfYear: ({ dayOfYear }) => dayOfYear,
  getHours: ({ hour }) => hour,
  getMinutes: ({ minute }) => minute,
  getSeconds: ({ second }) => second,
  getMilliseconds: ({ milli }) => milli,
};

const spans: Readonly<Record<string, (nanos: bigint) => bigint>> = {
  getHours: (nanos) => nanos / 3_600_000_000_000n,
  getMinutes: (nanos) => nanos / 60_000_000_000n,
  getSeconds: (nanos) => nanos / 1_000_000_000n,
  getMilliseconds: (nanos) => (nanos / 1_000_000n) % 1000n,
};

/** The functions of points and spans of time. */
export const moments: readonly Overload[] = [
  ...Object.entries(parts).flatMap(([name, part]) => [
    member(name, 'timestamp', 'int', ([at]) => BigInt(part(partsAt(at as Timestamp, '')))),
    member(name, 'timestamp, string', 'int', ([at, zone]) => BigInt(part(partsAt(at as Timestamp, zone as string)))),
  ]),
  ...Object.entries(spans).map(([name, part]) =>
    member(name, 'duration', 'int', ([span]) => part((span as Duration).nanos)),
  ),
];
