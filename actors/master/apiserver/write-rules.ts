/** What every write goes through: reading what was given, keeping what the system owns, preparing, validating. */

import type { FieldError } from '../../../protocol/field-errors.ts';
import type { WriteOptions } from '../../../protocol/messages/api.ts';
import { withMeta } from '../../../protocol/meta.ts';
import type { KubernetesObject, Namespace, ObjectMeta, Status } from '../../../protocol/objects.ts';
import { apiVersionOf, groupKind } from '../../../protocol/resources.ts';
import { failure, staleVersion } from '../../../protocol/status.ts';
import { formOf } from './conversion/form.ts';
import { decodeCustom } from './custom-resources/coerce.ts';
import { customStrategy } from './custom-resources/strategy.ts';
import { prepareForApproval, validateApproval } from './kinds/certificates.ts';
import { decodeObject, decodingRefusal, strictDecodingError } from './kinds/decode.ts';
import { prepareEphemeral, validateEphemeral } from './kinds/ephemeral-containers.ts';
import { prepareForFinalize, validateFinalize } from './kinds/namespace.ts';
import { strategyOf } from './kinds/registry.ts';
import type { Strategy } from './kinds/strategy.ts';
import type { Pending } from './pending.ts';
import { isRefusal } from './refusal.ts';

/** How strictly a request wants its object read. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Gives the strategy of what a request is about. */
export function strategyFor({ resource, custom, kind }: Pick<Pending, 'resource' | 'custom' | 'kind'>): Strategy {
  return custom === undefined ? strategyOf(resource) : customStrategy(custom, kind);
}

