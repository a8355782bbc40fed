/** What an object uses of the quotas of its namespace, by the names quotas have for it; shared by admission and controller. */

import type * as core from 'kubernetes-types/core/v1.js';
import type { KubernetesObject, Pod, PodSpec } from '../objects.ts';
import { isSidecar } from '../pod-resources.ts';
import type { Quantity } from '../quantity.ts';
import { addQuantities, compareQuantities, parseQuantity } from '../quantity.ts';
import { fromRfc3339 } from '../time.ts';

/** Amounts by the names quotas use: `pods`, `requests.cpu`, `count/jobs.batch`. */
export type Usage = Readonly<Record<string, Quantity>>;

const one = parseQuantity('1');
const none = parseQuantity('0');

/** The kinds that quotas counted before they could count any, and still name plainly. */
const plainlyCounted = new Set(['configmaps', 'replicationcontrollers', 'resourcequotas', 'secrets']);
const classSuffix = '.storageclass.storage.k8s.io/';

/** Gives what an object of a resource (`pods`, `jobs.batch`) uses at a time, in ms since the Unix epoch. */
export function usageOf(resource: string, object: KubernetesObject, nowMs: number): Usage {
  const counted: Record<string, Quantity> = { [`count/${resource}`]: one };
  if (resource === 'pods') return podUsage(object as Pod, counted, nowMs);
  if (resource === 'services') return Object.assign(counted, serviceUsage(object as unknown as core.Service));
  if (resource === 'persistentvolumeclaims') {
    return Object.assign(counted, claimUsage(object as unknown as core.PersistentVolumeClaim));
  }
  if (plainlyCounted.has(resource)) counted[resource] = one;
  return counted;
}

/** An ended pod uses nothing, nor one whose time to end is long over; it is still there, and so it is counted. */
function podUsage(pod: Pod, counted: Record<string, Quantity>, nowMs: number): Usage {
  if (!isCharged(pod, nowMs)) return counted;
  return Object.assign(counted, computeUsage(podSum(pod.spec, 'requests'), podSum(pod.spec, 'limits')));
}

function isCharged({ metadata, status }: Pod, nowMs: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return false;
  const { deletionTimestamp, deletionGracePeriodSeconds: seconds } = metadata;
  if (deletionTimestamp === undefined || seconds === undefined) return true;
  return nowMs <= fromRfc3339(deletionTimestamp) + seconds * 1000;
}

/** Gives what requests and limits come to in a quota's names. */
function computeUsage(requests: Usage, limits: Usage): Usage {
  const usage: Record<string, Quantity> = { pods: one };
  for (const [name, amount] of Object.entries(requests)) {
    if (isComputed(name) || name.startsWith('hugepages-')) usage[name] = amount;
    usage[`requests.${name}`] = amount;
  }
  for (const [name, amount] of Object.entries(limits)) if (isComputed(name)) usage[`limits.${name}`] = amount;
  return usage;
}

function isComputed(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name === 'ephemeral-storage';
}

/** The larger of all lasting containers together and the hungriest moment before, and the overhead. */
function podSum(spec: PodSpec, which: 'requests' | 'limits'): Usage {
  const lasting: Record<string, Quantity> = {};
  const hungriest: Record<string, Quantity> = {};
  for (const container of spec.containers) addAll(lasting, container.resources?.[which]);
  const sidecars: Record<string, Quantity> = {};
  for (const container of spec.initContainers ?? []) {
    const moment = { ...sidecars };
    addAll(moment, container.resources?.[which]);
    raise(hungriest, moment);
    if (!isSidecar(container)) continue;
    addAll(sidecars, container.resources?.[which]);
    addAll(lasting, container.resources?.[which]);
  }
  raise(lasting, hungriest);
  for (const [name, amount] of Object.entries(spec.overhead ?? {})) {
    if (which === 'requests' || lasting[name] !== undefined) addAll(lasting, { [name]: amount });
  }
  return lasting;
}

function addAll(sums: Record<string, Quantity>, amounts: Readonly<Record<string, string>> = {}): void {
  for (const [name, amount] of Object.entries(amounts)) sums[name] = plus(sums[name], parseQuantity(amount));
}

function raise(amounts: Record<string, Quantity>, least: Usage): void {
  for (const [name, amount] of Object.entries(least)) {
    if (amounts[name] === undefined || compareQuantities(amounts[name], amount) < 0) amounts[name] = amount;
  }
}

/** Adds, in the form of what is there already, unless that is nothing. */
export function plus(sum: Quantity | undefined, more: Quantity): Quantity {
  return sum === undefined || sum.nano === 0n ? more : addQuantities(sum, more);
}

function serviceUsage({ spec = {} }: core.Service): Usage {
  const { ports = [], type, allocateLoadBalancerNodePorts: allocates } = spec;
  const isBalanced = type === 'LoadBalancer';
  const withPorts = isBalanced && allocates === false ? ports.filter(({ nodePort }) => nodePort) : ports;
  const count = isBalanced || type === 'NodePort' ? withPorts.length : 0;
  return {
    services: one,
    'services.loadbalancers': isBalanced ? one : none,
    'services.nodeports': parseQuantity(String(count)),
  };
}

function claimUsage({ metadata, spec }: core.PersistentVolumeClaim): Usage {
  const storage = spec?.resources?.requests?.storage;
  const storageClass =
    metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';
  const usage: Record<string, Quantity> = { persistentvolumeclaims: one };
  if (storage !== undefined) usage['requests.storage'] = parseQuantity(storage);
  if (storageClass === '') return usage;
  for (const [name, amount] of Object.entries({ ...usage })) usage[storageClass + classSuffix + name] = amount;
  return usage;
}

/** The kinds by which a quota's names other than counts are used; undefined for what no kind uses. */
export function resourceUsing(name: string): string | undefined {
  if (name.startsWith('count/')) return name.slice('count/'.length);
  if (plainlyCounted.has(name)) return name;
  if (name === 'services' || name.startsWith('services.')) return 'services';
  if (name === 'persistentvolumeclaims' || name === 'requests.storage' || name.includes(classSuffix)) {
    return 'persistentvolumeclaims';
  }
  const isOfPods = name === 'pods' || isComputed(name) || name.startsWith('hugepages-');
  return isOfPods || name.startsWith('requests.') || name.startsWith('limits.') ? 'pods' : undefined;
}
