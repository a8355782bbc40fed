/** The RBAC authorizer: who may do what, by the roles and bindings that the watch caches know. */

import { quoted } from '../../../../protocol/field-errors.ts';
import type { Authorization, UserInfo } from '../../../../protocol/messages/api.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { findEntry } from '../watch/watch-cache.ts';
import type { Attributes } from './attributes.ts';
import { isOfResource } from './attributes.ts';
import type { ClusterRole, PolicyRule, RoleBinding, RoleRef } from './roles.ts';
import { rbacResources } from './roles.ts';
import { ruleAllows } from './rule-match.ts';
import { subjectOf, userKeys } from './subjects.ts';
import { masters } from './users.ts';

type Known = Pick<Memory, 'caches'>;

/** Decides whether a user may do something. Nothing is forbidden for good: what no role allows is not allowed. */
export function authorize(memory: Known, attributes: Attributes): Authorization {
  const { user } = attributes;
  if (user.groups?.includes(masters)) return { decision: 'allow', reason: '' };
  const missing: string[] = [];
  for (const binding of bindingsFor(memory, user, isOfResource(attributes) ? attributes.namespace : '')) {
    const rules = rulesOfRole(memory, binding.roleRef, binding.metadata.namespace ?? '');
    if (rules === undefined) missing.push(noRole(binding.roleRef));
    else if (rules.some((rule) => ruleAllows(rule, attributes))) {
      return { decision: 'allow', reason: `RBAC: allowed by ${describe(binding, user)}` };
    }
  }
  return { decision: 'forbid', reason: missing.length === 0 ? '' : `RBAC: ${aggregate(missing)}` };
}

/** Gives all rules that hold for a user in a namespace (the cluster's alone where it is empty), and what could not be found of them. */
export function rulesFor(memory: Known, user: UserInfo, namespace: string): { rules: PolicyRule[]; error: string } {
  const rules: PolicyRule[] = [];
  const missing: string[] = [];
  for (const { roleRef, metadata } of bindingsFor(memory, user, namespace)) {
    const found = rulesOfRole(memory, roleRef, metadata.namespace ?? '');
    if (found === undefined) missing.push(noRole(roleRef));
    else rules.push(...found);
  }
  return { rules, error: missing.length === 0 ? '' : aggregate(missing) };
}

/** Gives the rules of the role a binding in a namespace refers to; undefined where there is none. */
export function rulesOfRole(
  memory: Known,
  { kind, name }: RoleRef,
  namespace: string,
): readonly PolicyRule[] | undefined {
  const entry =
    kind === 'Role'
      ? findEntry(cacheOf(memory, rbacResources.roles), namespace, name)
      : findEntry(cacheOf(memory, rbacResources.clusterRoles), '', name);
  return entry === undefined ? undefined : ((entry.object as ClusterRole).rules ?? []);
}

/** The bindings of a user, each once: those of the cluster first, then those of a namespace. */
function bindingsFor(memory: Known, user: UserInfo, namespace: string): Iterable<RoleBinding> {
  const found = new Set<RoleBinding>();
  collect(memory, rbacResources.clusterRoleBindings, userKeys(user, ''), found);
  if (namespace !== '') collect(memory, rbacResources.roleBindings, userKeys(user, namespace), found);
  return found;
}

function collect(memory: Known, resource: string, keys: readonly string[], found: Set<RoleBinding>): void {
  const { bySubject } = cacheOf(memory, resource);
  for (const key of keys) {
    for (const { object } of bySubject.get(key)?.values() ?? []) found.add(object as RoleBinding);
  }
}

/** As the lister of the real authorizer words it, whose resources are in the singular. */
function noRole({ kind, name }: RoleRef): string {
  return `${kind.toLowerCase()}.rbac.authorization.k8s.io ${quoted(name)} not found`;
}

function aggregate(messages: readonly string[]): string {
  const different = [...new Set(messages)];
  return different.length === 1 ? String(different[0]) : `[${different.join(', ')}]`;
}

function describe(binding: RoleBinding, user: UserInfo): string {
  const { kind, metadata, roleRef } = binding;
  const whole = metadata.namespace === undefined ? metadata.name : `${metadata.name}/${metadata.namespace}`;
  const subject = subjectOf(user, binding);
  const home = subject?.namespace || (metadata.namespace ?? '');
  const whom = subject?.kind === 'ServiceAccount' ? `${subject.name}/${home}` : (subject?.name ?? '');
  return `${kind} ${quoted(whole)} of ${roleRef.kind} ${quoted(roleRef.name)} to ${subject?.kind} ${quoted(whom)}`;
}
