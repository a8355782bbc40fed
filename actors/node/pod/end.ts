/** How a pod ends: its containers, its sidecars, its sandbox, its object, and what is left on the node. */

import type { ObjectDelete, RequestRefused } from '../../../protocol/messages/api.ts';
import type {
  CriRefused,
  RuntimeListed,
  SandboxChanged,
  SandboxStop,
  SandboxStopped,
} from '../../../protocol/messages/cri.ts';
import type { ContainerHalt, PodStopped, PodTerminate, PodVanish } from '../../../protocol/messages/pod-worker.ts';
import { reasonOf, targetOf } from '../../client-go/api-calls.ts';
import { hireForLiving, removeSandbox } from './life.ts';
import { type Me, record } from './memory.ts';
import { isSidecar } from './phase.ts';
import { getsAnotherSandbox } from './sandbox-loss.ts';
import { isStatusOwed, refreshStatus } from './status-writer.ts';

/** kubelet's minimumGracePeriodInSeconds: even a pod deleted by force has so long. */
const leastGraceSeconds = 2;

/** Takes the kubelet's word that the pod must end. */
export function noteEnd(self: Me, event: PodTerminate): void {
  const { memory } = self;
  if (memory.isTerminal) return;
  memory.end ??= event.body.status;
  if (event.body.graceSeconds !== undefined) memory.graceSeconds = event.body.graceSeconds;
  self.raise({ type: 'verdict.end' });
}

/** Takes it that the pod is gone from its source. */
export function noteVanished(self: Me, event: PodVanish): void {
  const { memory } = self;
  memory.isVanished = true;
  memory.apiObject = undefined;
  if (event.body.graceSeconds !== undefined) memory.graceSeconds = event.body.graceSeconds;
  self.raise({ type: 'verdict.end' });
}

/** Ends a pod that was active for longer than it may. */
export function exceedDeadline(self: Me): void {
  const message = 'Pod was active on the node longer than the specified deadline';
  record(self, 'Normal', 'DeadlineExceeded', message);
  self.memory.end ??= { reason: 'DeadlineExceeded', message };
  self.raise({ type: 'verdict.end' });
}

/** Gives the ms until activeDeadlineSeconds have passed since the pod was first seen. */
export function deadlineLeftMs(self: Me, startMs: number): number {
  return Math.max(0, startMs + (self.memory.pod.spec.activeDeadlineSeconds ?? 0) * 1000 - self.now());
}

/** Begins to end: whatever runs of the pod is to be stopped. */
export function beginEnd(self: Me): void {
  const { memory } = self;
  memory.killAt = self.monotonic() + graceSeconds(self) * 1000;
  hireForLiving(self);
  if (memory.end !== undefined) refreshStatus(self);
}

function graceSeconds({ memory }: Me): number {
  if (memory.graceSeconds !== undefined) return memory.graceSeconds;
  const { metadata, spec } = memory.pod;
  return Math.max(leastGraceSeconds, metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30);
}

/** Gives what is left of the grace: sidecars share it with the containers they serve. */
function graceLeft(self: Me): number {
  const left = Math.ceil((self.memory.killAt - self.monotonic()) / 1000);
  return Math.max(left, Math.min(leastGraceSeconds, graceSeconds(self)));
}

/** Halts all containers; sidecars go on for as long as there are others. */
export function haltAll(self: Me): void {
  const { memory } = self;
  const sidecars = sidecarsOf(self);
  const grace = memory.killAt > self.monotonic() ? graceLeft(self) : graceSeconds(self);
  for (const name of memory.workers.keys()) if (!sidecars.includes(name)) halt(self, name, grace);
  if (areContainersDown(self)) haltSidecar(self);
}

/** Halts the last sidecar that still runs, once all containers are down: they end in the reverse of their order. */
export function haltSidecar(self: Me): void {
  if (!areContainersDown(self)) return;
  const next = sidecarsOf(self)
    .reverse()
    .find((name) => isUp(self, name));
  if (next !== undefined && !self.memory.halting.has(next))
    halt(self, next, self.memory.killAt > self.monotonic() ? graceLeft(self) : leastGraceSeconds);
}

/** Takes a later word that leaves less time: what is being stopped must stop sooner. */
export function shortenGrace(self: Me): void {
  const { memory } = self;
  const killAt = self.monotonic() + graceSeconds(self) * 1000;
  if (killAt >= memory.killAt) return;
  memory.killAt = killAt;
  for (const name of memory.workers.keys()) if (isUp(self, name)) halt(self, name, graceSeconds(self));
}

function halt(self: Me, name: string, seconds: number): void {
  const worker = self.memory.workers.get(name);
  self.memory.halting.add(name);
  if (worker !== undefined && isUp(self, name))
    self.send<ContainerHalt>(worker, 'container.halt', { graceSeconds: seconds });
}

