/** Taking away what the schema of a custom resource does not name (apiextensions' `pruning`), and nulls it does not allow. */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { fieldSchema, propertyOf } from '../../../../../protocol/custom/structural-schema.ts';
import type { Fields } from './fields.ts';
import { isFields, mapFields, mapItems } from './fields.ts';

/** What every object has, whether the schema names it or not. */
const metaFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

const preserves = (schema: StructuralSchema) => schema['x-kubernetes-preserve-unknown-fields'] === true;
const isEmbedded = (schema: StructuralSchema) => schema['x-kubernetes-embedded-resource'] === true;

/**
 * Gives a value without the fields that its schema does not name; the value itself where it has none such.
 *
 * `isObject`: it is a whole object, with metadata that its schema need not name. What goes is told in `unknown`, by path.
 */
export function prune(
  value: unknown,
  schema: StructuralSchema | undefined,
  isObject: boolean,
  unknown: string[] = [],
): unknown {
  const pruned = pruneValue(value, { schema, path: '', isObject, isOpen: false, unknown });
  unknown.sort();
  return pruned;
}

/** Where the pruning stands. */
interface Place {
  readonly schema: StructuralSchema | undefined;
  readonly path: string;
  readonly isObject: boolean;
  /** A list around it takes what its schema does not name. */
  readonly isOpen: boolean;
  readonly unknown: string[];
}

function pruneValue(value: unknown, place: Place): unknown {
  const { schema, path, unknown } = place;
  const isOpen = place.isOpen || (schema !== undefined && preserves(schema));
  if (Array.isArray(value)) {
    if (isOpen && schema?.items === undefined) return value;
    return mapItems(value, (item, i) =>
      pruneValue(item, { schema: schema?.items, path: `${path}[${i}]`, isObject: false, isOpen, unknown }),
    );
  }
  if (!isFields(value)) return value;
  return mapFields(value, (field, name) => pruneField(field, name, place, isOpen));
}

function pruneField(field: unknown, name: string, place: Place, isOpen: boolean): unknown {
  const { schema, unknown } = place;
  if (metaFields.has(name) && (place.isObject || (schema !== undefined && isEmbedded(schema)))) return field;
  const path = place.path === '' ? name : `${place.path}.${name}`;
  if (schema !== undefined && (propertyOf(schema, name) !== undefined || schema.additionalProperties !== undefined)) {
    return pruneValue(field, { schema: fieldSchema(schema, name), path, isObject: false, isOpen: false, unknown });
  }
  if (isOpen) return field;
  unknown.push(path);
  return undefined;
}

/** Gives a value without the nulls that are neither allowed nor to be replaced by a default: as if they were not given. */
export function pruneNulls(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) return mapItems(value, (item) => pruneNulls(item, schema.items));
  if (!isFields(value)) return value;
  return mapFields(value as Fields, (field, name) => {
    const inner = fieldSchema(schema, name);
    const isRefused =
      field === null && inner !== undefined && inner.nullable !== true && (inner.default ?? null) === null;
    return isRefused ? undefined : pruneNulls(field, inner);
  });
}
