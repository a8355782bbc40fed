/**
 * Sets of fields, in the very form in which they are stored (FieldsV1): a tree of path elements.
 *
 * A node without children is in the set; one with children is in it where it has the mark `.`. The root stands for the whole
 * object, which is in no set: an empty root is the empty set.
 */

import { compareElements, readElement } from './path-element.ts';

/** A set of fields, or a node of one. Never changed once made. */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** The way down to a field, element by element. */
export type FieldPath = readonly string[];

/** The empty set, and the node that is in a set and has no children. */
export const noFields: FieldSet = {};
const mark = '.';

/** Tells whether a set holds nothing. */
export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Tells whether a node is itself in the set. */
function isMember(node: FieldSet): boolean {
  return mark in node || isEmptySet(node);
}

/** What lies below a node, as a set. */
function below(node: FieldSet): FieldSet {
  if (!(mark in node)) return node;
  const children: Record<string, FieldSet> = {};
  for (const element in node) if (element !== mark) children[element] = node[element] as FieldSet;
  return children;
}

/** Makes a node of what lies below it; undefined where neither it nor anything below is in the set. */
export function makeNode(isIn: boolean, children: FieldSet | undefined): FieldSet | undefined {
  if (children === undefined || isEmptySet(children)) return isIn ? noFields : undefined;
  return isIn ? { [mark]: noFields, ...children } : children;
}

/** Gives what is in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  const both: Record<string, FieldSet> = { ...a };
  for (const element in b) {
    const [left, right] = [a[element], b[element] as FieldSet];
    both[element] = left === undefined ? right : uniteNodes(left, right);
  }
  return both;
}

/** Gives a node that has what either has. */
export function uniteNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  return makeNode(isMember(a) || isMember(b), union(below(a), below(b))) ?? noFields;
}

/** Gives what is in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const shared: Record<string, FieldSet> = {};
  for (const element in a) {
    const [left, right] = [a[element] as FieldSet, b[element]];
    if (right === undefined) continue;
    const node = makeNode(isMember(left) && isMember(right), intersection(below(left), below(right)));
    if (node !== undefined) shared[element] = node;
  }
  return shared;
}

/** Gives what is in one set and not in the other; the set itself where that is all of it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, false);
}

/** The same, where a field that is in the other set takes all below it along. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return subtract(a, b, true);
}

function subtract(a: FieldSet, b: FieldSet, takesChildren: boolean): FieldSet {
  let isLess = false;
  const rest: Record<string, FieldSet> = {};
  for (const element in a) {
    const [left, right] = [a[element] as FieldSet, b[element]];
    const node = right === undefined ? left : subtractNode(left, right, takesChildren);
    if (node !== left) isLess = true;
    if (node !== undefined) rest[element] = node;
  }
  return isLess ? rest : a;
}

function subtractNode(left: FieldSet, right: FieldSet, takesChildren: boolean): FieldSet | undefined {
  const isOut = isMember(right);
  if (isOut && takesChildren) return undefined;
  const before = below(left);
  const after = subtract(before, below(right), takesChildren);
  return after === before && !(isOut && isMember(left)) ? left : makeNode(isMember(left) && !isOut, after);
}

/** Gives what of a set lies below one element, as a set. */
export function childrenAt(set: FieldSet, element: string): FieldSet {
  const node = set[element];
  return node === undefined ? noFields : below(node);
}

/** Tells whether one element is itself in a set. */
export function hasElement(set: FieldSet, element: string): boolean {
  const node = set[element];
  return node !== undefined && isMember(node);
}

/** Tells whether a field is in a set. */
export function hasPath(set: FieldSet, path: FieldPath): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.[element];
  return path.length > 0 && node !== undefined && isMember(node);
}

/** Makes a set of paths. */
export function setOfPaths(paths: readonly FieldPath[]): FieldSet {
  return paths.map(setOfPath).reduce(union, noFields);
}

function setOfPath(path: FieldPath): FieldSet {
  return path.reduceRight<FieldSet>((inner, element) => ({ [element]: inner }), noFields);
}

/** Lists the fields of a set in the order of Kubernetes's: those on one level before what lies below any of them. */
export function pathsOf(set: FieldSet, above: FieldPath = []): FieldPath[] {
  const elements = elementsOf(set);
  const members = elements.filter((element) => hasElement(set, element)).map((element) => [...above, element]);
  return [...members, ...elements.flatMap((element) => pathsOf(childrenAt(set, element), [...above, element]))];
}

function elementsOf(set: FieldSet): string[] {
  return Object.keys(set)
    .filter((element) => element !== mark)
    .sort(compareElements);
}

/** Puts a set in order, as it is written. */
export function inOrder(set: FieldSet): FieldSet {
  const ordered: Record<string, FieldSet> = mark in set ? { [mark]: noFields } : {};
  for (const element of elementsOf(set)) ordered[element] = inOrder(set[element] as FieldSet);
  return ordered;
}

/**
 * Reads a set that a client wrote: every element in its one spelling, nothing empty that is not a member, in order.
 *
 * @throws PathElementError where an element cannot be read. One of an unknown sort is left out, as Kubernetes does.
 */
export function readFieldSet(given: unknown): FieldSet {
  return inOrder(readChildren(given));
}

function readChildren(given: unknown): FieldSet {
  let children: FieldSet = noFields;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return children;
  for (const [text, inner] of Object.entries(given)) {
    const element = text === mark ? undefined : readElement(text);
    if (element === undefined) continue;
    children = union(children, { [element]: readNode(inner) });
  }
  return children;
}

function readNode(given: unknown): FieldSet {
  const children = readChildren(given);
  const isIn = isEmptySet(children) || mark in (given as object);
  return makeNode(isIn, children) ?? noFields;
}
