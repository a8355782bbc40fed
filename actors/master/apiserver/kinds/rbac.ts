/** Roles and bindings of RBAC. */

import { copyWith } from '../../../../protocol/copy.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, notSupported, quoted, required, verbatim } from '../../../../protocol/field-errors.ts';
import type { NameRule } from '../../../../protocol/names.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from '../authorization/roles.ts';
import { rbacGroup, rbacResources } from '../authorization/roles.ts';
import { validateLabelSelector } from './affinity-validation.ts';
import { fill, refit, refitEach } from './fill.ts';
import { breaches } from './metadata.ts';
import type { KindRules } from './strategy.ts';
import { defineStrategy } from './strategy.ts';

/** Names of roles may be any step of a path: `system:controller:x` (apimachinery's `IsValidPathSegmentName`). */
const pathStep: NameRule = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((part) => text.includes(part)).map((part) => `may not contain '${part}'`);
};

const common = { nameRule: pathStep, allowsCreateOnUpdate: true };

/** What may be done in one namespace. */
export const roleStrategy = defineStrategy<Role>(rbacResources.roles, {
  ...common,
  validate: ({ rules }) => validateRules(rules, true),
});

/** What may be done in any namespace, or outside of all. */
export const clusterRoleStrategy = defineStrategy<ClusterRole>(rbacResources.clusterRoles, {
  ...common,
  validate: (role) => [...validateRules(role.rules, false), ...validateAggregation(role)],
});

/** Who has a role in one namespace. */
export const roleBindingStrategy = defineStrategy<RoleBinding>(
  rbacResources.roleBindings,
  bindingRules(['Role', 'ClusterRole'], true),
);

/** Who has a role everywhere. */
export const clusterRoleBindingStrategy = defineStrategy<ClusterRoleBinding>(
  rbacResources.clusterRoleBindings,
  bindingRules(['ClusterRole'], false),
);

function validateRules(rules: readonly PolicyRule[] | undefined, isNamespaced: boolean): FieldError[] {
  return (rules ?? []).flatMap((rule, i) => validateRule(rule, isNamespaced, `rules[${i}]`));
}

function validateRule(rule: PolicyRule, isNamespaced: boolean, path: string): FieldError[] {
  const { verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const errors: FieldError[] = [];
  const needs = (field: string, detail: string) => errors.push(required(`${path}.${field}`, detail));
  if (verbs.length === 0) needs('verbs', 'verbs must contain at least one value');
  if (nonResourceURLs.length > 0) {
    const refuse = (detail: string) => errors.push(invalid(`${path}.nonResourceURLs`, nonResourceURLs, detail));
    if (isNamespaced) refuse('namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      refuse('rules cannot apply to both regular resources and non-resource URLs');
    }
    return errors;
  }
  if (apiGroups.length === 0) needs('apiGroups', 'resource rules must supply at least one api group');
  if (resources.length === 0) needs('resources', 'resource rules must supply at least one resource');
  return errors;
}

function validateAggregation({ aggregationRule }: ClusterRole): FieldError[] {
  if (aggregationRule === undefined) return [];
  const path = 'aggregationRule.clusterRoleSelectors';
  const { clusterRoleSelectors: selectors = [] } = aggregationRule;
  return selectors.length === 0
    ? [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
    : selectors.flatMap((selector, i) => validateLabelSelector(selector, `${path}[${i}]`));
}

type AnyBinding = KubernetesObject & { roleRef?: RoleRef; subjects?: Subject[] };

function bindingRules(
  roleKinds: readonly string[],
  isNamespaced: boolean,
): KindRules<AnyBinding & { roleRef: RoleRef }> {
  return {
    ...common,
    defaults: (binding) =>
      refit(
        refit(binding, 'roleRef', (roleRef) => fill(roleRef, { apiGroup: rbacGroup })),
        'subjects',
        (subjects) => refitEach(subjects, withGroup),
      ),
    validate: (binding) => validateBinding(binding, roleKinds, isNamespaced),
    validateUpdate: ({ roleRef }, old) =>
      deepEqual(roleRef, old.roleRef) ? [] : [invalid('roleRef', verbatim(shown(roleRef)), 'cannot change roleRef')],
  };
}

function withGroup(subject: Subject): Subject {
  const isNamed = subject.kind === 'User' || subject.kind === 'Group';
  return isNamed && !subject.apiGroup ? copyWith(subject, { apiGroup: rbacGroup }) : subject;
}

/** As Go prints its struct. */
function shown({ apiGroup = '', kind = '', name = '' }: Partial<RoleRef> = {}): string {
  return `rbac.RoleRef{APIGroup:${quoted(apiGroup)}, Kind:${quoted(kind)}, Name:${quoted(name)}}`;
}

function validateBinding(binding: AnyBinding, roleKinds: readonly string[], isNamespaced: boolean): FieldError[] {
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  const errors: FieldError[] = [];
  if (apiGroup !== rbacGroup) errors.push(notSupported('roleRef.apiGroup', apiGroup, [rbacGroup]));
  if (!roleKinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, roleKinds));
  errors.push(...(name === '' ? [required('roleRef.name')] : breaches(pathStep, name, 'roleRef.name')));
  const subjects = binding.subjects ?? [];
  return [...errors, ...subjects.flatMap((subject, i) => validateSubject(subject, isNamespaced, `subjects[${i}]`))];
}

function validateSubject(subject: Partial<Subject>, isNamespaced: boolean, path: string): FieldError[] {
  const { kind = '', name = '', namespace = '', apiGroup = '' } = subject;
  const errors = name === '' ? [required(`${path}.name`)] : [];
  if (kind === 'ServiceAccount') {
    if (name !== '') errors.push(...breaches(dns1123Subdomain, name, `${path}.name`));
    if (apiGroup !== '') errors.push(notSupported(`${path}.apiGroup`, apiGroup, ['']));
    if (!isNamespaced && namespace === '') errors.push(required(`${path}.namespace`));
    return errors;
  }
  if (kind !== 'User' && kind !== 'Group') {
    return [...errors, notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group'])];
  }
  if (name === '') errors.push(invalid(`${path}.name`, name, `${kind.toLowerCase()} name cannot be empty`));
  if (apiGroup !== rbacGroup) errors.push(notSupported(`${path}.apiGroup`, apiGroup, [rbacGroup]));
  return errors;
}
