/** Where a pod wants to run: node and pod affinity, spread, and selectors in general. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '../../../../protocol/names.ts';
import type { LabelSelector } from '../../../../protocol/objects.ts';
import { breaches, validateLabels } from './metadata.ts';

const needsValues = "must be specified when `operator` is 'In' or 'NotIn'";
const needsNoValues = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
const required_ = 'requiredDuringSchedulingIgnoredDuringExecution' as const;
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution' as const;

/** Checks `matchLabels` and `matchExpressions`. */
export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  if (selector === undefined) return [];
  const expressions = (selector.matchExpressions ?? []).flatMap(({ key = '', operator = '', values = [] }, i) => {
    const here = `${path}.matchExpressions[${i}]`;
    return [
      ...validateOperator(operator, values, ['In', 'NotIn', 'Exists', 'DoesNotExist'], here),
      ...breaches(qualifiedName, key, `${here}.key`),
      ...values.flatMap((value, j) => breaches(labelValue, value, `${here}.values[${j}]`)),
    ];
  });
  return [...validateLabels(selector.matchLabels, `${path}.matchLabels`), ...expressions];
}

function validateOperator(
  operator: string,
  values: readonly string[],
  known: readonly string[],
  path: string,
): FieldError[] {
  if (!known.includes(operator)) return [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
  const count = values.length;
  if (operator === 'In' || operator === 'NotIn') return count === 0 ? [required(`${path}.values`, needsValues)] : [];
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return count > 0 ? [forbidden(`${path}.values`, needsNoValues)] : [];
  const single = "must be specified single value when `operator` is 'Lt' or 'Gt'";
  return count === 1 ? [] : [required(`${path}.values`, single)];
}

/** Checks the affinity of a pod. */
export function validateAffinity(affinity: core.Affinity | undefined, path: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  return [
    ...validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`),
    ...validatePodAffinity(podAffinity, `${path}.podAffinity`),
    ...validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`),
  ];
}

function validateNodeAffinity(affinity: core.NodeAffinity | undefined, path: string): FieldError[] {
  const needed = affinity?.[required_];
  const errors = needed === undefined ? [] : validateNodeSelector(needed, `${path}.${required_}`);
  const wanted = (affinity?.[preferred] ?? []).flatMap(({ weight = 0, preference = {} }, i) => {
    const here = `${path}.${preferred}[${i}]`;
    return [...validateWeight(weight, here), ...validateTerm(preference, `${here}.preference`, false)];
  });
  return [...errors, ...wanted];
}

/** Checks a selector of nodes. */
export function validateNodeSelector(selector: core.NodeSelector, path: string): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term')];
  return terms.flatMap((term, i) => validateTerm(term, `${path}.nodeSelectorTerms[${i}]`, true));
}

function validateTerm(term: core.NodeSelectorTerm, path: string, checksValues: boolean): FieldError[] {
  const known = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'];
  const expressions = (term.matchExpressions ?? []).flatMap(({ key = '', operator = '', values = [] }, i) => {
    const here = `${path}.matchExpressions[${i}]`;
    const wrong = checksValues ? values.flatMap((value, j) => breaches(labelValue, value, `${here}.values[${j}]`)) : [];
    return [
      ...validateOperator(operator, values, known, here),
      ...breaches(qualifiedName, key, `${here}.key`),
      ...wrong,
    ];
  });
  return [
    ...expressions,
    ...(term.matchFields ?? []).flatMap((one, i) => validateNodeField(one, `${path}.matchFields[${i}]`)),
  ];
}

