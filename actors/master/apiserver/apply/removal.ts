/** Taking fields out of an object (structured-merge-diff's `RemoveItems`). */

import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import type { FieldSet } from './field-set.ts';
import { childrenAt, hasElement, isEmptySet, makeNode, noFields } from './field-set.ts';
import { elementOf, formOf, innerNode, isMap, namedField } from './form.ts';
import { fieldElement, fieldName, isKeyElement } from './path-element.ts';

/** Gives the object without the fields of a set; the object itself where it has none of them. */
export function withoutItems(object: object, set: FieldSet, node: SchemaNode | undefined): object {
  return (lessen(object, set, node) ?? {}) as object;
}

/** A map or list that nothing is left of becomes null. */
function lessen(value: unknown, set: FieldSet, node: SchemaNode | undefined): unknown {
  if (isEmptySet(set)) return value;
  if (isMap(value)) return formOf(value, node) === 'map' ? lessenMap(value, set, node) : null;
  if (Array.isArray(value)) return formOf(value, node) === 'list' ? lessenList(value, set, node as SchemaNode) : null;
  return value;
}

function lessenMap(map: Readonly<Record<string, unknown>>, set: FieldSet, node: SchemaNode | undefined): unknown {
  const rest: Record<string, unknown> = {};
  let isSame = true;
  for (const name in map) {
    const element = fieldElement(name);
    const kept = hasElement(set, element)
      ? undefined
      : lessen(map[name], childrenAt(set, element), innerNode(node, name));
    if (kept !== undefined) rest[name] = kept;
    if (kept !== map[name]) isSame = false;
  }
  if (isSame) return map;
  for (const _ in rest) return rest;
  return null;
}

function lessenList(list: readonly unknown[], set: FieldSet, node: SchemaNode): unknown {
  const rest: unknown[] = [];
  for (const item of list) {
    const element = elementOf(item, node);
    if (typeof element !== 'string') rest.push(item);
    else if (!hasElement(set, element)) rest.push(lessen(item, childrenAt(set, element), node.items));
  }
  if (rest.length === list.length && rest.every((item, i) => item === list[i])) return list;
  return rest.length > 0 ? rest : null;
}

/**
 * Adds the fields that the schema names and that hold others of the set.
 *
 * Who owns `a.b` does not own `a`, yet when all of `a.b` goes, `a` is to go too (`EnsureNamedFieldsAreMembers`).
 */
export function withNamedFields(set: FieldSet, node: SchemaNode | undefined): FieldSet {
  const whole: Record<string, FieldSet> = {};
  for (const element in set) {
    if (element === '.') continue;
    const name = fieldName(element);
    const isNamed = name !== undefined && namedField(node, name) !== undefined;
    const inner = withNamedFields(childrenAt(set, element), nodeBelow(element, name, node));
    whole[element] = makeNode(isNamed || hasElement(set, element), inner) ?? noFields;
  }
  return whole;
}

function nodeBelow(element: string, name: string | undefined, node: SchemaNode | undefined): SchemaNode | undefined {
  if (name !== undefined) return innerNode(node, name);
  return isKeyElement(element) ? node?.items : undefined;
}
