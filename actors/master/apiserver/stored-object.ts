/** How an object lies in etcd (without its resourceVersion), and how it is shown (with it). */

import { copyWith } from '../../../protocol/copy.ts';
import type { KeyValue } from '../../../protocol/messages/etcd.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';

/** Makes the object a key's value shows, at the version of the key. */
export function fromStored(kv: Pick<KeyValue, 'value' | 'modRevision'>): KubernetesObject {
  return atVersion(kv.value as KubernetesObject, kv.modRevision);
}

/** Makes the same object at another version. */
export function atVersion(object: KubernetesObject, revision: number): KubernetesObject {
  const metadata = copyWith(object.metadata, { resourceVersion: String(revision) });
  return copyWith(object, { metadata });
}

/** Makes the value to store: the version is etcd's to say. */
export function toStored(object: KubernetesObject): KubernetesObject {
  if (object.metadata.resourceVersion === undefined) return object;
  const { resourceVersion: _, ...metadata } = object.metadata;
  return copyWith(object, { metadata });
}
