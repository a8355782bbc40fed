/** The short form in which the default roles are written down. */

import type { KubernetesObject } from '../../../../../protocol/objects.ts';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from '../roles.ts';
import { rbacGroup } from '../roles.ts';

const apiVersion = `${rbacGroup}/v1`;
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' };

const words: Readonly<Record<string, readonly string[]>> = {
  read: ['get', 'list', 'watch'],
  write: ['create', 'delete', 'deletecollection', 'patch', 'update'],
};

/**
 * Reads a rule: `verbs: groups: resources`, then `: names` where it is about certain objects, or `verbs: /path /paths/*`.
 * `core` is the group without a name, `read` and `write` stand for their verbs. All lists come in order, as the real ones do.
 */
export function rule(text: string): PolicyRule {
  const [verbs = '', groups = '', resources, names] = text.split(': ').map((part) => part.split(' '));
  const given = [...verbs].flatMap((verb) => words[verb] ?? [verb]).sort();
  if (resources === undefined) return { verbs: given, nonResourceURLs: [...groups].sort() };
  const apiGroups = [...groups].map((group) => (group === 'core' ? '' : group)).sort();
  const about = { verbs: given, apiGroups, resources: resources.sort() };
  return names === undefined ? about : { ...about, resourceNames: names.sort() };
}

/** What every component that writes Events has. */
export const writesEvents = 'create update patch: core events.k8s.io: events';

function meta(name: string, more: Partial<KubernetesObject['metadata']> = {}) {
  return { name, ...more, labels: { ...labels, ...more.labels }, annotations };
}

/** Makes a default ClusterRole; `intoRole` is a role that takes its rules in. */
export function clusterRole(name: string, rules: readonly string[], intoRole?: string): ClusterRole {
  const metadata = meta(name, intoRole === undefined ? {} : { labels: { [aggregationLabel(intoRole)]: 'true' } });
  return { apiVersion, kind: 'ClusterRole', metadata, rules: rules.map(rule) } as ClusterRole;
}

/** Makes a ClusterRole that gathers the rules of all that are for it. */
export function gatheringRole(name: string, intoRole?: string): ClusterRole {
  const matchLabels = { [aggregationLabel(name)]: 'true' };
  return { ...clusterRole(name, [], intoRole), aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
}

function aggregationLabel(role: string): string {
  return `${rbacGroup}/aggregate-to-${role}`;
}

/** Makes a default Role. */
export function role(namespace: string, name: string, rules: readonly string[]): Role {
  return { apiVersion, kind: 'Role', metadata: meta(name, { namespace }), rules: rules.map(rule) } as Role;
}

/** Reads a subject: `user NAME`, `group NAME` or `account NAMESPACE/NAME`. */
function subject(text: string): Subject {
  const [kind = '', name = ''] = text.split(' ');
  if (kind !== 'account') return { apiGroup: rbacGroup, kind: kind === 'user' ? 'User' : 'Group', name };
  const [namespace = '', account = ''] = name.split('/');
  return { kind: 'ServiceAccount', name: account, namespace };
}

/** Makes a default ClusterRoleBinding, called as its role. */
export function clusterRoleBinding(name: string, ...subjects: string[]): ClusterRoleBinding {
  const roleRef = { apiGroup: rbacGroup, kind: 'ClusterRole', name };
  const whom = subjects.length === 0 ? {} : { subjects: subjects.map(subject) };
  return { apiVersion, kind: 'ClusterRoleBinding', metadata: meta(name), roleRef, ...whom };
}

/** Makes a default RoleBinding, called as its role unless told. */
export function roleBinding(namespace: string, roleName: string, subjects: string[], name = roleName): RoleBinding {
  const roleRef = { apiGroup: rbacGroup, kind: 'Role', name: roleName };
  return {
    apiVersion,
    kind: 'RoleBinding',
    metadata: meta(name, { namespace }),
    roleRef,
    subjects: subjects.map(subject),
  };
}
