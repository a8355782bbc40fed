/** What an API server knows of one resource: its objects, indexed, and their recent changes. */

import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import { rbacGroup } from '../authorization/roles.ts';
import { subjectKeys } from '../authorization/subjects.ts';
import type { CacheEvent, EventRing } from '../event-ring.ts';
import { addEvent, makeEventRing } from '../event-ring.ts';
import type { Selection } from '../selection.ts';
import { isSelected, nodeNameOf } from '../selection.ts';
import { storageKey } from '../storage-keys.ts';
import { atVersion } from '../stored-object.ts';
import type { WatcherIndex } from './watcher-index.ts';
import { makeWatcherIndex } from './watcher-index.ts';

/** One object with its version; it stays the same entry while the object changes. */
export interface Entry {
  readonly key: string;
  object: KubernetesObject;
  revision: number;
}

type Entries = Map<string, Entry>;

/** The cache of one resource. */
export interface WatchCache {
  readonly kind: ResourceKind;
  /** The same, as group-resource. */
  readonly resource: string;
  readonly entries: Entries;
  /** Of pods, by the node they are bound to. */
  readonly byNode: Map<string, Entries>;
  /** Of RBAC's bindings, by whom they are for (`subjectKeys`). */
  readonly bySubject: Map<string, Entries>;
  ring: EventRing;
  readonly watchers: WatcherIndex;
  /** The entries of a namespace (all: the empty name) in the order of their keys, while none comes or goes. */
  readonly sorted: Map<string, readonly Entry[]>;
}

/** Makes an empty cache. */
export function makeWatchCache(kind: ResourceKind, resource: string, ringCapacity: number): WatchCache {
  return {
    kind,
    resource,
    entries: new Map(),
    byNode: new Map(),
    bySubject: new Map(),
    ring: makeEventRing(ringCapacity, 0),
    watchers: makeWatcherIndex(),
    sorted: new Map(),
  };
}

/** Fills a cache anew with what there is at a revision; what happened before can no longer be watched. */
export function fillCache(cache: WatchCache, objects: Iterable<Entry>, revision: number): void {
  cache.entries.clear();
  cache.byNode.clear();
  cache.bySubject.clear();
  cache.sorted.clear();
  cache.ring = makeEventRing(cache.ring.leastCapacity, revision);
  for (const entry of objects) addEntry(cache, entry);
}

/** Takes in that an object is now this; gives the change to tell. */
export function putObject(
  cache: WatchCache,
  key: string,
  object: KubernetesObject,
  revision: number,
  atMs: number,
): CacheEvent {
  const entry = cache.entries.get(key);
  const old = entry?.object;
  if (entry === undefined) {
    addEntry(cache, { key, object, revision });
  } else {
    moveToNode(cache, entry, nodeNameOf(entry.object), nodeNameOf(object));
    moveToSubjects(cache, entry, entry.object, object);
    entry.object = object;
    entry.revision = revision;
  }
  const event = { key, revision, deleted: false, object, old, atMs };
  addEvent(cache.ring, event);
  return event;
}

/** Takes in that an object is gone; gives the change to tell, or nothing where it was not known. */
export function dropObject(cache: WatchCache, key: string, revision: number, atMs: number): CacheEvent | undefined {
  const entry = cache.entries.get(key);
  if (entry === undefined) return undefined;
  const old = entry.object;
  cache.entries.delete(key);
  forgetOrder(cache, old);
  moveToNode(cache, entry, nodeNameOf(old), '');
  moveToSubjects(cache, entry, old, undefined);
  const event = { key, revision, deleted: true, object: atVersion(old, revision), old, atMs };
  addEvent(cache.ring, event);
  return event;
}

function addEntry(cache: WatchCache, entry: Entry): void {
  const { object, key } = entry;
  cache.entries.set(key, entry);
  forgetOrder(cache, object);
  moveToNode(cache, entry, '', nodeNameOf(object));
  moveToSubjects(cache, entry, undefined, object);
}

function forgetOrder(cache: WatchCache, { metadata }: KubernetesObject): void {
  if (cache.sorted.size === 0) return;
  cache.sorted.delete('');
  cache.sorted.delete(metadata.namespace ?? '');
}

function moveToNode(cache: WatchCache, entry: Entry, from: string, to: string): void {
  if (from === to || cache.kind.resource !== 'pods') return;
  if (from !== '') removeFrom(cache.byNode, from, entry.key);
  if (to !== '') addTo(cache.byNode, to, entry);
}

function moveToSubjects(
  { kind, resource, bySubject }: WatchCache,
  entry: Entry,
  old: KubernetesObject | undefined,
  object: KubernetesObject | undefined,
): void {
  if (kind.group !== rbacGroup) return;
  if (old !== undefined) for (const key of subjectKeys(resource, old)) removeFrom(bySubject, key, entry.key);
  if (object !== undefined) for (const key of subjectKeys(resource, object)) addTo(bySubject, key, entry);
}

function addTo(index: Map<string, Entries>, name: string, entry: Entry): void {
  const there = index.get(name);
  if (there === undefined) index.set(name, new Map([[entry.key, entry]]));
  else there.set(entry.key, entry);
}

function removeFrom(index: Map<string, Entries>, name: string, key: string): void {
  const there = index.get(name);
  there?.delete(key);
  if (there?.size === 0) index.delete(name);
}

/** Finds one object. */
export function findEntry(cache: WatchCache, namespace: string, name: string): Entry | undefined {
  return cache.entries.get(storageKey(cache.resource, namespace, name));
}

/** Gives the selected objects in the order of their keys, by the narrowest index there is. */
export function selectObjects(cache: WatchCache, selection: Selection): KubernetesObject[] {
  const chosen: KubernetesObject[] = [];
  const isWhole = selection.isPlain && selection.node === '' && selection.name === '';
  for (const entry of candidates(cache, selection)) {
    if (isWhole || isSelected(selection, entry.object)) chosen.push(entry.object);
  }
  return chosen;
}

function candidates(cache: WatchCache, { kind, namespace, name, node }: Selection): readonly Entry[] {
  if (name !== '' && (namespace !== '' || !kind.namespaced)) {
    const entry = findEntry(cache, namespace, name);
    return entry === undefined ? [] : [entry];
  }
  if (node !== '') return inOrder([...(cache.byNode.get(node)?.values() ?? [])]);
  const known = cache.sorted.get(namespace);
  if (known !== undefined) return known;
  const all = [...cache.entries.values()];
  const isIn = ({ object }: Entry) => object.metadata.namespace === namespace;
  const sorted = inOrder(namespace === '' ? all : all.filter(isIn));
  cache.sorted.set(namespace, sorted);
  return sorted;
}

function inOrder(entries: Entry[]): readonly Entry[] {
  return entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
