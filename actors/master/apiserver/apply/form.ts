/** How the values of a schema are owned: as a whole, by field, or by item (structured-merge-diff's atoms). */

import type { SchemaNode } from '../../../../protocol/schema/schema.ts';

import type { KeyField } from './path-element.ts';
import { keyElement, valueElement } from './path-element.ts';
import { valueFields } from './value-fields.ts';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** How a value is owned: whole, or by what it holds. */
export type Form = 'leaf' | 'map' | 'list';

/** Tells how a value of a shape is owned. Without a shape maps are owned by field and lists whole, as Kubernetes deduces. */
export function formOf(value: unknown, node: SchemaNode | undefined): Form {
  switch (node?.type) {
    case 'object':
    case 'map':
      return node.mapType === 'atomic' ? 'leaf' : 'map';
    case 'array':
      return listKeysOf(node) === undefined ? 'leaf' : 'list';
    case undefined:
    case 'any':
      return isMap(value) && !isRaw(node) ? 'map' : 'leaf';
    default:
      return 'leaf';
  }
}

/** What a built-in kind holds as raw bytes is owned whole. */
function isRaw(node: SchemaNode | undefined): boolean {
  return node !== undefined && (node.mapType === 'atomic' || node.goType === 'runtime.RawExtension');
}

/** Tells whether a value is a JSON object. */
export function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gives a value as a map; what is none counts as an empty one. */
export function asMap(value: unknown): Fields {
  return isMap(value) ? value : nothing;
}

/** Gives a value as a list; what is none counts as an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const nothing: Fields = {};

/** Tells whether a map has no fields. */
export function isEmptyMap(map: Fields): boolean {
  for (const _ in map) return false;
  return true;
}

const whole: SchemaNode = { type: 'any', goType: 'runtime.RawExtension' };

/** The shape of a field, or of what a key of a map holds; undefined where it is to be deduced. */
export function innerNode(node: SchemaNode | undefined, name: string): SchemaNode | undefined {
  return namedField(node, name) ?? node?.items;
}

/** The shape of a field that the schema names; undefined for keys of maps. */
export function namedField(node: SchemaNode | undefined, name: string): SchemaNode | undefined {
  return node?.type === 'object' ? node.fields?.[name] : undefined;
}

/** Tells whether an object may have fields of any name. */
export function isOpen(node: SchemaNode): boolean {
  return node.type !== 'object' || node.items !== undefined || isEmptyMap(node.fields ?? nothing);
}

/** The shape of a list's items. */
export function itemNode(node: SchemaNode | undefined): SchemaNode | undefined {
  return node?.items ?? whole;
}

/**
 * Tells which fields tell the items of a list apart: none for a set of plain values; undefined for a list that is owned whole.
 *
 * Where the schema does not say, it is as in a strategic merge patch.
 */
export function listKeysOf(node: SchemaNode): readonly string[] | undefined {
  if (node.listType === 'set') return [];
  if (node.listType === 'map') return node.listMapKeys ?? [];
  if (node.listType === 'atomic' || !node.patchStrategy?.includes('merge')) return undefined;
  return node.mergeKey === undefined ? [] : [node.mergeKey];
}

/** Why an item of a list cannot be told from others, in structured-merge-diff's words. */
export interface NoElement {
  readonly problem: string;
}

/** Gives the path element of an item in a list that is owned by item. */
export function elementOf(item: unknown, list: SchemaNode): string | NoElement {
  const keys = listKeysOf(list) ?? [];
  return keys.length === 0 ? setElement(item) : keyedElement(item, keys, list.items);
}

function keyedElement(item: unknown, keys: readonly string[], items: SchemaNode | undefined): string | NoElement {
  if (item === null) return { problem: 'associative list with keys may not have a null element' };
  if (!isMap(item)) return { problem: 'associative list with keys may not have non-map elements' };
  const fields: KeyField[] = [];
  for (const key of keys) {
    const value = item[key] ?? items?.fields?.[key]?.default;
    if (value === undefined) {
      const detail = `omits key field "${key}" (and doesn't have default value)`;
      return { problem: `associative list with keys has an element that ${detail}` };
    }
    fields.push([key, value]);
  }
  return keyElement(fields);
}

function setElement(item: unknown): string | NoElement {
  if (isMap(item)) return { problem: "associative list without keys has an element that's a map type" };
  if (Array.isArray(item)) return { problem: 'not supported: associative list with lists as elements' };
  if (item === null) return { problem: "associative list without keys has an element that's an explicit null" };
  return valueElement(item);
}

const byType = new Map(
  valueFields
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([type = '', ...fields]) => [type, fields]),
);

const emptied = new WeakMap<SchemaNode, Fields>();

/**
 * The fields that an object of a built-in type has though nobody gave them, with what is in them then.
 *
 * Custom resources have none: they are never Go structs.
 */
export function emptyFieldsOf(node: SchemaNode | undefined): Fields {
  if (node?.type !== 'object' || !node.name) return nothing;
  const known = emptied.get(node);
  if (known !== undefined) return known;
  const fields: Record<string, unknown> = {};
  for (const name of ['metadata', ...(byType.get(node.name) ?? [])]) {
    const inner = node.fields?.[name];
    if (inner !== undefined) fields[name] = inner.type === 'object' ? nothing : null;
  }
  emptied.set(node, fields);
  return fields;
}
