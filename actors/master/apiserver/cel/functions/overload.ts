/** One form of a function: what it takes, what it gives, and how it is worked out. */

import type { Type } from '../cel-type.ts';
import { readType } from '../cel-type.ts';
import { sizeOf } from '../equality.ts';
import type { Meter } from '../evaluation-error.ts';
import type { Value } from '../value.ts';
import { Bytes, Duration, Fields, List, Opaque, Optional, Timestamp, TypeName, Uint } from '../value.ts';

/** Works out a call. @throws EvaluationError */
type Run = (args: readonly Value[], meter: Meter) => Value;

/** What a call costs, by the sizes of its arguments (cel-go's `CostTracker`, apiserver's `CostEstimator`). */
type Weight = (sizes: readonly number[]) => number;

/** One form of a function. */
export interface Overload {
  readonly name: string;
  /** Called as `first.name(others)`. */
  readonly isMember: boolean;
  readonly params: readonly Type[];
  readonly result: Type;
  readonly run: Run;
  readonly weight: Weight;
}

const once: Weight = () => 1;
/** A tenth for each sign that is looked at. */
export const perSign: Weight = (sizes) => Math.ceil((sizes[0] ?? 0) * 0.1);
/** Both are looked at. */
export const perBoth: Weight = ([a = 0, b = 0]) => Math.ceil((a + b) * 0.1);
/** As far as the shorter one reaches. */
export const perShorter: Weight = ([a = 0, b = 0]) => Math.ceil(Math.min(a, b) * 0.1);
/** Each item is looked at. */
export const perItem: Weight = (sizes) => sizes[0] ?? 0;
/** A text is looked at for each part of the expression, of which four signs are one. */
export const perMatch: Weight = ([text = 0, pattern = 0]) => Math.ceil((text + 1) * 0.1) * Math.ceil(pattern * 0.25);

/** Declares a function: `free('size', 'string', 'int', ...)`. */
export function free(name: string, params: string, result: string, run: Run, weight = once): Overload {
  return { name, isMember: false, params: readParams(params), result: readType(result), run, weight };
}

/** Declares a function of its first argument: `member('size', 'string', 'int', ...)`. */
export function member(name: string, params: string, result: string, run: Run, weight = once): Overload {
  return { name, isMember: true, params: readParams(params), result: readType(result), run, weight };
}

function readParams(text: string): Type[] {
  return text === '' ? [] : text.split(/,(?![^(]*\))/).map(readType);
}

/** Gives the sizes of arguments. */
export function sizesOf(args: readonly Value[]): number[] {
  return args.map(sizeOf);
}

/** Tells whether a value may stand for a parameter; of lists and maps, what is in them is not looked at. */
export function takes({ kind, ...type }: Type, value: Value): boolean {
  switch (kind) {
    case 'dyn':
    case 'param':
      return true;
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'opaque':
      return value instanceof Opaque && 'name' in type && value.type === type.name;
    default:
      return value instanceof classes[kind];
  }
}

const classes = {
  uint: Uint,
  bytes: Bytes,
  timestamp: Timestamp,
  duration: Duration,
  list: List,
  map: Fields,
  object: Fields,
  optional: Optional,
  type: TypeName,
};