function sidecarsOf({ memory }: Me): string[] {
  return (memory.pod.spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
}

function isUp({ memory }: Me, name: string): boolean {
  const stage = memory.reports.get(name)?.stage;
  return memory.workers.has(name) && stage !== 'halted' && stage !== 'finished';
}

/** Tells whether all containers but the sidecars are down. */
export function areContainersDown(self: Me): boolean {
  const sidecars = sidecarsOf(self);
  for (const name of self.memory.workers.keys()) if (!sidecars.includes(name) && isUp(self, name)) return false;
  return true;
}

/** Tells whether all containers are down. */
export function areAllDown(self: Me): boolean {
  for (const name of self.memory.workers.keys()) if (isUp(self, name)) return false;
  return true;
}

/** Tells that the pause container died, and the rest must go with it. */
export function showRebuild(self: Me): void {
  record(self, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  self.memory.killAt = 0;
}

/** Takes what the runtime says of a sandbox: one that is no longer ready cannot be lived in. */
export function noteSandbox(self: Me, event: SandboxChanged): void {
  const { memory } = self;
  const sandbox = event.body;
  memory.sandboxIds.add(sandbox.sandboxId);
  if (sandbox.sandboxId !== memory.sandbox?.sandboxId) return;
  const wasReady = memory.sandbox.state === 'ready';
  memory.sandbox = sandbox;
  if (wasReady && sandbox.state === 'not-ready') loseSandbox(self);
}

function loseSandbox(self: Me): void {
  const { pod, reports } = self.memory;
  self.raise({ type: getsAnotherSandbox(pod.spec, reports) ? 'verdict.rebuild' : 'verdict.end' });
}

/** Takes a whole list of what the runtime has of the pod. */
export function takeListed(self: Me, event: RuntimeListed): void {
  const { memory } = self;
  for (const worker of memory.workers.values()) self.send<RuntimeListed>(worker, 'runtime.listed', event.body);
  for (const { sandboxId } of event.body.sandboxes) memory.sandboxIds.add(sandboxId);
  const current = memory.sandbox;
  if (current === undefined) return;
  const found = event.body.sandboxes.find(({ sandboxId }) => sandboxId === current.sandboxId);
  const wasReady = current.state === 'ready';
  memory.sandbox = found ?? { ...current, state: 'not-ready' };
  if (wasReady && memory.sandbox.state === 'not-ready') loseSandbox(self);
}

/** Stops the sandbox: the pause container is the last to end. */
export function stopSandbox(self: Me): void {
  const { memory } = self;
  if (memory.sandbox === undefined) return;
  const options = { deadlineMs: 120_000, retries: 11, retryMs: 10_000, note: { about: 'sandbox' } };
  const body = { sandboxId: memory.sandbox.sandboxId };
  self.request<SandboxStop>(memory.input.place.runtime, 'sandbox.stop', body, options);
}

/** Leaves the sandbox behind, to build another. */
export function dropSandbox({ memory }: Me): void {
  memory.sandbox = undefined;
  memory.begun.clear();
  memory.isInitialized = false;
}

/** Leaves a sandbox behind that is stopped, or not there. */
export function leaveSandbox({ memory }: Me, event: SandboxStopped | CriRefused): void {
  const isAnother = event.type === 'sandbox.stopped' && event.body.sandboxId !== memory.sandbox?.sandboxId;
  if (!isAnother) memory.sandbox = undefined;
}

/** Takes it that a sandbox that was asked for does not come. */
export function missSandbox({ memory }: Me): void {
  memory.isSandboxing = false;
}

/** Takes it that nothing of the pod runs any more. */
export function noteTerminated(self: Me): void {
  const { memory } = self;
  const wasOver = memory.pod.status?.phase === 'Succeeded' || memory.pod.status?.phase === 'Failed';
  memory.isTerminal = true;
  if (memory.sandbox !== undefined) memory.sandbox = { ...memory.sandbox, state: 'not-ready' };
  // What had ended before this kubelet began stays as it was told.
  if (!wasOver || memory.begun.size > 0) refreshStatus(self);
  self.send<PodStopped>(memory.input.place.kubelet, 'pod.stopped', { uid: memory.pod.metadata.uid ?? '' });
}

/** Tells whether the pod's object may go: that was asked for, and it shows how the pod ended. */
export function mayDelete(self: Me): boolean {
  const { apiObject, input } = self.memory;
  if (input.source !== 'api' || apiObject?.metadata.deletionTimestamp === undefined) return false;
  return !isStatusOwed(self);
}

/** Deletes the pod's object for good: nothing of it is left to wait for. */
export function deletePod(self: Me): void {
  const { memory } = self;
  const { uid } = memory.pod.metadata;
  const options = { gracePeriodSeconds: 0, preconditions: uid === undefined ? {} : { uid } };
  const body: ObjectDelete['body'] = { ...targetOf('pods', memory.pod), options };
  const asked = { retries: 5, note: { about: 'delete' } };
  self.request<ObjectDelete>(memory.input.place.apiserver, 'object.delete', body, asked);
}

/** Takes a refusal of the delete: what is gone already, or is another pod by now, was the aim. */
export function noteDeleted(self: Me, event: RequestRefused): void {
  const reason = reasonOf(event);
  if (reason === 'NotFound' || reason === 'Conflict') self.memory.isVanished = true;
}

/** Clears away the sandboxes, and with them all dead containers. */
export function removeSandboxes(self: Me): void {
  for (const sandboxId of self.memory.sandboxIds) removeSandbox(self, sandboxId);
}
