/** The watches of a resource, kept so that a change is shown only to those that can care. */

import type { StreamKey } from '../../../../protocol/actor.ts';
import { objectKey } from '../../../../protocol/meta.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { ResourceKind } from '../../../../protocol/resources.ts';
import type { CustomKind } from '../custom-resources/kinds.ts';
import type { Selection } from '../selection.ts';
import { nodeNameOf } from '../selection.ts';

/** One open watch. `from` and `stream` are the reader's. */
export interface Watcher extends StreamKey {
  /** `from#stream` */
  readonly id: string;
  /** The resource, as group-resource. */
  readonly resource: string;
  readonly selection: Selection;
  /** The form it is told objects in, where that is not the stored one. */
  readonly form: ResourceKind | undefined;
  /** The custom resource it is of; undefined for a built-in kind. */
  readonly custom: CustomKind | undefined;
  /** Nothing up to this revision is told. */
  readonly sinceRevision: number;
  /** Up to here its reader knows everything. */
  toldRevision: number;
  readonly wantsBookmarks: boolean;
  readonly endsAtMs: number;
}

/** Each watch stands in the narrowest place: by the one object, the node or the namespace it asks for, or with the rest. */
export interface WatcherIndex {
  readonly byObject: Map<string, Set<Watcher>>;
  readonly byNode: Map<string, Set<Watcher>>;
  readonly byNamespace: Map<string, Set<Watcher>>;
  readonly others: Set<Watcher>;
}

/** Makes an index without watches. */
export function makeWatcherIndex(): WatcherIndex {
  return { byObject: new Map(), byNode: new Map(), byNamespace: new Map(), others: new Set() };
}

/** Puts a watch in its place. */
export function addWatcher(index: WatcherIndex, watcher: Watcher): void {
  const place = placeOf(index, watcher.selection);
  if (place === undefined) {
    index.others.add(watcher);
    return;
  }
  const [map, key] = place;
  const there = map.get(key);
  if (there === undefined) map.set(key, new Set([watcher]));
  else there.add(watcher);
}

/** Takes a watch out. */
export function removeWatcher(index: WatcherIndex, watcher: Watcher): void {
  const place = placeOf(index, watcher.selection);
  if (place === undefined) {
    index.others.delete(watcher);
    return;
  }
  const [map, key] = place;
  const there = map.get(key);
  there?.delete(watcher);
  if (there?.size === 0) map.delete(key);
}

function placeOf(index: WatcherIndex, selection: Selection): [Map<string, Set<Watcher>>, string] | undefined {
  const { kind, namespace, name, node } = selection;
  if (name !== '' && !kind.namespaced) return [index.byObject, name];
  if (name !== '' && namespace !== '') return [index.byObject, `${namespace}/${name}`];
  if (node !== '') return [index.byNode, node];
  if (namespace !== '') return [index.byNamespace, namespace];
  return undefined;
}

/** Visits every watch a change can matter to, each once, in an order that only what was opened decides. */
export function eachConcerned(
  index: WatcherIndex,
  object: KubernetesObject,
  old: KubernetesObject | undefined,
  visit: (watcher: Watcher) => void,
): void {
  index.others.forEach(visit);
  if (index.byNamespace.size > 0) index.byNamespace.get(object.metadata.namespace ?? '')?.forEach(visit);
  if (index.byObject.size > 0) index.byObject.get(objectKey(object))?.forEach(visit);
  if (index.byNode.size === 0) return;
  const node = nodeNameOf(object);
  if (node !== '') index.byNode.get(node)?.forEach(visit);
  const oldNode = old === undefined ? node : nodeNameOf(old);
  if (oldNode !== node && oldNode !== '') index.byNode.get(oldNode)?.forEach(visit);
}
