/** Which objects a quota is about: those that use what it limits, and, of pods, those in its scopes. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { KubernetesObject, Pod } from '../objects.ts';
import { qosClass } from '../pod-resources.ts';
import { resourceUsing } from './usage.ts';

/** A ResourceQuota, as stored. */
export type ResourceQuota = Omit<core.ResourceQuota, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

type Requirement = core.ScopedResourceSelectorRequirement;

/** Gives those of a quota's names that objects of a resource use. */
export function namesUsedBy(resource: string, names: readonly string[]): string[] {
  return names.filter((name) => resourceUsing(name) === resource);
}

/** Tells whether an object is in all scopes of a quota; only pods are in any. */
export function isInScopes({ spec = {} }: ResourceQuota, resource: string, object: KubernetesObject): boolean {
  const scopes = (spec.scopes ?? []).map((scopeName): Requirement => ({ scopeName, operator: 'Exists' }));
  const all = [...scopes, ...(spec.scopeSelector?.matchExpressions ?? [])];
  return all.every((scope) => resource === 'pods' && isInScope(scope, object as Pod));
}

function isInScope(scope: Requirement, pod: Pod): boolean {
  switch (scope.scopeName) {
    case 'Terminating':
      return (pod.spec.activeDeadlineSeconds ?? -1) >= 0;
    case 'NotTerminating':
      return (pod.spec.activeDeadlineSeconds ?? -1) < 0;
    case 'BestEffort':
      return qosClass(pod) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(pod) !== 'BestEffort';
    case 'PriorityClass':
      return hasPriority(scope, pod.spec.priorityClassName ?? '');
    case 'CrossNamespacePodAffinity':
      return affinityTerms(pod).some(
        ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
      );
    default:
      return false;
  }
}

function hasPriority({ operator, values = [] }: Requirement, name: string): boolean {
  if (operator === 'Exists') return name !== '';
  if (operator === 'DoesNotExist') return name === '';
  return values.includes(name) === (operator === 'In');
}

function affinityTerms({ spec: { affinity = {} } }: Pod): core.PodAffinityTerm[] {
  return [affinity.podAffinity, affinity.podAntiAffinity].flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
}

/** What each container of a pod must say where a quota limits it; for no other resource is that asked. */
const demanded = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];

/** Says what of a quota's names a pod's containers leave open but must tell; undefined where nothing is missing. */
export function unspecified({ spec }: Pod, names: readonly string[]): string | undefined {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const missing = demanded
    .filter((name) => names.includes(name))
    .sort()
    .flatMap((name) => {
      const [, which = 'requests', resource = name] = /^(requests|limits)\.(.*)$/.exec(name) ?? [];
      const without = containers.filter(
        (one) => one.resources?.[which as 'requests' | 'limits']?.[resource] === undefined,
      );
      const called = [...new Set(without.map((container) => container.name))].sort();
      return called.length === 0 ? [] : [`${name} for: ${called.join(',')}`];
    });
  return missing.length === 0 ? undefined : `must specify ${missing.join('; ')}`;
}
