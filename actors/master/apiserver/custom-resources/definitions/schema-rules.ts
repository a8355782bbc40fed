/** The rules of the schemas in a definition (apiextensions' `ValidateCustomResourceDefinitionOpenAPISchema`). */

import type { DefinitionVersion } from '../../../../../protocol/custom/definition.ts';
import type { StructuralSchema, ValidationRule } from '../../../../../protocol/custom/structural-schema.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required, verbatim } from '../../../../../protocol/field-errors.ts';
import { normalPath } from '../rules/field-path.ts';
import { defaultErrors } from './default-rules.ts';
import { expressionErrors } from './expression-rules.ts';
import { listErrors } from './list-rules.ts';
import { structuralErrors } from './structural-rules.ts';

/** Fields that nothing in a definition's schema may have. */
type Given = StructuralSchema & Readonly<Record<string, unknown>>;

/** Names what is wrong with a schema that these versions have. */
export function schemaErrors(
  { openAPIV3Schema: schema }: NonNullable<DefinitionVersion['schema']>,
  versions: readonly DefinitionVersion[],
  path: string,
): FieldError[] {
  if (schema === undefined) return [];
  const root = `${path}.openAPIV3Schema`;
  const hasStatus = versions.some(({ subresources }) => subresources?.status !== undefined);
  const structural = isReadable(schema) ? structuralErrors(schema, root) : [];
  const defaults = structural.length === 0 && isReadable(schema) ? defaultErrors(schema, root) : [];
  const errors = [
    ...(hasStatus ? rootErrors(schema, root) : []),
    ...(schema.nullable === true ? [forbidden(`${root}.nullable`, 'nullable cannot be true at the root')] : []),
    ...structural,
    ...defaults,
    ...nodeErrors(schema, { path: root, isRoot: true, isMeta: false, noDefaults: undefined }),
  ];
  // Of a schema that is wrong itself, expressions would only be told what nobody can act on.
  return errors.length > 0 ? errors : expressionErrors(schema, root);
}

const rootFields = [
  ...['description', 'type', 'format', 'title', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'],
  ...['maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'multipleOf', 'required', 'items'],
  ...['properties', 'externalDocs', 'example', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-validations'],
];
const rootWords =
  '[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations]';
const ifStatus = 'at the root of the schema if the status subresource is enabled';

/** The schema of the status is taken out of the whole: at the root there must be nothing that would be lost. */
function rootErrors(schema: StructuralSchema, path: string): FieldError[] {
  if (schema.type !== 'object') {
    return [invalid(`${path}.type`, schema.type ?? '', `only "object" is allowed as the type ${ifStatus}`)];
  }
  if (Object.keys(schema).every((name) => rootFields.includes(name))) return [];
  const detail = `only ${rootWords} fields are allowed ${ifStatus}`;
  return [invalid(path, verbatim('apiextensions.JSONSchemaProps{}'), detail)];
}

/** Tells whether a schema can be read as a structural one at all; where it cannot, the other rules say why. */
function isReadable(schema: StructuralSchema): boolean {
  const { items, properties = {}, allOf = [], anyOf = [], oneOf = [], not, additionalProperties } = schema;
  if (Array.isArray(items)) return false;
  const additional = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const inner = [items, not, additional, ...Object.values(properties), ...allOf, ...anyOf, ...oneOf];
  return inner.every((one) => one === undefined || isReadable(one));
}

/** Where the rules stand. */
interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** Inside the metadata of an object. */
  readonly isMeta: boolean;
  /** Why there may be no default here; undefined where there may. */
  readonly noDefaults: string | undefined;
}

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const unsupported = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'];
const metaFields: readonly string[] = ['metadata', 'kind', 'apiVersion'];

function nodeErrors(schema: StructuralSchema, place: Place): FieldError[] {
  return [...ownErrors(schema, place), ...innerErrors(schema, place), ...extensionErrors(schema, place.path)];
}

function ownErrors(schema: StructuralSchema, { path, isMeta, noDefaults }: Place): FieldError[] {
  const given = schema as Given;
  const errors: FieldError[] = [];
  const { type, items, uniqueItems, additionalProperties, properties = {} } = schema;
  if (type && !types.includes(type)) errors.push(notSupported(`${path}.type`, type, types));
  if (schema.default !== undefined && noDefaults !== undefined) {
    errors.push(forbidden(`${path}.default`, `must not be set ${noDefaults}`));
  }
  for (const name of unsupported) {
    if (given[name] !== undefined) errors.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  }
  if (type === 'null') {
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (Array.isArray(items)) errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'));
  if (isMeta && schema['x-kubernetes-embedded-resource']) {
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  }
  if (uniqueItems === true) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, why));
  }
  if (additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbidden(`${path}.additionalProperties`, why));
  }
  return errors;
}

