/** Names and amounts of compute resources. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { forbidden, invalid, required } from '../../../../protocol/field-errors.ts';
import { qualifiedName } from '../../../../protocol/names.ts';
import { canonicalQuantity, compareQuantities, parseQuantity } from '../../../../protocol/quantity.ts';
import { breaches } from './metadata.ts';

const containerResources = new Set(['cpu', 'memory', 'ephemeral-storage']);
const countedResources = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const standardResources = new Set([
  ...containerResources,
  ...countedResources,
  ...['requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'requests.storage', 'storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
]);
const quotaResources = new Set([...standardResources].filter((name) => name !== 'storage'));

type Quantities = Readonly<Record<string, string>>;

const isHugePages = (name: string) => name.startsWith('hugepages-');
const isNative = (name: string) => !name.includes('/') || name.includes('kubernetes.io/');
const isOvercommitAllowed = (name: string) => isNative(name) && !isHugePages(name);

/** Tells whether a resource is one that a device plug-in offers, in whole pieces. */
function isExtendedResource(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0;
}

/** Checks the name of a resource that a node may have, or a claim or limit name. */
export function validateResourceName(name: string, path: string): FieldError[] {
  const wrong = breaches(qualifiedName, name, path);
  if (wrong.length > 0 || name.includes('/') || standardResources.has(name) || isHugePages(name)) return wrong;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

/** Checks the name of a resource that a container may ask for. */
export function validateContainerResourceName(name: string, path: string): FieldError[] {
  const wrong = validateResourceName(name, path);
  if (!name.includes('/')) {
    if (containerResources.has(name) || isHugePages(name)) return wrong;
    return [...wrong, invalid(path, name, 'must be a standard resource for containers')];
  }
  if (isNative(name) || isExtendedResource(name)) return wrong;
  return [...wrong, invalid(path, name, "doesn't follow extended resource name standard")];
}

/** Checks the name of what a quota may limit. */
export function validateQuotaResourceName(name: string, path: string): FieldError[] {
  const wrong = validateResourceName(name, path);
  if (name.includes('/') || quotaResources.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-'))
    return wrong;
  return [...wrong, invalid(path, name, 'must be a standard resource for quota')];
}

/** Checks an amount of a resource: not negative, and whole where the resource comes in pieces. */
export function validateAmount(name: string, quantity: string, path: string): FieldError[] {
  // Nearly all are cpu and memory, and written without a sign.
  if (containerResources.has(name) && !quantity.startsWith('-')) return [];
  const { nano } = parseQuantity(quantity);
  const errors: FieldError[] = [];
  if (nano < 0n) errors.push(invalid(path, canonicalQuantity(quantity), 'must be greater than or equal to 0'));
  const isCounted = countedResources.has(name) || isExtendedResource(name);
  if (isCounted && nano % 10n ** 9n !== 0n)
    errors.push(invalid(path, canonicalQuantity(quantity), 'must be an integer'));
  return errors;
}

/** Checks what a container asks for and is limited to. */
export function validateResources(resources: core.ResourceRequirements | undefined, path: string): FieldError[] {
  const limits = resources?.limits ?? {};
  const requests = resources?.requests ?? {};
  const errors = [
    ...Object.entries(limits).flatMap(([name, quantity]) => validateOne(name, quantity, `${path}.limits[${name}]`)),
    ...Object.entries(requests).flatMap(([name, quantity]) => [
      ...validateOne(name, quantity, `${path}.requests[${name}]`),
      ...validateRequest(name, quantity, limits, path),
    ]),
  ];
  const names = Object.keys({ ...limits, ...requests });
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
  return errors;
}

function validateOne(name: string, quantity: string, path: string): FieldError[] {
  const errors = [...validateContainerResourceName(name, path), ...validateAmount(name, quantity, path)];
  if (!isHugePages(name)) return errors;
  const page = name.slice('hugepages-'.length);
  const isDivisible = parseQuantity(quantity).nano % parseQuantity(page).nano === 0n;
  const detail = `${canonicalQuantity(quantity)} is not positive integer multiple of ${name}`;
  return isDivisible ? errors : [...errors, invalid(path, canonicalQuantity(quantity), detail)];
}

function validateRequest(name: string, quantity: string, limits: Quantities, path: string): FieldError[] {
  const limit = limits[name];
  if (limit === undefined) {
    if (isOvercommitAllowed(name)) return [];
    return [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(parseQuantity(quantity), parseQuantity(limit));
  const shown = canonicalQuantity(quantity);
  if (order !== 0 && !isOvercommitAllowed(name)) {
    return [invalid(`${path}.requests`, shown, `must be equal to ${name} limit of ${canonicalQuantity(limit)}`)];
  }
  if (order <= 0) return [];
  return [
    invalid(`${path}.requests`, shown, `must be less than or equal to ${name} limit of ${canonicalQuantity(limit)}`),
  ];
}
