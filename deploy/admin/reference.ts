/** How an object is named on a command line: `pod/a`, `rc/frontend`, `deploy/web`, `no/n1`. */

import type { NamedTarget } from '../../actors/client-go/api-calls.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { findByAnyName, findKind, groupResource, type ResourceKind } from '../../protocol/resources.ts';
import { KubectlError } from './refusal.ts';

/** An object named as on a command line, by its target, or by itself. */
export type Reference = string | NamedTarget | KubernetesObject;

/** Finds a resource by any name kubectl takes: `po`, `pods`, `deployments.apps`. @throws KubectlError */
export function resourceNamed(name: string): ResourceKind {
  const kind = findByAnyName(name);
  if (kind === undefined) throw new KubectlError(`error: the server doesn't have a resource type "${name}"`);
  return kind;
}

/** Reads a reference; a namespaced object is in `namespace` unless the reference says where. @throws KubectlError */
export function targetOf(reference: Reference, namespace = 'default'): NamedTarget {
  if (typeof reference === 'string') return namedTarget(reference, namespace);
  if ('resource' in reference) return reference;
  const { name, namespace: own = namespace } = reference.metadata;
  return placed(kindOf(reference), name, own);
}

/** Finds the kind of an object. @throws KubectlError */
export function kindOf({ apiVersion, kind }: Pick<KubernetesObject, 'apiVersion' | 'kind'>): ResourceKind {
  const found = findKind(apiVersion, kind);
  if (found === undefined) throw new KubectlError(`error: no matches for kind "${kind}" in version "${apiVersion}"`);
  return found;
}

function namedTarget(reference: string, namespace: string): NamedTarget {
  const [resource = '', name = '', ...more] = reference.split('/');
  if (!reference.includes('/')) throw new KubectlError('error: resource(s) were provided, but no name was specified');
  if (more.length > 0)
    throw new KubectlError('error: arguments in resource/name form may not have more than one slash');
  if (resource === '' || name === '') {
    throw new KubectlError('error: arguments in resource/name form must have a single resource and name');
  }
  return placed(resourceNamed(resource), name, namespace);
}

function placed(kind: ResourceKind, name: string, namespace: string): NamedTarget {
  const resource = groupResource(kind);
  return kind.namespaced ? { resource, namespace, name } : { resource, name };
}
