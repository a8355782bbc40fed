/** What a pod's RuntimeClass adds to it: what it costs beyond its containers, and where it can run (RuntimeClass). */

import type * as node from 'kubernetes-types/node/v1.js';
import { copyWith } from '../../../../protocol/copy.ts';
import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { KubernetesObject, Pod, Status, Toleration } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { findEntry } from '../watch/watch-cache.ts';
import { nameForRefusal } from './naming.ts';

type RuntimeClass = Omit<node.RuntimeClass, 'apiVersion' | 'kind' | 'metadata'> & KubernetesObject;

/** Completes a pod by its RuntimeClass, or refuses it; one that names none may claim no overhead. */
export function applyRuntimeClass(memory: Pick<Memory, 'caches'>, pod: Pod): Pod | Status {
  const { runtimeClassName: name, overhead = {} } = pod.spec;
  const refuse = (detail: string) => failure.forbidden('pods', nameForRefusal(pod), detail);
  const found = name === undefined ? undefined : findEntry(cacheOf(memory, 'runtimeclasses.node.k8s.io'), '', name);
  if (name !== undefined && found === undefined) return refuse(`pod rejected: RuntimeClass "${name}" not found`);
  const { overhead: own, scheduling } = (found?.object ?? {}) as Partial<RuntimeClass>;
  const claims = Object.keys(overhead).length > 0;
  if (own?.podFixed === undefined) {
    if (claims) return refuse('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  } else if (claims && !deepEqual(own.podFixed, overhead)) {
    return refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
  const costed = own?.podFixed === undefined ? pod : withSpec(pod, { overhead: own.podFixed });
  const placed = scheduling === undefined ? costed : place(costed, scheduling);
  return typeof placed === 'string' ? refuse(placed) : placed;
}

function withSpec(pod: Pod, change: Partial<Pod['spec']>): Pod {
  return copyWith(pod, { spec: copyWith(pod.spec, change) });
}

function place(pod: Pod, { nodeSelector = {}, tolerations = [] }: node.Scheduling): Pod | string {
  const given = pod.spec.nodeSelector ?? {};
  for (const [key, value] of Object.entries(nodeSelector)) {
    if (given[key] === undefined || given[key] === value) continue;
    return `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${given[key]}`;
  }
  const own = pod.spec.tolerations ?? [];
  const added = tolerations.filter((one: Toleration) => !own.some((other) => deepEqual(one, other)));
  return withSpec(pod, {
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector: { ...given, ...nodeSelector } }),
    ...(added.length > 0 && { tolerations: [...own, ...added] }),
  });
}
