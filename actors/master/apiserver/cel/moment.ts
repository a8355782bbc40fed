/** Points and spans of time, exact to the nanosecond, as Go reads and writes them. */

import { fromRfc3339, toRfc3339 } from '../../../../protocol/time.ts';
import { EvaluationError } from './evaluation-error.ts';
import { Duration, Timestamp } from './value.ts';

const second = 1_000_000_000n;
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3600n * second,
};
const largest = 2n ** 63n;

/** Reads a span as Go's `time.ParseDuration`; undefined where it is none. */
export function parseDuration(text: string): Duration | undefined {
  const [, sign, body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return new Duration(0n);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return undefined;
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = units[unit] ?? 1n;
    // What is finer than 18 places is less than a nanosecond of an hour.
    const places = fraction.slice(0, 18);
    nanos += BigInt(whole || '0') * scale + (BigInt(places || '0') * scale) / 10n ** BigInt(places.length);
  }
  const signed = sign === '-' ? -nanos : nanos;
  return signed >= largest || signed < -largest ? undefined : new Duration(signed);
}

/** Writes a span as CEL does: in seconds. */
export function formatDuration({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? '-' : ''}${size / second}${fractionOf(size % second)}s`;
}

/** Reads a point in time in RFC 3339; undefined where it is none. */
export function parseTimestamp(text: string): Timestamp | undefined {
  const whole = text.replace(/\.\d+/, '');
  try {
    const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
    const nanos = BigInt(fraction.slice(0, 9).padEnd(9, '0'));
    return new Timestamp(BigInt(fromRfc3339(whole)) * 1_000_000n + nanos);
  } catch {
    return undefined;
  }
}

/** Writes a point in time in UTC. */
export function formatTimestamp({ nanos }: Timestamp): string {
  const { seconds, rest } = split(nanos);
  return toRfc3339(Number(seconds) * 1000).replace('Z', `${fractionOf(rest)}Z`);
}

function fractionOf(nanos: bigint): string {
  return nanos === 0n ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
}

function split(nanos: bigint): { seconds: bigint; rest: bigint } {
  const rest = ((nanos % second) + second) % second;
  return { seconds: (nanos - rest) / second, rest };
}

/** From the year 1 to the year 9999, in ns since the Unix epoch. */
const [firstMoment, lastMoment] = [-62_135_596_800n * second, 253_402_300_800n * second];

/** Makes a point in time. @throws EvaluationError where no calendar has it. */
export function timestampAt(nanos: bigint): Timestamp {
  if (nanos < firstMoment || nanos >= lastMoment) throw new EvaluationError('timestamp overflow');
  return new Timestamp(nanos);
}

/** Makes a span. @throws EvaluationError where it does not fit in 64 bits. */
export function durationOf(nanos: bigint): Duration {
  if (nanos >= largest || nanos < -largest) throw new EvaluationError('duration overflow');
  return new Duration(nanos);
}

/** The parts of a point in time, by the calendar of a place. */
export interface CalendarParts {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  /** From 1. */
  readonly day: number;
  readonly dayOfWeek: number;
  /** From 0. */
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milli: number;
}

/** Takes a point in time apart. `zone`: UTC, or how far from it (`+02:00`). @throws EvaluationError of any other place. */
export function partsAt({ nanos }: Timestamp, zone: string): CalendarParts {
  const { seconds, rest } = split(nanos + BigInt(offsetOf(zone)) * 60n * second);
  const text = toRfc3339(Number(seconds) * 1000);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, ofMinute = 0] = text.split(/[-T:Z]/).map(Number);
  const days = Number(seconds - (((seconds % 86_400n) + 86_400n) % 86_400n)) / 86_400;
  const newYear = fromRfc3339(`${String(year).padStart(4, '0')}-01-01T00:00:00Z`) / 86_400_000;
  return {
    year,
    month: month - 1,
    day,
    // The first day of the Unix epoch was a Thursday.
    dayOfWeek: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - newYear,
    hour,
    minute,
    second: ofMinute,
    milli: Number(rest / 1_000_000n),
  };
}

/** In minutes. */
function offsetOf(zone: string): number {
  if (zone === '' || zone === 'UTC' || zone === 'Z') return 0;
  const parts = /^([-+]?)(\d{2}):(\d{2})$/.exec(zone);
  if (parts === null) throw new EvaluationError(`unknown time zone ${zone}`);
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3]));
}
