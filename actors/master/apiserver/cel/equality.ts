/** When two values are equal, and which comes first (cel-go's `Equal` and `Compare`). */

import type { Meter } from './evaluation-error.ts';
import { EvaluationError, noSuchOverload } from './evaluation-error.ts';
import type { Value } from './value.ts';
import { Bytes, Duration, Fields, List, Opaque, Optional, Timestamp, TypeName, Uint } from './value.ts';

/** What it costs to look at one of the values that a value is made of. */
const glance = 0.1;

/** Tells whether two values are equal. Of unlike types they are not, but for numbers. @throws CostExceeded */
export function equal(a: Value, b: Value, meter: Meter): boolean {
  meter.spend(glance);
  if (a === b) return true;
  const [x, y] = [numberOf(a), numberOf(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: bigint and number are compared by what they amount to.
  if (x !== undefined && y !== undefined) return x == y;
  if (a instanceof List && b instanceof List) return equalLists(a, b, meter);
  if (a instanceof Fields && b instanceof Fields) return equalFields(a, b, meter);
  if (a instanceof Optional && b instanceof Optional) {
    if (a.value === undefined || b.value === undefined) return a.value === b.value;
    return equal(a.value, b.value, meter);
  }
  const text = plainText(a);
  return text !== undefined && text === plainText(b);
}

function numberOf(value: Value): bigint | number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
}

/** Lists that are sets or maps are equal in whatever order. */
function equalLists(a: List, b: List, meter: Meter): boolean {
  if (a.size !== b.size) return false;
  if (a.facts !== undefined) return canonical(a, meter) === canonical(new List(b.size, b.at, a.facts), meter);
  for (let i = 0; i < a.size; i++) if (!equal(a.at(i), b.at(i), meter)) return false;
  return true;
}

function equalFields(a: Fields, b: Fields, meter: Meter): boolean {
  if (a.size !== b.size) return false;
  return a.keys().every((key) => {
    const [one, other] = [a.find(key), b.find(key)];
    return one !== undefined && other !== undefined && equal(one, other, meter);
  });
}

/** Writes a value so that equal ones, and only they, have one text. @throws CostExceeded */
export function canonical(value: Value, meter: Meter): string {
  meter.spend(glance);
  if (value instanceof List) {
    const items = Array.from({ length: value.size }, (_, i) => canonical(value.at(i), meter));
    return `[${(value.facts === undefined ? items : items.sort()).join()}]`;
  }
  if (value instanceof Fields) {
    const entries = value.keys().map((key) => `${canonical(key, meter)}:${canonical(value.find(key) ?? null, meter)}`);
    return `{${entries.sort().join()}}`;
  }
  if (value instanceof Optional) return `?${value.value === undefined ? '' : canonical(value.value, meter)}`;
  const number = numberOf(value);
  if (number !== undefined) return `${number}`;
  return typeof value === 'string' ? JSON.stringify(value) : (plainText(value) ?? String(value));
}

function plainText(value: Value): string | undefined {
  if (value instanceof Bytes) return `b${value.octets.join()}`;
  if (value instanceof Duration) return `d${value.nanos}`;
  if (value instanceof Timestamp) return `t${value.nanos}`;
  if (value instanceof TypeName) return `type ${value.name}`;
  return value instanceof Opaque ? `${value.type} ${value.sameness}` : undefined;
}

/** How big a value is: signs, bytes, items or entries. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Bytes) return value.octets.length;
  return value instanceof List || value instanceof Fields ? value.size : 1;
}

/** Orders two values: below 0, 0 or above 0. @throws EvaluationError where they have no order. */
export function compare(a: Value, b: Value): number {
  const [[kind, x], [other, y]] = [ranked(a), ranked(b)];
  if (kind !== other) throw noSuchOverload();
  if (Number.isNaN(x) || Number.isNaN(y)) throw new EvaluationError('NaN values cannot be ordered');
  return x < y ? -1 : x > y ? 1 : 0;
}

type Ranked = readonly [kind: string, rank: bigint | number | string];

function ranked(value: Value): Ranked {
  if (typeof value === 'boolean') return ['bool', value ? 1 : 0];
  if (typeof value === 'string') return ['string', value];
  if (value instanceof Timestamp) return ['timestamp', value.nanos];
  if (value instanceof Duration) return ['duration', value.nanos];
  if (value instanceof Bytes) return ['bytes', value.octets.map((octet) => String.fromCharCode(octet)).join('')];
  const number = numberOf(value);
  if (number === undefined) throw noSuchOverload();
  return ['number', number];
}
