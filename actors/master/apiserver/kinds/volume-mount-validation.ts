/** Where a container mounts the volumes of its pod. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, notFound, notSupported, required } from '../../../../protocol/field-errors.ts';
import type { PodSpec } from '../../../../protocol/objects.ts';

/** Checks the mounts of a container against the volumes of its pod. */
export function validateVolumeMounts(container: core.Container, spec: PodSpec, path: string): FieldError[] {
  const taken = new Set<string>();
  const devices = container.volumeDevices ?? [];
  return (container.volumeMounts ?? []).flatMap((mount, i) => {
    const here = `${path}[${i}]`;
    const errors: FieldError[] = [];
    if (!mount.name) errors.push(required(`${here}.name`));
    if (!hasVolume(spec, mount.name)) errors.push(notFound(`${here}.name`, mount.name ?? ''));
    if (!mount.mountPath) errors.push(required(`${here}.mountPath`));
    if (taken.has(mount.mountPath)) errors.push(invalid(`${here}.mountPath`, mount.mountPath, 'must be unique'));
    taken.add(mount.mountPath);
    if (devices.some((device) => device.name === mount.name)) {
      errors.push(invalid(`${here}.name`, mount.name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mount.mountPath)) {
      errors.push(invalid(`${here}.mountPath`, mount.mountPath, 'must not already exist as a path in volumeDevices'));
    }
    // The paths of these lack the place in the list, as Kubernetes's do.
    if (mount.subPath) errors.push(...validateDescendingPath(mount.subPath, `${path}.subPath`));
    if (mount.subPathExpr) errors.push(...validateSubPathExpr(mount, here, path));
    return [...errors, ...validatePropagation(mount, container, `${path}.mountPropagation`)];
  });
}

function validateSubPathExpr(mount: core.VolumeMount, here: string, path: string): FieldError[] {
  const both = invalid(`${here}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  const errors = mount.subPath ? [both] : [];
  return [...errors, ...validateDescendingPath(mount.subPathExpr ?? '', `${path}.subPathExpr`)];
}

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

function validatePropagation(mount: core.VolumeMount, container: core.Container, path: string): FieldError[] {
  const mode = mount.mountPropagation;
  if (mode === undefined) return [];
  if (!propagations.includes(mode)) return [notSupported(path, mode, propagations)];
  if (mode !== 'Bidirectional' || container.securityContext?.privileged === true) return [];
  return [
    {
      type: 'Forbidden',
      field: path,
      detail: 'Bidirectional mount propagation is available only to privileged containers',
    },
  ];
}

/** Checks the block devices of a container. */
export function validateVolumeDevices(container: core.Container, spec: PodSpec, path: string): FieldError[] {
  const [names, paths] = [new Set<string>(), new Set<string>()];
  return (container.volumeDevices ?? []).flatMap((device, i) => {
    const here = `${path}[${i}]`;
    const errors: FieldError[] = [];
    const volume = spec.volumes?.find(({ name }) => name === device.name);
    if (!device.name) errors.push(required(`${here}.name`));
    if (names.has(device.name)) errors.push(invalid(`${here}.name`, device.name, 'must be unique'));
    names.add(device.name);
    if (volume === undefined) errors.push(notFound(`${here}.name`, device.name ?? ''));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(`${here}.name`, device.name, detail));
    }
    if (!device.devicePath) errors.push(required(`${here}.devicePath`));
    if (paths.has(device.devicePath)) errors.push(invalid(`${here}.devicePath`, device.devicePath, 'must be unique'));
    paths.add(device.devicePath);
    if (hasBackstep(device.devicePath ?? '')) {
      errors.push(invalid(`${here}.devicePath`, device.devicePath, "can not contain backsteps ('..')"));
    }
    return errors;
  });
}

function hasVolume(spec: PodSpec, name: string): boolean {
  return spec.volumes?.some((volume) => volume.name === name) === true;
}

function hasBackstep(path: string): boolean {
  return path.split('/').includes('..');
}

/** Checks a path that must lead downward. */
export function validateDescendingPath(path: string, field: string): FieldError[] {
  const errors = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : [];
  return hasBackstep(path) ? [...errors, invalid(field, path, "must not contain '..'")] : errors;
}
