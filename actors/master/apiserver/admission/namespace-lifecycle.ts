/** No object in a namespace that is not there, nothing new in one that ends, and three that never end (NamespaceLifecycle). */

import type { KubernetesObject, Namespace, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';

const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Refuses to create in a namespace, given what it is; undefined where it may be done. */
export function creationRefusal(
  resource: string,
  name: string,
  namespaceName: string,
  namespace: KubernetesObject | undefined,
): Status | undefined {
  if (namespace === undefined) return failure.notFound('namespaces', namespaceName);
  if ((namespace as Namespace).status?.phase !== 'Terminating') return undefined;
  const refusal = failure.forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespaceName} because it is being terminated`,
  );
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespaceName} is being terminated`,
    field: 'metadata.namespace',
  };
  return { ...refusal, details: { ...refusal.details, causes: [cause] } };
}

/** Refuses to delete a namespace the cluster cannot do without. */
export function deletionRefusal(resource: string, name: string): Status | undefined {
  if (resource !== 'namespaces' || !immortal.has(name)) return undefined;
  return failure.forbidden('namespaces', name, 'this namespace may not be deleted');
}
