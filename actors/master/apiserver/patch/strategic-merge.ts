/** Strategic merge patch: merges lists by the keys their items are known by, and obeys the directives in the patch. */

import { withFields } from '../../../../protocol/copy.ts';
import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import { fieldOf, mergeKeyOf } from '../../../../protocol/schema/schema.ts';
import { mergeOrder } from './element-order.ts';

type Fields = Readonly<Record<string, unknown>>;
type List = readonly unknown[];

const directive = '$patch';
const retainKeys = '$retainKeys';
const deletions = '$deleteFromPrimitiveList/';
const orders = '$setElementOrder/';

/** A patch that cannot be applied; the message is Kubernetes's own. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

/**
 * Merges a patch into an object of a shape; shares what it does not touch, and gives the object itself where nothing changes.
 *
 * @throws PatchError as apimachinery's `strategicpatch`.
 */
export function strategicMerge(original: Fields, patch: Fields, node: SchemaNode | undefined): Fields {
  const whole = patch[directive];
  if (whole === 'replace') return withoutDirectives(patch) as Fields;
  if (whole === 'delete') return {};
  if (whole !== undefined && whole !== 'merge') throw new PatchError(`unknown patch type: ${whole}`);
  return hasDirectives(patch) ? mergeDirected(original, patch, node) : mergePlain(original, patch, node);
}

function hasDirectives(patch: Fields): boolean {
  for (const field in patch) if (isDirective(field)) return true;
  return false;
}

function isDirective(field: string): boolean {
  return field.startsWith('$');
}

function mergePlain(original: Fields, patch: Fields, node: SchemaNode | undefined): Fields {
  let changed: Record<string, unknown> | undefined;
  for (const field in patch) {
    const [old, given] = [original[field], patch[field]];
    const value = given === null ? undefined : mergeValue(old, given, fieldOf(node, field));
    if (value === old) continue;
    changed ??= {};
    changed[field] = value;
  }
  return changed === undefined ? original : withFields(original, changed);
}

function mergeDirected(original: Fields, patch: Fields, node: SchemaNode | undefined): Fields {
  const kept = retained(original, patch);
  const changed: Record<string, unknown> = {};
  for (const [field, change] of fieldChanges(patch)) {
    const value = mergeField(kept[field], change, fieldOf(node, field));
    if (value !== kept[field]) changed[field] = value;
  }
  return Object.keys(changed).length === 0 ? kept : withFields(kept, changed);
}

/** What a patch says of one field: its value, and for a list what leaves it and in which order it stands. */
interface FieldChange {
  value?: unknown;
  removed?: List;
  order?: List;
}

function fieldChanges(patch: Fields): Map<string, FieldChange> {
  const changes = new Map<string, FieldChange>();
  const of = (field: string): FieldChange => {
    const known = changes.get(field) ?? {};
    changes.set(field, known);
    return known;
  };
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (!isDirective(key)) of(key).value = value;
    else if (key.startsWith(deletions)) of(key.slice(deletions.length)).removed = listOf(key, value);
    else if (key.startsWith(orders)) of(key.slice(orders.length)).order = listOf(key, value);
  }
  return changes;
}

function listOf(key: string, value: unknown): List {
  if (!Array.isArray(value)) throw new PatchError(`expected a list in ${key}`);
  return value;
}

/** `$retainKeys`: of the original only these fields stay, and the patch may give no others. */
function retained(original: Fields, patch: Fields): Fields {
  const keys = patch[retainKeys];
  if (keys === undefined) return original;
  if (!Array.isArray(keys)) throw new PatchError('invalid patch format of retainKeys list');
  for (const key of Object.keys(patch)) {
    const isGiven = !isDirective(key) && patch[key] !== null;
    if (isGiven && !keys.includes(key)) throw new PatchError('invalid patch format of retainKeys list');
  }
  const fields = Object.keys(original);
  const staying = fields.filter((field) => keys.includes(field));
  return staying.length === fields.length
    ? original
    : Object.fromEntries(staying.map((field) => [field, original[field]]));
}

