/** The admission chain for new objects, in the order of kube-apiserver's plugins. */

import type { KubernetesObject, Node, Pod, PodSpec, Status } from '../../../../protocol/objects.ts';
import type { Config, Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { isRefusal } from '../refusal.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import { findEntry } from '../watch/watch-cache.ts';
import { addNotReadyTaint } from './node-taint.ts';
import type { PriorityClass } from './pod-defaults.ts';
import { addPriority, addServiceAccount, addTolerations, isMirror } from './pod-defaults.ts';

type Admitted = KubernetesObject | Status;

/** Completes a new object, or says why it is not admitted. The namespace is looked at before. */
export function admitNew(memory: Memory, object: KubernetesObject): Admitted {
  if (object.kind === 'Pod') return admitPod(memory, object as Pod);
  if (object.kind === 'Node' && isOn(memory.config, 'TaintNodesByCondition')) return addNotReadyTaint(object as Node);
  return object;
}

function isOn(config: Config, plugin: string): boolean {
  return !config['disable-admission-plugins'].includes(plugin);
}

/** What a spec was admitted as, under these settings and with this priority class. */
interface Admission {
  readonly config: Config;
  readonly priority: KubernetesObject | undefined;
  readonly spec: PodSpec;
}

/** All pods of a controller come with one spec, and so they share what it is admitted as. */
const admissions = new WeakMap<PodSpec, Admission>();

function admitPod({ config, caches }: Memory, pod: Pod): Admitted {
  const priority = priorityClassOf(pod, cacheOf({ caches }, 'priorityclasses.scheduling.k8s.io'));
  const known = admissions.get(pod.spec);
  if (known?.config === config && known.priority === priority && !isMirror(pod)) {
    const admitted: Pod = { ...pod, spec: known.spec };
    return admitted;
  }
  let admitted: Pod | Status = pod;
  if (isOn(config, 'ServiceAccount')) admitted = addServiceAccount(admitted);
  if (isOn(config, 'Priority') && !isRefusal(admitted)) admitted = addPriority(admitted, classOf(priority));
  if (isRefusal(admitted)) return admitted;
  if (isOn(config, 'DefaultTolerationSeconds')) {
    const notReady = config['default-not-ready-toleration-seconds'];
    admitted = addTolerations(admitted, notReady, config['default-unreachable-toleration-seconds']);
  }
  if (!isMirror(pod)) admissions.set(pod.spec, { config, priority, spec: admitted.spec });
  return admitted;
}

/** Finds the class a pod names, or else the global default. */
function priorityClassOf({ spec }: Pod, cache: WatchCache): KubernetesObject | undefined {
  if (spec.priorityClassName) return findEntry(cache, '', spec.priorityClassName)?.object;
  for (const { object } of cache.entries.values())
    if ((object as { globalDefault?: boolean }).globalDefault === true) return object;
  return undefined;
}

function classOf(object: KubernetesObject | undefined): PriorityClass | undefined {
  if (object === undefined) return undefined;
  const { value = 0, preemptionPolicy } = object as KubernetesObject & { value?: number; preemptionPolicy?: string };
  return { name: object.metadata.name, value, ...(preemptionPolicy !== undefined && { preemptionPolicy }) };
}
