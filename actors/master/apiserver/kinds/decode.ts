/** Taking in an object as a client wrote it: what does not belong is named, what has another type is refused, the rest is made canonical. */

import { canonicalQuantity, QuantityError } from '../../../../protocol/quantity.ts';
import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import { schemaOf } from '../../../../protocol/schema/schema.ts';
import { isRfc3339 } from '../../../../protocol/time.ts';

/** An object as it is understood. */
export interface Decoded<T = unknown> {
  /** The object: nothing unknown, no nulls, quantities in canonical form. The given one itself where nothing had to change. */
  readonly object: T;
  /** Complaints of strict field validation, in the order of the fields: `unknown field "spec.foo"`. */
  readonly unknownFields: readonly string[];
  /** Why it cannot be read at all, in the words of Go's decoder; absent where it can. */
  readonly typeError?: string;
  /** The field that is about, as strict validation writes it; Go's own words leave places in lists out. */
  readonly typeErrorField?: string;
}

type Fields = Record<string, unknown>;

/** Where the decoder stands: the way down to a value. Each object, map or list has one, whose step moves on. */
interface Place {
  readonly above: Place | undefined;
  /** A field's name, a map's key, or a place in a list. */
  step: string | number;
  /** The type that has the field; empty for a step into a map or a list. */
  readonly owner: string;
}

/** What is found wrong; the first misfit only. */
interface Findings {
  readonly unknownFields: string[];
  typeError: string | undefined;
  typeErrorField: string;
}

/** What a pod spec without a fault was read as: a controller gives the very same one to all its pods. */
const podSpecs = new WeakMap<Fields, Fields>();

/**
 * Reads an object by the schema of its kind. What is of no known kind is taken as it is.
 *
 * `before` is an object of the kind that was read earlier: what is still the same, by reference, is not looked at again.
 */
export function decodeObject<T extends { apiVersion: string; kind: string }>(given: T, before?: T): Decoded<T> {
  const schema = schemaOf(given.apiVersion, given.kind);
  return schema === undefined ? { object: given, unknownFields: [] } : decodeBy(given, schema, before);
}

/** Reads a value by a schema, as `decodeObject` does a whole object. */
export function decodeBy<T extends object>(given: T, schema: SchemaNode, before?: T): Decoded<T> {
  const findings: Findings = { unknownFields: [], typeError: undefined, typeErrorField: '' };
  const object = decodeFields(given as Fields, schema, undefined, findings, before as Fields | undefined) as T;
  const { unknownFields, typeError, typeErrorField } = findings;
  return typeError === undefined ? { object, unknownFields } : { object, unknownFields, typeError, typeErrorField };
}

/** Names the fields of an object that its kind does not have, as strict field validation does. */
export function unknownFields(object: { apiVersion: string; kind: string }): readonly string[] {
  return decodeObject(object).unknownFields;
}

/** The message of the BadRequest that refuses an object that cannot be decoded. */
export function decodingRefusal(kind: string, version: string, problem: string): string {
  return `${kind} in version "${version}" cannot be handled as a ${kind}: ${problem}`;
}

/** What strict validation found, as one problem for `decodingRefusal`. */
export function strictDecodingError(complaints: readonly string[]): string {
  return `strict decoding error: ${complaints.join(', ')}`;
}

function decodeValue(value: unknown, node: SchemaNode, place: Place, findings: Findings, before: unknown): unknown {
  switch (node.type) {
    case 'object':
      if (!isRecord(value)) return isOtherForm(value, node) ? value : refuse(value, node, place, findings);
      return node.name === 'PodSpec'
        ? decodePodSpec(value, node, place, findings)
        : decodeFields(value, node, place, findings, isRecord(before) ? before : undefined);
    case 'map':
      return isRecord(value) ? decodeMap(value, node, place, findings) : refuse(value, node, place, findings);
    case 'array':
      return Array.isArray(value)
        ? decodeList(value, node, place, findings, Array.isArray(before) ? before : [])
        : refuse(value, node, place, findings);
    default:
      return decodeScalar(value, node, place, findings);
  }
}

/** In a schema, `additionalProperties` may be no schema but a yes or no, and `items` a list of them. */
function isOtherForm(value: unknown, { name }: SchemaNode): boolean {
  return (
    (name === 'JSONSchemaPropsOrBool' && typeof value === 'boolean') ||
    (name === 'JSONSchemaPropsOrArray' && Array.isArray(value))
  );
}

function decodePodSpec(given: Fields, node: SchemaNode, above: Place, findings: Findings): Fields {
  const known = podSpecs.get(given);
  if (known !== undefined) return known;
  const faults = findings.unknownFields.length;
  const decoded = decodeFields(given, node, above, findings, undefined);
  if (findings.typeError === undefined && findings.unknownFields.length === faults) podSpecs.set(given, decoded);
  return decoded;
}

function decodeFields(
  given: Fields,
  node: SchemaNode,
  above: Place | undefined,
  findings: Findings,
  before: Fields | undefined,
): Fields {
  const fields = node.fields ?? {};
  const owner = node.name ?? '';
  const place: Place = { above, step: '', owner };
  let decoded: Fields | undefined;
  for (const name in given) {
    const value = given[name];
    const field = fields[name];
    let kept: unknown = value;
    if (field === undefined) {
      place.step = name;
      findings.unknownFields.push(`unknown field "${strictPath(place)}"`);
      kept = undefined;
    } else if (value === null || value === undefined) {
      kept = undefined;
    } else if ((field.type !== 'string' || typeof value !== 'string') && value !== before?.[name]) {
      place.step = name;
      kept = decodeValue(value, field, place, findings, before?.[name]);
      if (isOmitted(kept, field, owner)) kept = undefined;
    }
    if (decoded === undefined && (kept !== value || kept === undefined)) decoded = fieldsBefore(given, name);
    if (decoded !== undefined && kept !== undefined) decoded[name] = kept;
  }
  return decoded ?? given;
}

