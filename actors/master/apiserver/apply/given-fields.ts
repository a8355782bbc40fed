/** Which fields an object gives: what somebody who applies it owns (structured-merge-diff's `ToFieldSet`). */

import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import { byElement } from './changes.ts';
import type { FieldSet } from './field-set.ts';
import { makeNode, noFields } from './field-set.ts';
import { asList, asMap, formOf, innerNode, isEmptyMap, isMap, namedField } from './form.ts';
import { fieldElement } from './path-element.ts';

/** Gives the set of the fields of an object: its leaves, the items of its lists, the keys of its maps. */
export function fieldsGiven(object: object, node: SchemaNode | undefined): FieldSet {
  return fieldsOfMap(object, node);
}

function nodeOf(value: unknown, node: SchemaNode | undefined, isMember: boolean): FieldSet | undefined {
  if (value === null || (isMap(value) && isEmptyMap(value))) return noFields;
  const form = formOf(value, node);
  if (form === 'leaf') return noFields;
  return makeNode(isMember, form === 'map' ? fieldsOfMap(value, node) : fieldsOfList(value, node as SchemaNode));
}

function fieldsOfMap(value: unknown, node: SchemaNode | undefined): FieldSet {
  const map = asMap(value);
  const set: Record<string, FieldSet> = {};
  for (const name in map) {
    if (map[name] === undefined) continue;
    const inner = nodeOf(map[name], innerNode(node, name), namedField(node, name) === undefined);
    if (inner !== undefined) set[fieldElement(name)] = inner;
  }
  return set;
}

function fieldsOfList(value: unknown, node: SchemaNode): FieldSet {
  const set: Record<string, FieldSet> = {};
  for (const [element, items] of byElement(asList(value), node) ?? []) {
    // Twins are owned together.
    set[element] = items.length > 1 ? noFields : (nodeOf(items[0], node.items, true) ?? noFields);
  }
  return set;
}
