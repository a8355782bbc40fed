/** Whole objects inside a custom resource (`x-kubernetes-embedded-resource`): their type and metadata (apiextensions' `objectmeta`). */

import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { fieldSchema, propertyOf } from '../../../../../protocol/custom/structural-schema.ts';
import type { FieldError } from '../../../../../protocol/field-errors.ts';
import { invalid, required } from '../../../../../protocol/field-errors.ts';
import { dns1035Label } from '../../../../../protocol/names.ts';
import type { ObjectMeta } from '../../../../../protocol/objects.ts';
import { schemaOfType } from '../../../../../protocol/schema/schema.ts';
import { decodeBy } from '../../kinds/decode.ts';
import { validateMeta } from '../../kinds/metadata.ts';
import type { Fields } from './fields.ts';
import { isFields, mapFields, mapItems } from './fields.ts';
import { shown } from './go-syntax.ts';

/** What reading found: fields of metadata that are none, and the first that is of another type. */
export interface EmbeddedFindings {
  readonly unknownFields: string[];
  error: FieldError | undefined;
}

const isEmbedded = (schema: StructuralSchema) => schema['x-kubernetes-embedded-resource'] === true;

/** Reads the metadata of all embedded objects; gives the value with them as understood. */
export function readEmbedded(
  value: unknown,
  schema: StructuralSchema | undefined,
  findings: EmbeddedFindings,
  path = '',
): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    return mapItems(value, (item, i) => readEmbedded(item, schema.items, findings, `${path}[${i}]`));
  }
  if (!isFields(value)) return value;
  return mapFields(value, (field, name) => {
    const place = below(path, schema, name);
    const read = isEmbedded(schema) ? readMetaField(field, name, place, findings) : field;
    return readEmbedded(read, fieldSchema(schema, name), findings, place);
  });
}

function below(path: string, schema: StructuralSchema, name: string): string {
  if (propertyOf(schema, name) === undefined && schema.additionalProperties !== undefined) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

function readMetaField(field: unknown, name: string, path: string, findings: EmbeddedFindings): unknown {
  if (name === 'metadata') return readMetadata(field, path, findings);
  if ((name === 'apiVersion' || name === 'kind') && typeof field !== 'string') {
    findings.error ??= invalid(path, shown(field), 'must be a string');
  }
  return field;
}

/** Reads metadata; what cannot be read is left as it was, and told. */
export function readMetadata(given: unknown, path: string, findings: EmbeddedFindings): unknown {
  const schema = schemaOfType('ObjectMeta');
  if (schema === undefined) return given;
  if (!isFields(given)) {
    const is = Array.isArray(given) ? 'array' : typeof given === 'boolean' ? 'bool' : typeof given;
    const problem = `json: cannot unmarshal ${is} into Go value of type v1.ObjectMeta`;
    findings.error ??= invalid(path, shown(given), problem);
    return given;
  }
  const { object, unknownFields, typeError } = decodeBy(given, schema);
  for (const complaint of unknownFields) {
    findings.unknownFields.push(complaint.replace(/^unknown field "(.*)"$/, `${path}.$1`));
  }
  if (typeError !== undefined) findings.error ??= invalid(path, shown(given), typeError);
  return object;
}

/** Names what is wrong with the type and metadata of embedded objects. `isObject`: the value itself is one. */
export function embeddedErrors(
  value: unknown,
  schema: StructuralSchema | undefined,
  path = '',
  isObject = false,
): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => embeddedErrors(item, schema.items, `${path}[${i}]`));
  if (!isFields(value)) return [];
  const own = isEmbedded(schema) || isObject ? ownErrors(value, path) : [];
  const inner = Object.keys(value).flatMap((name) =>
    embeddedErrors(value[name], fieldSchema(schema, name), below(path, schema, name)),
  );
  return [...own, ...inner];
}

function ownErrors(object: Fields, path: string): FieldError[] {
  const field = (name: string) => (path === '' ? name : `${path}.${name}`);
  const errors: FieldError[] = [];
  for (const name of ['apiVersion', 'kind']) {
    const value = object[name];
    if (value === undefined) errors.push(required(field(name), 'must not be empty'));
    else if (typeof value !== 'string') errors.push(invalid(field(name), shown(value), 'must be a string'));
    else if (value === '') errors.push(invalid(field(name), value, 'must not be empty'));
    else errors.push(...wordErrors(name, value, field(name)));
  }
  const { metadata } = object;
  if (!isFields(metadata)) return errors;
  const meta = { name: 'fakename', ...metadata } as ObjectMeta;
  const ofMeta = validateMeta(meta, meta.namespace !== undefined && meta.namespace !== '', pathSegment);
  return [...errors, ...ofMeta.map((error) => ({ ...error, field: field(error.field) }))];
}

function wordErrors(name: string, value: string, path: string): FieldError[] {
  if (name === 'apiVersion') {
    const isRight = value.split('/').length <= 2;
    return isRight ? [] : [invalid(path, value, `unexpected GroupVersion string: ${value}`)];
  }
  const wrong = dns1035Label(value.toLowerCase());
  if (wrong.length === 0) return [];
  return [invalid(path, value, `may have mixed case, but should otherwise match: ${wrong.join(',')}`)];
}

/** What can stand between two slashes of a URL. */
function pathSegment(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`);
}
