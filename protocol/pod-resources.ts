/** What a whole pod asks for and may use, out of what its containers do; shared by scheduler, kubelet and quota. */

import type { Container, Pod, PodSpec } from './objects.ts';
import { byteCount, cpuMilli, parseQuantity } from './quantity.ts';

/** Amounts by resource name: `cpu` in thousandths of a core, everything else in bytes or pieces. */
export type ResourceAmounts = Readonly<Record<string, number>>;

/** A pod's class of service: who is evicted and killed first when a node runs short. */
export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** What the scheduler counts for a container that asks for nothing, so that such pods spread too (its `GetNonzeroRequests`). */
export const assumedRequests: ResourceAmounts = { cpu: 100, memory: 200 * 1024 * 1024 };

/**
 * Gives what a pod asks for: the larger of all its containers together and its hungriest moment of initialization, and
 * its overhead. `missing` stands for what a container does not ask for.
 */
export function podRequests({ spec }: Pod, missing: ResourceAmounts = {}): ResourceAmounts {
  const amounts = together(spec, (container) => ({ ...missing, ...amountsOf(container.resources?.requests) }));
  addTo(amounts, amountsOf(spec.overhead));
  return amounts;
}

/** Gives what a pod may use, of those resources that all its containers limit in part; its overhead raises the limits there are. */
export function podLimits({ spec }: Pod): ResourceAmounts {
  const amounts = together(spec, (container) => amountsOf(container.resources?.limits));
  for (const [name, amount] of Object.entries(amountsOf(spec.overhead))) {
    if (amounts[name] !== undefined) amounts[name] += amount;
  }
  return amounts;
}

/** Gives the written quantities as numbers. */
export function amountsOf(quantities: Readonly<Record<string, string>> | undefined): ResourceAmounts {
  const amounts: Record<string, number> = {};
  for (const name in quantities) amounts[name] = amountOf(name, quantities[name] ?? '0');
  return amounts;
}

/** Gives one written quantity as a number, in the unit of its resource. */
function amountOf(name: string, quantity: string): number {
  return name === 'cpu' ? cpuMilli(quantity) : byteCount(quantity);
}

/** Tells whether an init container goes on running beside the others (a sidecar). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Init containers run one after the other, beside the sidecars started before them. */
function together(spec: PodSpec, of: (container: Container) => ResourceAmounts): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const container of spec.containers) addTo(amounts, of(container));
  if (spec.initContainers === undefined) return amounts;
  const sidecars: Record<string, number> = {};
  const hungriest: Record<string, number> = {};
  for (const container of spec.initContainers) {
    const moment = { ...sidecars };
    addTo(moment, of(container));
    raiseTo(hungriest, moment);
    if (isSidecar(container)) addTo(sidecars, of(container));
  }
  addTo(amounts, sidecars);
  raiseTo(amounts, hungriest);
  return amounts;
}

function addTo(sum: Record<string, number>, more: ResourceAmounts): void {
  for (const name in more) sum[name] = (sum[name] ?? 0) + (more[name] ?? 0);
}

function raiseTo(amounts: Record<string, number>, least: ResourceAmounts): void {
  for (const name in least) amounts[name] = Math.max(amounts[name] ?? 0, least[name] ?? 0);
}

const qosResources = ['cpu', 'memory'] as const;

/**
 * Gives a pod's class of service (Kubernetes's `ComputePodQOS`): Guaranteed where every container limits CPU and memory
 * and asks for as much, BestEffort where none asks for or limits either, else Burstable.
 */
export function qosClass({ spec }: Pick<Pod, 'spec'>): QosClass {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const requests = containers.map((container) => container.resources?.requests);
  const limits = containers.map((container) => container.resources?.limits);
  if (qosResources.every((name) => total(requests, name) === 0n && total(limits, name) === 0n)) return 'BestEffort';
  const isLimited = limits.every((limit) => qosResources.every((name) => isAbove0(limit?.[name])));
  const isEqual = qosResources.every((name) => total(requests, name) === total(limits, name));
  return isLimited && isEqual ? 'Guaranteed' : 'Burstable';
}

type Quantities = Readonly<Record<string, string>> | undefined;

function total(quantities: readonly Quantities[], name: string): bigint {
  return quantities.reduce(
    (sum, one) => sum + (isAbove0(one?.[name]) ? parseQuantity(one?.[name] ?? '0').nano : 0n),
    0n,
  );
}

function isAbove0(quantity: string | undefined): boolean {
  return quantity !== undefined && parseQuantity(quantity).nano > 0n;
}
