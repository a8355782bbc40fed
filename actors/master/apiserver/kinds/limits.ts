/** ResourceQuotas and LimitRanges: what a namespace may use. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, required } from '../../../../protocol/field-errors.ts';
import { dns1123Subdomain, qualifiedName } from '../../../../protocol/names.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { canonicalQuantity, compareQuantities, parseQuantity } from '../../../../protocol/quantity.ts';
import { fill, refit, refitEach } from './fill.ts';
import { breaches } from './metadata.ts';
import { fillMap } from './pod-defaults.ts';
import {
  validateAmount,
  validateContainerResourceName,
  validateQuotaResourceName,
  validateResourceName,
} from './resource-validation.ts';
import { defineStrategy } from './strategy.ts';

type ResourceQuota = Omit<core.ResourceQuota, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type LimitRange = Omit<core.LimitRange, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;
type Quantities = Readonly<Record<string, string>>;

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
];

/** How much of each resource all objects of a namespace may ask for together. */
export const resourceQuotaStrategy = defineStrategy<ResourceQuota>('resourcequotas', {
  nameRule: dns1123Subdomain,
  defaults: (quota) => fill(quota, { spec: {} }),
  firstStatus: () => ({}),
  validate: ({ spec = {} }) => [...validateHard(spec.hard, 'spec.hard'), ...validateScopes(spec.scopes ?? [])],
  validateUpdate: ({ spec }, old) => {
    const [now, before] = [spec?.scopes ?? [], old.spec?.scopes ?? []];
    const isSame = [...now].sort().join() === [...before].sort().join();
    return isSame ? [] : [invalid('spec.scopes', now, 'field is immutable')];
  },
  validateStatus: ({ status = {} }) => [
    ...validateHard(status.hard, 'status.hard'),
    ...validateHard(status.used, 'status.used'),
  ],
});

function validateHard(hard: Quantities | undefined, path: string): FieldError[] {
  return Object.entries(hard ?? {}).flatMap(([name, quantity]) => [
    ...validateQuotaResourceName(name, `${path}[${name}]`),
    ...validateAmount(name, quantity, `${path}[${name}]`),
  ]);
}

function validateScopes(given: readonly string[]): FieldError[] {
  const errors = given
    .filter((scope) => !scopes.includes(scope))
    .map(() => invalid('spec.scopes', given, 'unsupported scope'));
  for (const [one, other] of [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ] as const) {
    if (given.includes(one) && given.includes(other)) errors.push(invalid('spec.scopes', given, 'conflicting scopes'));
  }
  return errors;
}

/** How much one container, pod or claim of a namespace may ask for, and what it gets where it asks for nothing. */
export const limitRangeStrategy = defineStrategy<LimitRange>('limitranges', {
  nameRule: dns1123Subdomain,
  defaults: (range) =>
    refit(range, 'spec', (spec) => refit(spec, 'limits', (limits) => refitEach(limits, defaultLimit))),
  validate: validateLimitRange,
  allowsCreateOnUpdate: true,
});

/** For containers, one bound stands in for the next: max for the default limit, that for the default request, then min. */
function defaultLimit(limit: core.LimitRangeItem): core.LimitRangeItem {
  if (limit.type !== 'Container') return limit;
  const byDefault = fillMap(limit.default ?? {}, limit.max ?? {});
  const requests = fillMap(fillMap(limit.defaultRequest ?? {}, byDefault), limit.min ?? {});
  const isSame = byDefault === limit.default && requests === limit.defaultRequest;
  return isSame ? limit : { ...limit, default: byDefault, defaultRequest: requests };
}

function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const limits = spec?.limits ?? [];
  return limits.flatMap((limit, i) => {
    const path = `spec.limits[${i}]`;
    const errors = validateLimitType(limit.type ?? '', `${path}.type`);
    if (limits.findIndex(({ type }) => type === limit.type) < i) errors.push(duplicate(`${path}.type`, limit.type));
    return [...errors, ...validateLimit(limit, path)];
  });
}

function validateLimitType(type: string, path: string): FieldError[] {
  const errors = breaches(qualifiedName, type, path);
  if (errors.length > 0 || type.includes('/') || ['Pod', 'Container', 'PersistentVolumeClaim'].includes(type))
    return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

const bounds = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

function validateLimit(limit: core.LimitRangeItem, path: string): FieldError[] {
  const ofContainers = limit.type === 'Pod' || limit.type === 'Container';
  const rule = ofContainers ? validateContainerResourceName : validateResourceName;
  const errors: FieldError[] = [];
  for (const bound of bounds) {
    const given = limit[bound] ?? {};
    if (limit.type === 'Pod' && bound.startsWith('default')) {
      if (Object.keys(given).length === 0) continue;
      errors.push(forbidden(`${path}.${bound}`, "may not be specified when `type` is 'Pod'"));
    } else {
      for (const name in given) errors.push(...rule(name, `${path}.${bound}[${name}]`));
    }
  }
  if (limit.type === 'PersistentVolumeClaim' && limit.min?.storage === undefined && limit.max?.storage === undefined) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${path}.limits`, detail));
  }
  return [...errors, ...validateOrder(limit, path)];
}

/** Which bound may not be greater than which, what they are called, and whom Kubernetes blames. */
const orders = [
  ['min', 'max', 'min value', 'max value', 'min'],
  ['min', 'defaultRequest', 'min value', 'default request value', 'defaultRequest'],
  ['defaultRequest', 'max', 'default request value', 'max value', 'defaultRequest'],
  ['defaultRequest', 'default', 'default request value', 'default limit value', 'defaultRequest'],
  ['min', 'default', 'min value', 'default value', 'default'],
  ['default', 'max', 'default value', 'max value', 'default'],
] as const;

function validateOrder(limit: core.LimitRangeItem, path: string): FieldError[] {
  const names = new Set(bounds.flatMap((bound) => Object.keys(limit[bound] ?? {})));
  return [...names].flatMap((name) => {
    const errors = orders.flatMap(([low, high, lowName, highName, blamed]) => {
      const [least, most] = [limit[low]?.[name], limit[high]?.[name]];
      if (least === undefined || most === undefined || isAtMost(least, most)) return [];
      const detail = `${lowName} ${canonicalQuantity(least)} is greater than ${highName} ${canonicalQuantity(most)}`;
      return [invalid(`${path}.${blamed}[${name}]`, limit[blamed]?.[name], detail)];
    });
    const ratio = limit.maxLimitRequestRatio?.[name];
    if (ratio === undefined || isAtMost('1', ratio)) return errors;
    const detail = `ratio ${canonicalQuantity(ratio)} is less than 1`;
    return [...errors, invalid(`${path}.maxLimitRequestRatio[${name}]`, ratio, detail)];
  });
}

function isAtMost(a: string, b: string): boolean {
  return compareQuantities(parseQuantity(a), parseQuantity(b)) <= 0;
}
