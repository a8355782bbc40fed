/** Learning which custom resources there are, from the definitions in the cache: so every API server knows them, also after a crash. */

import type { Self } from '../../../../protocol/actor.ts';
import type { CustomResourceDefinition } from '../../../../protocol/custom/definition.ts';
import { definitions } from '../../../../protocol/custom/definition.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { CacheEvent } from '../event-ring.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { endWatch } from '../watch/serve-watch.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import { makeWatchCache } from '../watch/watch-cache.ts';
import { forgetEnd, makeDue } from './definitions/controller.ts';
import type { CustomKind } from './kinds.ts';
import { makeCustomKind } from './kinds.ts';

type Server = Self<Memory>;

/**
 * The cache of a group-resource; one of a custom resource is made when it is first heard of.
 *
 * Objects of custom resources are kept whether their definition is there or not: it may come back.
 */
export function cacheFor(memory: Memory, resource: string): WatchCache {
  return memory.caches.get(resource) ?? makeCustomCache(memory, resource);
}

function makeCustomCache(memory: Memory, resource: string): WatchCache {
  const dot = resource.indexOf('.');
  // What its objects are called is the definition's to say, in each version for itself.
  const kind = {
    resource: resource.slice(0, dot),
    group: resource.slice(dot + 1),
    version: '',
    kind: '',
    singular: '',
    shortNames: [],
    namespaced: true,
    subresources: [],
    categories: [],
  };
  const cache = makeWatchCache(kind, resource, memory.config['default-watch-cache-size']);
  // What was before cannot be watched; the change that is being taken in can.
  cache.ring.listedRevision = Math.max(0, memory.revision - 1);
  memory.caches.set(resource, cache);
  return cache;
}

/** Takes in all definitions there are, in place of what was known before. */
export function takeAllDefinitions(self: Server): void {
  const { memory } = self;
  memory.kinds.clear();
  for (const { object, revision } of cacheOf(memory, definitions).entries.values()) {
    serve(memory, object, revision);
    makeDue(self, object.metadata.name);
  }
}

/** Takes in that a definition has changed. Whoever watches what it was hears no more, and opens a watch on what it is. */
export function takeDefinition(self: Server, change: CacheEvent): void {
  const { memory } = self;
  const { name } = change.object.metadata;
  const before = memory.kinds.get(name);
  if (change.deleted) {
    memory.kinds.delete(name);
    forgetEnd(memory, name);
  } else serve(memory, change.object, change.revision);
  const now = memory.kinds.get(name);
  if (before !== undefined && !isSameResource(before, now)) endWatchesOf(self, name);
  if (now === undefined && memory.caches.get(name)?.entries.size === 0) memory.caches.delete(name);
  makeDue(self, name);
  if (change.deleted || change.old === undefined || namesChanged(change)) makeGroupDue(self, name);
}

function serve(memory: Memory, object: KubernetesObject, revision: number): void {
  const { name } = object.metadata;
  const kind = makeCustomKind(object as CustomResourceDefinition, revision);
  if (kind === undefined) {
    memory.kinds.delete(name);
    return;
  }
  memory.kinds.set(name, kind);
  cacheFor(memory, name);
}

function isSameResource(before: CustomKind, now: CustomKind | undefined): boolean {
  if (now === undefined) return false;
  const [old, crd] = [before.crd, now.crd];
  return (
    old.metadata.uid === crd.metadata.uid &&
    deepEqual(old.spec, crd.spec) &&
    deepEqual(old.status?.acceptedNames, crd.status?.acceptedNames)
  );
}

function endWatchesOf(self: Server, resource: string): void {
  for (const [id, watcher] of [...self.memory.watchers])
    if (watcher.resource === resource) endWatch(self, id, 'closed');
}

function namesChanged({ object, old }: CacheEvent): boolean {
  const [now, before] = [object, old] as [CustomResourceDefinition, CustomResourceDefinition | undefined];
  return !deepEqual(now.status?.acceptedNames, before?.status?.acceptedNames);
}

/** A name that was freed may be had by another definition of the group. */
function makeGroupDue(self: Server, name: string): void {
  const group = name.slice(name.indexOf('.') + 1);
  for (const { object } of cacheOf(self.memory, definitions).entries.values()) {
    if ((object as CustomResourceDefinition).spec.group === group) makeDue(self, object.metadata.name);
  }
}
