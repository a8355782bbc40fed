/** Which pod goes when the node runs out of memory, and in which words. */

import type { ContainerUsage } from '../../../protocol/messages/cri.ts';
import type { EndStatus } from '../../../protocol/messages/pod-worker.ts';
import type { Pod } from '../../../protocol/objects.ts';
import { byteCount, byteQuantity } from '../../../protocol/quantity.ts';
import { isCritical } from './admission.ts';
import { podRequests } from './requests.ts';

/** A pod and what its containers use. */
export interface PodUsage {
  pod: Pod;
  containers: readonly ContainerUsage[];
}

/** Sums a pod's memory. */
export function memoryOf({ containers }: PodUsage): number {
  return containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
}

/**
 * Orders pods by who goes first: those nothing is known of, those over their requests, then by priority, then by how far
 * over they are.
 */
export function rankForMemory(pods: readonly PodUsage[]): PodUsage[] {
  const excess = (usage: PodUsage) => memoryOf(usage) - (podRequests(usage.pod).memory ?? 0);
  const isKnown = ({ containers }: PodUsage) => containers.length > 0;
  return [...pods].sort((a, b) => {
    if (isKnown(a) !== isKnown(b)) return isKnown(a) ? 1 : -1;
    const [over, otherOver] = [excess(a), excess(b)];
    if (over > 0 !== otherOver > 0) return over > 0 ? -1 : 1;
    const byPriority = (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0);
    return byPriority || otherOver - over;
  });
}

/** Picks the pod to evict; critical ones are never. */
export function pickVictim(pods: readonly PodUsage[]): PodUsage | undefined {
  return rankForMemory(pods.filter(({ pod }) => !isCritical(pod)))[0];
}

/** Why a pod was evicted, as its status says it, and the annotations of the event that tells of it. */
export interface Eviction {
  status: EndStatus;
  annotations: Record<string, string>;
}

/** Says why a pod was evicted, as the kubelet does. */
export function describeEviction(
  victim: PodUsage,
  thresholdBytes: number,
  availableBytes: number,
  now: string,
): Eviction {
  const threshold = `Threshold quantity: ${byteQuantity(thresholdBytes)}, available: ${kibibytes(availableBytes)}. `;
  const { containers, initContainers = [] } = victim.pod.spec;
  const offending = victim.containers.flatMap(({ name, memoryBytes }) => {
    const spec = [...containers, ...initContainers].find((container) => container.name === name);
    const request = spec?.resources?.requests?.memory ?? '0';
    return memoryBytes > byteCount(request) ? [{ name, usage: kibibytes(memoryBytes), request }] : [];
  });
  const parts = offending.map(
    ({ name, usage, request }) =>
      `Container ${name} was using ${usage}, request is ${request}, has larger consumption of memory. `,
  );
  const message = `The node was low on resource: memory. ${threshold}${parts.join('')}`;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'TerminationByKubelet',
    message,
    lastTransitionTime: now,
  };
  const annotations = {
    offending_containers: offending.map(({ name }) => name).join(','),
    offending_containers_usage: offending.map(({ usage }) => usage).join(','),
    starved_resource: 'memory',
  };
  return { status: { reason: 'Evicted', message, condition }, annotations };
}

/** Usage is measured in bytes, and written in Ki as the kernel counts it. */
function kibibytes(bytes: number): string {
  return `${Math.max(0, Math.floor(bytes / 1024))}Ki`;
}
