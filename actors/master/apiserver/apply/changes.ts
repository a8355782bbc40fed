/** What a write changed: the fields that were added, modified and removed (structured-merge-diff's `Compare`). */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import type { FieldSet } from './field-set.ts';
import { makeNode, noFields, recursiveDifference, union, uniteNodes } from './field-set.ts';
import type { Fields, Form } from './form.ts';
import { asList, asMap, elementOf, emptyFieldsOf, formOf, innerNode, isEmptyMap, isMap } from './form.ts';
import { fieldElement } from './path-element.ts';
import type { Scope } from './scope.ts';

/** The fields in which two objects differ. No field is in more than one set. */
export interface Changes {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** The same below one field, as nodes; undefined where there is nothing. */
interface Inner {
  added?: FieldSet | undefined;
  modified?: FieldSet | undefined;
  removed?: FieldSet | undefined;
}

const kinds = ['added', 'modified', 'removed'] as const;
const none: Inner = {};

/** Nothing differs. */
const same: Changes = { added: noFields, modified: noFields, removed: noFields };

/** Compares two objects of a shape. What they share by reference is not looked at. */
export function changesBetween(before: object, after: object, node: SchemaNode | undefined): Changes {
  if (before === after) return same;
  const { added = noFields, modified = noFields, removed = noFields } = compareMaps(before, after, node);
  return { added, modified, removed };
}

/** What differs, in each version of the kind; undefined for one that it does not have. */
export type ChangesIn = (apiVersion: string) => Changes | undefined;

/** Compares two objects of a scope in every version in which somebody manages fields of them. */
export function changesByVersion(scope: Scope, before: object, after: object): ChangesIn {
  const known = new Map<string, Changes | undefined>();
  const { apiVersion: own } = scope;
  const compareIn = (version: string): Changes | undefined => {
    const [was, is] = [
      isEmptyMap(before as Fields) ? before : scope.convert(before, own, version),
      scope.convert(after, own, version),
    ];
    if (was === undefined || is === undefined) return undefined;
    const schema = version === own ? scope.schema : scope.schemaIn(version);
    return withoutFields(changesBetween(was, is, schema), scope.reset);
  };
  return (version) => {
    if (!known.has(version)) known.set(version, compareIn(version));
    return known.get(version);
  };
}

/** Leaves out the fields that a write cannot change, and all below them. */
export function withoutFields({ added, modified, removed }: Changes, fields: FieldSet): Changes {
  return {
    added: recursiveDifference(added, fields),
    modified: recursiveDifference(modified, fields),
    removed: recursiveDifference(removed, fields),
  };
}

/** What is new or other than it was. */
export function writtenFields({ added, modified }: Changes): FieldSet {
  return union(added, modified);
}

function compare(before: unknown, after: unknown, node: SchemaNode | undefined): Inner {
  if (before === after) return none;
  const was = before === undefined ? undefined : formOf(before, node);
  const is = after === undefined ? undefined : formOf(after, node);
  if (was === undefined || is === undefined || was === is) return compareAs(is ?? was ?? 'leaf', before, after, node);
  // It became another sort of value: what it held is gone, and what it holds now is new.
  return unite(compareAs(was, before, after, node), compareAs(is, before, after, node));
}

function compareAs(form: Form, before: unknown, after: unknown, node: SchemaNode | undefined): Inner {
  if (form === 'leaf') return compareLeaves(before, after);
  return form === 'map' ? compareMaps(before, after, node) : compareLists(before, after, node as SchemaNode);
}

function unite(a: Inner, b: Inner): Inner {
  const both: Inner = {};
  for (const kind of kinds) {
    const [left, right] = [a[kind], b[kind]];
    both[kind] = left === undefined || right === undefined ? (left ?? right) : uniteNodes(left, right);
  }
  return both;
}

function compareLeaves(before: unknown, after: unknown): Inner {
  if (before === undefined) return { added: noFields };
  if (after === undefined) return { removed: noFields };
  return deepEqual(before, after) ? none : { modified: noFields };
}

function compareMaps(before: unknown, after: unknown, node: SchemaNode | undefined): Inner {
  const empty = emptyFieldsOf(node);
  const [old, given] = [asMap(before), asMap(after)];
  // Two empty ones are told apart from none, and from null.
  if (isEmptyMap(old) && isEmptyMap(given) && isEmptyMap(empty)) return compareLeaves(before, after);
  const children = new Children();
  const seen = (name: string, value: unknown, inside: unknown) =>
    value === undefined && isMap(inside) ? empty[name] : value;
  const visit = (name: string) => {
    const [was, is] = [seen(name, old[name], before), seen(name, given[name], after)];
    if (was !== is) children.add(fieldElement(name), compare(was, is, innerNode(node, name)));
  };
  for (const name in old) visit(name);
  for (const name in given) if (!(name in old)) visit(name);
  for (const name in empty) if (!(name in old) && !(name in given)) visit(name);
  return children.inside(before, after);
}

function compareLists(before: unknown, after: unknown, node: SchemaNode): Inner {
  const [old, given] = [asList(before), asList(after)];
  if (old.length === 0 && given.length === 0) return compareLeaves(before, after);
  const [were, are] = [byElement(old, node), byElement(given, node)];
  // Items that cannot be told apart cannot be owned one by one.
  if (were === undefined || are === undefined) return compareLeaves(before, after);
  const children = new Children();
  for (const [element, items] of were) children.add(element, compareItems(items, are.get(element) ?? [], node.items));
  for (const [element, items] of are)
    if (!were.has(element)) children.add(element, compareItems([], items, node.items));
  return children.inside(before, after);
}

/** Gathers the items of a list by their elements; undefined where one has none. */
export function byElement(list: readonly unknown[], node: SchemaNode): Map<string, unknown[]> | undefined {
  const items = new Map<string, unknown[]>();
  for (const item of list) {
    const element = elementOf(item, node);
    if (typeof element !== 'string') return undefined;
    const twins = items.get(element);
    if (twins === undefined) items.set(element, [item]);
    else twins.push(item);
  }
  return items;
}

/** Compares the items of one element: twins are owned together, by the element alone. */
function compareItems(were: readonly unknown[], are: readonly unknown[], node: SchemaNode | undefined): Inner {
  if (were.length <= 1 && are.length <= 1) return compare(were[0], are[0], node);
  if (were.length > 1 && are.length > 1) return deepEqual(were, are) ? none : { modified: noFields };
  return were.length > 1
    ? unite(compare(undefined, are[0], node), { removed: noFields })
    : unite(compare(were[0], undefined, node), { added: noFields });
}

/** What was found below a map or a list. */
class Children {
  readonly #found: Partial<Record<(typeof kinds)[number], Record<string, FieldSet>>> = {};

  add(element: string, inner: Inner): void {
    for (const kind of kinds) {
      const node = inner[kind];
      if (node === undefined) continue;
      this.#found[kind] ??= {};
      (this.#found[kind] as Record<string, FieldSet>)[element] = node;
    }
  }

  /** The map or list itself is new, or gone, where the other side has none. */
  inside(before: unknown, after: unknown): Inner {
    const { added, modified, removed } = this.#found;
    return {
      added: makeNode(before === undefined, added),
      modified,
      removed: makeNode(after === undefined, removed),
    };
  }
}
