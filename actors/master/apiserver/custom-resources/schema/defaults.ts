/** Filling in the defaults of a schema (apiextensions' `defaulting`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { fieldSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { copyFields, isFields, mapFields, mapItems, put } from './fields.ts';

/** Gives a value with the defaults of its schema where it left something open; the value itself where it did not. */
export function applyDefaults(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return mapItems(value, (item) => filled(item, schema.items));
  if (!isFields(value)) return value;
  const complete = withMissing(value, schema);
  return mapFields(complete, (field, name) => filled(field, fieldSchema(schema, name)));
}

/** A null that is not allowed stands for what was not given. */
function filled(value: unknown, schema: StructuralSchema | undefined): unknown {
  const isOpen = value === null && schema !== undefined && schema.nullable !== true;
  const given = isOpen && schema.default !== undefined ? schema.default : value;
  return applyDefaults(given, schema);
}

function withMissing(fields: Readonly<Record<string, unknown>>, { properties }: StructuralSchema) {
  let complete: Record<string, unknown> | undefined;
  for (const name of Object.keys(properties ?? {})) {
    const value = properties?.[name]?.default;
    if (value === undefined || value === null || Object.hasOwn(fields, name)) continue;
    complete ??= copyFields(fields);
    put(complete, name, value);
  }
  return complete ?? fields;
}
