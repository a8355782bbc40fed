/** Lists that are sets, or maps by some fields of their items: nothing may be in them twice (apiextensions' `listtype`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { fieldSchema, propertyOf } from '../../../../../protocol/custom/structural-schema.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { duplicate, invalid } from '../../../../../protocol/field-errors.ts';
import type { Fields } from './fields.ts';
import { isFields } from './fields.ts';
import { shown } from './go-syntax.ts';

/** Names what is in a list twice and may not be. */
export function repetitionErrors(value: unknown, schema: StructuralSchema | undefined, path = ''): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, i) => repetitionErrors(item, schema.items, `${path}[${i}]`));
    return [...ownErrors(value, schema, path), ...inner];
  }
  if (!isFields(value)) return [];
  return Object.keys(value).flatMap((name) =>
    repetitionErrors(value[name], fieldSchema(schema, name), below(path, schema, name)),
  );
}

function below(path: string, schema: StructuralSchema, name: string): string {
  if (propertyOf(schema, name) === undefined) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

function ownErrors(items: readonly unknown[], schema: StructuralSchema, path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return repeated(items).map((i) => duplicate(`${path}[${i}]`, shown(items[i])));
  if (type !== 'map') return [];
  const stranger = items.findIndex((item) => item !== null && !isFields(item));
  if (stranger >= 0) {
    return [invalid(`${path}[${stranger}]`, shown(items[stranger]), 'must be an object for an array of list-type map')];
  }
  const keys = items.map((item) => keyOf(item as Fields | null, schema['x-kubernetes-list-map-keys'] ?? []));
  return repeated(keys).map((i) => duplicate(`${path}[${i}]`, shown(keys[i])));
}

/** The fields that tell an item from the others. */
export function keyOf(item: Fields | null, names: readonly string[]): Fields {
  const given = names.filter((name) => item !== null && Object.hasOwn(item, name));
  return Object.fromEntries(given.map((name) => [name, item?.[name]]));
}

/** The places at which something comes for the second time. */
function repeated(items: readonly unknown[]): number[] {
  const times = new Map<string, number>();
  return items.flatMap((item, i) => {
    const text = JSON.stringify(ordered(item));
    const count = (times.get(text) ?? 0) + 1;
    times.set(text, count);
    return count === 2 ? [i] : [];
  });
}

/** With its fields in order, as Go writes maps. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isFields(value)) return value;
  const names = Object.keys(value).sort();
  return { fields: names.map((name) => [name, ordered(value[name])]) };
}
