/** The type that a schema gives to the values it is about (apiserver's `SchemaDeclType`), and how those values are read. */

import type { StructuralSchema } from '../../../../protocol/custom/structural-schema.ts';
import { additionalOf, propertyOf } from '../../../../protocol/custom/structural-schema.ts';
import type { Field, Type } from './cel-type.ts';
import { dyn, simple } from './cel-type.ts';

/** The largest body of a request, in bytes: nothing in an object can be bigger. */
const mostRequestBytes = 3 * 1024 * 1024;

/** Names as CEL may not have them. */
const reserved = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);
const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** Gives the name a field has in expressions; undefined where none can reach it (apiserver's `cel.Escape`). */
export function escapeName(name: string): string | undefined {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  if (reserved.has(name)) return `__${name}__`;
  return name.replace(/__|[./-]/g, (sign) => escapes[sign] ?? sign);
}

const text: StructuralSchema = { type: 'string' };
const metadata: StructuralSchema = { type: 'object', properties: { name: text, generateName: text } };

/** Adds what every object has; of metadata, only the name can be reached. */
function withTypeAndMeta(schema: StructuralSchema): StructuralSchema {
  const { properties } = schema;
  const own = propertyOf(schema, 'metadata');
  const isWhole =
    propertyOf(schema, 'kind')?.type === 'string' &&
    propertyOf(schema, 'apiVersion')?.type === 'string' &&
    own?.type === 'object' &&
    propertyOf(own, 'name')?.type === 'string' &&
    propertyOf(own, 'generateName')?.type === 'string';
  return isWhole ? schema : { ...schema, properties: { ...properties, kind: text, apiVersion: text, metadata } };
}

/** A type, and how many bytes its smallest value takes in JSON. */
interface Declared {
  readonly type: Type;
  readonly least: number;
}

/** Gives the type of what a schema is about; undefined where expressions do not get to see it. */
export function declaredType(schema: StructuralSchema, isObject: boolean): Type | undefined {
  return declare(schema, isObject, 'selfType')?.type;
}

/** How often at most a value of this schema can be in a request: as often as its smallest form fits in. */
export function mostRepetitions(schema: StructuralSchema, isObject: boolean): number {
  const least = declare(schema, isObject, 'selfType')?.least ?? 1;
  return Math.floor(mostRequestBytes / (least + 1));
}

function declare(given: StructuralSchema, isObject: boolean, name: string): Declared | undefined {
  if (given['x-kubernetes-int-or-string'] === true) {
    return { type: { ...dyn, most: mostRequestBytes - 2 }, least: 1 };
  }
  const schema = isObject ? withTypeAndMeta(given) : given;
  switch (schema.type) {
    case 'array':
      return declareList(schema, name);
    case 'object':
      return declareObject(schema, name);
    case 'string':
      return declareText(schema);
    case 'boolean':
      return { type: simple('bool'), least: 4 };
    case 'number':
      return { type: simple('double'), least: 1 };
    case 'integer':
      return { type: simple('int'), least: 1 };
    default:
      return undefined;
  }
}

const isEmbedded = (schema: StructuralSchema) => schema['x-kubernetes-embedded-resource'] === true;

function declareList(schema: StructuralSchema, name: string): Declared | undefined {
  const { items, maxItems } = schema;
  const item = items === undefined ? undefined : declare(items, isEmbedded(items), `${name}.@idx`);
  if (item === undefined) return undefined;
  const most = maxItems === undefined ? Math.floor((mostRequestBytes - 2) / (item.least + 1)) : Math.max(0, maxItems);
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  const type: Type = {
    kind: 'list',
    item: item.type,
    most,
    ...(listType !== undefined && { listType }),
    ...(keys !== undefined && { keys }),
  };
  return { type, least: 2 };
}

function declareObject(schema: StructuralSchema, name: string): Declared | undefined {
  const additional = additionalOf(schema);
  if (additional !== undefined && additional !== true) {
    const value = declare(additional, isEmbedded(additional), `${name}.@elem`);
    if (value === undefined) return undefined;
    const { maxProperties } = schema;
    const fitting = Math.floor((mostRequestBytes - 2) / (value.least + 6));
    const most = maxProperties === undefined ? fitting : Math.max(0, maxProperties);
    return { type: { kind: 'map', key: simple('string'), value: value.type, most }, least: 2 };
  }
  const fields = new Map<string, Field>();
  let least = 2;
  for (const [field, inner] of Object.entries(schema.properties ?? {})) {
    const declared = declare(inner, isEmbedded(inner), `${name}.${field}`);
    if (declared === undefined) continue;
    const escaped = escapeName(field);
    if (escaped !== undefined) fields.set(escaped, { name: field, type: declared.type });
    const isSure = schema.required?.includes(field) === true && inner.default === undefined;
    if (isSure) least += field.length + declared.least + 4;
  }
  return { type: { kind: 'object', name, fields }, least };
}

/** Durations and times have a form, and so a longest one, in bytes (apiserver's `cel/limits`). */
const forms: Readonly<Record<string, { kind: 'duration' | 'timestamp'; most: number; least: number }>> = {
  duration: { kind: 'duration', most: 32, least: 3 },
  date: { kind: 'timestamp', most: 12, least: 12 },
  'date-time': { kind: 'timestamp', most: 32, least: 21 },
};

function declareText({ format = '', maxLength, enum: allowed }: StructuralSchema): Declared {
  const form = Object.hasOwn(forms, format) ? forms[format] : undefined;
  if (form !== undefined) return { type: { kind: form.kind, most: form.most }, least: form.least };
  const whole = mostRequestBytes - 2;
  if (format === 'byte') {
    return { type: { kind: 'bytes', most: maxLength === undefined ? whole : Math.max(0, maxLength) }, least: 2 };
  }
  const words = (allowed ?? []).map((word) => (typeof word === 'string' ? word.length : 0));
  const longest = words.length > 0 ? Math.max(...words) : whole;
  // A character takes up to four bytes.
  const most = maxLength === undefined ? longest : Math.max(0, maxLength) * 4;
  return { type: { kind: 'string', most }, least: 2 };
}
