/** Calls that change or read one object. */

import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { targetOf } from '../../../client-go/api-calls.ts';
import type { Call } from './sync.ts';

/** Makes the call that changes an object, or a subresource of it, by a strategic merge patch. */
export function patchTo(resource: string, object: KubernetesObject, patch: unknown, subresource?: string): Call {
  const body = { patchType: 'strategic' as const, patch, ...targetOf(resource, object, subresource) };
  return { type: 'object.patch', body };
}

/** Makes the call that replaces an object, or a subresource of it, where nobody changed it meanwhile. */
export function replaceBy(resource: string, object: KubernetesObject, subresource?: string): Call {
  return { type: 'object.replace', body: { object, ...targetOf(resource, object, subresource) } };
}

/** Makes the call that reads an object anew, past all caches. */
export function readAgain(resource: string, object: KubernetesObject): Call {
  return { type: 'object.get', body: targetOf(resource, object) };
}

/** Makes the call that creates an object in its namespace. */
export function creation(resource: string, object: KubernetesObject): Call {
  const { namespace } = object.metadata;
  return { type: 'object.create', body: { resource, ...(namespace === undefined ? {} : { namespace }), object } };
}
