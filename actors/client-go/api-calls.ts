/** Requests to kube-apiserver, written as the verbs they are. */

import type { RequestOptions, Self } from '../../protocol/actor.ts';
import type {
  DeleteOptions,
  ObjectCreate,
  ObjectDelete,
  ObjectGet,
  ObjectList,
  ObjectPatch,
  ObjectReplace,
  PatchType,
  RequestRefused,
  Target,
} from '../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../protocol/objects.ts';

/** Who asks: any actor's `self`. */
export type Asker = Pick<Self, 'request'>;

/** A target that names one object. */
export type NamedTarget = Target & { name: string };

/** The target of an object that is known. */
export function targetOf(resource: string, object: KubernetesObject, subresource?: string): NamedTarget {
  const { namespace, name } = object.metadata;
  const target: NamedTarget = { resource, name };
  if (namespace !== undefined) target.namespace = namespace;
  if (subresource !== undefined) target.subresource = subresource;
  return target;
}

/** Reads one object; gives the request's number, as all of these do. */
export function getObject(self: Asker, apiserver: string, target: ObjectGet['body'], options?: RequestOptions): number {
  return self.request<ObjectGet>(apiserver, 'object.get', target, options);
}

/** Reads a collection. */
export function listObjects(
  self: Asker,
  apiserver: string,
  list: ObjectList['body'],
  options?: RequestOptions,
): number {
  return self.request<ObjectList>(apiserver, 'object.list', list, options);
}

/** Creates an object (or, with a subresource such as `binding`, posts to it). */
export function createObject(
  self: Asker,
  apiserver: string,
  target: Target,
  object: KubernetesObject,
  options?: RequestOptions,
): number {
  return self.request<ObjectCreate>(apiserver, 'object.create', { object, ...target }, options);
}

/** Replaces an object; refused as a conflict where its resourceVersion is no longer the current one. */
export function replaceObject(
  self: Asker,
  apiserver: string,
  target: NamedTarget,
  object: KubernetesObject,
  options?: RequestOptions,
): number {
  return self.request<ObjectReplace>(apiserver, 'object.replace', { object, ...target }, options);
}

/** Patches an object; a strategic merge unless told. */
export function patchObject(
  self: Asker,
  apiserver: string,
  target: NamedTarget,
  patch: unknown,
  options?: RequestOptions & { patchType?: PatchType },
): number {
  const patchType = options?.patchType ?? 'strategic';
  return self.request<ObjectPatch>(apiserver, 'object.patch', { patchType, patch, ...target }, options);
}

/** Deletes an object. */
export function deleteObject(
  self: Asker,
  apiserver: string,
  target: NamedTarget,
  deletion?: DeleteOptions,
  options?: RequestOptions,
): number {
  const body = deletion === undefined ? target : { options: deletion, ...target };
  return self.request<ObjectDelete>(apiserver, 'object.delete', body, options);
}

/** Gives the reason of a refusal (`NotFound`, `AlreadyExists`, `Conflict`...). */
export function reasonOf(refusal: Pick<RequestRefused, 'body'>): string {
  return refusal.body.status.reason ?? '';
}

/** Tells whether a status means "ask again later": overload, a time-out, a server that is going or coming. */
export function isRetriable(status: Status): boolean {
  return status.code === 429 || (status.code ?? 0) >= 500;
}
