/** The admission chain for new objects, in the order of kube-apiserver's plugins. */

import { controllerOf } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Node, Pod, PodSpec, ServiceAccount, Status } from '../../../../protocol/objects.ts';
import type { Config, Memory } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import { isRefusal } from '../refusal.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import { findEntry } from '../watch/watch-cache.ts';
import { addIngressClass, addStorageClass } from './default-classes.ts';
import { applyLimitDefaults, limitRangesIn, limitRefusal } from './limit-ranger.ts';
import { addNotReadyTaint } from './node-taint.ts';
import type { PriorityClass } from './pod-defaults.ts';
import { addPriority, addTolerations, isMirror } from './pod-defaults.ts';
import type { SecurityVerdict } from './pod-security.ts';
import { isSecured, namespaceVerdict, securityVerdict } from './pod-security.ts';
import { applyRuntimeClass } from './runtime-class.ts';
import { addServiceAccount, mirrorRefusal } from './service-account.ts';

type Admitted = KubernetesObject | Status;

/** Completes a new object, or says why it is not admitted. The namespace, and the `account` of a pod, are looked at before. */
export function admitNew(memory: Memory, object: KubernetesObject, account: ServiceAccount | undefined): Admitted {
  const { config } = memory;
  // Custom resources may have kinds of the same names.
  if (!isBuiltIn(object)) return object;
  switch (object.kind) {
    case 'Pod':
      return withRuntimeClass(memory, admitPod(memory, object as Pod, account));
    case 'Node':
      return isOn(config, 'TaintNodesByCondition') ? addNotReadyTaint(object as Node) : object;
    case 'PersistentVolumeClaim':
      return isOn(config, 'DefaultStorageClass') ? addStorageClass(memory, object) : object;
    case 'Ingress':
      return isOn(config, 'DefaultIngressClass') ? addIngressClass(memory, object) : object;
    default:
      return object;
  }
}

function isBuiltIn({ apiVersion, kind }: KubernetesObject): boolean {
  return apiVersion === (kind === 'Ingress' ? 'networking.k8s.io/v1' : 'v1');
}

function withRuntimeClass(memory: Memory, pod: Pod | Status): Admitted {
  if (isRefusal(pod) || !isOn(memory.config, 'RuntimeClass')) return pod;
  const { runtimeClassName, overhead } = pod.spec;
  return runtimeClassName === undefined && overhead === undefined ? pod : applyRuntimeClass(memory, pod);
}

/** Tells whether a new object can only be admitted once its service account is known. */
export function needsAccount({ config }: Memory, object: KubernetesObject): object is Pod {
  return (
    object.kind === 'Pod' && object.apiVersion === 'v1' && isOn(config, 'ServiceAccount') && !isMirror(object as Pod)
  );
}

/** Says why a complete and valid new object is not admitted; undefined where it is. */
export function finalRefusal(memory: Memory, object: KubernetesObject): Status | undefined {
  if (!isLimited(object) || !isOn(memory.config, 'LimitRanger')) return undefined;
  return limitRefusal(object, limitRangesIn(memory, object.metadata.namespace ?? ''));
}

/** Judges an object by the security its namespace demands: a new pod may be refused, what makes pods is warned of; and the demand itself. */
export function judgeSecurity(
  memory: Memory,
  object: KubernetesObject,
  old?: KubernetesObject,
): SecurityVerdict | undefined {
  if (!isOn(memory.config, 'PodSecurity')) return undefined;
  if (object.kind === 'Namespace' && object.apiVersion === 'v1')
    return namespaceVerdict(object, old, () => podsIn(memory, object.metadata.name));
  if (!isSecured(object)) return undefined;
  const namespace = findEntry(cacheOf(memory, 'namespaces'), '', object.metadata.namespace ?? '');
  return securityVerdict(object, namespace?.object);
}

function podsIn(memory: Memory, namespace: string): Pod[] {
  const own = [...cacheOf(memory, 'pods').entries.values()].filter(
    ({ object }) => object.metadata.namespace === namespace,
  );
  return own.map(({ object }) => object as Pod);
}

/** Tells whether what is new is charged to quotas. */
export function isQuotaOn({ config }: Pick<Memory, 'config'>): boolean {
  return isOn(config, 'ResourceQuota');
}

function isLimited({ apiVersion, kind }: KubernetesObject): boolean {
  return apiVersion === 'v1' && (kind === 'Pod' || kind === 'PersistentVolumeClaim');
}

function isOn(config: Config, plugin: string): boolean {
  return !config['disable-admission-plugins'].includes(plugin);
}

/** What a spec was admitted as: under these settings, with this priority class, as this account, for this owner. */
interface Admission {
  readonly config: Config;
  readonly priority: KubernetesObject | undefined;
  readonly account: ServiceAccount | undefined;
  /** By whom the pod is controlled. */
  readonly owner: string | undefined;
  readonly spec: PodSpec;
}

/** All pods of a controller come with one spec, and so they share what it is admitted as. */
const admissions = new WeakMap<PodSpec, Admission>();

function admitPod(memory: Memory, given: Pod, account: ServiceAccount | undefined): Pod | Status {
  const { config, caches } = memory;
  const pod = isOn(config, 'LimitRanger')
    ? applyLimitDefaults(given, limitRangesIn(memory, given.metadata.namespace ?? ''))
    : given;
  const priority = priorityClassOf(pod, cacheOf({ caches }, 'priorityclasses.scheduling.k8s.io'));
  const known = admissions.get(pod.spec);
  const owner = controllerOf(pod)?.uid;
  const isKnown = known?.config === config && known.priority === priority;
  if (isKnown && known.account === account && known.owner === owner && !isMirror(pod)) {
    const admitted: Pod = { ...pod, spec: known.spec };
    return admitted;
  }
  let admitted: Pod | Status = pod;
  if (account !== undefined) admitted = addServiceAccount(pod, account);
  else if (isOn(config, 'ServiceAccount')) admitted = mirrorRefusal(pod) ?? pod;
  if (isOn(config, 'Priority') && !isRefusal(admitted)) admitted = addPriority(admitted, classOf(priority));
  if (isRefusal(admitted)) return admitted;
  if (isOn(config, 'DefaultTolerationSeconds')) {
    const notReady = config['default-not-ready-toleration-seconds'];
    admitted = addTolerations(admitted, notReady, config['default-unreachable-toleration-seconds']);
  }
  // Without a controller, the name of the pod counts too.
  if (owner !== undefined || account === undefined)
    admissions.set(pod.spec, { config, priority, account, owner, spec: admitted.spec });
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
