/** The rules of a pod spec, whether in a pod or in a template. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { FieldError } from '../../../../protocol/field-errors.ts';
import { duplicate, forbidden, invalid, notSupported, required } from '../../../../protocol/field-errors.ts';
import { dns1123Label, dns1123Subdomain, qualifiedName, rangeMessage } from '../../../../protocol/names.ts';
import type { PodSpec, PodTemplateSpec } from '../../../../protocol/objects.ts';
import { validateAffinity, validateSpread } from './affinity-validation.ts';
import { oneOf, validateContainers } from './container-validation.ts';
import { validateIP } from './ip-validation.ts';
import { breaches, validateAnnotations, validateLabels } from './metadata.ts';
import { validateAmount, validateContainerResourceName } from './resource-validation.ts';
import { validatePodSecurityContext } from './security-validation.ts';
import { validateTolerations } from './taint-validation.ts';
import { validateVolumes } from './volume-validation.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];
const highestInt32 = 2 ** 31 - 1;

/** Checks a template of pods, as controllers hold them. */
export function validateTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const errors = [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...validatePodSpec(template.spec ?? ({} as PodSpec), `${path}.spec`, false),
  ];
  if ((template.spec?.ephemeralContainers ?? []).length > 0) {
    const detail = 'ephemeral containers not allowed in pod template';
    errors.push(forbidden(`${path}.spec.ephemeralContainers`, detail));
  }
  return errors;
}

/** Checks a pod spec. In a pod itself, host ports must match the host's network. */
export function validatePodSpec(spec: PodSpec, path: string, isPod: boolean): FieldError[] {
  const errors =
    spec.terminationGracePeriodSeconds === undefined ? [required(`${path}.terminationGracePeriodSeconds`)] : [];
  return [
    ...errors,
    ...validateVolumes(spec.volumes ?? [], `${path}.volumes`),
    ...validateContainers(spec, path),
    ...validateHostNetwork(spec, path, isPod),
    ...oneOf(spec.restartPolicy, restartPolicies, `${path}.restartPolicy`),
    ...oneOf(spec.dnsPolicy, dnsPolicies, `${path}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDns(spec, `${path}.dnsConfig`),
    ...validateGates(spec, path),
    ...validateSpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`),
    ...validateNames(spec, path),
    ...validateDeadline(spec.activeDeadlineSeconds, `${path}.activeDeadlineSeconds`),
    ...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases ?? [], `${path}.hostAliases`),
    ...validatePreemption(spec.preemptionPolicy, `${path}.preemptionPolicy`),
    ...validateOverhead(spec.overhead ?? {}, `${path}.overhead`),
    ...validateOs(spec.os, `${path}.os`),
  ];
}

function validateHostNetwork(spec: PodSpec, path: string, isPod: boolean): FieldError[] {
  if (spec.hostNetwork !== true) return [];
  return (spec.containers ?? []).flatMap((container, i) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, containerPort }, j) => {
      if ((!isPod && hostPort === 0) || hostPort === containerPort) return [];
      const detail = 'must match `containerPort` when `hostNetwork` is true';
      return [invalid(`${path}.containers[${i}].ports[${j}].hostPort`, hostPort, detail)];
    }),
  );
}

function validateDns({ dnsPolicy, dnsConfig }: PodSpec, path: string): FieldError[] {
  const servers = dnsConfig?.nameservers ?? [];
  const searches = dnsConfig?.searches ?? [];
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (servers.length === 0) {
      return [required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
    }
  }
  const errors: FieldError[] = [];
  if (servers.length > 3) errors.push(invalid(`${path}.nameservers`, servers, 'must not have more than 3 nameservers'));
  errors.push(...servers.flatMap((server, i) => validateIP(server, `${path}.nameservers[${i}]`)));
  if (searches.length > 32)
    errors.push(invalid(`${path}.searches`, searches, 'must not have more than 32 search paths'));
  if (searches.join(' ').length > 2048) {
    const detail = 'must not have more than 2048 characters (including spaces) in the search list';
    errors.push(invalid(`${path}.searches`, searches, detail));
  }
  searches.forEach((search, i) => {
    errors.push(...breaches(dns1123Subdomain, search.replace(/\.$/, ''), `${path}.searches[${i}]`));
  });
  (dnsConfig?.options ?? []).forEach(({ name }, i) => {
    if (!name) errors.push(required(`${path}.options[${i}]`, 'must not be empty'));
  });
  return errors;
}

function validateGates(spec: PodSpec, path: string): FieldError[] {
  const names = new Set<string>();
  const readiness = (spec.readinessGates ?? []).flatMap(({ conditionType }, i) =>
    breaches(qualifiedName, conditionType, `${path}.readinessGates[${i}].conditionType`),
  );
  const scheduling = (spec.schedulingGates ?? []).flatMap(({ name }, i) => {
    const here = `${path}.schedulingGates[${i}]`;
    const errors = breaches(qualifiedName, name, here);
    if (names.has(name)) errors.push(duplicate(here, name));
    names.add(name);
    return errors;
  });
  return [...readiness, ...scheduling];
}

const nameRules = [
  ['serviceAccountName', dns1123Subdomain],
  ['nodeName', dns1123Subdomain],
  ['hostname', dns1123Label],
  ['subdomain', dns1123Label],
  ['priorityClassName', dns1123Subdomain],
  ['runtimeClassName', dns1123Subdomain],
] as const;

function validateNames(spec: PodSpec, path: string): FieldError[] {
  return nameRules.flatMap(([field, rule]) => {
    const name = spec[field];
    return name ? breaches(rule, name, `${path}.${field}`) : [];
  });
}

function validateDeadline(seconds: number | undefined, path: string): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= highestInt32)) return [];
  return [invalid(path, seconds, rangeMessage(1, highestInt32))];
}

function validateHostAliases(aliases: readonly core.HostAlias[], path: string): FieldError[] {
  return aliases.flatMap(({ ip = '', hostnames = [] }, i) => [
    ...validateIP(ip, `${path}[${i}].ip`),
    ...hostnames.flatMap((name, j) => breaches(dns1123Subdomain, name, `${path}[${i}].hostnames[${j}]`)),
  ]);
}

function validatePreemption(policy: string | undefined, path: string): FieldError[] {
  return policy === undefined ? [] : oneOf(policy, preemptionPolicies, path);
}

function validateOverhead(overhead: Readonly<Record<string, string>>, path: string): FieldError[] {
  return Object.entries(overhead).flatMap(([name, quantity]) => {
    const here = `${path}.limits[${name}]`;
    return [...validateContainerResourceName(name, here), ...validateAmount(name, quantity, here)];
  });
}

function validateOs(os: core.PodOS | undefined, path: string): FieldError[] {
  if (os === undefined) return [];
  if (!os.name) return [required(`${path}.name`, 'cannot be empty')];
  return ['linux', 'windows'].includes(os.name) ? [] : [notSupported(path, os.name, ['linux', 'windows'])];
}
