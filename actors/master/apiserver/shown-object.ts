/** Objects as clients see them, each built once per API server wherever it can be shared. */

import type { KeyValue } from '../../../protocol/messages/etcd.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import type { Memory } from './memory.ts';
import { cacheOf } from './memory.ts';
import { fromStored } from './stored-object.ts';

/** Gives the object of a key as it was read: the cache's own where it is of that version. */
export function shownObject(memory: Memory, resource: string, kv: KeyValue): KubernetesObject {
  const entry = cacheOf(memory, resource).entries.get(kv.key);
  return entry?.revision === kv.modRevision ? entry.object : fromStored(kv);
}

/** Gives the object just written, and keeps it for the change that the watch on etcd is about to tell. */
export function writtenObject(memory: Memory, resource: string, kv: KeyValue): KubernetesObject {
  if (memory.revision >= kv.modRevision) return shownObject(memory, resource, kv);
  const object = fromStored(kv);
  memory.written.set(kv.modRevision, { key: kv.key, object });
  return object;
}
