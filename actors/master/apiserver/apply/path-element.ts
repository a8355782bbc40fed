/** The elements of a path to a field, in their one spelling: `f:name`, `k:{"port":80}`, `v:"value"`, `i:3`. */

import { quoted } from '../../../../protocol/field-errors.ts';
import { goJson } from './go-json.ts';

/** An element that cannot be read. */
export class PathElementError extends Error {
  override readonly name = 'PathElementError';
}

/** A field that tells the items of a list apart, and its value. */
export type KeyField = readonly [name: string, value: unknown];

/** The element of a field of an object, or of a key of a map. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** The element of an item in a list whose items are known by some of their fields. */
export function keyElement(fields: readonly KeyField[]): string {
  const sorted = [...fields].sort(([a], [b]) => compareTexts(a, b));
  return `k:{${sorted.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(',')}}`;
}

/** The element of an item in a set. */
export function valueElement(value: unknown): string {
  return `v:${goJson(value)}`;
}

/** The element of a place in a list. */
export function indexElement(place: number): string {
  return `i:${place}`;
}

/** The name in the element of a field; undefined for other elements. */
export function fieldName(element: string): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

/** Tells whether an element is that of an item known by some of its fields. */
export function isKeyElement(element: string): boolean {
  return element.startsWith('k:');
}

/** Reads an element as a client spelt it, into its one spelling; undefined for one of an unknown sort. @throws PathElementError */
export function readElement(text: string): string | undefined {
  if (text[1] !== ':') throw new PathElementError(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(readJson(rest));
    case 'k':
      return keyElement(readKey(rest));
    case 'i':
      if (!/^[+-]?\d+$/.test(rest)) throw new PathElementError(`strconv.Atoi: parsing ${quoted(rest)}: invalid syntax`);
      return indexElement(Number(rest));
    default:
      return undefined;
  }
}

function readKey(text: string): KeyField[] {
  const fields = readJson(text);
  if (typeof fields !== 'object' || fields === null) throw new PathElementError(`not a key: ${text}`);
  return Object.entries(fields);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PathElementError(`not JSON: ${text}`);
  }
}

/** Shows a path as in messages: `.spec.ports[port=80,protocol="TCP"].name`. */
export function showPath(path: readonly string[]): string {
  return path.map(showElement).join('');
}

/** Shows one element as in messages. */
export function showElement(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k':
      return `[${readKey(rest)
        .map(([name, value]) => `${name}=${showValue(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${showValue(readJson(rest))}]`;
    default:
      return `[${rest}]`;
  }
}

function showValue(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

const ranks = 'fkvi';

/** Orders elements as Kubernetes does: fields, items by their fields, items of sets, places. */
export function compareElements(a: string, b: string): number {
  const sort = a[0] ?? '';
  if (sort !== b[0]) return ranks.indexOf(sort) - ranks.indexOf(b[0] ?? '');
  const [left, right] = [a.slice(2), b.slice(2)];
  if (sort === 'f') return compareTexts(left, right);
  return sort === 'k' ? compareKeys(readKey(left), readKey(right)) : compareValues(readJson(left), readJson(right));
}

function compareKeys(a: readonly KeyField[], b: readonly KeyField[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [[leftName, left], [rightName, right]] = [a[i] as KeyField, b[i] as KeyField];
    const order = compareTexts(leftName, rightName) || compareValues(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const valueRanks = ['number', 'string', 'boolean', 'object'];

function compareValues(a: unknown, b: unknown): number {
  const sort = typeof a;
  if (sort !== typeof b) return valueRanks.indexOf(sort) - valueRanks.indexOf(typeof b);
  if (sort === 'number' || sort === 'boolean') return Number(a) - Number(b);
  return compareTexts(sort === 'string' ? (a as string) : goJson(a), sort === 'string' ? (b as string) : goJson(b));
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
