/** Nobody gives rights by a role or a binding that they do not have, unless they may `escalate` or `bind`. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import { quoted } from '../../../../protocol/field-errors.ts';
import type { UserInfo } from '../../../../protocol/messages/api.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Memory } from '../memory.ts';
import { authorize, rulesFor, rulesOfRole } from './authorize.ts';
import type { ClusterRole, PolicyRule, RoleBinding } from './roles.ts';
import { rbacGroup } from './roles.ts';
import { describeRules, quotedList, uncovered } from './rule-cover.ts';
import { masters } from './users.ts';

type Known = Pick<Memory, 'caches'>;

/** Everything: what whoever sets an aggregation rule must have, for it may gather anything. */
const fullAuthority: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/** Refuses a write of a role that would give more than its writer has; `old` is undefined for a new one. */
export function roleRefusal(
  memory: Known,
  user: UserInfo,
  role: KubernetesObject,
  old: KubernetesObject | undefined,
  requestedName: string,
): Status | undefined {
  if (user.groups?.includes(masters)) return undefined;
  const { kind, metadata } = role;
  const resource = `${kind.toLowerCase()}s`;
  const namespace = metadata.namespace ?? '';
  const escalation = { user, verb: 'escalate', group: rbacGroup, resource, subresource: '', namespace };
  if (authorize(memory, { ...escalation, name: requestedName }).decision === 'allow') return undefined;
  if (old !== undefined && changesOnlyCollection(role, old)) return undefined;
  const refuse = (why: string) => failure.forbidden(`${resource}.${rbacGroup}`, metadata.name ?? '', why);
  const missing = missingRights(memory, user, namespace, (role as ClusterRole).rules ?? []);
  if (missing !== undefined) return refuse(missing);
  if (!hasAggregation(role) && !hasAggregation(old)) return undefined;
  return missingRights(memory, user, namespace, fullAuthority) === undefined
    ? undefined
    : refuse('must have cluster-admin privileges to use the aggregationRule');
}

/** Refuses a write of a binding that would give more than its writer has. */
export function bindingRefusal(
  memory: Known,
  user: UserInfo,
  binding: KubernetesObject,
  old: KubernetesObject | undefined,
): Status | undefined {
  if (user.groups?.includes(masters)) return undefined;
  if (old !== undefined && changesOnlyCollection(binding, old)) return undefined;
  const { kind, metadata, roleRef } = binding as Partial<RoleBinding> & KubernetesObject;
  const { kind: roleKind = '', name = '', apiGroup = '' } = roleRef ?? {};
  // What is no role at all is for validation to refuse.
  if (roleKind !== 'Role' && roleKind !== 'ClusterRole') return undefined;
  const namespace = metadata.namespace ?? '';
  const resource = `${roleKind.toLowerCase()}s`;
  const bind = { user, verb: 'bind', group: apiGroup, resource, subresource: '', namespace, name };
  if (authorize(memory, bind).decision === 'allow') return undefined;
  const rules = rulesOfRole(memory, { kind: roleKind, name, apiGroup }, namespace);
  if (rules === undefined) return failure.notFound(`${resource}.${rbacGroup}`, name);
  const missing = missingRights(memory, user, namespace, rules);
  return missing === undefined
    ? undefined
    : failure.forbidden(`${kind.toLowerCase()}s.${rbacGroup}`, metadata.name ?? '', missing);
}

/** Says what a user wants to give and does not have (`ConfirmNoEscalation`). */
function missingRights(
  memory: Known,
  user: UserInfo,
  namespace: string,
  wanted: readonly PolicyRule[],
): string | undefined {
  const { rules, error } = rulesFor(memory, user, namespace);
  const missing = uncovered(rules, wanted);
  if (missing.length === 0) return undefined;
  const who = `user ${quoted(user.name)} (groups=${quotedList(user.groups ?? [])})`;
  const what = `is attempting to grant RBAC permissions not currently held:\n${describeRules(missing)}`;
  return error === '' ? `${who} ${what}` : `${who} ${what}; resolution errors: [${error}]`;
}

function hasAggregation(role: KubernetesObject | undefined): boolean {
  return ((role as ClusterRole | undefined)?.aggregationRule?.clusterRoleSelectors ?? []).length > 0;
}

/** What the garbage collector must be able to do to any role (`IsOnlyMutatingGCFields`). */
function changesOnlyCollection(object: KubernetesObject, old: KubernetesObject): boolean {
  const { ownerReferences, finalizers, managedFields } = object.metadata;
  return deepEqual(object, withMeta(old, { ownerReferences, finalizers, managedFields }));
}
