/** What an informer knows of a collection, and how lists and watch events change it: never back to an older version. */

import type { WatchEventType } from '../../../protocol/messages/api.ts';
import type { Change } from '../../../protocol/messages/informer.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';

/** The objects by key, and the version up to which they are true (0: nothing listed yet). */
export interface Replica {
  objects: Map<string, KubernetesObject>;
  version: number;
}

/** Reads a resourceVersion as the number it is at Kubernetes's own API server; 0 where there is none. */
export function versionOf(resourceVersion: string | undefined): number {
  return resourceVersion === undefined || resourceVersion === '' ? 0 : Number(resourceVersion);
}

/** Makes the replica what a list says, and gives the difference; what vanished is told as it was last known. */
export function replaceAll(replica: Replica, items: readonly KubernetesObject[], version: number): Change[] {
  const changes: Change[] = [];
  const objects = new Map<string, KubernetesObject>();
  for (const object of items) {
    const key = objectKey(object);
    const old = replica.objects.get(key);
    objects.set(key, object);
    if (old === undefined) changes.push({ type: 'ADDED', object });
    else if (old.metadata.uid !== object.metadata.uid) {
      // Deleted and made anew under one name while nobody watched.
      changes.push({ type: 'DELETED', object: old, old }, { type: 'ADDED', object });
    } else if (old.metadata.resourceVersion !== object.metadata.resourceVersion)
      changes.push({ type: 'MODIFIED', object, old });
  }
  for (const [key, old] of replica.objects) {
    if (!objects.has(key)) changes.push({ type: 'DELETED', object: old, old });
  }
  replica.objects = objects;
  replica.version = version;
  return changes;
}

/** Takes a watch event in, and gives what it changed; undefined for one that tells nothing new. */
export function applyEvent(replica: Replica, type: WatchEventType, object: KubernetesObject): Change | undefined {
  const version = versionOf(object.metadata.resourceVersion);
  if (version <= replica.version && type !== 'DELETED') return undefined;
  if (version > replica.version) replica.version = version;
  if (type === 'BOOKMARK') return undefined;
  const key = objectKey(object);
  const old = replica.objects.get(key);
  if (type === 'DELETED') {
    if (old === undefined || version < versionOf(old.metadata.resourceVersion)) return undefined;
    replica.objects.delete(key);
    return { type, object, old };
  }
  replica.objects.set(key, object);
  return old === undefined ? { type: 'ADDED', object } : { type: 'MODIFIED', object, old };
}