function innerErrors(schema: StructuralSchema, place: Place): FieldError[] {
  const { path } = place;
  const { additionalProperties, properties = {}, not, allOf = [], oneOf = [], anyOf = [], items } = schema;
  const below = (one: StructuralSchema, at: string, more: Partial<Place> = {}) =>
    nodeErrors(one, { ...place, isRoot: false, path: `${path}.${at}`, ...more });
  const inMeta = 'inside additionalProperties applying to object metadata';
  const isObject = place.isRoot || schema['x-kubernetes-embedded-resource'] === true;
  return [
    ...(typeof additionalProperties === 'object'
      ? below(additionalProperties, 'additionalProperties', place.isMeta ? { noDefaults: inMeta } : {})
      : []),
    ...Object.entries(properties).flatMap(([name, one]) => {
      const isMeta = isObject && metaFields.includes(name);
      const more = {
        ...(isMeta && { isMeta }),
        ...(isMeta && place.isRoot && { noDefaults: `in top-level ${name}` }),
      };
      return below(one, `properties[${name}]`, more);
    }),
    ...(not === undefined ? [] : below(not, 'not')),
    ...allOf.flatMap((one, i) => below(one, `allOf[${i}]`)),
    ...oneOf.flatMap((one, i) => below(one, `oneOf[${i}]`)),
    ...anyOf.flatMap((one, i) => below(one, `anyOf[${i}]`)),
    ...(items === undefined || Array.isArray(items) ? [] : below(items, 'items')),
  ];
}

function extensionErrors(schema: StructuralSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const mapType = schema['x-kubernetes-map-type'];
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  if (mapType !== undefined && schema.type !== 'object') {
    const why = 'must be object if x-kubernetes-map-type is specified';
    errors.push(schema.type ? invalid(`${path}.type`, schema.type, why) : required(`${path}.type`, why));
  }
  if (mapType !== undefined && mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  const rules = schema['x-kubernetes-validations'] ?? [];
  return [
    ...errors,
    ...listErrors(schema, path),
    ...rules.flatMap((rule, i) => ruleErrors(rule, schema, `${path}.x-kubernetes-validations[${i}]`)),
  ];
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

/** Checks the form of a rule. */
function ruleErrors(given: ValidationRule, schema: StructuralSchema, path: string): FieldError[] {
  const { rule = '', message = '', messageExpression = '', reason, fieldPath = '' } = given;
  const hasBreak = (text: string) => /[\n\r]/.test(text);
  const errors: FieldError[] = [];
  if (rule.trim() === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && message.trim() === '') {
    errors.push(invalid(`${path}.message`, message, 'message must be non-empty if specified'));
  } else if (hasBreak(message.trim())) {
    errors.push(invalid(`${path}.message`, message, 'message must not contain line breaks'));
  } else if (hasBreak(rule.trim()) && message.trim() === '') {
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !reasons.includes(reason)) {
    errors.push(notSupported(`${path}.reason`, reason, reasons));
  }
  if (fieldPath !== '' && fieldPath.trim() === '') {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'fieldPath must be non-empty if specified'));
  }
  if (hasBreak(fieldPath)) {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'fieldPath must not contain line breaks'));
  }
  if (fieldPath !== '' && normalPath(fieldPath, schema) === undefined) {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, 'fieldPath must be a valid path'));
  }
  return errors;
}
