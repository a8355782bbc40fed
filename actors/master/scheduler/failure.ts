/** What follows when no node was found for a pod, or its binding went wrong: the queue, an event, a condition. */

import { cutMessage } from './fit-error.ts';
import type { Me } from './memory.ts';
import { type QueuedPod, retryLater } from './queue.ts';
import { condition, patchStatus, record } from './writes.ts';

/** Puts a pod back after something went wrong that has nothing to do with its fitting. */
export function failWithError(self: Me, queued: QueuedPod, message: string): void {
  retryLater(self.memory.queue, queued, self.monotonic());
  tellFailure(self, queued, 'SchedulerError', message, '');
}

/** Tells why a pod has no node: as an event, and as its PodScheduled condition unless that says so already. */
export function tellFailure(self: Me, { pod }: QueuedPod, reason: string, message: string, nominated: string): void {
  record(self, pod, 'Warning', 'FailedScheduling', cutMessage(message));
  const known = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  const isTold = known?.status === 'False' && known.reason === reason && known.message === message;
  const wasNominated = pod.status?.nominatedNodeName ?? '';
  if (isTold && wasNominated === nominated) return;
  const since = known?.status === 'False' ? known.lastTransitionTime : undefined;
  const told = condition('PodScheduled', 'False', reason, message, self.now());
  patchStatus(self, pod, {
    conditions: [since === undefined ? told : { ...told, lastTransitionTime: since }],
    ...(wasNominated === nominated ? {} : { nominatedNodeName: nominated === '' ? null : nominated }),
  });
}
