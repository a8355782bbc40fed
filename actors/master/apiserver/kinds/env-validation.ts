/** Environment variables of containers, and where their values come from. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { configMapKey, dns1123Subdomain, envVarName, qualifiedName } from '../../../../protocol/names.ts';
import { canonicalQuantity } from '../../../../protocol/quantity.ts';
import { breaches } from './metadata.ts';

/** Checks the variables a container is given one by one. */
export function validateEnv(variables: readonly core.EnvVar[], path: string): FieldError[] {
  return variables.flatMap((variable, i) => {
    const here = `${path}[${i}]`;
    const errors = variable.name ? breaches(envVarName, variable.name, `${here}.name`) : [required(`${here}.name`)];
    return [...errors, ...validateSource(variable, `${here}.valueFrom`)];
  });
}

function validateSource({ value, valueFrom }: core.EnvVar, path: string): FieldError[] {
  if (valueFrom === undefined) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const errors: FieldError[] = [];
  if (fieldRef !== undefined) errors.push(...validateFieldRef(fieldRef, envFields, `${path}.fieldRef`));
  if (resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(resourceFieldRef, false, `${path}.resourceFieldRef`));
  }
  if (configMapKeyRef !== undefined) errors.push(...validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`));
  if (secretKeyRef !== undefined) errors.push(...validateKeyRef(secretKeyRef, `${path}.secretKeyRef`));
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(
    (source) => source !== undefined,
  ).length;
  if (count === 0) {
    const choices = 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
    errors.push(invalid(path, '', choices));
  } else if (value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (count > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** What a file of the downward API may hold. */
export const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const knownFields = new Set([...envFields, ...volumeFields]);

/** Checks a reference to a field of the pod itself. */
export function validateFieldRef(
  ref: core.ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
): FieldError[] {
  if (!ref.apiVersion) return [required(`${path}.apiVersion`)];
  if (!ref.fieldPath) return [required(`${path}.fieldPath`)];
  const subscripted = /^(.*)\['(.*)'\]$/.exec(ref.fieldPath);
  if (subscripted !== null) return validateSubscript(String(subscripted[1]), String(subscripted[2]), path);
  if (!knownFields.has(ref.fieldPath)) {
    const detail = `error converting fieldPath: field label not supported: ${ref.fieldPath}`;
    return [invalid(`${path}.fieldPath`, ref.fieldPath, detail)];
  }
  return allowed.includes(ref.fieldPath) ? [] : [notSupported(`${path}.fieldPath`, ref.fieldPath, allowed)];
}

function validateSubscript(field: string, key: string, path: string): FieldError[] {
  if (field === 'metadata.annotations') return breaches(qualifiedName, key.toLowerCase(), path);
  if (field === 'metadata.labels') return breaches(qualifiedName, key, path);
  return [invalid(path, field, 'does not support subscript')];
}

const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const byteDivisors = ['1', ...['k', 'M', 'G', 'T', 'P', 'E'].flatMap((unit) => [`1${unit}`])].concat(
  ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit) => `1${unit}`),
);

/** Checks a reference to a resource of a container; a file must say of which. */
export function validateResourceFieldRef(
  ref: core.ResourceFieldSelector,
  isVolume: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (isVolume && !ref.containerName) errors.push(required(`${path}.containerName`));
  else if (!ref.resource) errors.push(required(`${path}.resource`));
  else if (!resourceFields.includes(ref.resource) && !/^(requests|limits)\.hugepages-/.test(ref.resource)) {
    errors.push(notSupported(`${path}.resource`, ref.resource, resourceFields));
  }
  return [...errors, ...validateDivisor(ref, path)];
}

function validateDivisor({ resource, divisor }: core.ResourceFieldSelector, path: string): FieldError[] {
  const given = divisor === undefined ? '0' : canonicalQuantity(divisor);
  if (given === '0') return [];
  const isCpu = resource?.endsWith('.cpu');
  const allowed = isCpu ? ['1m', '1'] : byteDivisors;
  if (allowed.includes(given)) return [];
  const name = isCpu ? 'cpu' : resource?.endsWith('ephemeral-storage') ? 'local ephemeral storage' : 'memory';
  const values = isCpu ? '1m and 1' : byteDivisors.join(', ');
  return [
    invalid(`${path}.divisor`, resource, `only divisor's values ${values} are supported with the ${name} resource`),
  ];
}

function validateKeyRef(ref: core.ConfigMapKeySelector | core.SecretKeySelector, path: string): FieldError[] {
  const errors = breaches(dns1123Subdomain, ref.name ?? '', `${path}.name`);
  return [...errors, ...(ref.key ? breaches(configMapKey, ref.key, `${path}.key`) : [required(`${path}.key`)])];
}

/** Checks the ConfigMaps and Secrets whose keys all become variables. */
export function validateEnvFrom(sources: readonly core.EnvFromSource[], path: string): FieldError[] {
  return sources.flatMap((source, i) => {
    const here = `${path}[${i}]`;
    const errors = source.prefix ? breaches(envVarName, source.prefix, `${here}.prefix`) : [];
    const given = (['configMapRef', 'secretRef'] as const).filter((field) => source[field] !== undefined);
    for (const field of given) {
      const name = source[field]?.name;
      if (!name) errors.push(required(`${here}.${field}.name`));
      else errors.push(...breaches(dns1123Subdomain, name, `${here}.${field}.name`));
    }
    if (given.length === 0) errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (given.length > 1) errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
