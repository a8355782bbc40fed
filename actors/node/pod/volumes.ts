/** What the volumes of a pod hold, and what of them a container sees where. */

import type { VolumeContent, WorkerPlace } from '../../../protocol/messages/pod-worker.ts';
import type { Container, Pod } from '../../../protocol/objects.ts';
import { podField, resourceField } from './downward.ts';
import { entriesOf, notFound, type SourceRef, type Sources, sourceKey } from './sources.ts';

type Volume = NonNullable<Pod['spec']['volumes']>[number];
type Items = readonly { key: string; path: string }[] | undefined;
type Files = Record<string, string>;

/** A volume that cannot be set up, as the event `FailedMount` says it. */
export interface MountFailure {
  volume: string;
  message: string;
}

/** Makes the contents of all volumes, or says which cannot be made. */
export function makeVolumes(
  pod: Pod,
  place: WorkerPlace,
  sources: Sources,
): { volumes: Record<string, VolumeContent> } | { failure: MountFailure } {
  const volumes: Record<string, VolumeContent> = {};
  for (const volume of pod.spec.volumes ?? []) {
    const made = makeVolume(volume, pod, place, sources);
    if (typeof made === 'string') {
      const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${made}`;
      return { failure: { volume: volume.name, message } };
    }
    volumes[volume.name] = made;
  }
  return { volumes };
}

function makeVolume(volume: Volume, pod: Pod, place: WorkerPlace, sources: Sources): VolumeContent | string {
  const parts = volume.projected?.sources ?? [volume];
  const isFiles = volume.projected ?? volume.configMap ?? volume.secret ?? volume.downwardAPI;
  if (!isFiles) return { writable: volume.name };
  const files: Files = {};
  for (const part of parts) {
    const failure = addPart(files, part, pod, place, sources);
    if (failure !== undefined) return failure;
  }
  return { files };
}

/** One source of files: a whole volume, or a part of a projected one. */
interface Part {
  configMap?: { name?: string; items?: Items; optional?: boolean };
  secret?: { name?: string; secretName?: string; items?: Items; optional?: boolean };
  downwardAPI?: Volume['downwardAPI'];
  serviceAccountToken?: { path: string };
}

function addPart(files: Files, part: Part, pod: Pod, place: WorkerPlace, sources: Sources): string | undefined {
  const named = part.configMap ?? part.secret;
  if (named !== undefined) {
    const name = part.configMap?.name ?? part.secret?.secretName ?? part.secret?.name ?? '';
    return addEntries(files, { resource: part.configMap ? 'configmaps' : 'secrets', name }, named, pod, sources);
  }
  // What an outsider could verify is not needed here: the token names the account it stands for.
  if (part.serviceAccountToken) files[part.serviceAccountToken.path] = tokenOf(pod);
  for (const { path, fieldRef, resourceFieldRef } of part.downwardAPI?.items ?? []) {
    const value = fieldRef
      ? podField(pod, fieldRef.fieldPath, place, '')
      : resourceValue(pod, resourceFieldRef, place.allocatable);
    files[path] = value ?? '';
  }
  return undefined;
}

function tokenOf(pod: Pod): string {
  return `system:serviceaccount:${pod.metadata.namespace ?? ''}:${pod.spec.serviceAccountName ?? 'default'}`;
}

type ResourceRef = { containerName?: string; resource: string; divisor?: string } | undefined;

function resourceValue(pod: Pod, ref: ResourceRef, allocatable: WorkerPlace['allocatable']): string | undefined {
  const container = pod.spec.containers.find(({ name }) => name === ref?.containerName);
  if (ref === undefined || container === undefined) return undefined;
  return resourceField(container, ref.resource, ref.divisor, allocatable);
}

function addEntries(
  files: Files,
  ref: SourceRef,
  { items, optional }: { items?: Items; optional?: boolean },
  pod: Pod,
  sources: Sources,
): string | undefined {
  const object = sources.get(sourceKey(ref));
  if (!object) return optional ? undefined : notFound(ref);
  const entries = entriesOf(ref, object);
  if (items === undefined || items.length === 0) {
    Object.assign(files, entries);
    return undefined;
  }
  for (const { key, path } of items) {
    const value = entries[key];
    if (value !== undefined) files[path] = value;
    else if (!optional)
      return `${ref.resource === 'configmaps' ? 'configmap' : 'secret'} references non-existent config key: ${key} (${pod.metadata.namespace}/${ref.name})`;
  }
  return undefined;
}

/** What a container finds mounted. */
export interface Mounts {
  /** Contents by absolute path. */
  files: Record<string, string>;
  /** Names of writable volumes by mount path. */
  volumes: Record<string, string>;
}

/** Mounts a pod's volumes into a container. */
export function mountsOf(container: Container, volumes: Readonly<Record<string, VolumeContent>>): Mounts {
  const mounts: Mounts = { files: {}, volumes: {} };
  for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
    const content = volumes[name];
    if (content === undefined) continue;
    if ('writable' in content) mounts.volumes[mountPath] = content.writable;
    else if (subPath && content.files[subPath] !== undefined) mounts.files[mountPath] = content.files[subPath];
    else {
      for (const [path, text] of Object.entries(content.files))
        mounts.files[`${mountPath.replace(/\/$/, '')}/${path}`] = text;
    }
  }
  return mounts;
}
