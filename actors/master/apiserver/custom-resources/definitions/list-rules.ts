/** The rules of lists that are sets or maps: what may be in them, and which fields tell their items apart. */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { propertyOf } from '../../../../../protocol/custom/structural-schema.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../../protocol/field-errors.ts';

const listTypes = ['atomic', 'set', 'map'];

/** Names what is wrong with the list type of a schema and what comes with it. */
export function listErrors(schema: StructuralSchema, path: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return [
    ...(listType === undefined ? [] : typeErrors(schema, listType, path)),
    ...(keys.length > 0 && listType !== 'map' ? keyedErrors(listType, path) : []),
    ...(listType === 'map' ? mapErrors(schema, keys, path) : []),
    ...(listType === 'map' || listType === 'set' ? itemErrors(schema, listType, keys, path) : []),
  ];
}

function typeErrors(schema: StructuralSchema, listType: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type !== 'array') {
    const why = 'must be array if x-kubernetes-list-type is specified';
    errors.push(schema.type ? invalid(`${path}.type`, schema.type, why) : required(`${path}.type`, why));
  } else if (listType === 'set') errors.push(...atomicErrors(schema.items, `${path}.items`));
  if (!listTypes.includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, listTypes));
  }
  return errors;
}

/** The items of a set are compared as a whole. */
function atomicErrors(items: StructuralSchema | undefined, path: string): FieldError[] {
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic') {
    return [invalid(`${path}.x-kubernetes-list-type`, listType, why)];
  }
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    return [invalid(`${path}.x-kubernetes-map-type`, listType ?? null, why)];
  }
  return [];
}

function keyedErrors(listType: string | undefined, path: string): FieldError[] {
  const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
  const field = `${path}.x-kubernetes-list-type`;
  return [listType === undefined ? required(field, why) : invalid(field, listType, why)];
}

function mapErrors(schema: StructuralSchema, keys: readonly string[], path: string): FieldError[] {
  const { items } = schema;
  const errors: FieldError[] = [];
  const field = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(field, 'must not be empty if x-kubernetes-list-type is map'));
  if (items === undefined) {
    return [...errors, required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')];
  }
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalid(`${path}.items.type`, items.type ?? '', why)];
  }
  keys.forEach((key, i) => {
    const type = propertyOf(items, key)?.type;
    if (propertyOf(items, key) === undefined) {
      errors.push(invalid(field, keys, 'entries must all be names of item properties'));
    } else if (type === 'array' || type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type, why));
    }
    if (keys.indexOf(key) < i) errors.push(invalid(field, keys, 'must not contain duplicate entries'));
  });
  return errors;
}

/** What tells items apart is always there, and never null. */
function itemErrors(
  { items }: StructuralSchema,
  listType: string,
  keys: readonly string[],
  path: string,
): FieldError[] {
  if (items === undefined) return [];
  const errors: FieldError[] = [];
  if (items.nullable === true) {
    const why = `cannot be nullable when x-kubernetes-list-type is ${listType}`;
    errors.push(forbidden(`${path}.items.nullable`, why));
  }
  for (const key of listType === 'map' ? keys : []) {
    const property = propertyOf(items, key);
    if (property === undefined) continue;
    const field = `${path}.items.properties[${key}]`;
    const is = 'this property is in x-kubernetes-list-map-keys, so it';
    if (items.required?.includes(key) !== true && property.default === undefined) {
      errors.push(required(`${field}.default`, `${is} must have a default or be a required property`));
    }
    if (property.nullable === true) errors.push(forbidden(`${field}.nullable`, `${is} cannot be nullable`));
  }
  return errors;
}
