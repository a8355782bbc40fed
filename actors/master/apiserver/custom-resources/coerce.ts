/** Bringing a custom object into the form its schema has: unknown fields and nulls go (apiextensions' `schemaCoercer`). */

import { copyWith } from '../../../../protocol/copy.ts';
import type { StructuralSchema } from '../../../../protocol/custom/structural-schema.ts';
import { formatFieldError } from '../../../../protocol/field-errors.ts';
import type { KubernetesObject, ObjectMeta } from '../../../../protocol/objects.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import { schemaOfType } from '../../../../protocol/schema/schema.ts';
import type { Decoded } from '../kinds/decode.ts';
import { decodeBy } from '../kinds/decode.ts';
import type { CustomKind } from './kinds.ts';
import { schemaFor } from './kinds.ts';
import { applyDefaults } from './schema/defaults.ts';
import type { EmbeddedFindings } from './schema/embedded.ts';
import { readEmbedded } from './schema/embedded.ts';
import { prune, pruneNulls } from './schema/prune.ts';

/** Reads an object that a client gave, by the schema of its version, and fills in what it left open. */
export function decodeCustom(
  custom: CustomKind,
  given: KubernetesObject,
  before?: KubernetesObject,
): Decoded<KubernetesObject> {
  const schema = schemaFor(custom, given.apiVersion);
  const meta = decodeMeta(given, before);
  if (meta.typeError !== undefined) return { object: given, unknownFields: [], typeError: meta.typeError };
  const unknown: string[] = [];
  const findings: EmbeddedFindings = { unknownFields: [], error: undefined };
  const object = coerce(custom, schema, meta.object, unknown, findings);
  const unknownFields = [
    ...meta.unknownFields,
    ...[...unknown, ...findings.unknownFields.sort()].map((path) => `unknown field "${path}"`),
  ];
  if (findings.error !== undefined) return { object, unknownFields, typeError: formatFieldError(findings.error) };
  return { object: applyDefaults(object, schema) as KubernetesObject, unknownFields };
}

function decodeMeta(given: KubernetesObject, before: KubernetesObject | undefined): Decoded<KubernetesObject> {
  const { metadata } = given;
  const schema = schemaOfType('ObjectMeta');
  if (metadata === before?.metadata || schema === undefined) return { object: given, unknownFields: [] };
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    const is = Array.isArray(metadata) ? 'array' : typeof metadata;
    const typeError = `json: cannot unmarshal ${is} into Go value of type v1.ObjectMeta`;
    return { object: given, unknownFields: [], typeError };
  }
  const { object, unknownFields, ...problem } = decodeBy<ObjectMeta>(metadata, schema);
  const complaints = unknownFields.map((text) => text.replace('unknown field "', 'unknown field "metadata.'));
  const read = object === metadata ? given : copyWith(given, { metadata: object });
  return { object: read, unknownFields: complaints, ...problem };
}

function coerce(
  custom: CustomKind,
  schema: StructuralSchema | undefined,
  object: KubernetesObject,
  unknown: string[],
  findings: EmbeddedFindings,
): KubernetesObject {
  if (custom.crd.spec.preserveUnknownFields === true) return readEmbedded(object, schema, findings) as KubernetesObject;
  const pruned = pruneNulls(prune(object, schema, true, unknown), schema);
  return readEmbedded(pruned, schema, findings) as KubernetesObject;
}

/** Brings an object that was read or converted into the form of its own version. */
function settle(custom: CustomKind, object: KubernetesObject): KubernetesObject {
  const findings: EmbeddedFindings = { unknownFields: [], error: undefined };
  return coerce(custom, schemaFor(custom, object.apiVersion), object, [], findings);
}

/** Makes the same object of another version: with the strategy `None` only the name of the version changes. */
function convert(custom: CustomKind, object: KubernetesObject, version: string): KubernetesObject {
  const apiVersion = apiVersionOf({ group: custom.crd.spec.group, version });
  return object.apiVersion === apiVersion ? object : settle(custom, copyWith(object, { apiVersion }));
}

/** What was shown already, by the definition and the version it was shown in. */
const shownBefore = new WeakMap<CustomKind, Map<string, WeakMap<KubernetesObject, KubernetesObject>>>();

/** Makes what a version shows of an object as it lies in etcd: in the form it was stored in, with its defaults, then converted. */
export function shownIn(custom: CustomKind, version: string, object: KubernetesObject): KubernetesObject {
  if (object.kind !== custom.stored.kind) return object;
  const known = memoOf(custom, version).get(object);
  if (known !== undefined) return known;
  const settled = settle(custom, object);
  const whole = applyDefaults(settled, schemaFor(custom, object.apiVersion)) as KubernetesObject;
  const made = convert(custom, whole, version);
  memoOf(custom, version).set(object, made);
  return made;
}

function memoOf(custom: CustomKind, version: string): WeakMap<KubernetesObject, KubernetesObject> {
  const byVersion = shownBefore.get(custom) ?? new Map();
  shownBefore.set(custom, byVersion);
  const memo = byVersion.get(version) ?? new WeakMap();
  byVersion.set(version, memo);
  return memo;
}

/** Makes what is stored of an object in any version. */
export function storedForm(custom: CustomKind, object: KubernetesObject): KubernetesObject {
  return convert(custom, object, custom.stored.version);
}
