/** What the scheduler reads out of a pod once, when it first sees it, and then asks of nodes many times. */

import type { Container, Pod } from '../../../protocol/objects.ts';
import { byteCount, cpuMilli } from '../../../protocol/quantity.ts';
import { type Affinity, affinityOf } from './affinity.ts';
import { type NodeWishes, nodeWishesOf } from './node-terms.ts';
import { type SpreadConstraint, spreadConstraintsOf } from './spread.ts';

/** Amounts as integers: CPU in millicores, memory and ephemeral storage in bytes, extended resources by name. */
export interface Amounts {
  milliCpu: number;
  memory: number;
  ephemeralStorage: number;
  extended: Map<string, number>;
}

/** A port of the node that a pod asks for. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

/** All that placing a pod depends on. */
export interface Needs {
  readonly requests: Readonly<Amounts>;
  /** The requests with 100m CPU and 200Mi for a container that asks for none, so that such pods weigh something in scores. */
  readonly nonZeroMilliCpu: number;
  readonly nonZeroMemory: number;
  readonly hostPorts: readonly HostPort[];
  readonly priority: number;
  readonly nodes: NodeWishes;
  readonly affinity: Affinity;
  readonly spread: readonly SpreadConstraint[];
}

/** kube-scheduler's DefaultMilliCPURequest and DefaultMemoryRequest. */
const defaultMilliCpu = 100;
const defaultMemory = 200 * 1024 * 1024;

/** Reads a pod's needs. */
export function needsOf(pod: Pod): Needs {
  const requests = requestsOf(pod, 0, 0);
  const nonZero = asksForBoth(pod) ? requests : requestsOf(pod, defaultMilliCpu, defaultMemory);
  return {
    requests,
    nonZeroMilliCpu: nonZero.milliCpu,
    nonZeroMemory: nonZero.memory,
    hostPorts: hostPortsOf(pod),
    priority: pod.spec.priority ?? 0,
    nodes: nodeWishesOf(pod),
    affinity: affinityOf(pod),
    spread: spreadConstraintsOf(pod),
  };
}

function asksForBoth(pod: Pod): boolean {
  const asks = (container: Container) =>
    container.resources?.requests?.cpu !== undefined && container.resources.requests.memory !== undefined;
  return pod.spec.containers.every(asks) && (pod.spec.initContainers ?? []).every(asks);
}

/** What a pod holds at its fullest: its containers and sidecars together, or an init container while it runs; and its overhead. */
export function requestsOf(pod: Pod, milliCpuIfNone: number, memoryIfNone: number): Amounts {
  const total = noAmounts();
  for (const container of pod.spec.containers) {
    addAmounts(total, containerRequests(container, milliCpuIfNone, memoryIfNone), 1);
  }
  if (pod.spec.initContainers !== undefined) addInit(total, pod.spec.initContainers, milliCpuIfNone, memoryIfNone);
  if (pod.spec.overhead !== undefined) addAmounts(total, readAmounts(pod.spec.overhead), 1);
  return total;
}

function addInit(total: Amounts, containers: readonly Container[], milliCpuIfNone: number, memoryIfNone: number): void {
  const sidecars = noAmounts();
  const initPeak = noAmounts();
  for (const container of containers) {
    const requests = containerRequests(container, milliCpuIfNone, memoryIfNone);
    if (container.restartPolicy === 'Always') {
      addAmounts(total, requests, 1);
      addAmounts(sidecars, requests, 1);
      raiseAmounts(initPeak, sidecars);
    } else {
      addAmounts(requests, sidecars, 1);
      raiseAmounts(initPeak, requests);
    }
  }
  raiseAmounts(total, initPeak);
}

function containerRequests(container: Container, milliCpuIfNone: number, memoryIfNone: number): Amounts {
  const requests = container.resources?.requests;
  const amounts = readAmounts(requests);
  if (requests?.cpu === undefined) amounts.milliCpu = milliCpuIfNone;
  if (requests?.memory === undefined) amounts.memory = memoryIfNone;
  return amounts;
}

/** Makes amounts of nothing. */
export function noAmounts(): Amounts {
  return { milliCpu: 0, memory: 0, ephemeralStorage: 0, extended: new Map() };
}

/** Reads a resource list; `pods` is no amount of a pod and is left out. */
export function readAmounts(list: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts = noAmounts();
  if (list === undefined) return amounts;
  for (const name of Object.keys(list)) {
    const quantity = list[name] ?? '0';
    if (name === 'cpu') amounts.milliCpu = cpuMilli(quantity);
    else if (name === 'memory') amounts.memory = byteCount(quantity);
    else if (name === 'ephemeral-storage') amounts.ephemeralStorage = byteCount(quantity);
    else if (name !== 'pods') amounts.extended.set(name, byteCount(quantity));
  }
  return amounts;
}

/** Adds (or with a sign of -1, takes away) amounts in place. */
export function addAmounts(to: Amounts, amounts: Readonly<Amounts>, sign: 1 | -1): void {
  to.milliCpu += sign * amounts.milliCpu;
  to.memory += sign * amounts.memory;
  to.ephemeralStorage += sign * amounts.ephemeralStorage;
  if (amounts.extended.size === 0) return;
  for (const [name, amount] of amounts.extended) to.extended.set(name, (to.extended.get(name) ?? 0) + sign * amount);
}

function raiseAmounts(to: Amounts, amounts: Readonly<Amounts>): void {
  to.milliCpu = Math.max(to.milliCpu, amounts.milliCpu);
  to.memory = Math.max(to.memory, amounts.memory);
  to.ephemeralStorage = Math.max(to.ephemeralStorage, amounts.ephemeralStorage);
  for (const [name, amount] of amounts.extended) to.extended.set(name, Math.max(to.extended.get(name) ?? 0, amount));
}

const noPorts: readonly HostPort[] = [];

function hostPortsOf(pod: Pod): readonly HostPort[] {
  let ports: HostPort[] | undefined;
  for (const container of pod.spec.containers) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (!hostPort) continue;
      ports ??= [];
      ports.push({ ip: hostIP || '0.0.0.0', protocol: protocol ?? 'TCP', port: hostPort });
    }
  }
  return ports ?? noPorts;
}
