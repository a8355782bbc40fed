/** Keeps the API's view of a pod up to date: one patch at a time, only of what differs (the kubelet's status manager). */

import { deepEqual } from '../../../protocol/deep-equal.ts';
import type { RequestRefused } from '../../../protocol/messages/api.ts';
import type { Pod, PodStatus } from '../../../protocol/objects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';
import { patchObject, reasonOf, targetOf } from '../../client-go/api-calls.ts';
import type { Me, PodMemory } from './memory.ts';
import { qosClass } from './qos.ts';
import { composeStatus, rejectedStatus, statusPatch } from './status.ts';

/** Composes the status anew; where it changed, the API will be told. */
export function refreshStatus(self: Me): void {
  const { memory } = self;
  const { input, pod } = memory;
  if (input.source === 'orphan') return;
  const now = toRfc3339(self.now());
  const wanted =
    input.rejection !== undefined && memory.reports.size === 0
      ? rejectedStatus(input.rejection, memory.startTime)
      : composeStatus({
          pod,
          before: memory.status,
          reports: memory.reports,
          podIP: memory.podIP,
          nodeIP: input.place.nodeIP,
          hasSandbox: memory.sandbox?.state === 'ready' && memory.podIP !== '',
          startTime: memory.startTime,
          isTerminal: memory.isTerminal,
          end: memory.end,
          qosClass: input.source === 'static' ? qosClass(pod.spec) : undefined,
          now,
        });
  if (memory.status !== undefined && deepEqual(memory.status, wanted)) return;
  memory.status = wanted;
  self.raise({ type: 'status.changed' });
}

/** Tells whether the API shows something else than it should. */
export function isStatusOwed({ memory }: Me): boolean {
  if (memory.status === undefined || memory.apiObject === undefined || memory.isVanished) return false;
  return lacking(memory, memory.apiObject, memory.status) !== undefined;
}

/** Gives what an object's status lacks. It is asked several times about the same two, and they are compared once. */
function lacking(memory: PodMemory, { status: shown }: Pod, wanted: PodStatus): Record<string, unknown> | undefined {
  const last = memory.compared;
  if (last?.shown === shown && last?.wanted === wanted) return last.patch;
  const patch = statusPatch(shown, wanted);
  memory.compared = { shown, wanted, patch };
  return patch;
}

/** Tells whether there is a status that was not sent yet. */
export function isStatusNew(self: Me): boolean {
  return self.memory.status !== self.memory.sentStatus && isStatusOwed(self);
}

/** Sends what the API's status lacks. The uid guards against another pod of the same name. */
export function sendStatus(self: Me): void {
  const { apiObject, status, input } = self.memory;
  if (apiObject === undefined || status === undefined) return;
  self.memory.sentStatus = status;
  const patch = {
    metadata: { uid: apiObject.metadata.uid },
    status: lacking(self.memory, apiObject, status) ?? {},
  };
  // What a lost message costs is one retry, not the whole deadline.
  const options = { retries: 5, note: { about: 'status' } };
  patchObject(self, input.place.apiserver, targetOf('pods', apiObject, 'status'), patch, options);
}

/** Takes a refusal: an object that is gone, or another of that name, needs no status. */
export function refuseStatus(self: Me, event: RequestRefused): void {
  const { memory } = self;
  const reason = reasonOf(event);
  // The kubelet tells when the object is really gone; until then there is nothing to patch.
  if (reason === 'NotFound' || (reason === 'Conflict' && memory.apiObject !== undefined)) memory.apiObject = undefined;
}
