/** PriorityClasses, PodDisruptionBudgets and PodTemplates. */

import type * as core from 'kubernetes-types/core/v1.js';
import type * as policy from 'kubernetes-types/policy/v1.js';
import type * as scheduling from 'kubernetes-types/scheduling/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, notSupported } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { validateLabelSelector } from './affinity-validation.ts';
import { oneOf } from './container-validation.ts';
import { fill, refit } from './fill.ts';
import { nonNegative } from './metadata.ts';
import { defaultTemplate } from './pod-defaults.ts';
import { validateTemplate } from './pod-spec-validation.ts';
import { notMoreThanAll, validateIntOrPercent } from './replicas.ts';
import { defineStrategy } from './strategy.ts';

type Kind<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type PriorityClass = Kind<scheduling.PriorityClass>;
type PodDisruptionBudget = Kind<policy.PodDisruptionBudget>;
type PodTemplate = Kind<core.PodTemplate>;

const highestOfUsers = 1_000_000_000;
/** The classes Kubernetes itself brings, and what they are worth. */
const systemClasses: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

/** How important a pod is. */
export const priorityClassStrategy = defineStrategy<PriorityClass>('priorityclasses.scheduling.k8s.io', {
  nameRule: dns1123Subdomain,
  defaults: (one) => fill(one, { preemptionPolicy: 'PreemptLowerPriority' }),
  generationOf: () => undefined,
  validate: validatePriorityClass,
  validateUpdate: (one, old) => {
    const errors = one.value === old.value ? [] : [forbidden('value', 'may not be changed in an update.')];
    if (one.preemptionPolicy === old.preemptionPolicy) return errors;
    return [...errors, invalid('preemptionPolicy', one.preemptionPolicy, 'field is immutable')];
  },
});

function validatePriorityClass(one: PriorityClass): FieldError[] {
  const { name } = one.metadata;
  const errors: FieldError[] = [];
  if (name?.startsWith('system-')) {
    if (systemClasses[name] !== one.value) {
      const why =
        systemClasses[name] === undefined
          ? `${name} is not a known system priority class`
          : `value of ${name} PriorityClass must be ${systemClasses[name]}`;
      const detail = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`;
      errors.push(forbidden('metadata.name', detail));
    }
  } else if (one.value > highestOfUsers) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${highestOfUsers}`));
  }
  if (one.preemptionPolicy === undefined) return errors;
  return [...errors, ...oneOf(one.preemptionPolicy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy')];
}

const evictionPolicies = ['AlwaysAllow', 'IfHealthyBudget'];

/** How many pods may be down by choice. */
export const podDisruptionBudgetStrategy = defineStrategy<PodDisruptionBudget>('poddisruptionbudgets.policy', {
  nameRule: dns1123Subdomain,
  defaults: (budget) => fill(budget, { spec: {} }),
  firstStatus: () => ({ currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }),
  generationOf: ({ spec }) => spec,
  validate: validateBudget,
  validateStatus: ({ status }) =>
    (['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const).flatMap((field) =>
      nonNegative(status?.[field] ?? 0, `status.${field}`),
    ),
  allowsUnconditionalUpdate: false,
});

function validateBudget({ spec = {} }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    errors.push(invalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const [field, value] of [
    ['minAvailable', minAvailable],
    ['maxUnavailable', maxUnavailable],
  ] as const) {
    errors.push(...validateIntOrPercent(value, `spec.${field}`), ...notMoreThanAll(value, `spec.${field}`));
  }
  errors.push(...validateLabelSelector(selector, 'spec.selector'));
  if (unhealthyPodEvictionPolicy === undefined || evictionPolicies.includes(unhealthyPodEvictionPolicy)) return errors;
  return [...errors, notSupported('spec.unhealthyPodEvictionPolicy', unhealthyPodEvictionPolicy, evictionPolicies)];
}

/** A template of pods that stands alone. */
export const podTemplateStrategy = defineStrategy<PodTemplate>('podtemplates', {
  nameRule: dns1123Subdomain,
  defaults: (one) => refit(one, 'template', defaultTemplate),
  generationOf: ({ template }) => template,
  validate: ({ template = {} }) => validateTemplate(template, 'template'),
});
