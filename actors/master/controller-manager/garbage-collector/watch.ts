/** Which objects a change makes the garbage collector look at (`processGraphChanges`). */

import { definitions } from '../../../../protocol/custom/definition.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { add, type WorkQueue } from '../../../client-go/work-queue.ts';
import type { Me } from '../controller/rule.ts';
import { followDefinition } from './custom-kinds.ts';
import {
  dependentsOf,
  dropItem,
  type Graph,
  isDeletingDependents,
  isOrphaning,
  noOwners,
  noteAbsent,
  ownerKey,
  ownersOf,
  putItem,
} from './graph.ts';

/** What a key of the queue is: an object to look at, or one whose dependents are to be set free. */
export const orphanPrefix = 'orphan:';

type Collector = Me<Graph>;

/** Takes a change into the graph, and queues what it concerns. */
export function takeChange(self: Collector, resource: string, change: Change): void {
  if (resource === definitions) for (const uid of followDefinition(self, change)) forget(self, uid);
  if (change.type === 'DELETED') forget(self, change.object.metadata.uid ?? '');
  else see(self, resource, change.object, change.old);
}

/** Takes it that an object is gone: its dependents have lost an owner, its owners one that held them back. */
export function forget({ memory: { known, queue } }: Collector, uid: string): void {
  const item = dropItem(known, uid);
  const dependents = dependentsOf(known, uid);
  if (item !== undefined && dependents.length > 0) {
    const { apiVersion, kind, metadata } = item.object;
    noteAbsent(known, ownerKey(known, { apiVersion, kind, name: metadata.name, uid }, item.object));
  }
  for (const dependent of dependents) add(queue, dependent.uid);
  for (const owner of item === undefined ? [] : ownersOf(item.object)) queueIfWaiting(known, owner.uid, queue);
}

function see(
  { memory: { known, queue } }: Collector,
  resource: string,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
): void {
  const { uid } = putItem(known, resource, object);
  if (isOrphaning(object) && !(old !== undefined && isOrphaning(old))) add(queue, orphanPrefix + uid);
  if (isDeletingDependents(object) && !(old !== undefined && isDeletingDependents(old))) {
    // What it waits for is deleted now; with nothing to wait for it goes itself.
    add(queue, uid);
    for (const dependent of dependentsOf(known, uid)) add(queue, dependent.uid);
  }
  const [before, now] = [old === undefined ? noOwners : ownersOf(old), ownersOf(object)];
  if (before === now) return;
  for (const owner of before) {
    const same = now.find((other) => other.uid === owner.uid);
    if (same === undefined || same.blockOwnerDeletion !== owner.blockOwnerDeletion) {
      queueIfWaiting(known, owner.uid, queue);
    }
  }
  for (const owner of now) if (!before.some((other) => other.uid === owner.uid)) joins(known, queue, uid, owner.uid);
}

/** An object got an owner: one that nobody has seen may be gone, and one that is going wants it gone too. */
function joins(graph: Graph, queue: WorkQueue, uid: string, owner: string): void {
  const item = graph.items.get(owner);
  const isLost = item === undefined ? graph.isWhole : isDeletingDependents(item.object);
  if (isLost) add(queue, uid);
}

/** Once all caches are whole, looks at all whose owners are not there. */
export function begin({ memory: { known, queue } }: Collector): void {
  known.isWhole = true;
  for (const { uid, object } of known.items.values()) {
    if (ownersOf(object).some((owner) => !known.items.has(owner.uid))) add(queue, uid);
  }
}

function queueIfWaiting({ items }: Graph, uid: string, queue: WorkQueue): void {
  const owner = items.get(uid);
  if (owner !== undefined && isDeletingDependents(owner.object)) add(queue, uid);
}
