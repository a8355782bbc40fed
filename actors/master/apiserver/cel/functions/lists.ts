/** The functions of lists: Kubernetes's own (apiserver's `library.Lists`) and those of lists as sets (cel-go's `ext.Sets`). */

import { canonical, compare, equal } from '../equality.ts';
import type { Meter } from '../evaluation-error.ts';
import { EvaluationError } from '../evaluation-error.ts';
import type { Bytes, Fields, Value } from '../value.ts';
import { Duration, type List, Uint } from '../value.ts';
import { arithmetic } from './arithmetic.ts';
import type { Overload } from './overload.ts';
import { free, member, perItem, takes } from './overload.ts';

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const zeros: Readonly<Record<string, Value>> = {
  int: 0n,
  uint: new Uint(0n),
  double: 0,
  duration: new Duration(0n),
};

function isSorted([list]: readonly Value[]): boolean {
  const { size, at } = list as List;
  for (let i = 1; i < size; i++) if (compare(at(i - 1), at(i)) > 0) return false;
  return true;
}

/** The first of those that come first, or last. */
function extreme(name: string, wanted: 1 | -1) {
  return ([list]: readonly Value[]): Value => {
    const { size, at } = list as List;
    if (size === 0) throw new EvaluationError(`${name} called on empty list`);
    let best = at(0);
    for (let i = 1; i < size; i++) {
      const item = at(i);
      if (compare(item, best) * wanted > 0) best = item;
    }
    return best;
  };
}

const additions = arithmetic.filter(({ name }) => name === '_+_');

function sum(zero: Value) {
  return ([list]: readonly Value[], meter: Meter): Value => {
    const { size, at } = list as List;
    let total = zero;
    for (let i = 0; i < size; i++) {
      const pair = [total, at(i)];
      const addition = additions.find(({ params }) => params.every((param, at) => takes(param, pair[at] as Value)));
      if (addition === undefined) throw new EvaluationError('no such overload');
      total = addition.run(pair, meter);
    }
    return total;
  };
}

function placeOf(list: List, item: Value, meter: Meter, isLast: boolean): bigint {
  for (let i = 0; i < list.size; i++) {
    const place = isLast ? list.size - 1 - i : i;
    if (equal(list.at(place), item, meter)) return BigInt(place);
  }
  return -1n;
}

function textsOf(list: Value | undefined, meter: Meter): Set<string> {
  return new Set((list as List).items().map((item) => canonical(item, meter)));
}

const contains = (list: Value | undefined, part: Value | undefined, meter: Meter) => {
  const all = textsOf(list, meter);
  return [...textsOf(part, meter)].every((text) => all.has(text));
};

const size = (value: Value | undefined) => BigInt((value as List | Fields).size);

/** The functions of lists and maps. */
export const lists: readonly Overload[] = [
  ...comparable.flatMap((type) => [
    member('isSorted', `list(${type})`, 'bool', isSorted, perItem),
    member('max', `list(${type})`, type, extreme('max', 1), perItem),
    member('min', `list(${type})`, type, extreme('min', -1), perItem),
  ]),
  ...Object.entries(zeros).map(([type, zero]) => member('sum', `list(${type})`, type, sum(zero), perItem)),
  member('indexOf', 'list(A), A', 'int', ([l, a], meter) => placeOf(l as List, a as Value, meter, false), perItem),
  member('lastIndexOf', 'list(A), A', 'int', ([l, a], meter) => placeOf(l as List, a as Value, meter, true), perItem),
  free('size', 'list(A)', 'int', ([list]) => size(list)),
  member('size', 'list(A)', 'int', ([list]) => size(list)),
  free('size', 'map(A, B)', 'int', ([map]) => size(map)),
  member('size', 'map(A, B)', 'int', ([map]) => size(map)),
  free('size', 'bytes', 'int', ([bytes]) => BigInt((bytes as Bytes).octets.length)),
  member('size', 'bytes', 'int', ([bytes]) => BigInt((bytes as Bytes).octets.length)),
  free('sets.contains', 'list(A), list(A)', 'bool', ([a, b], meter) => contains(a, b, meter)),
  free('sets.equivalent', 'list(A), list(A)', 'bool', ([a, b], meter) => {
    return contains(a, b, meter) && contains(b, a, meter);
  }),
  free('sets.intersects', 'list(A), list(A)', 'bool', ([a, b], meter) => {
    const all = textsOf(a, meter);
    return [...textsOf(b, meter)].some((text) => all.has(text));
  }),
];