function mergeField(old: unknown, { value, removed, order }: FieldChange, node: SchemaNode | undefined): unknown {
  if (value === null) return undefined;
  if (removed === undefined && order === undefined) return mergeValue(old, value, node);
  const base: List = Array.isArray(old) ? old : [];
  const left = removed === undefined ? base : base.filter((item) => !removed.includes(item));
  const wanted =
    value === undefined ? left : old === undefined ? (withoutDirectives(value) as List) : mergeValue(left, value, node);
  if (old === undefined && value === undefined) return undefined;
  if (order === undefined || !Array.isArray(wanted)) return wanted;
  return mergeOrder(wanted, order, base, mergeKeyOf(node));
}

function mergeValue(old: unknown, value: unknown, node: SchemaNode | undefined): unknown {
  if (old === undefined || old === null) return withoutDirectives(value);
  const strategy = node?.patchStrategy ?? '';
  if (Array.isArray(value)) {
    return Array.isArray(old) && strategy.includes('merge') ? mergeLists(old, value, node) : value;
  }
  if (!isFields(value) || !isFields(old)) return value;
  return strategy.includes('replace') ? withoutDirectives(value) : strategicMerge(old, value, node);
}

function mergeLists(old: List, patch: List, node: SchemaNode | undefined): List {
  if (old.length === 0 && patch.length === 0) return old;
  const key = node === undefined ? undefined : mergeKeyOf(node);
  const first = old[0] ?? patch[0];
  if (!isFields(first)) return mergeOrder([...new Set([...old, ...patch])], patch, old, undefined);
  if (key === undefined) throw new PatchError('cannot merge lists without merge key');
  const { base, items } = obeyItems(old, patch, key);
  const merged = [...base];
  const names = base.map((one) => (isFields(one) ? one[key] : undefined));
  let isInOrder = names.every((name, i) => names.indexOf(name) === i);
  let last = -1;
  for (const item of items) {
    const place = names.indexOf(item[key]);
    if (place < 0) names[merged.push(withoutDirectives(item)) - 1] = item[key];
    else merged[place] = strategicMerge(merged[place] as Fields, item, node?.items);
    if (place <= last) isInOrder = false;
    last = place;
  }
  return isInOrder ? merged : mergeOrder(merged, items, base, key);
}

/** Follows the items that are directives, and gives those that are not. */
function obeyItems(old: List, patch: List, key: string): { base: List; items: Fields[] } {
  let base = old;
  let items = patch as Fields[];
  let replaces = false;
  for (const item of patch) {
    if (!isFields(item)) throw new PatchError('expected a map in a list merged by key');
    const order = item[directive];
    if (order === 'replace' || order === 'delete') items = items.filter((one) => one !== item);
    if (order === 'replace') replaces = true;
    else if (order !== undefined && order !== 'delete' && order !== 'merge')
      throw new PatchError(`unknown patch type: ${order}`);
    else if (item[key] === undefined)
      throw new PatchError(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    else if (order === 'delete') base = base.filter((one) => !isFields(one) || one[key] !== item[key]);
  }
  return replaces ? { base: [], items } : { base, items };
}

/** Gives a new value as it is meant where there is nothing to merge it into: without nulls and directives. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => !isFields(item) || withoutDirectives(item) === item);
    if (isPlain) return value;
    return value
      .filter((item) => !isFields(item) || !['delete', 'replace'].includes(String(item[directive])))
      .map(withoutDirectives);
  }
  if (!isFields(value)) return value;
  let changed: Record<string, unknown> | undefined;
  for (const field in value) {
    const inner = value[field];
    const kept = isDirective(field) || inner === null ? undefined : withoutDirectives(inner);
    if (kept === inner) continue;
    changed ??= {};
    changed[field] = kept;
  }
  return changed === undefined ? value : withFields(value, changed);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
