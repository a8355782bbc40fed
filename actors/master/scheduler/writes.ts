/** What the scheduler writes: requests at its client's rate, statuses of pods, and events about them. */

import type { Pod, PodCondition } from '../../../protocol/objects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { recordEvent, referenceTo } from '../../client-go/event-recorder.ts';
import { post, takeReady } from '../../client-go/outbox.ts';
import type { Me, Write } from './memory.ts';

/** Sends a request now, or when the client's rate allows. */
export function send(self: Me, write: Write): void {
  if (post(self.memory.outbox, write, self.monotonic())) emit(self, write);
}

/** Sends what the client's rate allows by now. */
export function sendDue(self: Me): void {
  for (const write of takeReady(self.memory.outbox, self.monotonic())) emit(self, write);
}

function emit(self: Me, { type, body, note }: Write): void {
  // Each of these is safe to send twice; what a lost message costs is one retry.
  self.memory.pending.add(self.request(self.memory.input.apiserver, type, body, { note, retries: 5 }));
}

/** Changes a pod's status; a field given as null goes. */
export function patchStatus(self: Me, pod: Pod, status: Record<string, unknown>): void {
  const { namespace = '', name, uid } = pod.metadata;
  const body = { resource: 'pods', namespace, name, subresource: 'status', patchType: 'strategic' as const };
  send(self, {
    type: 'object.patch',
    body: { ...body, patch: { metadata: { uid }, status } },
    note: { about: 'write' },
  });
}

/** Makes a condition that holds from now on. */
export function condition(type: string, status: string, reason: string, message: string, nowMs: number): PodCondition {
  return { type, status, reason, message, lastTransitionTime: toRfc3339(nowMs) };
}

/** Records an event about a pod. */
export function record(self: Me, pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const { recorder, input } = self.memory;
  recordEvent(self, recorder, input.apiserver, { regarding: referenceTo(pod), type, reason, message });
}