/** Copied field by field: deleting from a copy would make the engine store it as a slow map. */
function fieldsBefore(given: Fields, end: string): Fields {
  const copy: Fields = {};
  for (const name in given) {
    if (name === end) break;
    copy[name] = given[name];
  }
  return copy;
}

/** An empty map is not written (`omitempty`), and nothing that is empty in metadata. */
function isOmitted(value: unknown, { type }: SchemaNode, owner: string): boolean {
  if (type === 'map') return isRecord(value) && isEmpty(value);
  return type === 'array' && owner === 'ObjectMeta' && Array.isArray(value) && value.length === 0;
}

function isEmpty(map: Fields): boolean {
  for (const _ in map) return false;
  return true;
}

function decodeMap(given: Fields, node: SchemaNode, above: Place, findings: Findings): Fields {
  const items = node.items as SchemaNode;
  const place: Place = { above, step: '', owner: '' };
  let decoded: Fields | undefined;
  for (const key in given) {
    const value = given[key];
    place.step = key;
    let kept: unknown;
    if (value !== null) kept = decodeValue(value, items, place, findings, undefined);
    // Go reads a null as the empty value of a map's type.
    else if (items.type === 'string') kept = '';
    if (decoded === undefined && kept !== value) decoded = fieldsBefore(given, key);
    if (decoded !== undefined && kept !== undefined) decoded[key] = kept;
  }
  return decoded ?? given;
}

function decodeList(
  given: unknown[],
  node: SchemaNode,
  above: Place,
  findings: Findings,
  before: readonly unknown[],
): unknown[] {
  const items = node.items as SchemaNode;
  const place: Place = { above, step: 0, owner: '' };
  let decoded = given;
  for (let i = 0; i < given.length; i++) {
    if (given[i] === before[i]) continue;
    place.step = i;
    const item = decodeValue(given[i], items, place, findings, before[i]);
    if (item === given[i]) continue;
    if (decoded === given) decoded = [...given];
    decoded[i] = item;
  }
  return decoded;
}

const int32Limit = 2 ** 31;

function decodeScalar(value: unknown, node: SchemaNode, place: Place, findings: Findings): unknown {
  switch (node.type) {
    case 'string':
      return typeof value === 'string' ? value : refuse(value, node, place, findings);
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(value, node, place, findings);
    case 'number':
      return typeof value === 'number' ? value : refuse(value, node, place, findings);
    case 'integer':
      return isInteger(value, node) ? value : refuse(value, node, place, findings);
    case 'intOrString':
      if (typeof value === 'string' || isInteger(value, node)) return value;
      return complain(value, `json: cannot unmarshal ${jsonKind(value)} into Go value of type int32`, place, findings);
    case 'quantity':
      return decodeQuantity(value, place, findings);
    case 'time':
      return decodeTime(value, node, place, findings);
    default:
      return value;
  }
}

function isInteger(value: unknown, node: SchemaNode): boolean {
  if (!Number.isInteger(value)) return false;
  return node.format === 'int64' || ((value as number) < int32Limit && (value as number) >= -int32Limit);
}

function decodeQuantity(value: unknown, place: Place, findings: Findings): unknown {
  try {
    return canonicalQuantity(value as string);
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
    return complain(value, error.message, place, findings);
  }
}

function decodeTime(value: unknown, node: SchemaNode, place: Place, findings: Findings): unknown {
  if (typeof value === 'string' && isRfc3339(value)) return value;
  if (typeof value !== 'string') {
    return complain(value, `json: cannot unmarshal ${jsonKind(value)} into Go value of type string`, place, findings);
  }
  const layout = node.format === 'micro' ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
  return complain(value, `parsing time "${value}" as "${layout}": cannot parse "${value}" as "2006"`, place, findings);
}

/** Notes why the object cannot be read, unless something before is why. */
function complain(value: unknown, problem: string, place: Place, findings: Findings): unknown {
  if (findings.typeError === undefined) {
    findings.typeError = problem;
    findings.typeErrorField = strictPath(place);
  }
  return value;
}

/** Complains as Go's decoder, which names the first misfit only. */
function refuse(value: unknown, node: SchemaNode, place: Place, findings: Findings): unknown {
  const found = typeof value === 'number' && node.type === 'integer' ? `number ${value}` : jsonKind(value);
  const [owner, path] = goPath(place);
  const problem = `json: cannot unmarshal ${found} into Go struct field ${owner}.${path} of type ${goTypeOf(node)}`;
  return complain(value, problem, place, findings);
}

/** The path as strict validation writes it: `spec.containers[0].image`. */
function strictPath({ above, step }: Place): string {
  if (above === undefined) return String(step);
  return typeof step === 'number' ? `${strictPath(above)}[${step}]` : `${strictPath(above)}.${step}`;
}

/** The type that has the innermost field, and the path as Go writes it: fields only, no places in lists, no keys. */
function goPath(place: Place): [owner: string, path: string] {
  const fields: string[] = [];
  let owner = '';
  for (let at: Place | undefined = place; at !== undefined; at = at.above) {
    if (at.owner === '') continue;
    owner ||= at.owner;
    fields.unshift(String(at.step));
  }
  return [owner, fields.join('.')];
}

function goTypeOf(node: SchemaNode): string {
  return node.goType
    .replace('resource.Quantity', 'v1.ResourceList')
    .replace('map[string]v1.ResourceList', 'v1.ResourceList');
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
