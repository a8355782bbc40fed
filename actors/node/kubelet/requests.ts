/** What a pod asks of a node. */

import type { Container, Pod } from '../../../protocol/objects.ts';
import { byteCount, cpuMilli } from '../../../protocol/quantity.ts';

/** Amounts by resource: CPU in millicores, memory and storage in bytes, anything else as a count. */
export type Amounts = Readonly<Record<string, number>>;

/** Reads a list of quantities. */
export function amountsOf(quantities: Readonly<Record<string, string>> = {}): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const name in quantities) {
    const value = quantities[name] ?? '0';
    amounts[name] = name === 'cpu' ? cpuMilli(value) : byteCount(value);
  }
  return amounts;
}

/** Adds amounts to a sum, `times` times; -1 takes them away. */
export function addAmounts(sum: Record<string, number>, amounts: Amounts, times = 1): void {
  for (const name in amounts) sum[name] = (sum[name] ?? 0) + times * (amounts[name] ?? 0);
}

/** What a pod takes of a node. */
export interface Needs {
  requests: Amounts;
  ports: readonly string[];
}

/** Finds out what a pod takes of a node. */
export function needsOf(pod: Pod): Needs {
  return { requests: podRequests(pod), ports: hostPorts(pod) };
}

/**
 * Sums what a pod requests: its containers and sidecars together, or the largest init container on its way (with the sidecars
 * started before it), whichever is more; its overhead on top.
 */
export function podRequests(pod: Pod): Amounts {
  const { containers, initContainers, overhead } = pod.spec;
  const sum: Record<string, number> = {};
  for (const container of containers) addAmounts(sum, amountsOf(container.resources?.requests));
  if (initContainers !== undefined) addInit(sum, initContainers);
  if (overhead !== undefined) addAmounts(sum, amountsOf(overhead));
  return sum;
}

function addInit(sum: Record<string, number>, initContainers: readonly Container[]): void {
  const sidecars: Record<string, number> = {};
  const peak: Record<string, number> = {};
  for (const container of initContainers) {
    const requests = amountsOf(container.resources?.requests);
    if (container.restartPolicy === 'Always') {
      addAmounts(sidecars, requests);
      raiseTo(peak, sidecars);
    } else {
      const together = { ...sidecars };
      addAmounts(together, requests);
      raiseTo(peak, together);
    }
  }
  addAmounts(sum, sidecars);
  raiseTo(sum, peak);
}

function raiseTo(sum: Record<string, number>, amounts: Amounts): void {
  for (const name in amounts) sum[name] = Math.max(sum[name] ?? 0, amounts[name] ?? 0);
}

/** Lists the ports of the node itself that a pod takes, as `TCP/0.0.0.0/80`. */
export function hostPorts(pod: Pod): string[] {
  const ports: string[] = [];
  for (const container of pod.spec.containers) {
    for (const { hostPort, protocol = 'TCP', hostIP = '0.0.0.0' } of container.ports ?? []) {
      if (hostPort) ports.push(`${protocol}/${hostIP || '0.0.0.0'}/${hostPort}`);
    }
  }
  return ports;
}
