/** What is asked of, and done to, the metadata that all API objects share. */

import { copyWith, withFields } from './copy.ts';
import type { KubernetesObject, ObjectMeta, OwnerReference } from './objects.ts';

/** The key of an object among those of its resource: `namespace/name`, or `name` where it is in no namespace. */
export function objectKey(object: { metadata: { namespace?: string; name: string } }): string {
  return keyOf(object.metadata.namespace, object.metadata.name);
}

/** The key of an object that is known only by name. */
export function keyOf(namespace: string | undefined, name: string): string {
  if (namespace === undefined || namespace === '') return name;
  if (name !== last.name || namespace !== last.namespace) last = { namespace, name, key: `${namespace}/${name}` };
  return last.key;
}

/** The last key made: a change is told to one after the other, and each looks the same object up. */
let last = { namespace: '', name: '', key: '/' };

/** Takes a key apart again; the namespace is empty for an object in none. */
export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: slash < 0 ? '' : key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The one owner that controls an object, if any. */
export function controllerOf(object: KubernetesObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(isController);
}

function isController(owner: OwnerReference): boolean {
  return owner.controller === true;
}

/** Tells whether an object is controlled by this very owner (not by one of the same name that lived before). */
export function isControlledBy(object: KubernetesObject, owner: KubernetesObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid;
}

/** Makes the reference by which a controller owns an object; it holds the owner back from foreground deletion. */
export function controllerReference(owner: KubernetesObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Tells whether an object is being deleted. */
export function isDeleting(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Changes of metadata; a field given as undefined is taken away. */
export type MetaChange = { [Field in keyof ObjectMeta]?: ObjectMeta[Field] | undefined };

/** Makes the object with changed metadata. */
export function withMeta<T extends KubernetesObject>(object: T, change: MetaChange): T {
  const metadata: unknown = withFields(object.metadata, change);
  return copyWith(object, { metadata: metadata as ObjectMeta });
}

/** Makes the object with one more finalizer, or the same where it has it. */
export function withFinalizer<T extends KubernetesObject>(object: T, finalizer: string): T {
  const finalizers = object.metadata.finalizers ?? [];
  return finalizers.includes(finalizer) ? object : withMeta(object, { finalizers: [...finalizers, finalizer] });
}

/** Makes the object without a finalizer, or the same where it has none of that name. */
export function withoutFinalizer<T extends KubernetesObject>(object: T, finalizer: string): T {
  const finalizers = object.metadata.finalizers ?? [];
  if (!finalizers.includes(finalizer)) return object;
  const kept = finalizers.filter((name) => name !== finalizer);
  return withMeta(object, { finalizers: kept.length > 0 ? kept : undefined });
}
