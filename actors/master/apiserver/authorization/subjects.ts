/** Whom a binding is for, as keys to find it by. */

import type { UserInfo } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { RoleBinding, Subject } from './roles.ts';
import { rbacResources } from './roles.ts';
import { serviceAccountUser } from './users.ts';

const none: readonly string[] = [];

/** Gives the keys by which the subjects of an object are found; none where it is no binding. */
export function subjectKeys(resource: string, object: KubernetesObject): readonly string[] {
  if (resource !== rbacResources.roleBindings && resource !== rbacResources.clusterRoleBindings) return none;
  const { subjects = [], metadata } = object as RoleBinding;
  const namespace = metadata.namespace ?? '';
  const keys = new Set<string>();
  for (const subject of subjects) {
    const key = keyOfSubject(subject, namespace);
    if (key !== undefined) keys.add(inNamespace(namespace, key));
  }
  return [...keys];
}

/** Gives the keys that a user and all groups of theirs are found by, in bindings of one namespace, or (empty) in those of the cluster. */
export function userKeys({ name, groups = [] }: UserInfo, namespace: string): string[] {
  return [inNamespace(namespace, `User ${name}`), ...groups.map((group) => inNamespace(namespace, `Group ${group}`))];
}

/** Gives the first subject of a binding that a user is, or is one of. */
export function subjectOf({ name, groups = [] }: UserInfo, binding: RoleBinding): Subject | undefined {
  const namespace = binding.metadata.namespace ?? '';
  const own = new Set([`User ${name}`, ...groups.map((group) => `Group ${group}`)]);
  return binding.subjects?.find((subject) => own.has(keyOfSubject(subject, namespace) ?? ''));
}

/** A ServiceAccount without a namespace is one of the binding's own. */
function keyOfSubject({ kind, name, namespace }: Subject, ofBinding: string): string | undefined {
  if (kind === 'User' || kind === 'Group') return `${kind} ${name}`;
  const home = namespace || ofBinding;
  return kind === 'ServiceAccount' && home !== '' ? `User ${serviceAccountUser(home, name)}` : undefined;
}

function inNamespace(namespace: string, key: string): string {
  return `${namespace} ${key}`;
}
