/** The tables of storage: volumes, claims, classes, drivers. */

import { age, boolean, kindTable, name, nameOf, type Parts, text, wide } from './column.ts';
import { type Fields, fieldsOf, isBeingDeleted, isGiven, listOf, objectsOf, textOf, textsOf } from './fields.ts';
import { amount, amountOf } from './quantities.ts';

/** What stands for a field that may be left out. */
function orUnset(value: unknown): string {
  return isGiven(value) ? textOf(value) : '<unset>';
}

/** PersistentVolumes. */
export const persistentVolumeTable = kindTable([
  name,
  text('Capacity', 'How much it holds.', ({ spec }) => amountOf(spec.capacity, 'storage')),
  text('Access Modes', 'How it can be mounted.', ({ spec }) => modesText(spec.accessModes)),
  text('Reclaim Policy', 'What happens to it when its claim is gone.', ({ spec }) =>
    textOf(spec.persistentVolumeReclaimPolicy),
  ),
  text('Status', 'Whether it is free, or bound to a claim.', phaseCell),
  text('Claim', 'The claim it is bound to.', ({ spec }) => claimText(spec.claimRef)),
  text('StorageClass', 'Its class.', classCell),
  text('VolumeAttributesClass', 'The class of its attributes.', ({ spec }) => orUnset(spec.volumeAttributesClassName)),
  text('Reason', 'Why it is in its state, in one word.', ({ status }) => textOf(status.reason)),
  age,
  wide(text('VolumeMode', 'Whether it is a file system or a block device.', ({ spec }) => orUnset(spec.volumeMode))),
]);

/** PersistentVolumeClaims. What is said of size and modes is what the volume has, once there is one. */
export const persistentVolumeClaimTable = kindTable([
  name,
  text('Status', 'Whether it is bound to a volume.', phaseCell),
  text('Volume', 'The volume it is bound to.', ({ spec }) => textOf(spec.volumeName)),
  text('Capacity', 'How much the volume holds.', ({ spec, status }) =>
    textOf(spec.volumeName) === '' ? '' : amountOf(status.capacity, 'storage'),
  ),
  text('Access Modes', 'How the volume can be mounted.', ({ spec, status }) =>
    textOf(spec.volumeName) === '' ? '' : modesText(status.accessModes),
  ),
  text('StorageClass', 'The class of volumes it asks for.', classCell),
  text('VolumeAttributesClass', 'The class of attributes it asks for.', ({ spec }) =>
    orUnset(spec.volumeAttributesClassName),
  ),
  age,
  wide(
    text('VolumeMode', 'Whether it asks for a file system or a block device.', ({ spec }) => orUnset(spec.volumeMode)),
  ),
]);

function phaseCell({ metadata, status }: Parts): string {
  return isBeingDeleted(metadata) ? 'Terminating' : textOf(status.phase);
}

function claimText(claim: unknown): string {
  const { namespace, name } = fieldsOf(claim);
  return isGiven(claim) ? `${textOf(namespace)}/${textOf(name)}` : '';
}

/** Older objects name their class in an annotation. */
function classCell({ metadata, spec }: Parts): string {
  const annotated = fieldsOf(metadata.annotations)['volume.beta.kubernetes.io/storage-class'];
  return typeof annotated === 'string' ? annotated : textOf(spec.storageClassName);
}

const modes = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

function modesText(given: unknown): string {
  const all = listOf(given);
  return modes
    .filter(([mode]) => all.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

const defaultClass = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
] as const;

/** StorageClasses; the one that claims get which name none is marked. */
export const storageClassTable = kindTable([
  text('Name', 'The name, unique among objects of its kind.', markedName, 'name'),
  text('Provisioner', 'What makes volumes of the class.', ({ object }) => textOf(object.provisioner)),
  text('ReclaimPolicy', 'What happens to a volume when its claim is gone.', ({ object }) =>
    isGiven(object.reclaimPolicy) ? textOf(object.reclaimPolicy) : 'Delete',
  ),
  text('VolumeBindingMode', 'When a volume is made for a claim.', ({ object }) =>
    isGiven(object.volumeBindingMode) ? textOf(object.volumeBindingMode) : 'Immediate',
  ),
  text('AllowVolumeExpansion', 'Whether volumes can grow.', ({ object }) => object.allowVolumeExpansion === true),
  age,
]);

function markedName(parts: Parts): string {
  const annotations = fieldsOf(parts.metadata.annotations);
  const isDefault = defaultClass.some((annotation) => annotations[annotation] === 'true');
  return isDefault ? `${nameOf(parts)} (default)` : nameOf(parts);
}

/** VolumeAttachments. */
export const volumeAttachmentTable = kindTable([
  name,
  text('Attacher', 'The driver that attaches the volume.', ({ spec }) => textOf(spec.attacher), 'name'),
  text('PV', 'The volume.', ({ spec }) => textOf(fieldsOf(spec.source).persistentVolumeName)),
  text('Node', 'The node it is attached to.', ({ spec }) => textOf(spec.nodeName)),
  boolean('Attached', 'Whether it is attached.', ({ status }) => status.attached === true),
  age,
]);

/** CSIDrivers. */
export const csiDriverTable = kindTable([
  name,
  boolean('AttachRequired', 'Whether volumes are attached first.', ({ spec }) => spec.attachRequired !== false),
  boolean('PodInfoOnMount', 'Whether the driver is told of the pod.', ({ spec }) => spec.podInfoOnMount === true),
  boolean('StorageCapacity', 'Whether the driver tells of free room.', ({ spec }) => spec.storageCapacity === true),
  text('TokenRequests', 'Whom the tokens are for that the driver gets.', ({ spec }) => tokensText(spec)),
  boolean(
    'RequiresRepublish',
    'Whether volumes are published again and again.',
    ({ spec }) => spec.requiresRepublish === true,
  ),
  text('Modes', 'How long volumes can live.', ({ spec }) => textsOf(spec.volumeLifecycleModes).join(',') || '<none>'),
  age,
]);

function tokensText({ tokenRequests }: Fields): string {
  if (!isGiven(tokenRequests)) return '<unset>';
  return objectsOf(tokenRequests)
    .map(({ audience }) => textOf(audience))
    .join(',');
}

/** CSIStorageCapacities. */
export const csiStorageCapacityTable = kindTable([
  name,
  text('StorageClassName', 'The class it is about.', ({ object }) => textOf(object.storageClassName)),
  text('Capacity', 'How much room there is.', ({ object }) =>
    isGiven(object.capacity) ? amount(object.capacity) : '<unset>',
  ),
]);
