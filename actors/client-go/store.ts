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
  readonly indexes: Map<string, Index<T>>;
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
  for (const change of changes) applyChange(store, change, indexers);
}

/** Takes one change into the store. */
export function applyChange<T extends KubernetesObject>(
  store: Store<T>,
  change: Change,
  indexers: Indexers<T> = {},
): void {
  if (change.type === 'DELETED') removeObject(store, objectKey(change.object), indexers);
  else putObject(store, change.object as T, indexers);
}

/** Puts one object in, in place of an earlier version of it. */
export function putObject<T extends KubernetesObject>(store: Store<T>, object: T, indexers: Indexers<T> = {}): void {
  const key = objectKey(object);
  const old = store.objects.get(key);
  store.objects.set(key, object);
  for (const name in indexers) {
    const indexer = indexers[name] as Indexer<T>;
    const index = indexNamed(store, name);
    const values = indexer(object);
    if (old !== undefined) {
      for (const value of indexer(old)) if (!values.includes(value)) unfile(index, value, key);
    }
    for (const value of values) file(index, value, key, object);
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
  for (const name in indexers) {
    const index = indexNamed(store, name);
    for (const value of (indexers[name] as Indexer<T>)(old)) unfile(index, value, key);
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

/** An index: by value, the objects filed there by key. */
type Index<T> = Map<string, Map<string, T>>;

function indexNamed<T extends KubernetesObject>({ indexes }: Store<T>, name: string): Index<T> {
  const known = indexes.get(name);
  if (known !== undefined) return known;
  const index: Index<T> = new Map();
  indexes.set(name, index);
  return index;
}

function file<T>(index: Index<T>, value: string, key: string, object: T): void {
  const filed = index.get(value);
  if (filed === undefined) index.set(value, new Map([[key, object]]));
  else filed.set(key, object);
}

function unfile<T>(index: Index<T>, value: string, key: string): void {
  const filed = index.get(value);
  if (filed?.delete(key) && filed.size === 0) index.delete(value);
}

/** Files objects by their namespace. */
export const byNamespace: Indexer<KubernetesObject> = (object) => [object.metadata.namespace ?? ''];

/** Files objects by the uid of the controller that owns them; orphans under the empty string. */
export const byController: Indexer<KubernetesObject> = (object) => [
  object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid ?? '',
];
