/** StorageClasses, and what storage drivers write about themselves, their nodes and their volumes. */

import type * as storage from 'kubernetes-types/storage/v1.js';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooLong } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain, qualifiedName } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { compareQuantities, parseQuantity } from '../../../../protocol/quantity.ts';
import { validateLabelSelector } from './affinity-validation.ts';
import { fill } from './fill.ts';
import { breaches, byteLength, immutable, nonNegative, validateLabels } from './metadata.ts';
import { defineStrategy } from './strategy.ts';

type Kind<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type StorageClass = Kind<storage.StorageClass>;
type VolumeAttachment = Kind<storage.VolumeAttachment>;
type CSINode = Kind<storage.CSINode>;
type CSIDriver = Kind<storage.CSIDriver>;
type CSIStorageCapacity = Kind<storage.CSIStorageCapacity>;

const mostParameters = 512;
const mostBytes = 256 * 1024;
const longestError = 1024;

/** How volumes of a kind are made. */
export const storageClassStrategy = defineStrategy<StorageClass>('storageclasses.storage.k8s.io', {
  nameRule: dns1123Subdomain,
  defaults: (one) => fill(one, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  validateCreate: validateStorageClass,
  validateUpdate: (one, old) => {
    const errors = (['parameters', 'provisioner', 'reclaimPolicy'] as const)
      .filter((field) => !deepEqual(one[field], old[field]))
      .map((field) => forbidden(field, `updates to ${field} are forbidden.`));
    return [...errors, ...immutable(one.volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode')];
  },
});

function validateStorageClass(one: StorageClass): FieldError[] {
  const { provisioner = '', parameters = {}, reclaimPolicy = '', volumeBindingMode = '' } = one;
  const errors =
    provisioner === ''
      ? [required('provisioner')]
      : qualifiedName(provisioner.toLowerCase()).map((message) =>
          invalid('provisioner', provisioner.toLowerCase(), message),
        );
  errors.push(...validateParameters(parameters));
  if (reclaimPolicy !== 'Delete' && reclaimPolicy !== 'Retain') {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']));
  }
  if (volumeBindingMode !== 'Immediate' && volumeBindingMode !== 'WaitForFirstConsumer') {
    errors.push(notSupported('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']));
  }
  return [...errors, ...validateTopologies(one.allowedTopologies ?? [])];
}

function validateParameters(parameters: Readonly<Record<string, string>>): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > mostParameters) return [tooLong('parameters', mostParameters)];
  const errors = '' in parameters ? [invalid('parameters', '', 'field can not be empty.')] : [];
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return bytes > mostBytes ? [...errors, tooLong('parameters', mostBytes)] : errors;
}

function validateTopologies(terms: NonNullable<StorageClass['allowedTopologies']>): FieldError[] {
  const seen: unknown[] = [];
  return terms.flatMap(({ matchLabelExpressions: expressions = [] }, i) => {
    const path = `allowedTopologies[${i}]`;
    const errors: FieldError[] = [];
    const values: Record<string, readonly string[]> = {};
    expressions.forEach(({ key = '', values: given = [] }, at) => {
      const here = `${path}.matchLabelExpressions[${at}]`;
      if (given.length === 0) errors.push(required(`${here}.values`));
      given.forEach((value, place) => {
        if (given.indexOf(value) < place) errors.push(duplicate(`${here}.values[${place}]`, value));
      });
      errors.push(...validateLabels({ [key]: '' }, `${here}.key`));
      if (key in values) errors.push(duplicate(`${here}.key`, key));
      values[key] = [...given].sort();
    });
    if (seen.some((one) => deepEqual(one, values))) errors.push(duplicate(`${path}.matchLabelExpressions`, ''));
    seen.push(values);
    return errors;
  });
}

/** That a volume is, or shall be, attached to a node. */
export const volumeAttachmentStrategy = defineStrategy<VolumeAttachment>('volumeattachments.storage.k8s.io', {
  nameRule: dns1123Subdomain,
  firstStatus: () => ({ attached: false }),
  validate: validateAttachment,
  validateUpdate: (one, old) => immutable(one.spec, old.spec, 'spec'),
  validateStatus: validateAttachmentStatus,
  allowsUnconditionalUpdate: false,
});

function validateAttachment({ spec }: VolumeAttachment): FieldError[] {
  const { attacher = '', nodeName = '', source = {} } = (spec ?? {}) as Partial<storage.VolumeAttachmentSpec>;
  const { persistentVolumeName: volume, inlineVolumeSpec: inline } = source;
  const errors = attacher === '' ? [required('spec.attacher')] : breaches(dns1123Subdomain, attacher, 'spec.attacher');
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (volume === undefined && inline === undefined) errors.push(required('spec.source', one));
  else if (volume !== undefined && inline !== undefined) errors.push(forbidden('spec.source', one));
  else if (volume === '') {
    errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'));
  } else if (volume !== undefined) {
    errors.push(...breaches(dns1123Subdomain, volume, 'spec.source.persistentVolumeName'));
  }
  return [...errors, ...breaches(dns1123Subdomain, nodeName, 'spec.nodeName')];
}