function validateNodeField(requirement: core.NodeSelectorRequirement, path: string): FieldError[] {
  const { key = '', operator = '', values = [] } = requirement;
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${path}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${path}.values`, detail));
  }
  if (key !== 'metadata.name') return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')];
  return [...errors, ...values.flatMap((value, i) => breaches(dns1123Subdomain, value, `${path}.values[${i}]`))];
}

function validateWeight(weight: number, path: string): FieldError[] {
  return weight > 0 && weight <= 100 ? [] : [invalid(`${path}.weight`, weight, 'must be in the range 1-100')];
}

function validatePodAffinity(
  affinity: core.PodAffinity | core.PodAntiAffinity | undefined,
  path: string,
): FieldError[] {
  const needed = (affinity?.[required_] ?? []).flatMap((term, i) =>
    validatePodTerm(term, `${path}.${required_}[${i}]`),
  );
  const wanted = (affinity?.[preferred] ?? []).flatMap(({ weight = 0, podAffinityTerm }, i) => {
    const here = `${path}.${preferred}[${i}]`;
    const term = podAffinityTerm ?? ({} as core.PodAffinityTerm);
    return [...validateWeight(weight, here), ...validatePodTerm(term, `${here}.podAffinityTerm`)];
  });
  return [...needed, ...wanted];
}

function validatePodTerm(term: core.PodAffinityTerm, path: string): FieldError[] {
  const key = term.topologyKey ?? '';
  return [
    ...validateLabelSelector(term.labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(term.namespaceSelector, `${path}.namespaceSelector`),
    ...(term.namespaces ?? []).flatMap((name) => breaches(dns1123Label, name, `${path}.namespace`)),
    ...(key === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...breaches(qualifiedName, key, `${path}.topologyKey`),
  ];
}

const nodePolicies = ['Honor', 'Ignore'];
const spreadActions = ['DoNotSchedule', 'ScheduleAnyway'];

/** Checks how a pod wants to be spread. */
export function validateSpread(constraints: readonly core.TopologySpreadConstraint[], path: string): FieldError[] {
  return constraints.flatMap((constraint, i) => {
    const here = `${path}[${i}]`;
    const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${here}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (topologyKey === '') errors.push(required(`${here}.topologyKey`, 'can not be empty'));
    if (!spreadActions.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${here}.whenUnsatisfiable`, whenUnsatisfiable, spreadActions));
    }
    if (isRepeated(constraint, constraints.slice(i + 1))) {
      errors.push(duplicate(`${here}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`));
    }
    if (minDomains !== undefined && minDomains <= 0) {
      errors.push(invalid(`${here}.minDomains`, minDomains, 'must be greater than zero'));
    }
    if (minDomains !== undefined && whenUnsatisfiable !== 'DoNotSchedule') {
      const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      errors.push(invalid(`${here}.minDomains`, minDomains, detail));
    }
    return [...errors, ...validateSpreadPolicies(constraint, here)];
  });
}

function isRepeated(one: core.TopologySpreadConstraint, others: readonly core.TopologySpreadConstraint[]): boolean {
  return others.some(
    (other) => other.topologyKey === one.topologyKey && other.whenUnsatisfiable === one.whenUnsatisfiable,
  );
}

function validateSpreadPolicies(constraint: core.TopologySpreadConstraint, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = constraint[field];
    if (policy !== undefined && !nodePolicies.includes(policy)) {
      errors.push(notSupported(`${path}.${field}`, policy, nodePolicies));
    }
  }
  errors.push(...validateMatchLabelKeys(constraint, `${path}.matchLabelKeys`));
  return [...errors, ...validateLabelSelector(constraint.labelSelector, `${path}.labelSelector`)];
}

function validateMatchLabelKeys(
  { matchLabelKeys = [], labelSelector }: core.TopologySpreadConstraint,
  path: string,
): FieldError[] {
  if (matchLabelKeys.length === 0) return [];
  const errors =
    labelSelector === undefined ? [forbidden(path, 'must not be specified when labelSelector is not set')] : [];
  const selected = new Set([
    ...Object.keys(labelSelector?.matchLabels ?? {}),
    ...(labelSelector?.matchExpressions ?? []).map(({ key }) => key),
  ]);
  matchLabelKeys.forEach((key, i) => {
    errors.push(...breaches(qualifiedName, key, `${path}[${i}]`));
    if (selected.has(key))
      errors.push(invalid(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
  });
  return errors;
}
