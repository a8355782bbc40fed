/** Which pods nobody else will see to (`PodGCController`). */

import { objectKey } from '../../../../protocol/meta.ts';
import type { Node, Pod } from '../../../../protocol/objects.ts';

/** Tells whether a pod is being deleted though no kubelet has it to stop. */
export function isUnscheduledTerminating({ metadata, spec }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && !spec.nodeName;
}

/** Tells whether a pod has ended: in any phase but those of a pod that may still run. */
export function isTerminated({ status }: Pod): boolean {
  return !['Pending', 'Running', 'Unknown'].includes(status?.phase ?? '');
}

/** Tells whether somebody said of a node that is not ready that it is switched off: its pods have stopped. */
export function isOutOfService({ spec, status }: Node): boolean {
  const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
  return !isReady && spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/out-of-service') === true;
}

/** Chooses the ended pods beyond a number (0: any number may be): the evicted first, then the oldest. */
export function choosePodsBeyond(ended: Iterable<Pod>, threshold: number): Pod[] {
  if (threshold <= 0) return [];
  const pods = [...ended];
  const count = pods.length - threshold;
  return count <= 0 ? [] : pods.sort(byEvictionAndAge).slice(0, count);
}

function byEvictionAndAge(a: Pod, b: Pod): number {
  const [evictedA, evictedB] = [isEvicted(a), isEvicted(b)];
  if (evictedA !== evictedB) return evictedA ? -1 : 1;
  // Times in UTC: text order is time order.
  const [bornA = '', bornB = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (bornA !== bornB) return bornA < bornB ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : objectKey(a) < objectKey(b) ? -1 : 1;
}

function isEvicted({ status }: Pod): boolean {
  return status?.phase === 'Failed' && status.reason === 'Evicted';
}