function validateAttachmentStatus({ status }: VolumeAttachment): FieldError[] {
  const entries = Object.entries(status?.attachmentMetadata ?? {});
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  const errors = bytes > mostBytes ? [tooLong('status.attachmentMetadata', mostBytes)] : [];
  for (const field of ['attachError', 'detachError'] as const) {
    if (byteLength(status?.[field]?.message ?? '') > longestError)
      errors.push(tooLong(`status.${field}.message`, mostBytes));
  }
  return errors;
}

const longestNodeID = 256;

/** Which storage drivers there are on a node. */
export const csiNodeStrategy = defineStrategy<CSINode>('csinodes.storage.k8s.io', {
  nameRule: dns1123Subdomain,
  validate: ({ spec }) =>
    (spec?.drivers ?? []).flatMap((driver, i, all) =>
      validateNodeDriver(driver, `spec.drivers[${i}]`, all.findIndex(({ name }) => name === driver.name) < i),
    ),
  validateUpdate: ({ spec }, { spec: old }) =>
    (old?.drivers ?? []).flatMap((driver) => {
      const named = (spec?.drivers ?? []).filter(({ name }) => name === driver.name);
      const [now] = named;
      return now === undefined || named.some((one) => deepEqual(one, driver))
        ? []
        : immutable(now, driver, 'CSINodeDriver');
    }),
});

function validateNodeDriver(driver: storage.CSINodeDriver, path: string, isTaken: boolean): FieldError[] {
  const { name = '', nodeID = '', allocatable, topologyKeys = [] } = driver as Partial<storage.CSINodeDriver>;
  const errors = breaches(dns1123Subdomain, name, `${path}.name`);
  if (nodeID === '') errors.push(required(`${path}.nodeID`));
  if (nodeID.length > longestNodeID) {
    errors.push(invalid(`${path}.nodeID`, nodeID, `must be ${longestNodeID} characters or less`));
  }
  errors.push(...nonNegative(allocatable?.count ?? 0, `${path}.allocatable.count`));
  if (isTaken) errors.push(duplicate(`${path}.name`, name));
  topologyKeys.forEach((key, i) => {
    if (key === '') errors.push(required(path));
    if (topologyKeys.indexOf(key) < i) errors.push(duplicate(path, key));
    errors.push(...breaches(qualifiedName, key, path));
  });
  return errors;
}

const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];

/** What a storage driver can do. */
export const csiDriverStrategy = defineStrategy<CSIDriver>('csidrivers.storage.k8s.io', {
  nameRule: dns1123Subdomain,
  defaults: (driver) => {
    const given = (driver.spec ?? {}) as storage.CSIDriverSpec;
    const spec = fill(given, {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    } as Partial<storage.CSIDriverSpec>);
    return spec === driver.spec ? driver : { ...driver, spec };
  },
  generationOf: ({ spec }) => spec,
  validate: validateDriver,
  validateUpdate: ({ spec }, { spec: old }) => [
    ...immutable(spec.attachRequired, old.attachRequired, 'spec.attachedRequired'),
    ...immutable(spec.fsGroupPolicy, old.fsGroupPolicy, 'spec.fsGroupPolicy'),
    ...immutable(spec.volumeLifecycleModes, old.volumeLifecycleModes, 'spec.volumeLifecycleModes'),
  ],
  allowsUnconditionalUpdate: false,
});

function validateDriver({ spec }: CSIDriver): FieldError[] {
  const { fsGroupPolicy = '', tokenRequests = [], volumeLifecycleModes = [] } = spec;
  const errors = fsGroupPolicies.includes(fsGroupPolicy)
    ? []
    : [notSupported('spec.fsGroupPolicy', fsGroupPolicy, fsGroupPolicies)];
  tokenRequests.forEach(({ audience, expirationSeconds: seconds }, i) => {
    const path = `spec.tokenRequests[${i}]`;
    if (tokenRequests.findIndex((one) => one.audience === audience) < i) {
      errors.push(duplicate(`${path}.audience`, audience));
    } else if (seconds !== undefined && seconds < 600) {
      errors.push(invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
    } else if (seconds !== undefined && seconds > 2 ** 32) {
      errors.push(invalid(`${path}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'));
    }
  });
  const modes = volumeLifecycleModes.filter((mode) => !lifecycleModes.includes(mode));
  return [...errors, ...modes.map((mode) => notSupported('spec.volumeLifecycleModes', mode, lifecycleModes))];
}

/** How much room a driver has left somewhere. */
export const csiStorageCapacityStrategy = defineStrategy<CSIStorageCapacity>('csistoragecapacities.storage.k8s.io', {
  nameRule: dns1123Subdomain,
  validateCreate: ({ nodeTopology, storageClassName, capacity }) => {
    const errors = [
      ...validateLabelSelector(nodeTopology, 'nodeTopology'),
      ...breaches(dns1123Subdomain, storageClassName, 'storageClassName'),
    ];
    if (capacity === undefined || compareQuantities(parseQuantity(capacity), parseQuantity('0')) >= 0) return errors;
    return [...errors, invalid('capacity', capacity, 'must be greater than or equal to 0')];
  },
  validateUpdate: (one, old) => [
    ...immutable(one.nodeTopology, old.nodeTopology, 'nodeTopology'),
    ...immutable(one.storageClassName, old.storageClassName, 'storageClassName'),
  ],
  allowsUnconditionalUpdate: false,
});
