/** The admission chain for new objects, in the order of kube-apiserver's plugins. */

import type { KubernetesObject, Node, Pod, Status } from '../../../../protocol/objects.ts';
import type { Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { isRefusal } from '../refusal.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import { findEntry } from '../watch/watch-cache.ts';
import { addNotReadyTaint } from './node-taint.ts';
import type { PriorityClass } from './pod-defaults.ts';
import { addPriority, addServiceAccount, addTolerations } from './pod-defaults.ts';

type Admitted = KubernetesObject | Status;

/** Completes a new object, or says why it is not admitted. The namespace is looked at before. */
export function admitNew(memory: Memory, object: KubernetesObject): Admitted {
  const off = memory.config['disable-admission-plugins'];
  const isOn = (plugin: string) => !off.includes(plugin);
  if (object.kind === 'Node') return isOn('TaintNodesByCondition') ? addNotReadyTaint(object as Node) : object;
  if (object.kind !== 'Pod') return object;
  let admitted: Admitted = object;
  if (isOn('ServiceAccount')) admitted = addServiceAccount(admitted as Pod);
  if (isOn('Priority') && !isRefusal(admitted)) admitted = prioritize(memory, admitted as Pod);
  if (isOn('DefaultTolerationSeconds') && !isRefusal(admitted)) {
    const { config } = memory;
    const notReady = config['default-not-ready-toleration-seconds'];
    admitted = addTolerations(admitted as Pod, notReady, config['default-unreachable-toleration-seconds']);
  }
  return admitted;
}

function prioritize(memory: Memory, pod: Pod): Admitted {
  const cache = cacheOf(memory, 'priorityclasses.scheduling.k8s.io');
  return addPriority(pod, (name) => classOf(findEntry(cache, '', name)?.object), globalDefault(cache));
}

function globalDefault(cache: WatchCache): PriorityClass | undefined {
  for (const { object } of cache.entries.values())
    if ((object as { globalDefault?: boolean }).globalDefault === true) return classOf(object);
  return undefined;
}

function classOf(object: KubernetesObject | undefined): PriorityClass | undefined {
  if (object === undefined) return undefined;
  const { value = 0, preemptionPolicy } = object as KubernetesObject & { value?: number; preemptionPolicy?: string };
  return { name: object.metadata.name, value, ...(preemptionPolicy !== undefined && { preemptionPolicy }) };
}
