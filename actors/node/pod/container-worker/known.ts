/** What the worker learns of its container from the runtime, and what it tells its pod of it. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type {
  ContainerChanged,
  ContainerRemove,
  ContainerStopped,
  RuntimeContainerStatus,
  RuntimeListed,
} from '../../../../protocol/messages/cri.ts';
import type { ContainerReported, ContainerStage } from '../../../../protocol/messages/pod-worker.ts';
import { containerStatus } from '../container-status.ts';
import { type ContainerMemory, type Me, specOf } from './memory.ts';

/**
 * Gives when a stamp of this machine's wall clock was made, on its monotonic clock; one of a later time is of now.
 *
 * The kubelet itself goes on to compare such stamps with the wall clock; asked once, when it is new, a stamp outlives a jump.
 */
export function momentOf(self: Me, stampMs: number): number {
  return self.monotonic() - Math.max(0, self.now() - stampMs);
}

const order = { created: 0, running: 1, exited: 2 } as const;

/** Takes what the runtime says of a container: newer than what is known, or of the one before. */
export function learn(self: Me, status: RuntimeContainerStatus): void {
  const { memory } = self;
  const { latest } = memory;
  if (status.name !== memory.input.name) return;
  if (latest === undefined) memory.latest = status;
  else if (status.containerId === latest.containerId) {
    if (order[status.state] >= order[latest.state]) memory.latest = status;
  } else if (status.attempt > latest.attempt) {
    // As kubelet's --maximum-dead-containers-per-container: one dead predecessor is kept.
    if (memory.previous !== undefined) remove(self, memory.previous.containerId);
    memory.previous = latest;
    memory.latest = status;
  }
}

function remove(self: Me, containerId: string): void {
  const { runtime } = self.memory.input.place;
  self.forget(self.request<ContainerRemove>(runtime, 'container.remove', { containerId }, { retries: 3 }));
}

/** Takes a change that the runtime told. */
export function noteContainer(self: Me, event: ContainerChanged): void {
  learn(self, event.body);
}

/** Takes what a stop brought; a container that was never started has ended all the same. */
export function noteStopped(self: Me, event: ContainerStopped): void {
  learn(self, event.body);
  if (event.body.containerId === self.memory.latest?.containerId) noteLost(self);
}

/** Takes a whole list: a container that is not on it is lost. */
export function takeListed(self: Me, event: RuntimeListed): void {
  for (const status of event.body.containers) learn(self, status);
  const { latest } = self.memory;
  if (latest === undefined || latest.state === 'exited') return;
  if (!event.body.containers.some(({ containerId }) => containerId === latest.containerId)) noteLost(self);
}

/** Takes it that the runtime no longer has the container. */
export function noteLost(self: Me): void {
  const { memory } = self;
  if (memory.latest === undefined || memory.latest.state === 'exited') return;
  memory.latest = {
    ...memory.latest,
    state: 'exited',
    finishedAt: self.now(),
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
  };
}

/** Removes a container whose making was answered too late to be of use. */
export function discard(self: Me, event: { body: { containerId: string } }): void {
  if (event.body.containerId !== self.memory.latest?.containerId) remove(self, event.body.containerId);
}

/** Tells the pod what it may show, where that changed. */
export function report(self: Me, _event: unknown, { stage }: { stage: ContainerStage }): void {
  const { memory } = self;
  const status = containerStatus(factsOf(memory));
  if (memory.told?.stage === stage && deepEqual(memory.told.status, status)) return;
  memory.told = { stage, status };
  self.send<ContainerReported>(self.parent, 'container.reported', { name: memory.input.name, stage, status });
}

/** Tells the pod again, at the stage it was told last. */
export function reportAgain(self: Me): void {
  report(self, undefined, { stage: self.memory.told?.stage ?? 'running' });
}

function factsOf(memory: ContainerMemory) {
  const { latest, input } = memory;
  const isRunning = latest?.state === 'running';
  // An init container is ready once it has done its work.
  const isDone = input.role === 'init' && latest?.state === 'exited' && latest.exitCode === 0;
  return {
    name: input.name,
    image: specOf(memory).image ?? '',
    latest,
    previous: memory.previous,
    waiting: memory.waiting,
    ready: (isRunning && memory.ready && input.role !== 'init') || isDone,
    started: isRunning && memory.started,
    shown: input.shown,
    hasInit: input.role === 'main' && (memory.pod.spec.initContainers?.length ?? 0) > 0,
  };
}
