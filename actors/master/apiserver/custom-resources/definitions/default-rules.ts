/** Defaults are valid by their own schema, and name no field it does not know (apiextensions' `ValidateDefaults`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { deepEqual } from '../../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid } from '../../../../../protocol/field-errors.ts';
import { compileNode } from '../rules/compiled-rules.ts';
import { verdictBy } from '../rules/rule-errors.ts';
import type { EmbeddedFindings } from '../schema/embedded.ts';
import { embeddedErrors, readEmbedded } from '../schema/embedded.ts';
import { shown } from '../schema/go-syntax.ts';
import { prune } from '../schema/prune.ts';
import { valueErrors } from '../schema/values.ts';

/** Names what is wrong with the defaults in a schema. */
export function defaultErrors(schema: StructuralSchema, path: string): FieldError[] {
  const { items, properties = {} } = schema;
  return [
    ...(schema.default === undefined ? [] : ownErrors(schema, `${path}.default`)),
    ...(items === undefined ? [] : defaultErrors(items, `${path}.items`)),
    ...Object.entries(properties).flatMap(([name, one]) => defaultErrors(one, `${path}.properties[${name}]`)),
  ];
}

function ownErrors(schema: StructuralSchema, path: string): FieldError[] {
  const value = schema.default;
  const isObject = schema['x-kubernetes-embedded-resource'] === true;
  const errors = deepEqual(prune(value, schema, isObject), value)
    ? []
    : [invalid(path, shown(value), 'must not have unknown fields')];
  const findings: EmbeddedFindings = { unknownFields: [], error: undefined };
  readEmbedded(value, schema, findings, path);
  if (findings.error !== undefined) return [...errors, findings.error];
  const embedded = embeddedErrors(value, schema, path);
  if (embedded.length > 0) return [...errors, ...embedded];
  const wrong = valueErrors(value, schema);
  const rules = wrong.length > 0 ? undefined : compileNode(schema, isObject, undefined);
  const broken = rules === undefined ? [] : verdictBy(rules, value).errors;
  return [...errors, ...[...wrong, ...broken].map((error) => atDefault(error, path))];
}

/** A message names the place in the value, its field the place in the definition. */
function atDefault(error: FieldError, path: string): FieldError {
  return { ...error, field: error.field === '' ? path : `${path}.${error.field}` };
}
