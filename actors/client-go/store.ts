/** A cache of API objects fed by an informer's changes, with named indexes, as plain data. */

import type { Change } from '../../protocol/messages/informer.ts';
import { objectKey } from '../../protocol/meta.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';

/** Gives the values an object is found under; pure, so that an old object gives the values it was filed under. */
export type Indexer<T extends KubernetesObject> = (object: T) => readonly string[];

/** Objects by key (`namespace/name`, or `name`), and by the values of each index. */
export interface Store<T extends KubernetesObject = KubernetesObject> {
  readonly objects: Map<string, T>;
  /** By index name, by value: the objects filed there, by key. */
  readonly indexes: Map<string, Map<string, Map<string, T>>>;
}

/** The functions behind the index names: constants of the owner's module, given with every change, never kept as data. */
export type Indexers<T extends KubernetesObject> = Readonly<Record<string, Indexer<T>>>;

/** Makes an empty store. */
export function makeStore<T extends KubernetesObject>(): Store<T> {
  return { objects: new Map(), indexes: new Map() };
}

/** Takes what an informer told into the store; the cost is the changes' alone. */
export function applyChanges<T extends KubernetesObject>(
  store: Store<T>,
  changes: readonly Change[],
  indexers: Indexers<T> = {},
): void {
  for (const change of changes) {
    if (change.type === 'DELETED') removeObject(store, objectKey(change.object), indexers);
    else putObject(store, change.object as T, indexers);
  }
}

/** Puts one object in, in place of an earlier version of it. */
export function putObject<T extends KubernetesObject>(store: Store<T>, object: T, indexers: Indexers<T> = {}): void {
  const key = objectKey(object);
  const old = store.objects.get(key);
  store.objects.set(key, object);
  for (const name of Object.keys(indexers)) {
    const indexer = indexers[name] as Indexer<T>;
    const values = indexer(object);
    if (old !== undefined) {
      for (const value of indexer(old)) if (!values.includes(value)) unfile(store, name, value, key);
    }
    for (const value of values) file(store, name, value, key, object);
  }
}

/** Takes one object out by key, and gives it; undefined where there is none. */
export function removeObject<T extends KubernetesObject>(
  store: Store<T>,
  key: string,
  indexers: Indexers<T> = {},
): T | undefined {
  const old = store.objects.get(key);
  if (old === undefined) return undefined;
  store.objects.delete(key);
  for (const name of Object.keys(indexers)) {
    for (const value of (indexers[name] as Indexer<T>)(old)) unfile(store, name, value, key);
  }
  return old;
}

const none: ReadonlyMap<string, never> = new Map<string, never>();

/** Gives the objects filed under a value of an index, by key. */
export function byIndex<T extends KubernetesObject>(
  store: Store<T>,
  index: string,
  value: string,
): ReadonlyMap<string, T> {
  return store.indexes.get(index)?.get(value) ?? none;
}

function file<T extends KubernetesObject>(store: Store<T>, index: string, value: string, key: string, object: T): void {
  const values = store.indexes.get(index) ?? new Map<string, Map<string, T>>();
  if (values.size === 0) store.indexes.set(index, values);
  const filed = values.get(value);
  if (filed === undefined) values.set(value, new Map([[key, object]]));
  else filed.set(key, object);
}

function unfile<T extends KubernetesObject>(store: Store<T>, index: string, value: string, key: string): void {
  const values = store.indexes.get(index);
  const filed = values?.get(value);
  if (filed?.delete(key) && filed.size === 0) values?.delete(value);
}

/** Files objects by their namespace. */
export const byNamespace: Indexer<KubernetesObject> = (object) => [object.metadata.namespace ?? ''];

/** Files objects by the uid of the controller that owns them; orphans under the empty string. */
export const byController: Indexer<KubernetesObject> = (object) => [
  object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid ?? '',
];
