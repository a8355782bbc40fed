/** The kinds of RBAC, and whom and what they are about. */

import type * as rbac from 'kubernetes-types/rbac/v1.js';
import type { KubernetesObject } from '../../../../protocol/objects.ts';

type Kind<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

export type Role = Kind<Omit<rbac.Role, 'rules'>> & { rules?: readonly PolicyRule[] };
export type ClusterRole = Kind<Omit<rbac.ClusterRole, 'rules'>> & { rules?: readonly PolicyRule[] };
export type RoleBinding = Kind<rbac.RoleBinding>;
export type ClusterRoleBinding = Kind<rbac.ClusterRoleBinding>;
export type Subject = rbac.Subject;
export type RoleRef = rbac.RoleRef;

/** A rule, as immutable as all that is in objects. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** The API group of RBAC. */
export const rbacGroup = 'rbac.authorization.k8s.io';

/** The names of its resources in messages. */
export const rbacResources = {
  roles: `roles.${rbacGroup}`,
  clusterRoles: `clusterroles.${rbacGroup}`,
  roleBindings: `rolebindings.${rbacGroup}`,
  clusterRoleBindings: `clusterrolebindings.${rbacGroup}`,
} as const;
