/** The strategic merge patch of `kubectl apply`: from what was applied last, what is wanted now and what is there. */

import { fieldOf, mergeKeyOf, type SchemaNode } from '../../protocol/schema/schema.ts';

/** An object's fields. */
export type Fields = Readonly<Record<string, unknown>>;

type Patch = Record<string, unknown>;
type List = readonly unknown[];

/**
 * Makes the patch that turns `live` into what is wanted; empty where there is nothing to do.
 *
 * It is the one that apimachinery's `CreateThreeWayMergePatch` makes, directives included (`$setElementOrder`,
 * `$deleteFromPrimitiveList`, `$retainKeys`, `$patch: delete`), made in one pass instead of merged from two differences.
 */
export function threeWayPatch(last: Fields, wanted: Fields, live: Fields, shape: SchemaNode | undefined): Patch {
  const patch: Patch = {};
  for (const field of Object.keys(wanted)) {
    diffField(patch, field, { last: last[field], wanted: wanted[field], live: live[field] }, fieldOf(shape, field));
  }
  for (const field of Object.keys(last)) if (!(field in wanted) && field in live) patch[field] = null;
  return patch;
}

/** The three sides of one value. */
interface Sides<T = unknown> {
  readonly last: unknown;
  readonly wanted: T;
  readonly live: T;
}

function diffField(patch: Patch, field: string, sides: Sides, node: SchemaNode | undefined): void {
  const { last, wanted, live } = sides;
  if (isFields(wanted) && isFields(live) && node?.patchStrategy !== 'replace') {
    const inner = diffMaps({ last, wanted, live }, node, isRetaining(node));
    if (Object.keys(inner).length > 0) patch[field] = inner;
  } else if (Array.isArray(wanted) && Array.isArray(live) && node?.patchStrategy?.includes('merge')) {
    diffLists(patch, field, { last, wanted, live }, node);
  } else if (!isEqual(wanted, live)) {
    patch[field] = wanted;
  }
}

function diffMaps({ last, wanted, live }: Sides<Fields>, node: SchemaNode | undefined, isRetaining: boolean): Patch {
  const patch = threeWayPatch(isFields(last) ? last : {}, wanted, live, node);
  if (!isRetaining) return patch;
  // Of a union only the wanted members stay, even those nobody ever applied.
  const kept = Object.keys(wanted).filter((field) => wanted[field] !== null);
  const hasMore = Object.keys(live).some((field) => !(field in wanted) && live[field] !== null);
  return kept.length > 0 && (hasMore || Object.keys(patch).length > 0) ? { ...patch, $retainKeys: kept.sort() } : patch;
}

function diffLists(patch: Patch, field: string, sides: Sides<List>, node: SchemaNode): void {
  const { wanted, live } = sides;
  const last = Array.isArray(sides.last) ? (sides.last as List) : [];
  const key = mergeKeyOf(node);
  if (live.length === 0) {
    if (wanted.length > 0) patch[field] = wanted;
  } else if (key === undefined || !isFields(wanted[0] ?? live[0])) {
    diffScalars(patch, field, { last, wanted, live });
  } else {
    diffItems(patch, field, { last, wanted, live }, node, key);
  }
}

function diffScalars(
  patch: Patch,
  field: string,
  { last, wanted, live }: { last: List; wanted: List; live: List },
): void {
  const added = wanted.filter((item) => !live.includes(item));
  const removed = last.filter((item) => !wanted.includes(item));
  if (added.length > 0) patch[field] = added;
  if (removed.length > 0) patch[`$deleteFromPrimitiveList/${field}`] = [...new Set(removed)];
  if (removed.length > 0 || !isEqual(wanted, live)) patch[`$setElementOrder/${field}`] = wanted;
}

function diffItems(
  patch: Patch,
  field: string,
  { last, wanted, live }: { last: List; wanted: List; live: List },
  node: SchemaNode,
  key: string,
): void {
  const idOf = (item: unknown) => (item as Fields)[key];
  const find = (list: List, id: unknown) => list.find((item) => idOf(item) === id) as Fields | undefined;
  const changed = (wanted as readonly Fields[]).flatMap((item) => {
    const there = find(live, idOf(item));
    if (there === undefined) return [item];
    const sides = { last: find(last, idOf(item)), wanted: item, live: there };
    const inner = diffMaps(sides, node.items, isRetaining(node));
    return Object.keys(inner).length === 0 ? [] : [{ ...inner, [key]: idOf(item) }];
  });
  const removed = last
    .filter((item) => find(wanted, idOf(item)) === undefined)
    .map((item) => ({ $patch: 'delete', [key]: idOf(item) }));
  const items = [...changed, ...removed];
  const hasSameOrder = wanted.length === live.length && wanted.every((item, i) => idOf(item) === idOf(live[i]));
  if (items.length > 0) patch[field] = items;
  if (items.length > 0 || !hasSameOrder) {
    patch[`$setElementOrder/${field}`] = wanted.map((item) => ({ [key]: idOf(item) }));
  }
}

function isRetaining(node: SchemaNode | undefined): boolean {
  return node?.patchStrategy?.includes('retainKeys') ?? false;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const fields = Object.keys(a);
  return fields.length === Object.keys(b).length && fields.every((field) => field in b && isEqual(a[field], b[field]));
}
