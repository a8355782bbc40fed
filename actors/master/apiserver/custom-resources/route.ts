/** Where a request for a custom resource leads (apiextensions' `crdHandler`). */

import type { Message } from '../../../../protocol/message.ts';
import type { ObjectPatch, Target } from '../../../../protocol/messages/api.ts';
import type { Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Route } from '../route.ts';
import { collectionVerbs, verbs } from '../route.ts';
import type { CustomKind } from './kinds.ts';
import { findVersion, terminatingRefusal } from './kinds.ts';

type Asked = Pick<Message, 'type' | 'body'>;

const unknownPatch =
  'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';

/** Finds what is asked for, or the refusal it is answered with. */
export function customRoute(message: Asked, custom: CustomKind | undefined): Route | Status {
  const target = message.body as Target;
  const kind = custom === undefined ? undefined : findVersion(custom, target.version);
  if (custom === undefined || kind === undefined) return failure.noSuchResource();
  const { resource, namespace = '', name = '', subresource = '' } = target;
  if (!kind.namespaced && namespace !== '') return failure.noSuchResource();
  if (subresource !== '' && !kind.subresources.includes(subresource)) return failure.notFound(resource, name);
  const verb = verbs[message.type]?.[subresource];
  if (verb === undefined) {
    return failure.methodNotAllowed(resource, message.type.slice(message.type.indexOf('.') + 1));
  }
  const isCollection = collectionVerbs.has(verb);
  if (!isCollection && (name === '' || (kind.namespaced && namespace === ''))) return failure.noSuchResource();
  if (verb === 'create' && kind.namespaced && namespace === '') return failure.methodNotAllowed(resource, 'create');
  const refusal = verb === 'create' ? terminatingRefusal(custom) : patchRefusal(message);
  return refusal ?? { verb, kind, form: undefined, custom, resource, namespace, name, subresource };
}

/** Nobody knows how to merge lists of a custom resource but by server-side apply. */
function patchRefusal({ type, body }: Asked): Status | undefined {
  const isStrategic = type === 'object.patch' && (body as ObjectPatch['body']).patchType === 'strategic';
  return isStrategic ? failure.unsupportedMediaType(unknownPatch) : undefined;
}