/** Reads an object a client gave: of the right kind, with fields that exist, at the place the request names. */
export function readGiven(
  pending: Pending,
  given: KubernetesObject,
  validation: FieldValidation,
): KubernetesObject | Status {
  const { namespace } = pending;
  const kind = pending.form ?? pending.kind;
  const apiVersion = apiVersionOf(kind);
  const whole =
    given.apiVersion && given.kind && given.metadata
      ? given
      : {
          ...given,
          apiVersion: given.apiVersion || apiVersion,
          kind: given.kind || kind.kind,
          metadata: given.metadata ?? {},
        };
  if (whole.apiVersion !== apiVersion) {
    return failure.badRequest(
      `the API version in the data (${whole.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  if (whole.kind !== kind.kind) {
    return failure.badRequest(`${whole.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}`);
  }
  const read = decode(pending, whole as KubernetesObject, validation);
  if (isRefusal(read) || !kind.namespaced) return read;
  if (!read.metadata.namespace) return withMeta(read, { namespace });
  return read.metadata.namespace === namespace
    ? read
    : failure.badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

function decode(
  pending: Pending,
  given: KubernetesObject,
  validation: FieldValidation,
  before?: KubernetesObject,
): KubernetesObject | Status {
  const { custom } = pending;
  const kind = pending.form ?? pending.kind;
  const decoded = custom === undefined ? decodeObject(given, before) : decodeCustom(custom, given, before);
  const { object, unknownFields, typeError } = decoded;
  if (typeError !== undefined) return failure.badRequest(decodingRefusal(kind.kind, kind.version, typeError));
  const duplicates = duplicatesIn(pending);
  const faults = duplicates.length === 0 ? unknownFields : [...duplicates, ...unknownFields];
  if (faults.length > 0 && validation === 'Strict') {
    return failure.badRequest(decodingRefusal(kind.kind, kind.version, strictDecodingError(faults)));
  }
  if (validation === 'Warn' && faults.length > 0) warn(pending, faults);
  return pending.form === undefined ? object : formOf(pending.form).store(object);
}

/** Adds to what the writer is warned of; each once, however often the write is tried. */
export function warn(pending: Pending, warnings: readonly string[]): void {
  const added = warnings.filter((warning) => !pending.warnings.includes(warning));
  if (added.length > 0) pending.warnings = [...pending.warnings, ...added];
}

function duplicatesIn({ question }: Pending): readonly string[] {
  const { duplicateFields = [] } = question.body as WriteOptions;
  return duplicateFields.map((path) => `duplicate field "${path}"`);
}

/** Reads a patched object: only the parts that the patch changed are looked at. */
export function readPatched(
  pending: Pending,
  patched: KubernetesObject,
  existing: KubernetesObject,
  validation: FieldValidation,
): KubernetesObject | Status {
  return decode(pending, patched, validation, existing);
}

/** Refuses a change that was made to another version than the object has now. */
export function versionConflict(
  { resource, name }: Pending,
  { metadata }: KubernetesObject,
  existing: KubernetesObject,
): Status | undefined {
  const { resourceVersion = '' } = metadata;
  if (resourceVersion === '' || resourceVersion === '0') return undefined;
  return resourceVersion === existing.metadata.resourceVersion
    ? undefined
    : failure.conflict(resource, name, staleVersion);
}

/** Fills in what an object leaves open; of what only changes the status, the rest is never looked at. */
export function withDefaults(pending: Pending, object: KubernetesObject): KubernetesObject {
  const isSpec = pending.subresource === '' || pending.subresource === 'ephemeralcontainers';
  return isSpec ? strategyFor(pending).applyDefaults(object) : object;
}

/**
 * Makes the object to store of an update: what the system owns is kept, the rest prepared, completed and validated.
 *
 * `complete` adds what only the server can choose.
 */
export function prepareUpdate(
  pending: Pending,
  object: KubernetesObject,
  existing: KubernetesObject,
  complete: (prepared: KubernetesObject) => KubernetesObject | Status = (prepared) => prepared,
): KubernetesObject | Status {
  const strategy = strategyFor(pending);
  const { prepare, validate } = rulesOf(strategy, pending.subresource);
  const given = keepSystemFields(object, existing, pending.subresource === 'status');
  const prepared = complete(prepare(given, existing));
  if (isRefusal(prepared)) return prepared;
  const errors = [...validate(prepared, existing), ...formErrors(pending, prepared, existing)];
  if (strategy.warnings !== undefined) warn(pending, strategy.warnings(prepared, existing));
  return errors.length === 0 ? prepared : failure.invalid(groupKind(pending.kind), existing.metadata.name, errors);
}

/** Checks what only the form asked for demands. */
function formErrors({ form, subresource }: Pending, object: KubernetesObject, old: KubernetesObject): FieldError[] {
  if (form === undefined || subresource !== '') return [];
  return formOf(form).validateUpdate?.(object, old) ?? [];
}

/** How an update through a subresource is prepared and checked. */
interface UpdateRules {
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a type of its own.
  prepare(given: any, existing: any): KubernetesObject;
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a type of its own.
  validate(prepared: any, existing: any): readonly FieldError[];
}

const finalizing: UpdateRules = { prepare: prepareForFinalize, validate: validateFinalize };
const approving: UpdateRules = { prepare: prepareForApproval, validate: validateApproval };

const debugging: UpdateRules = { prepare: prepareEphemeral, validate: validateEphemeral };

function rulesOf(strategy: Strategy, subresource: string): UpdateRules {
  if (subresource === 'finalize') return finalizing;
  if (subresource === 'ephemeralcontainers') return debugging;
  if (subresource === 'approval') return approving;
  return subresource === 'status'
    ? { prepare: strategy.prepareForStatusUpdate, validate: strategy.validateStatusUpdate }
    : { prepare: strategy.prepareForUpdate, validate: strategy.validateUpdate };
}

const ownedFields = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

function keepSystemFields(
  object: KubernetesObject,
  existing: KubernetesObject,
  isStatusUpdate: boolean,
): KubernetesObject {
  const { metadata } = object;
  const old = existing.metadata;
  if (metadata === old) return object;
  const kept: Partial<Record<keyof ObjectMeta, unknown>> = {};
  for (const field of ownedFields) {
    if (old[field] === metadata[field]) continue;
    const isOverruled = isStatusUpdate && (field === 'deletionTimestamp' || field === 'deletionGracePeriodSeconds');
    if (metadata[field] === undefined || isOverruled) kept[field] = old[field];
  }
  if (metadata.resourceVersion !== old.resourceVersion) kept.resourceVersion = old.resourceVersion;
  return Object.keys(kept).length === 0 ? object : withMeta(object, kept as Parameters<typeof withMeta>[1]);
}

/** Tells whether an update takes away the last thing that held back a deletion (apiserver's `ShouldDeleteDuringUpdate`). */
export function endsDeletion(object: KubernetesObject, existing: KubernetesObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = existing.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds !== 0) return false;
  if ((object.metadata.finalizers ?? []).length > 0) return false;
  const isNamespace = object.kind === 'Namespace' && object.apiVersion === 'v1';
  return !isNamespace || ((object as Namespace).spec?.finalizers ?? []).length === 0;
}
