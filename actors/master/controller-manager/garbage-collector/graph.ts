/** Who owns whom: every object by its uid, and the dependents of each owner (the garbage collector's `GraphBuilder`). */

import { isDeleting } from '../../../../protocol/meta.ts';
import type { KubernetesObject, OwnerReference } from '../../../../protocol/objects.ts';
import { findKind, type ResourceKind } from '../../../../protocol/resources.ts';

/** An object, as it was last seen. */
export interface Item {
  readonly uid: string;
  /** Group-resource. */
  readonly resource: string;
  object: KubernetesObject;
}

/** All objects and what depends on them, also on owners that were never seen. */
export interface Graph {
  readonly items: Map<string, Item>;
  /** The uids of dependents by the uid of their owner. */
  readonly dependents: Map<string, Set<string>>;
  /** The kinds of custom resources that are served, by the name of their definition. */
  readonly custom: Map<string, ResourceKind>;
  /** Those of them that lie in no namespace, also when they are served no more: by kind and group. */
  readonly clusterWide: Set<string>;
  /** Owners that are known to be gone (`ownerKey`), the latest so many: nobody need ask for them again. */
  readonly absent: Set<string>;
  /** The caches are whole; before, an owner that was not seen may still be told of. */
  isWhole: boolean;
}

/** As `NewReferenceCache(500)` of the absent owners. */
const absentMax = 500;

/** The finalizers by which a deletion says what is to become of the dependents. */
export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

/** Makes an empty graph. */
export function makeGraph(): Graph {
  return {
    items: new Map(),
    dependents: new Map(),
    custom: new Map(),
    clusterWide: new Set(),
    absent: new Set(),
    isWhole: false,
  };
}

/** The owners of an object. */
export function ownersOf({ metadata }: KubernetesObject): readonly OwnerReference[] {
  return metadata.ownerReferences ?? noOwners;
}

/** The owners of an object that has none, or was never seen. */
export const noOwners: readonly OwnerReference[] = Object.freeze([]);

/** Takes an object in, as it is now. */
export function putItem(graph: Graph, resource: string, object: KubernetesObject): Item {
  const uid = object.metadata.uid ?? '';
  const known = graph.items.get(uid);
  const before = known === undefined ? noOwners : ownersOf(known.object);
  const now = ownersOf(object);
  // Most changes leave the owners as they are, and the versions of an object share what did not change.
  if (before !== now) {
    for (const owner of before) if (!now.some((other) => other.uid === owner.uid)) detach(graph, owner.uid, uid);
    for (const owner of now) attach(graph, owner.uid, uid);
  }
  if (known === undefined) {
    const item = { uid, resource, object };
    graph.items.set(uid, item);
    return item;
  }
  known.object = object;
  return known;
}

/** Takes an object out; who depends on it still does, on an owner that is gone. */
export function dropItem(graph: Graph, uid: string): Item | undefined {
  const item = graph.items.get(uid);
  if (item === undefined) return undefined;
  graph.items.delete(uid);
  for (const owner of ownersOf(item.object)) detach(graph, owner.uid, uid);
  return item;
}

/** What tells owners apart: one that exists in a namespace is none of what names it in another. */
export function ownerKey(graph: Graph, owner: OwnerReference, dependent: KubernetesObject): string {
  const { apiVersion, kind, name, uid } = owner;
  const isNamespaced = findKind(apiVersion, kind)?.namespaced !== false && !graph.clusterWide.has(kindKey(owner));
  return [apiVersion, kind, isNamespaced ? dependent.metadata.namespace : '', name, uid].join('\n');
}

/** What tells custom kinds apart, whatever version is spoken of. */
export function kindKey({ apiVersion, kind }: Pick<OwnerReference, 'apiVersion' | 'kind'>): string {
  return `${kind}.${apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')))}`;
}

/** Remembers that an owner is gone for good. */
export function noteAbsent({ absent }: Graph, key: string): void {
  absent.delete(key);
  absent.add(key);
  for (const oldest of absent) {
    if (absent.size <= absentMax) return;
    absent.delete(oldest);
  }
}

/** The objects that name an owner, in the order they were first seen. */
export function dependentsOf({ items, dependents }: Graph, owner: string): Item[] {
  return [...(dependents.get(owner) ?? [])].flatMap((uid) => items.get(uid) ?? []);
}

/** Tells whether an object waits for its dependents to be deleted first. */
export function isDeletingDependents(object: KubernetesObject): boolean {
  return isDeleting(object) && hasFinalizer(object, foregroundFinalizer);
}

/** Tells whether an object waits to have its dependents set free. */
export function isOrphaning(object: KubernetesObject): boolean {
  return isDeleting(object) && hasFinalizer(object, orphanFinalizer);
}

/** Tells whether an object has a finalizer. */
export function hasFinalizer({ metadata }: KubernetesObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}

/** The dependents that hold an owner's deletion in the foreground back. */
export function blockersOf(graph: Graph, owner: string): Item[] {
  return dependentsOf(graph, owner).filter(({ object }) =>
    ownersOf(object).some(({ uid, blockOwnerDeletion }) => uid === owner && blockOwnerDeletion === true),
  );
}

function attach({ dependents }: Graph, owner: string, uid: string): void {
  const those = dependents.get(owner);
  if (those === undefined) dependents.set(owner, new Set([uid]));
  else those.add(uid);
}

function detach({ dependents }: Graph, owner: string, uid: string): void {
  const those = dependents.get(owner);
  those?.delete(uid);
  if (those?.size === 0) dependents.delete(owner);
}
