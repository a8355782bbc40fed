/** The containers of a pod: business, init and ephemeral ones. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../../../../protocol/field-errors.ts';
import { dns1123Label, portName, portNumber } from '../../../../protocol/names.ts';
import type { PodSpec } from '../../../../protocol/objects.ts';
import { isSidecar } from '../../../../protocol/pod-resources.ts';
import { validateEnv, validateEnvFrom } from './env-validation.ts';
import { breaches } from './metadata.ts';
import { validateLifecycle, validateProbes } from './probe-validation.ts';
import { validateResources } from './resource-validation.ts';
import { validateSecurityContext } from './security-validation.ts';
import { validateVolumeDevices, validateVolumeMounts } from './volume-mount-validation.ts';

/** Ways to reach a port; all lists of them are in this order. */
export const protocols = ['SCTP', 'TCP', 'UDP'];

/** Checks all containers of a pod spec. */
export function validateContainers(spec: PodSpec, path: string): FieldError[] {
  return [
    ...validateBusiness(spec, `${path}.containers`),
    ...validateInit(spec, `${path}.initContainers`),
    ...validateEphemeral(spec, `${path}.ephemeralContainers`),
  ];
}

function validateBusiness(spec: PodSpec, path: string): FieldError[] {
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, i) => {
    const here = `${path}[${i}]`;
    const own = validateCommon(container, spec, here);
    if (names.has(container.name ?? '')) own.push(duplicate(`${here}.name`, container.name ?? ''));
    names.add(container.name ?? '');
    own.push(...validateLifecycle(container.lifecycle, spec.terminationGracePeriodSeconds, `${here}.lifecycle`));
    own.push(...validateProbes(container, here));
    if (container.restartPolicy !== undefined) {
      own.push(forbidden(`${here}.restartPolicy`, 'may not be set for non-init containers'));
    }
    return own;
  });
  return [...errors, ...validateHostPorts(containers, (i) => `${path}[${i}]`)];
}

function validateInit(spec: PodSpec, path: string): FieldError[] {
  const names = new Set((spec.containers ?? []).map((container) => container.name));
  return (spec.initContainers ?? []).flatMap((container, i) => {
    const here = `${path}[${i}]`;
    const own = validateCommon(container, spec, here);
    if (container.restartPolicy !== undefined && !isSidecar(container)) {
      own.push(notSupported(`${here}.restartPolicy`, container.restartPolicy, ['Always']));
    }
    if (names.has(container.name)) own.push(duplicate(`${here}.name`, container.name));
    else if (container.name) names.add(container.name);
    own.push(...validateHostPorts([container], () => here));
    if (!isSidecar(container)) return [...own, ...onlyForSidecars(container, here)];
    own.push(...validateLifecycle(container.lifecycle, spec.terminationGracePeriodSeconds, `${here}.lifecycle`));
    return [...own, ...validateProbes(container, here)];
  });
}

const keptForSidecars = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function onlyForSidecars(container: core.Container, path: string): FieldError[] {
  const detail = 'may not be set for init containers without restartPolicy=Always';
  return keptForSidecars
    .filter((field) => container[field] !== undefined)
    .map((field) => forbidden(`${path}.${field}`, detail));
}

const notForEphemeral = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'restartPolicy',
  'resizePolicy',
] as const;

function validateEphemeral(spec: PodSpec, path: string): FieldError[] {
  const names = new Set(
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.name),
  );
  const targets = new Set(names);
  return (spec.ephemeralContainers ?? []).flatMap((container, i) => {
    const here = `${path}[${i}]`;
    const own = validateCommon(container as core.Container, spec, here);
    if (names.has(container.name)) own.push(duplicate(`${here}.name`, container.name));
    else names.add(container.name);
    const target = container.targetContainerName;
    if (target && !targets.has(target)) own.push(notFound(`${here}.targetContainerName`, target));
    for (const field of notForEphemeral) {
      if (container[field] !== undefined)
        own.push(forbidden(`${here}.${field}`, 'cannot be set for an Ephemeral Container'));
    }
    return own;
  });
}

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];

function validateCommon(container: core.Container, spec: PodSpec, path: string): FieldError[] {
  const { name = '', image = '' } = container as Partial<core.Container>;
  const errors = name === '' ? [required(`${path}.name`)] : breaches(dns1123Label, name, `${path}.name`);
  if (image === '') errors.push(required(`${path}.image`));
  errors.push(...oneOf(container.terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`));
  errors.push(...validatePorts(container.ports ?? [], `${path}.ports`));
  errors.push(...validateEnv(container.env ?? [], `${path}.env`));
  errors.push(...validateEnvFrom(container.envFrom ?? [], `${path}.envFrom`));
  errors.push(...validateVolumeMounts(container, spec, `${path}.volumeMounts`));
  errors.push(...validateVolumeDevices(container, spec, `${path}.volumeDevices`));
  errors.push(...oneOf(container.imagePullPolicy, pullPolicies, `${path}.imagePullPolicy`));
  errors.push(...validateResources(container.resources, `${path}.resources`));
  return [...errors, ...validateSecurityContext(container.securityContext, `${path}.securityContext`)];
}

/** Checks a word that must be given and be one of a few. */
export function oneOf(value: string | undefined, words: readonly string[], path: string): FieldError[] {
  if (!value) return [required(path)];
  return words.includes(value) ? [] : [notSupported(path, value, words)];
}

function validatePorts(ports: readonly core.ContainerPort[], path: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const here = `${path}[${i}]`;
    const errors: FieldError[] = [];
    if (port.name) {
      const wrong = breaches(portName, port.name, `${here}.name`);
      if (wrong.length === 0 && names.has(port.name)) wrong.push(duplicate(`${here}.name`, port.name));
      names.add(port.name);
      errors.push(...wrong);
    }
    if (!port.containerPort) errors.push(required(`${here}.containerPort`));
    else errors.push(...portErrors(port.containerPort, `${here}.containerPort`));
    if (port.hostPort) errors.push(...portErrors(port.hostPort, `${here}.hostPort`));
    return [...errors, ...oneOf(port.protocol, protocols, `${here}.protocol`)];
  });
}

/** Checks a port number. */
export function portErrors(port: number, path: string): FieldError[] {
  return portNumber(port).map((message) => invalid(path, port, message));
}

function validateHostPorts(containers: readonly core.Container[], pathOf: (i: number) => string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap((container, i) =>
    (container.ports ?? []).flatMap((port, j) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) return [duplicate(`${pathOf(i)}.ports[${j}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}
