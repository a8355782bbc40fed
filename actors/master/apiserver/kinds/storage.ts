/** PersistentVolumes and the claims on them. */

import type * as core from 'kubernetes-types/core/v1.js';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { compareQuantities, parseQuantity } from '../../../../protocol/quantity.ts';
import { validateLabelSelector, validateNodeSelector } from './affinity-validation.ts';
import { fill } from './fill.ts';
import { breaches, immutable } from './metadata.ts';
import { validateAmount } from './resource-validation.ts';
import { defineStrategy } from './strategy.ts';

type PersistentVolume = Omit<core.PersistentVolume, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type PersistentVolumeClaim = Omit<core.PersistentVolumeClaim, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const volumeModes = ['Block', 'Filesystem'];

/** Fields of a volume's spec that are not its source. */
const volumeFields = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);

/** A piece of storage of the cluster. */
export const persistentVolumeStrategy = defineStrategy<PersistentVolume>('persistentvolumes', {
  nameRule: dns1123Subdomain,
  defaults: (volume) => ({
    ...volume,
    spec: fill(volume.spec ?? {}, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' }),
  }),
  firstStatus: () => ({ phase: 'Pending' }),
  validate: validateVolume,
  validateUpdate: ({ spec = {} }, { spec: old = {} }) => {
    const isSame = deepEqual(sourceOf(spec), sourceOf(old));
    const detail = 'spec.persistentvolumesource is immutable after creation';
    const errors = isSame ? [] : [forbidden('spec.persistentvolumesource', detail)];
    return [...errors, ...immutable(spec.volumeMode, old.volumeMode, 'volumeMode')];
  },
});

function sourceOf(spec: core.PersistentVolumeSpec): [string, unknown][] {
  return Object.entries(spec).filter(([field]) => !volumeFields.has(field));
}

function validateVolume({ spec = {} }: PersistentVolume): FieldError[] {
  const errors = validateAccessModes(spec.accessModes ?? [], '');
  const storage = spec.capacity?.storage;
  if (storage === undefined) errors.push(required('spec.capacity'));
  else errors.push(...validateSize(storage, 'spec.capacity[storage]'));
  if (spec.nodeAffinity?.required !== undefined) {
    errors.push(...validateNodeSelector(spec.nodeAffinity.required, 'spec.nodeAffinity.required'));
  }
  const [first, ...others] = sourceOf(spec);
  if (first === undefined) errors.push(required('spec', 'must specify a volume type'));
  errors.push(...others.map(([field]) => forbidden(`spec.${field}`, 'may not specify more than 1 volume type')));
  const policy = spec.persistentVolumeReclaimPolicy ?? 'Retain';
  if (!reclaimPolicies.includes(policy)) {
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies));
  }
  return [...errors, ...validateModeAndClass(spec)];
}

function validateAccessModes(modes: readonly string[], missing: string): FieldError[] {
  const path = 'spec.accessModes';
  const errors = modes.length === 0 ? [required(path, missing)] : [];
  errors.push(
    ...modes.filter((mode) => !accessModes.includes(mode)).map((mode) => notSupported(path, mode, accessModes)),
  );
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateSize(size: string, path: string): FieldError[] {
  if (parseQuantity(size).nano <= 0n) return [invalid(path, size, 'must be greater than zero')];
  return validateAmount('storage', size, path);
}

function validateModeAndClass({
  storageClassName,
  volumeMode,
}: {
  storageClassName?: string;
  volumeMode?: string;
}): FieldError[] {
  const errors = storageClassName ? breaches(dns1123Subdomain, storageClassName, 'spec.storageClassName') : [];
  if (volumeMode === undefined || volumeModes.includes(volumeMode)) return errors;
  return [...errors, notSupported('spec.volumeMode', volumeMode, volumeModes)];
}

/** What a pod asks of storage. */
export const persistentVolumeClaimStrategy = defineStrategy<PersistentVolumeClaim>('persistentvolumeclaims', {
  nameRule: dns1123Subdomain,
  defaults: (claim) => ({ ...claim, spec: fill(claim.spec ?? {}, { volumeMode: 'Filesystem' }) }),
  firstStatus: () => ({ phase: 'Pending' }),
  validate: validateClaim,
  validateUpdate: validateClaimChange,
});

function validateClaim({ spec = {} }: PersistentVolumeClaim): FieldError[] {
  const errors = validateAccessModes(spec.accessModes ?? [], 'at least 1 access mode is required');
  errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const storage = spec.resources?.requests?.storage;
  if (storage === undefined) errors.push(required('spec.resources[storage]'));
  else errors.push(...validateSize(storage, 'spec.resources[storage]'));
  return [...errors, ...validateModeAndClass(spec)];
}

function validateClaimChange(
  { spec = {}, status }: PersistentVolumeClaim,
  { spec: old = {} }: PersistentVolumeClaim,
): FieldError[] {
  const isBound = status?.phase === 'Bound';
  const fixed = (one: core.PersistentVolumeClaimSpec) => ({
    ...one,
    volumeName: old.volumeName ? one.volumeName : undefined,
    storageClassName: old.storageClassName === undefined ? undefined : one.storageClassName,
    resources: isBound ? { ...one.resources, requests: { ...one.resources?.requests, storage: '' } } : one.resources,
  });
  const errors: FieldError[] = [];
  if (!deepEqual(fixed(spec), fixed(old))) {
    const detail =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbidden('spec', detail));
  }
  const [size, before] = [spec.resources?.requests?.storage ?? '0', old.resources?.requests?.storage ?? '0'];
  if (compareQuantities(parseQuantity(size), parseQuantity(before)) < 0) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than previous value'));
  }
  return [...errors, ...immutable(spec.volumeMode, old.volumeMode, 'volumeMode')];
}
