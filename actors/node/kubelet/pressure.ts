/** What the kubelet does when the node's memory gets short. */

import type { MemoryPressured, RuntimeStats, RuntimeUsage } from '../../../protocol/messages/cri.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { describeEviction, type PodUsage, pickVictim } from './eviction.ts';
import { type Me, placeOf, recordNodeEvent, recordPodEvent } from './memory.ts';
import { evictionThresholdBytes } from './node-status.ts';
import { terminatePod } from './pods.ts';

/** kubelet's immediateEvictionGracePeriodSeconds: a hard threshold leaves no more. */
const evictionGraceSeconds = 1;

/** Compares what is left with what must be. */
export function judgeMemory(self: Me, event: MemoryPressured): void {
  const { memory } = self;
  memory.availableBytes = event.body.availableBytes;
  const isShort = memory.availableBytes < evictionThresholdBytes(memory.input.node, memory.input.config);
  self.raise({ type: isShort ? 'memory.short' : 'memory.enough' });
}

/** Begins to be under pressure: the node says so with its next report, and lets no more BestEffort pods in. */
export function beginPressure({ memory }: Me): void {
  memory.isUnderMemoryPressure = true;
}

/** Ends it, when memory has sufficed for the whole transition period. */
export function endPressure({ memory }: Me): void {
  memory.isUnderMemoryPressure = false;
}

/** Asks what the containers use. */
export function askUsage(self: Me): void {
  self.request<RuntimeStats>(
    placeOf(self).runtime,
    'runtime.stats',
    {},
    { deadlineMs: 10_000, note: { about: 'eviction' } },
  );
}

/** Evicts the pod that is first in line. */
export function evict(self: Me, event: RuntimeUsage): void {
  const { memory } = self;
  recordNodeEvent(self, 'Warning', 'EvictionThresholdMet', 'Attempting to reclaim memory');
  const usages = new Map<string, PodUsage>();
  for (const [uid, { pod, holds, isVanished }] of memory.pods) {
    if (holds !== undefined && !isVanished && pod.metadata.deletionTimestamp === undefined) {
      usages.set(uid, { pod, containers: event.body.containers.filter(({ podUid }) => podUid === uid) });
    }
  }
  const victim = pickVictim([...usages.values()]);
  if (victim === undefined) return;
  const threshold = evictionThresholdBytes(memory.input.node, memory.input.config);
  const { status, annotations } = describeEviction(victim, threshold, memory.availableBytes, toRfc3339(self.now()));
  recordPodEvent(self, victim.pod, 'Warning', 'Evicted', status.message, annotations);
  terminatePod(self, victim.pod, status, evictionGraceSeconds);
}
