/** What makes a schema structural: each field has one type, said where the field is (apiextensions' `ValidateStructural`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { propertyOf } from '../../../../../protocol/custom/structural-schema.ts';
import { deepEqual } from '../../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { forbidden, formatFieldError, invalid, required } from '../../../../../protocol/field-errors.ts';
import { goRegExp } from '../schema/patterns.ts';

/** Where a schema stands in another. */
type Level = 'root' | 'item' | 'field';

const missingType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

/** Names what is not structural, in the order of the messages. */
export function structuralErrors(schema: StructuralSchema, path: string): FieldError[] {
  const errors = [...invariantErrors(schema, 'root', path), ...completenessErrors(schema, schema, path, path)];
  const texts = new Map(errors.map((error) => [error, formatFieldError(error)]));
  return errors.sort((a, b) => ((texts.get(a) ?? '') < (texts.get(b) ?? '') ? -1 : 1));
}

function invariantErrors(schema: StructuralSchema, level: Level, path: string): FieldError[] {
  const { type, items, properties = {}, additionalProperties } = schema;
  const errors: FieldError[] = [];
  if (type === 'array' && items === undefined) errors.push(required(`${path}.items`, 'must be specified'));
  if (items !== undefined) errors.push(...invariantErrors(items, 'item', `${path}.items`));
  for (const [name, one] of Object.entries(properties)) {
    errors.push(...invariantErrors(one, 'field', `${path}.properties[${name}]`));
  }
  if (additionalProperties !== undefined && level === 'root') {
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  }
  if (typeof additionalProperties === 'object') {
    errors.push(...invariantErrors(additionalProperties, 'field', `${path}.additionalProperties`));
  }
  return [
    ...errors,
    ...extensionErrors(schema, path),
    ...valueErrors(schema, path, hasEitherType(schema.anyOf), hasEitherType(schema.allOf?.[0]?.anyOf)),
    ...typeErrors(schema, level, path),
    ...metaErrors(schema, level, path),
  ];
}

/** The one pattern of types that is allowed, for a whole number or a text. */
function hasEitherType(anyOf: readonly StructuralSchema[] | undefined): boolean {
  return deepEqual(anyOf, [{ type: 'integer' }, { type: 'string' }]);
}

function extensionErrors(schema: StructuralSchema, path: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return [];
  const others = ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const;
  return others
    .filter((name) => schema[name] === true)
    .map((name) => invalid(`${path}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true'));
}

function typeErrors(schema: StructuralSchema, level: Level, path: string): FieldError[] {
  const { type = '', additionalProperties } = schema;
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-embedded-resource'] === true) {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    if (type !== 'object') errors.push(type ? invalid(`${path}.type`, type, why) : required(`${path}.type`, why));
    if (additionalProperties !== undefined) {
      const not = 'must not be used if x-kubernetes-embedded-resource is set';
      errors.push(forbidden(`${path}.additionalProperties`, not));
    }
  } else if (type === '' && !isUntyped(schema)) errors.push(required(`${path}.type`, missingType[level]));
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  }
  return errors;
}

function isUntyped(schema: StructuralSchema): boolean {
  return schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
}

/** Of metadata, a schema may only restrict the name. */
function metaErrors(schema: StructuralSchema, level: Level, path: string): FieldError[] {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  const isObject = level === 'root' || isEmbedded;
  const errors: FieldError[] = [];
  for (const name of isObject ? ['kind', 'apiVersion'] : []) {
    const one = propertyOf(schema, name);
    if (one === undefined || one.type === 'string') continue;
    errors.push(invalid(`${path}.properties[${name}].type`, one.type ?? '', 'must be string'));
  }
  const metadata = propertyOf(schema, 'metadata');
  const field = `${path}.properties[metadata]`;
  if (metadata !== undefined && isObject && metadata.type !== 'object') {
    errors.push(invalid(`${field}.type`, metadata.type ?? '', 'must be object'));
  }
  if (metadata !== undefined && level === 'root' && restrictsMore(metadata)) {
    const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(field, why));
  }
  if (isEmbedded && schema['x-kubernetes-preserve-unknown-fields'] !== true && !schema.properties) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, why));
  }
  return errors;
}

function restrictsMore(metadata: StructuralSchema): boolean {
  const { type: _type, default: _default, properties, ...rest } = metadata;
  const names = Object.keys(properties ?? {});
  return Object.keys(rest).length > 0 || names.some((name) => name !== 'name' && name !== 'generateName');
}

function valueErrors(schema: StructuralSchema, path: string, skipsAnyOf: boolean, skipsFirst: boolean): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  const expression = pattern ? goRegExp(pattern) : undefined;
  return [
    ...(skipsAnyOf ? [] : anyOf.flatMap((one, i) => nestedErrors(one, `${path}.anyOf[${i}]`))),
    ...allOf.flatMap((one, i) => nestedErrors(one, `${path}.allOf[${i}]`, skipsFirst && i === 0)),
    ...oneOf.flatMap((one, i) => nestedErrors(one, `${path}.oneOf[${i}]`)),
    ...(not === undefined ? [] : nestedErrors(not, `${path}.not`)),
    ...(typeof expression === 'string'
      ? [invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${expression}`)]
      : []),
  ];
}

/** What is said where the field is, and must not be said again in a junctor. */
const outside = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
] as const;

function nestedErrors(schema: StructuralSchema, path: string, skipsAnyOf = false): FieldError[] {
  const { items, properties = {} } = schema;
  const errors = valueErrors(schema, path, skipsAnyOf, false);
  if (items !== undefined) errors.push(...nestedErrors(items, `${path}.items`));
  for (const [name, one] of Object.entries(properties)) {
    errors.push(...nestedErrors(one, `${path}.properties[${name}]`));
  }
  for (const [name, must] of outside) {
    const value = schema[name];
    if (value === undefined || value === false || value === '') continue;
    errors.push(forbidden(`${path}.${name}`, `must be ${must} to be structural`));
  }
  if (propertyOf(schema, 'metadata') !== undefined) {
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
  return errors;
}

/** What a junctor speaks of is there outside of it too. */
function completenessErrors(
  rules: StructuralSchema,
  schema: StructuralSchema | undefined,
  path: string,
  from: string,
): FieldError[] {
  const { not, allOf = [], anyOf = [], oneOf = [] } = rules;
  if (schema === undefined) return [required(path, `because it is defined in ${from}`)];
  const nested = (one: StructuralSchema, at: string) => nestedCompleteness(one, schema, path, `${from}.${at}`);
  return [
    ...(not === undefined ? [] : nested(not, 'not')),
    ...allOf.flatMap((one, i) => nested(one, `allOf[${i}]`)),
    ...anyOf.flatMap((one, i) => nested(one, `anyOf[${i}]`)),
    ...oneOf.flatMap((one, i) => nested(one, `oneOf[${i}]`)),
  ];
}

function nestedCompleteness(
  rules: StructuralSchema,
  schema: StructuralSchema | undefined,
  path: string,
  from: string,
): FieldError[] {
  if (schema === undefined) return [required(path, `because it is defined in ${from}`)];
  const errors = completenessErrors(rules, schema, path, from);
  if (rules.items !== undefined) {
    errors.push(...nestedCompleteness(rules.items, schema.items, `${path}.items`, `${from}.items`));
  }
  for (const [name, one] of Object.entries(rules.properties ?? {})) {
    const at = `properties[${name}]`;
    errors.push(...nestedCompleteness(one, propertyOf(schema, name), `${path}.${at}`, `${from}.${at}`));
  }
  return errors;
}
