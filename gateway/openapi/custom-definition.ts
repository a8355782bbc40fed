/** The schema of a kind that users defined, as OpenAPI shows it. */

import type { JsonSchema, OpenApiVersion } from './json-schema.ts';

/** The fields that every object has whatever its definition says. */
export interface ObjectFields {
  readonly apiVersion: JsonSchema;
  readonly kind: JsonSchema;
  readonly metadata: JsonSchema;
}

/**
 * Makes the definition of a custom kind from its `openAPIV3Schema`, as apiextensions' `buildKubeNative` does.
 *
 * Without a schema, or where version 2 could not say that unknown fields are kept, it says no more than that it is an
 * object: kubectl takes what a definition lists for all there may be.
 */
export function customDefinition(
  schema: JsonSchema | undefined,
  version: OpenApiVersion,
  fields: ObjectFields,
): JsonSchema {
  const isLoose = version === 'v2' && schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema === undefined || isLoose) return { type: 'object' };
  const shown = inside(version === 'v2' ? forVersion2(schema) : schema, version, fields);
  return { ...shown, properties: { ...shown.properties, ...fields } };
}

/** Takes out what version 2 cannot say, and what old kubectls stumble over (apiextensions' `ToStructuralOpenAPIV2`). */
function forVersion2(schema: JsonSchema): JsonSchema {
  const { allOf: _all, oneOf: _one, anyOf: _any, not: _not, nullable, ...rest } = schema;
  const keepsUnknown = rest['x-kubernetes-preserve-unknown-fields'] === true;
  if (nullable === true || keepsUnknown) {
    delete rest.items;
    delete rest.properties;
  }
  const isBareList = rest.type === 'array' && rest.items === undefined;
  if (nullable === true || isBareList || (keepsUnknown && rest.type === 'object')) delete rest.type;
  const required = stillRequired(rest);
  if (required.length > 0) rest.required = required;
  else delete rest.required;
  return rest;
}

/** What may be null need not be there: version 2 has no other way to say it. */
function stillRequired({ properties, additionalProperties, required }: JsonSchema): readonly string[] {
  if (typeof additionalProperties === 'object' && additionalProperties.nullable === true) return [];
  return (required ?? []).filter((name) => properties?.[name]?.nullable !== true);
}

/** Does the same to all that a schema holds; whole objects inside it get the fields of objects. */
function inside(schema: JsonSchema, version: OpenApiVersion, fields: ObjectFields): JsonSchema {
  const { properties, items, additionalProperties } = schema;
  const show = (one: JsonSchema) => shownInside(one, version, fields);
  return {
    ...schema,
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, show(one)])),
    }),
    ...(items !== undefined && { items: show(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: show(additionalProperties) }),
  };
}

function shownInside(schema: JsonSchema, version: OpenApiVersion, fields: ObjectFields): JsonSchema {
  const shown = inside(version === 'v2' ? forVersion2(schema) : schema, version, fields);
  const isObject = schema['x-kubernetes-embedded-resource'] === true;
  const isLoose = version === 'v2' && schema['x-kubernetes-preserve-unknown-fields'] === true;
  return isObject && !isLoose ? { ...shown, properties: { ...shown.properties, ...fields } } : shown;
}
