/** Making a value of one type of a value of another (the CEL language definition). */

import { EvaluationError } from '../evaluation-error.ts';
import { formatDuration, formatTimestamp, parseDuration, parseTimestamp, timestampAt } from '../moment.ts';
import type { Value } from '../value.ts';
import { Bytes, Duration, type Timestamp, TypeName, typeNameOf, Uint } from '../value.ts';
import type { Overload } from './overload.ts';
import { free, perSign } from './overload.ts';

function notA(type: string, from: string): EvaluationError {
  return new EvaluationError(`type conversion error from '${from}' to '${type}'`);
}

const same = ([value]: readonly Value[]) => value as Value;
const second = 1_000_000_000n;

function intOf(value: bigint): bigint {
  if (value >= 2n ** 63n || value < -(2n ** 63n)) throw new EvaluationError('integer overflow');
  return value;
}

function uintOf(value: bigint): Uint {
  if (value < 0n || value >= 2n ** 64n) throw new EvaluationError('unsigned integer overflow');
  return new Uint(value);
}

/** What is behind the point is cut off. */
function wholeOf(value: number, problem: string): bigint {
  if (!Number.isFinite(value)) throw new EvaluationError(problem);
  return BigInt(Math.trunc(value));
}

function readWhole(text: string, type: string): bigint {
  if (!/^[-+]?\d+$/.test(text) || text.length > 40) throw notA(type, 'string');
  const value = BigInt(text.replace(/^\+/, ''));
  const fits = type === 'int' ? value < 2n ** 63n && value >= -(2n ** 63n) : value >= 0n && value < 2n ** 64n;
  if (!fits) throw notA(type, 'string');
  return value;
}

/** Writes a broken number as Go's `%g` does for numbers of common size. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e21)) {
    return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  }
  return String(value);
}

function readDouble(text: string): number {
  const special = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return Number.NaN;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) throw notA('double', 'string');
  return Number(text);
}

function readBool(text: string): boolean {
  if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw notA('bool', 'string');
}

const texts: Overload[] = [
  free('string', 'string', 'string', same),
  free('string', 'bool', 'string', ([value]) => String(value)),
  free('string', 'int', 'string', ([value]) => String(value)),
  free('string', 'uint', 'string', ([value]) => String((value as Uint).value)),
  free('string', 'double', 'string', ([value]) => formatDouble(value as number)),
  free(
    'string',
    'bytes',
    'string',
    ([value]) => {
      const text = (value as Bytes).toText();
      if (text === undefined) throw new EvaluationError('invalid UTF-8 in bytes, cannot convert to string');
      return text;
    },
    perSign,
  ),
  free('string', 'timestamp', 'string', ([value]) => formatTimestamp(value as Timestamp)),
  free('string', 'duration', 'string', ([value]) => formatDuration(value as Duration)),
];

const numbers: Overload[] = [
  free('int', 'int', 'int', same),
  free('int', 'uint', 'int', ([value]) => intOf((value as Uint).value)),
  free('int', 'double', 'int', ([value]) => intOf(wholeOf(value as number, 'integer overflow'))),
  free('int', 'string', 'int', ([value]) => readWhole(value as string, 'int')),
  free('int', 'timestamp', 'int', ([value]) => {
    const { nanos } = value as Timestamp;
    const rest = ((nanos % second) + second) % second;
    return (nanos - rest) / second;
  }),
  free('int', 'duration', 'int', ([value]) => (value as Duration).nanos),
  free('uint', 'uint', 'uint', same),
  free('uint', 'int', 'uint', ([value]) => uintOf(value as bigint)),
  free('uint', 'double', 'uint', ([value]) => uintOf(wholeOf(value as number, 'unsigned integer overflow'))),
  free('uint', 'string', 'uint', ([value]) => new Uint(readWhole(value as string, 'uint'))),
  free('double', 'double', 'double', same),
  free('double', 'int', 'double', ([value]) => Number(value)),
  free('double', 'uint', 'double', ([value]) => Number((value as Uint).value)),
  free('double', 'string', 'double', ([value]) => readDouble(value as string)),
];

/** The functions that are called after the type they give. */
export const conversions: readonly Overload[] = [
  ...texts,
  ...numbers,
  free('bool', 'bool', 'bool', same),
  free('bool', 'string', 'bool', ([value]) => readBool(value as string)),
  free('bytes', 'bytes', 'bytes', same),
  free('bytes', 'string', 'bytes', ([value]) => Bytes.fromText(value as string), perSign),
  free('duration', 'duration', 'duration', same),
  free('duration', 'string', 'duration', ([value]) => {
    const read = parseDuration(value as string);
    if (read === undefined) throw notA('google.protobuf.Duration', 'string');
    return read;
  }),
  free('duration', 'int', 'duration', ([value]) => new Duration(value as bigint)),
  free('timestamp', 'timestamp', 'timestamp', same),
  free('timestamp', 'string', 'timestamp', ([value]) => {
    const read = parseTimestamp(value as string);
    if (read === undefined) throw notA('google.protobuf.Timestamp', 'string');
    return read;
  }),
  free('timestamp', 'int', 'timestamp', ([value]) => timestampAt((value as bigint) * second)),
  free('dyn', 'A', 'dyn', same),
  free('type', 'A', 'type(A)', ([value]) => new TypeName(typeNameOf(value as Value))),
];
