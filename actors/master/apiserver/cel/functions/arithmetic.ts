/** The operators of expressions (the CEL language definition, "Standard Definitions"). */

import { compare, equal } from '../equality.ts';
import { EvaluationError } from '../evaluation-error.ts';
import { durationOf, timestampAt } from '../moment.ts';
import type { Value } from '../value.ts';
import { Bytes, type Duration, Fields, List, type Timestamp, Uint } from '../value.ts';
import type { Overload } from './overload.ts';
import { free, perBoth, perShorter } from './overload.ts';

const int = (value: bigint): bigint => {
  if (value >= 2n ** 63n || value < -(2n ** 63n)) throw new EvaluationError('integer overflow');
  return value;
};
const uint = (value: bigint): Uint => {
  if (value >= 2n ** 64n || value < 0n) throw new EvaluationError('unsigned integer overflow');
  return new Uint(value);
};

type Whole = (a: bigint, b: bigint) => bigint;

function whole(sign: string, work: Whole): Overload[] {
  return [
    free(sign, 'int, int', 'int', ([a, b]) => int(work(a as bigint, b as bigint))),
    free(sign, 'uint, uint', 'uint', ([a, b]) => uint(work((a as Uint).value, (b as Uint).value))),
  ];
}

function broken(sign: string, work: (a: number, b: number) => number): Overload {
  return free(sign, 'double, double', 'double', ([a, b]) => work(a as number, b as number));
}

const dividing =
  (problem: string, work: Whole): Whole =>
  (a, b) => {
    if (b === 0n) throw new EvaluationError(problem);
    return work(a, b);
  };

const nanos = (value: Value | undefined) => (value as Duration | Timestamp).nanos;

const sums: Overload[] = [
  ...whole('_+_', (a, b) => a + b),
  broken('_+_', (a, b) => a + b),
  free('_+_', 'string, string', 'string', ([a, b]) => `${a as string}${b as string}`, perBoth),
  free('_+_', 'bytes, bytes', 'bytes', ([a, b]) => joinBytes(a as Bytes, b as Bytes), perBoth),
  free('_+_', 'list(A), list(A)', 'list(A)', ([a, b]) => joinLists(a as List, b as List), perBoth),
  free('_+_', 'timestamp, duration', 'timestamp', ([a, b]) => timestampAt(nanos(a) + nanos(b))),
  free('_+_', 'duration, timestamp', 'timestamp', ([a, b]) => timestampAt(nanos(a) + nanos(b))),
  free('_+_', 'duration, duration', 'duration', ([a, b]) => durationOf(nanos(a) + nanos(b))),
  ...whole('_-_', (a, b) => a - b),
  broken('_-_', (a, b) => a - b),
  free('_-_', 'timestamp, timestamp', 'duration', ([a, b]) => durationOf(nanos(a) - nanos(b))),
  free('_-_', 'timestamp, duration', 'timestamp', ([a, b]) => timestampAt(nanos(a) - nanos(b))),
  free('_-_', 'duration, duration', 'duration', ([a, b]) => durationOf(nanos(a) - nanos(b))),
];

const products: Overload[] = [
  ...whole('_*_', (a, b) => a * b),
  broken('_*_', (a, b) => a * b),
  ...whole(
    '_/_',
    dividing('division by zero', (a, b) => a / b),
  ),
  broken('_/_', (a, b) => a / b),
  ...whole(
    '_%_',
    dividing('modulus by zero', (a, b) => a % b),
  ),
  free('-_', 'int', 'int', ([a]) => int(-(a as bigint))),
  free('-_', 'double', 'double', ([a]) => -(a as number)),
  free('!_', 'bool', 'bool', ([a]) => a !== true),
];

const ordered = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const numbers = ['int', 'uint', 'double'];

function comparison(sign: string, holds: (order: number) => boolean): Overload[] {
  const mixed = numbers.flatMap((a) => numbers.filter((b) => b !== a).map((b) => `${a}, ${b}`));
  return [...ordered.map((one) => `${one}, ${one}`), ...mixed].map((params) =>
    free(sign, params, 'bool', ([a, b]) => holds(compare(a as Value, b as Value)), perShorter),
  );
}

/** All operators but the logical ones, which do not always look at both sides. */
export const arithmetic: readonly Overload[] = [
  ...sums,
  ...products,
  free('_==_', 'A, A', 'bool', ([a, b], meter) => equal(a as Value, b as Value, meter), perShorter),
  free('_!=_', 'A, A', 'bool', ([a, b], meter) => !equal(a as Value, b as Value, meter), perShorter),
  ...comparison('_<_', (order) => order < 0),
  ...comparison('_<=_', (order) => order <= 0),
  ...comparison('_>_', (order) => order > 0),
  ...comparison('_>=_', (order) => order >= 0),
  free(
    '@in',
    'A, list(A)',
    'bool',
    ([item, list], meter) => {
      const { size, at } = list as List;
      for (let i = 0; i < size; i++) if (equal(item as Value, at(i), meter)) return true;
      return false;
    },
    ([, size = 0]) => size,
  ),
  free('@in', 'A, map(A, B)', 'bool', ([key, map]) => (map as Fields).find(key as Value) !== undefined),
  free('_[_]', 'list(A), int', 'A', ([list, place]) => itemAt(list as List, place as bigint)),
  free('_[_]', 'map(A, B), A', 'B', ([map, key]) => entryOf(map as Fields, key as Value)),
];

/** Gives an item of a list. @throws EvaluationError where it has none there. */
function itemAt(list: List, place: bigint): Value {
  if (place < 0n || place >= BigInt(list.size)) throw new EvaluationError(`index out of bounds: ${place}`);
  return list.at(Number(place));
}

/** Gives what a key leads to. @throws EvaluationError where it leads nowhere. */
export function entryOf(map: Fields, key: Value): Value {
  const found = map.find(key);
  if (found === undefined) throw new EvaluationError(`no such key: ${key instanceof Uint ? key.value : String(key)}`);
  return found;
}

function joinBytes(a: Bytes, b: Bytes): Bytes {
  return Bytes.fromCodes([...a.octets, ...b.octets]);
}

/** What is joined to a set or a map takes the place of what has the same key there (KEP-2876, "merge"). */
function joinLists(a: List, b: List): List {
  const { facts } = a;
  if (facts === undefined) {
    return new List(a.size + b.size, (place) => (place < a.size ? a.at(place) : b.at(place - a.size)));
  }
  const keyOf = (item: Value) => JSON.stringify(keysOf(item, facts.type === 'map' ? facts.keys : undefined));
  const merged = new Map(a.items().map((item) => [keyOf(item), item]));
  for (const item of b.items()) merged.set(keyOf(item), item);
  return List.of([...merged.values()], facts);
}

function keysOf(item: Value, names: readonly string[] | undefined): unknown {
  if (names === undefined || !(item instanceof Fields)) return `${typeof item} ${String(item)}`;
  return names.map((name) => String(item.find(name)));
}
