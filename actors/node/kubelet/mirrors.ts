/** The static pods of the node's manifest folder, and their mirrors in the API. */

import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { ManifestPlace, ManifestRemove } from '../../../protocol/messages/manifest.ts';
import type { MirrorSync, PodVanish } from '../../../protocol/messages/pod-worker.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { createObject, deleteObject, reasonOf, targetOf } from '../../client-go/api-calls.ts';
import type { Me, PodEntry } from './memory.ts';
import { admitPod } from './pods.ts';
import { isMirrorOf, manifestFile, mirrorOf, staticPod } from './static-pods.ts';

/** Marks a disk on which the machine's own manifests were once laid out. */
const installed = 'installed';

/** Lays out the manifests a machine comes with, on its first day. */
export function installManifests(self: Me): void {
  const { disk, memory } = self;
  if (disk.files().includes(installed)) return;
  for (const [file, manifest] of Object.entries(memory.input.node.staticPods ?? {})) {
    disk.replace(manifestFile(file), [manifest]);
  }
  disk.replace(installed, [true]);
  disk.sync();
}

/** Starts a pod for every manifest in the folder. */
export function startStatics(self: Me): void {
  const prefix = manifestFile('');
  for (const path of self.disk.files()) {
    if (!path.startsWith(prefix)) continue;
    const [manifest] = self.disk.read(path);
    if (manifest !== undefined) addStatic(self, path.slice(prefix.length), manifest as Pod);
  }
}

/** Puts a manifest into the folder. */
export function placeManifest(self: Me, event: ManifestPlace): void {
  const { file, manifest } = event.body;
  self.disk.replace(manifestFile(file), [manifest]);
  self.disk.sync();
  if (self.memory.runtime.state !== 'unknown') addStatic(self, file, manifest);
}

/** Takes a manifest out of the folder. */
export function removeManifest(self: Me, event: ManifestRemove): void {
  const { file } = event.body;
  self.disk.remove(manifestFile(file));
  self.disk.sync();
  dropStatic(self, file);
}

function addStatic(self: Me, file: string, manifest: Pod): void {
  const { memory } = self;
  const pod = staticPod(manifest, memory.input.node.name, file, self.now());
  if (memory.statics.get(file)?.metadata.uid === pod.metadata.uid) return;
  dropStatic(self, file);
  memory.statics.set(file, pod);
  memory.waitingStatics.push(pod);
  resumeStatics(self);
}

function dropStatic(self: Me, file: string): void {
  const { memory } = self;
  const pod = memory.statics.get(file);
  if (pod === undefined) return;
  memory.statics.delete(file);
  memory.waitingStatics = memory.waitingStatics.filter((waiting) => waiting !== pod);
  const uid = pod.metadata.uid ?? '';
  const entry = memory.pods.get(uid);
  if (entry !== undefined) {
    entry.isVanished = true;
    self.send<PodVanish>(entry.worker, 'pod.vanish', {});
  }
  syncMirrors(self);
}

/** Starts static pods whose predecessor of the same name has ended. */
export function resumeStatics(self: Me): void {
  const { memory } = self;
  if (memory.waitingStatics.length === 0) return;
  const ready = memory.waitingStatics.filter((pod) => staticEntry(self, objectKey(pod)) === undefined);
  memory.waitingStatics = memory.waitingStatics.filter((pod) => !ready.includes(pod));
  for (const pod of ready) admitPod(self, pod, 'static');
  syncMirrors(self);
}

function staticEntry({ memory }: Me, key: string): PodEntry | undefined {
  for (const entry of memory.pods.values()) {
    if (entry.source === 'static' && objectKey(entry.pod) === key) return entry;
  }
  return undefined;
}

/** Takes a mirror pod as the API has it. */
export function noteMirror(self: Me, mirror: Pod): void {
  self.memory.mirrors.set(objectKey(mirror), mirror);
  tellWorker(self, objectKey(mirror), mirror);
  syncMirror(self, objectKey(mirror));
}

/** Takes it that a mirror pod is gone; the static pod runs on, and gets another. */
export function forgetMirror(self: Me, mirror: Pod): void {
  const key = objectKey(mirror);
  if (self.memory.mirrors.get(key)?.metadata.uid !== mirror.metadata.uid) return;
  self.memory.mirrors.delete(key);
  tellWorker(self, key, undefined);
  syncMirror(self, key);
}

function tellWorker(self: Me, key: string, mirror: Pod | undefined): void {
  const entry = staticEntry(self, key);
  if (entry === undefined) return;
  const { uid } = entry.pod.metadata;
  const isOwn = mirror !== undefined && mirror.metadata.annotations?.['kubernetes.io/config.mirror'] === uid;
  self.send<MirrorSync>(entry.worker, 'mirror.sync', isOwn ? { mirror } : {});
}

/** Sees to it that every static pod has its mirror, and nothing else has one. */
export function syncMirrors(self: Me): void {
  const { memory } = self;
  const keys = new Set([...[...memory.statics.values()].map(objectKey), ...memory.mirrors.keys()]);
  for (const key of keys) syncMirror(self, key);
}

/** One write at a time for each; what it leads to comes back by the informer. */
function syncMirror(self: Me, key: string): void {
  const { memory } = self;
  if (!memory.synced.has('pods') || memory.node === undefined || memory.mirroring.has(key)) return;
  const pod = [...memory.statics.values()].find((one) => objectKey(one) === key);
  const mirror = memory.mirrors.get(key);
  const { apiserver } = memory.input;
  if (mirror !== undefined && (pod === undefined || !isMirrorOf(mirror, pod))) {
    const { uid = '' } = mirror.metadata;
    const note: MirrorNote = { about: 'mirror', key, deleted: uid };
    const deletion = { gracePeriodSeconds: 0, preconditions: uid === '' ? {} : { uid } };
    deleteObject(self, apiserver, targetOf('pods', mirror), deletion, { note });
  } else if (mirror === undefined && pod !== undefined) {
    const note: MirrorNote = { about: 'mirror', key };
    const target = { resource: 'pods', namespace: pod.metadata.namespace ?? 'default' };
    createObject(self, apiserver, target, mirrorOf(pod, memory.node), { note });
  } else return;
  memory.mirroring.add(key);
}

/** What a write is about; `deleted` is the uid of the mirror that one deletes. */
type MirrorNote = { about: 'mirror'; key: string; deleted?: string };

/** Takes it that a mirror was written; the object itself comes by the informer, before this answer or after it. */
export function settleMirror(self: Me, event: RequestSucceeded): void {
  const { memory } = self;
  const { key, deleted } = event.note as MirrorNote;
  const known = memory.mirrors.get(key);
  memory.mirroring.delete(key);
  if (deleted === undefined && known === undefined) noteMirror(self, event.body.object as Pod);
  // What the informer told meanwhile waited for this answer; a mirror that it still shows, it will show as gone.
  else if (known === undefined || known.metadata.uid !== deleted) syncMirror(self, key);
}

/** Takes it that a mirror could not be written: it is tried again later, but for one that is gone already. */
export function failMirror(self: Me, event: RequestRefused): void {
  const { memory } = self;
  const { key } = event.note as MirrorNote;
  memory.mirroring.delete(key);
  if (event.type === 'request.refused' && reasonOf(event) === 'NotFound') memory.mirrors.delete(key);
  self.raise({ type: 'mirror.failed' });
}
