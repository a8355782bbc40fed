/** The schema of a kind that users defined, as OpenAPI shows it. */

import type { JsonSchema, OpenApiVersion } from './json-schema.ts';

/** The fields that every object has whatever its definition says. */
interface ObjectFields {
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
  const shown = version === 'v2' ? forVersion2(schema) : schema;
  return { ...shown, properties: { ...shown.properties, ...fields } };
}

/** Takes out what version 2 cannot say, and what old kubectls stumble over (apiextensions' `ToStructuralOpenAPIV2`). */
function forVersion2(schema: JsonSchema): JsonSchema {
  const { allOf: _a, oneOf: _b, anyOf: _c, not: _d, nullable, ...rest } = schema;
  const keepsUnknown = rest['x-kubernetes-preserve-unknown-fields'] === true;
  const isOpen = nullable === true || keepsUnknown;
  if (isOpen) {
    delete rest.items;
    delete rest.properties;
  }
  const isTypeless =
    nullable === true ||
    (rest.type === 'array' && rest.items === undefined) ||
    (keepsUnknown && rest.type === 'object');
  if (isTypeless) delete rest.type;
  return withInside(rest);
}

function withInside(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, required } = schema;
  const fields = Object.entries(properties ?? {});
  const isFree = typeof additionalProperties === 'object' && additionalProperties.nullable === true;
  const nullable = new Set(fields.filter(([, field]) => field.nullable === true).map(([name]) => name));
  const stillRequired = isFree ? [] : (required ?? []).filter((name) => !nullable.has(name));
  const made: JsonSchema = {
    ...schema,
    ...(properties !== undefined && {
      properties: Object.fromEntries(fields.map(([name, field]) => [name, forVersion2(field)])),
    }),
    ...(items !== undefined && { items: forVersion2(items) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: forVersion2(additionalProperties) }),
  };
  if (stillRequired.length > 0) made.required = stillRequired;
  else delete made.required;
  return made;
}
