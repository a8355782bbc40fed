/** The volumes of a pod. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { dns1123Label } from '../../../../protocol/names.ts';
import { parseQuantity } from '../../../../protocol/quantity.ts';
import { validateFieldRef, validateResourceFieldRef, volumeFields } from './env-validation.ts';
import { breaches } from './metadata.ts';
import { validateDescendingPath } from './volume-mount-validation.ts';

/** Checks all volumes of a pod spec. */
export function validateVolumes(volumes: readonly core.Volume[], path: string): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, i) => {
    const here = `${path}[${i}]`;
    const errors: FieldError[] = [];
    if (!volume.name) errors.push(required(`${here}.name`));
    else errors.push(...breaches(dns1123Label, volume.name, `${here}.name`));
    if (volume.name && names.has(volume.name)) errors.push(duplicate(`${here}.name`, volume.name));
    names.add(volume.name);
    return [...errors, ...validateSource(volume, here)];
  });
}

function validateSource(volume: core.Volume, path: string): FieldError[] {
  const [first, ...others] = Object.keys(volume).filter((field) => field !== 'name');
  if (first === undefined) return [required(path, 'must specify a volume type')];
  return [
    ...validateOneSource(volume, `${path}.${first}`),
    ...others.map((field) => forbidden(`${path}.${field}`, 'may not specify more than 1 volume type')),
  ];
}

function validateOneSource(volume: core.Volume, path: string): FieldError[] {
  const { emptyDir, hostPath, secret, configMap, persistentVolumeClaim, nfs, downwardAPI, projected } = volume;
  if (emptyDir?.sizeLimit !== undefined && parseQuantity(emptyDir.sizeLimit).nano < 0n) {
    return [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')];
  }
  if (hostPath !== undefined) return validateHostPath(hostPath, path);
  if (secret !== undefined) return validateFiles(secret.secretName, 'secretName', secret, path);
  if (configMap !== undefined) return validateFiles(configMap.name, 'name', configMap, path);
  if (persistentVolumeClaim !== undefined) return needs(persistentVolumeClaim.claimName, `${path}.claimName`);
  if (nfs !== undefined) return validateNfs(nfs, path);
  if (downwardAPI !== undefined) {
    return [...validateMode(downwardAPI.defaultMode, `${path}.defaultMode`), ...validateDownward(downwardAPI, path)];
  }
  return projected === undefined ? [] : validateProjected(projected, path);
}

function needs(value: string | undefined, path: string): FieldError[] {
  return value ? [] : [required(path)];
}

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function validateHostPath(source: core.HostPathVolumeSource, path: string): FieldError[] {
  if (!source.path) return [required(`${path}.path`)];
  const errors = source.path.split('/').includes('..')
    ? [invalid(`${path}.path`, source.path, "must not contain '..'")]
    : [];
  if (hostPathTypes.includes(source.type ?? '')) return errors;
  return [...errors, notSupported(`${path}.type`, source.type, hostPathTypes)];
}

function validateNfs(source: core.NFSVolumeSource, path: string): FieldError[] {
  const errors = [...needs(source.server, `${path}.server`), ...needs(source.path, `${path}.path`)];
  if (source.path && !source.path.startsWith('/')) {
    errors.push(invalid(`${path}.path`, source.path, 'must be an absolute path'));
  }
  return errors;
}

function validateMode(mode: number | undefined, path: string): FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

interface Files {
  defaultMode?: number;
  items?: core.KeyToPath[];
}

function validateFiles(name: string | undefined, nameField: string, files: Files, path: string): FieldError[] {
  return [
    ...needs(name, `${path}.${nameField}`),
    ...validateMode(files.defaultMode, `${path}.defaultMode`),
    ...validateItems(files.items, path),
  ];
}

function validateItems(items: readonly core.KeyToPath[] = [], path: string): FieldError[] {
  return items.flatMap((item, i) => {
    const here = `${path}.items[${i}]`;
    return [
      ...needs(item.key, `${here}.key`),
      ...(item.path ? validateFilePath(item.path, `${here}.path`) : [required(`${here}.path`)]),
      ...validateMode(item.mode, `${here}.mode`),
    ];
  });
}

/** Names that begin with two dots are the kubelet's own. */
function validateFilePath(file: string, path: string): FieldError[] {
  const errors = validateDescendingPath(file, path);
  if (!file.startsWith('..') || file.startsWith('../')) return errors;
  return [...errors, invalid(path, file, "must not start with '..'")];
}

function validateDownward({ items = [] }: { items?: core.DownwardAPIVolumeFile[] }, path: string): FieldError[] {
  return items.flatMap((file, i) => {
    const here = `${path}[${i}]`;
    const errors = file.path ? validateFilePath(file.path, `${here}.path`) : [required(`${here}.path`)];
    if (file.fieldRef !== undefined) {
      errors.push(...validateFieldRef(file.fieldRef, volumeFields, `${here}.fieldRef`));
      if (file.resourceFieldRef !== undefined) {
        errors.push(
          invalid(`${here}`, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
        );
      }
    } else if (file.resourceFieldRef !== undefined) {
      errors.push(...validateResourceFieldRef(file.resourceFieldRef, true, `${here}.resourceFieldRef`));
    } else {
      errors.push(required(`${here}.fieldRef`, 'one of fieldRef and resourceFieldRef is required'));
    }
    return [...errors, ...validateMode(file.mode, `${here}.mode`)];
  });
}

function validateProjected(source: core.ProjectedVolumeSource, path: string): FieldError[] {
  const errors = validateMode(source.defaultMode, `${path}.defaultMode`);
  const taken = new Set<string>();
  (source.sources ?? []).forEach((projection, i) => {
    const here = `${path}.sources[${i}]`;
    errors.push(...validateProjection(projection, here));
    for (const file of filesOf(projection)) {
      if (taken.has(file)) errors.push(invalid(here, file, 'conflicting duplicate paths'));
      taken.add(file);
    }
  });
  return errors;
}

function filesOf({ secret, configMap, downwardAPI, serviceAccountToken }: core.VolumeProjection): string[] {
  const items = [...(secret?.items ?? []), ...(configMap?.items ?? []), ...(downwardAPI?.items ?? [])];
  return [...items.map((item) => item.path), ...(serviceAccountToken?.path ? [serviceAccountToken.path] : [])];
}

function validateProjection(projection: core.VolumeProjection, path: string): FieldError[] {
  const { secret, configMap, downwardAPI, serviceAccountToken } = projection;
  if (Object.keys(projection).length > 1) return [forbidden(path, 'may not specify more than 1 volume type')];
  if (secret !== undefined) return validateFiles(secret.name, 'name', secret as Files, `${path}.secret`);
  if (configMap !== undefined) return validateFiles(configMap.name, 'name', configMap as Files, `${path}.configMap`);
  if (downwardAPI !== undefined) return validateDownward(downwardAPI, `${path}.downwardAPI`);
  if (serviceAccountToken === undefined) return [];
  const seconds = serviceAccountToken.expirationSeconds ?? 3600;
  const here = `${path}.serviceAccountToken`;
  const errors: FieldError[] = [];
  if (seconds < 600)
    errors.push(invalid(`${here}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32)
    errors.push(invalid(`${here}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (!serviceAccountToken.path) return [...errors, required(`${here}.path`)];
  return [...errors, ...validateFilePath(serviceAccountToken.path, `${here}.path`)];
}
