/** Follows a JSONPath through an object. */

import { fieldsOf } from './fields.ts';
import { type JsonPath, JsonPathError, type Slice, type Step } from './json-path.ts';

/** How many values one path may come past: paths are written by users, and a few `..` in a row come past very many. */
const mostVisited = 100_000;

/**
 * Gives the values a path leads to; none where a field on the way is missing.
 *
 * @throws JsonPathError where the path does not fit the object, such as an index beyond a list's end
 */
export function findByPath(path: JsonPath, object: unknown): unknown[] {
  return follow(path, [object], { left: mostVisited });
}

/** How many more values may be visited. */
interface Budget {
  left: number;
}

function follow(path: JsonPath, start: unknown[], budget: Budget): unknown[] {
  let values = start;
  for (const step of path) {
    budget.left -= values.length + 1;
    if (budget.left < 0) throw new JsonPathError('the path comes past too many values');
    values = take(step, values, budget);
  }
  return values;
}

function take(step: Step, values: unknown[], budget: Budget): unknown[] {
  switch (step.kind) {
    case 'field':
      return values.flatMap((value) => fieldOf(value, step.name));
    case 'wildcard':
      return values.flatMap(childrenOf);
    case 'recursive':
      return descendantsOf(values, budget);
    case 'slice':
      return slicesOf(values, step.slice);
    case 'union':
      return step.paths.flatMap((path) => follow(path, values, budget));
    case 'filter':
      return values.flatMap((value) => itemsOf(value).filter((item) => passes(item, step, budget)));
    case 'literal':
      // A text stands for itself, whatever there is; a number or a truth is there as often as the values before it.
      return typeof step.value === 'string' ? [step.value] : values.map(() => step.value);
  }
}

function fieldOf(value: unknown, name: string): unknown[] {
  const fields = fieldsOf(value);
  return Object.hasOwn(fields, name) && fields[name] !== undefined ? [fields[name]] : [];
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return Object.values(fieldsOf(value));
}

/** All values that have others inside, each before what is inside it. */
function descendantsOf(values: unknown[], budget: Budget): unknown[] {
  const found: unknown[] = [];
  const waiting = values.toReversed();
  while (waiting.length > 0) {
    const value = waiting.pop();
    const children = childrenOf(value);
    budget.left -= children.length + 1;
    if (budget.left < 0) throw new JsonPathError('the path comes past too many values');
    if (children.length > 0) found.push(value);
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i]);
  }
  return found;
}

function itemsOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new JsonPathError('the value is not array or slice');
  return value;
}

/** client-go looks at no further value after a stretch that has no length. */
function slicesOf(values: unknown[], slice: Slice): unknown[] {
  const found: unknown[] = [];
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const items = sliceOf(value, slice);
    if (items.length === 0) break;
    for (const item of items) found.push(item);
  }
  return found;
}

/** An index counts from the end where it is below 0; one beyond the list is an error. */
function sliceOf(value: unknown, slice: Slice): unknown[] {
  const items = itemsOf(value);
  const count = items.length;
  let from = slice.from ?? 0;
  let to = slice.to ?? count;
  if (from < 0) from += count;
  if (to < 0 || (to === 0 && slice.isSingle)) to += count;
  if (from === to) return [];
  if (from < 0 || from >= count || to < 0 || to > count) throw new JsonPathError('array index out of bounds');
  if (from > to) throw new JsonPathError('starting index is greater than ending index');
  const { step = 1 } = slice;
  if (step <= 0) throw new JsonPathError('step must be > 0');
  return items.slice(from, to).filter((_, i) => i % step === 0);
}

function passes(item: unknown, { left, operator, right }: Step & { kind: 'filter' }, budget: Budget): boolean {
  const lefts = follow(left, [item], budget);
  if (operator === 'exists') return lefts.length > 0;
  const rights = lefts.length === 0 ? [] : follow(right, [item], budget);
  if (lefts.length > 1 || rights.length > 1) throw new JsonPathError('can only compare one element at a time');
  return rights.length === 1 && compare(lefts[0], operator, rights[0]);
}

/** Compares as Go's templates do: like with like, and nothing else. */
function compare(left: unknown, operator: string, right: unknown): boolean {
  const kind = kindOf(left);
  if (kind !== kindOf(right) || kind === undefined) throw new JsonPathError('incompatible types for comparison');
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (kind === 'boolean') throw new JsonPathError('invalid type for comparison');
  const [a, b] = [left as number, right as number];
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`);
  }
}

function kindOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value;
  if (typeof value !== 'number') return undefined;
  return Number.isInteger(value) ? 'integer' : 'float';
}
