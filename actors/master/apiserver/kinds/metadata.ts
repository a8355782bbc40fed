/** The rules of metadata: names, labels, annotations, owners, finalizers, and what an update may not change. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, quoted, required, tooLong } from '../../../../protocol/field-errors.ts';
import type { NameRule } from '../../../../protocol/names.ts';
import { asPrefix, dns1123Label, labelValue, qualifiedName } from '../../../../protocol/names.ts';
import type { ObjectMeta, OwnerReference } from '../../../../protocol/objects.ts';
import { managedFieldsErrors } from '../apply/manager-name.ts';

const annotationsSizeLimit = 256 * 1024;
const isImmutable = 'field is immutable';

/** Checks metadata at birth; the name has been generated before. */
export function validateMeta(meta: ObjectMeta, isNamespaced: boolean, nameRule: NameRule): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName) errors.push(...breaches(asPrefix(nameRule), meta.generateName, 'metadata.generateName'));
  if (!meta.name) errors.push(required('metadata.name', 'name or generateName is required'));
  else errors.push(...breaches(nameRule, meta.name, 'metadata.name'));
  errors.push(...validateNamespace(meta.namespace ?? '', isNamespaced));
  errors.push(...nonNegative(meta.generation ?? 0, 'metadata.generation'));
  return [...errors, ...validateCommon(meta), ...validateFinalizers(meta.finalizers ?? [])];
}

function validateNamespace(namespace: string, isNamespaced: boolean): FieldError[] {
  if (!isNamespaced) return namespace === '' ? [] : [forbidden('metadata.namespace', 'not allowed on this type')];
  if (namespace === '') return [required('metadata.namespace')];
  return breaches(dns1123Label, namespace, 'metadata.namespace');
}

/** Checks what is free to change; what is as it was before, by reference, was checked then. */
function validateCommon(meta: ObjectMeta, old?: ObjectMeta): FieldError[] {
  const { labels, annotations, ownerReferences, managedFields } = meta;
  const errors: FieldError[] = [];
  if (labels !== old?.labels) errors.push(...validateLabels(labels, 'metadata.labels'));
  if (annotations !== old?.annotations) errors.push(...validateAnnotations(annotations, 'metadata.annotations'));
  if (ownerReferences !== old?.ownerReferences) errors.push(...validateOwners(ownerReferences ?? []));
  if (managedFields !== old?.managedFields)
    errors.push(...managedFieldsErrors(managedFields, 'metadata.managedFields'));
  return errors;
}

/** Checks what an update did to metadata; what it left alone was checked when it came. */
export function validateMetaUpdate(meta: ObjectMeta, old: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  if (meta === old && meta.resourceVersion) return errors;
  if (old.deletionTimestamp !== undefined) errors.push(...noNewFinalizers(meta.finalizers ?? [], old.finalizers ?? []));
  if (!meta.resourceVersion) {
    errors.push(invalid('metadata.resourceVersion', meta.resourceVersion ?? '', 'must be specified for an update'));
  }
  errors.push(...nonNegative(meta.generation ?? 0, 'metadata.generation'));
  if ((meta.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid('metadata.generation', meta.generation ?? 0, 'must not be decremented'));
  }
  for (const field of immutableFields) {
    if (meta[field] !== old[field]) errors.push(...immutable(meta[field], old[field], `metadata.${field}`));
  }
  return [...errors, ...validateCommon(meta, old)];
}

const immutableFields = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** Checks that a value is as it was; `shown` is what the message shows where that is not the value itself. */
export function immutable(value: unknown, old: unknown, path: string, shown: unknown = value): FieldError[] {
  return deepEqual(value, old) ? [] : [invalid(path, shown, isImmutable)];
}

/** Checks a text by a rule of names; an absent one as the empty one, which Go cannot tell from it. */
export function breaches(rule: NameRule, text: string | undefined, path: string): FieldError[] {
  const given = text ?? '';
  const errors: FieldError[] = [];
  for (const message of rule(given)) errors.push(invalid(path, given, message));
  return errors;
}

/** Checks that a count is not negative. */
export function nonNegative(value: number, path: string): FieldError[] {
  return value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

/** Checks the syntax of labels, or of a map that selects by them. */
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    errors.push(...breaches(qualifiedName, key, path));
    errors.push(...breaches(labelValue, labels[key], path));
  }
  return errors;
}

/** Checks the keys of annotations, in which case does not matter, and the size of all together. */
export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key in annotations) {
    for (const message of qualifiedName(key.toLowerCase())) errors.push(invalid(path, key, message));
    bytes += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (bytes > annotationsSizeLimit) errors.push(tooLong(path, annotationsSizeLimit));
  return errors;
}

/** Counts the bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Each half of a surrogate pair is two of its four bytes.
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}

function validateOwners(owners: readonly OwnerReference[]): FieldError[] {
  const path = 'metadata.ownerReferences';
  const errors: FieldError[] = [];
  owners.forEach((owner, i) => {
    errors.push(...validateOwner(owner, `${path}[${i}]`));
  });
  const controller = owners.find((owner) => owner.controller === true);
  for (const owner of owners) {
    if (owner.controller !== true || owner === controller) continue;
    const both = `${controller?.kind}/${controller?.name} and ${owner.kind}/${owner.name}`;
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${both}`;
    errors.push(invalid(path, owners, detail));
  }
  return errors;
}

const neededOfOwners = ['kind', 'name', 'uid'] as const;

function validateOwner(owner: OwnerReference, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!owner.apiVersion) errors.push(required(`${path}.apiVersion`, 'must not be empty'));
  else if (!/^([^/]+\/)?[^/]+$/.test(owner.apiVersion)) {
    errors.push(invalid(`${path}.apiVersion`, owner.apiVersion, 'must be <group>/<version> or <version>'));
  }
  for (const field of neededOfOwners) {
    if (!owner[field]) errors.push(required(`${path}.${field}`, 'must not be empty'));
  }
  if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
    errors.push(invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner'));
  }
  return errors;
}

function validateFinalizers(finalizers: readonly string[]): FieldError[] {
  const path = 'metadata.finalizers';
  const errors: FieldError[] = [];
  for (const finalizer of finalizers) errors.push(...breaches(qualifiedName, finalizer, path));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

function noNewFinalizers(finalizers: readonly string[], old: readonly string[]): FieldError[] {
  const added = [...new Set(finalizers)].filter((finalizer) => !old.includes(finalizer)).sort();
  if (added.length === 0) return [];
  const shown = `[]string{${added.map(quoted).join(', ')}}`;
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`;
  return [forbidden('metadata.finalizers', detail)];
}
