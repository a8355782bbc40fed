/** Putting values into a text (cel-go's `ext.Strings`, `format`). */

import type { Meter } from '../evaluation-error.ts';
import { EvaluationError } from '../evaluation-error.ts';
import { formatDuration, formatTimestamp } from '../moment.ts';
import type { Value } from '../value.ts';
import { Bytes, Duration, Fields, List, Timestamp, TypeName, typeNameOf, Uint } from '../value.ts';
import { formatDouble } from './conversions.ts';

/** Fills in a text. @throws EvaluationError where the text asks for what it is not given. */
export function formatText(text: string, { size, at }: List, meter: Meter): string {
  let next = 0;
  return text.replace(/%(?:%|(?:\.(\d+))?(.)?)/gs, (clause, digits: string | undefined, verb: string | undefined) => {
    if (clause === '%%') return '%';
    if (verb === undefined) throw new EvaluationError('unexpected end of string');
    if (next >= size) throw new EvaluationError(`index ${next} out of range`);
    const made = formatOne(verb, at(next++), digits === undefined ? 6 : Math.min(Number(digits), 100));
    meter.spend(made.length * 0.1);
    return made;
  });
}

function formatOne(verb: string, value: Value, digits: number): string {
  const whole = value instanceof Uint ? value.value : value;
  switch (verb) {
    case 's':
      return showValue(value);
    case 'd':
      return typeof whole === 'bigint' ? String(whole) : wrong('decimal', value);
    case 'f':
      return typeof value === 'number' ? fixed(value, digits) : wrong('fixed-point', value);
    case 'e':
      return typeof value === 'number' ? exponent(value, digits) : wrong('scientific', value);
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return typeof whole === 'bigint' ? whole.toString(2) : wrong('binary', value);
    case 'o':
      return typeof whole === 'bigint' ? whole.toString(8) : wrong('octal', value);
    case 'x':
      return hex(value, whole);
    case 'X':
      return hex(value, whole).toUpperCase();
    default:
      throw new EvaluationError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function wrong(clause: string, value: Value): never {
  const problem = `no such overload: ${clause} clause cannot be used on ${typeNameOf(value)}`;
  throw new EvaluationError(`error during formatting: ${problem}`);
}

function fixed(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : formatDouble(value).replace('+', '');
}

function exponent(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([-+])(\d)$/, 'e$10$2');
}

function hex(value: Value, whole: Value): string {
  if (typeof whole === 'bigint') return whole.toString(16);
  const bytes = typeof value === 'string' ? Bytes.fromText(value) : value;
  if (!(bytes instanceof Bytes)) return wrong('hex', value);
  return bytes.octets.map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Writes any value, lists and maps with all that is in them. */
function showValue(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return formatDouble(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Bytes) return value.toText() ?? '';
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof TypeName) return value.name;
  if (value instanceof List) return `[${value.items().map(showInner).join(', ')}]`;
  if (!(value instanceof Fields)) return typeof value === 'object' ? typeNameOf(value) : String(value);
  const entries = value.keys().map((key) => [showInner(key), showInner(value.find(key) ?? null)] as const);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${key}:${item}`)
    .join(', ')}}`;
}

function showInner(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Timestamp) return `timestamp("${formatTimestamp(value)}")`;
  return value instanceof Duration ? `duration("${formatDuration(value)}")` : showValue(value);
}
