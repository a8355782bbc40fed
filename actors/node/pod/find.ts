/** Where somebody outside finds a container of a pod, or its log; or why not, in the kubelet's words. */

import type { ContainerFind, ContainerFound, ContainerUnfound } from '../../../protocol/messages/streaming.ts';
import type { ContainerStatus, Pod } from '../../../protocol/objects.ts';
import { clusterOf, containerAddress, pauseAddress } from '../../../protocol/subjects.ts';
import { containersOf, type Me } from './memory.ts';

type Refusal = ContainerUnfound['body'];

/** Answers where a container is. */
export function findContainer(self: Me, event: ContainerFind): void {
  const { purpose } = event.body;
  if (purpose === 'log') answerLog(self, event);
  else if (purpose === 'portforward') answerSandbox(self, event);
  else answerProcess(self, event);
}

function statusOf({ memory }: Me, name: string): ContainerStatus | undefined {
  const { status } = memory;
  const isIt = (one: ContainerStatus) => one.name === name;
  return status?.containerStatuses?.find(isIt) ?? status?.initContainerStatuses?.find(isIt);
}

function answerLog(self: Me, event: ContainerFind): void {
  const { container, pod, previous = false } = event.body;
  const found = logOf(statusOf(self, container), { container, pod, previous });
  if (typeof found === 'string') refuse(self, event, { code: 400, message: found });
  else give(self, event, found.containerId, found.isRunning ? processOf(self, container) : runtimeOf(self));
}

/** Finds the container whose log is meant, as kubelet's validateContainerLogStatus does. */
export function logOf(
  status: ContainerStatus | undefined,
  { container, pod, previous }: { container: string; pod: string; previous: boolean },
): { containerId: string; isRunning: boolean } | string {
  const what = `container "${container}" in pod "${pod}"`;
  if (status === undefined) return `${what} is not available`;
  const last = status.lastState?.terminated?.containerID;
  const { running, terminated, waiting } = status.state ?? {};
  if (previous) return last ? ended(last) : `previous terminated ${what} not found`;
  if (running !== undefined) return { containerId: idOf(status.containerID ?? ''), isRunning: true };
  if (terminated !== undefined) {
    const id = terminated.containerID || last;
    return id ? ended(id) : `${what} is terminated`;
  }
  if (last) return ended(last);
  if (waiting === undefined) return `${what} is waiting to start - no logs yet`;
  return `${what} is waiting to start: ${waitingFor(waiting.reason ?? '')}`;
}

function waitingFor(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}

function ended(containerID: string): { containerId: string; isRunning: boolean } {
  return { containerId: idOf(containerID), isRunning: false };
}

function idOf(containerID: string): string {
  return containerID.slice(containerID.indexOf('://') + 3);
}

/** A command is run in what runs now; where nothing does, the kubelet finds no container of that name. */
function answerProcess(self: Me, event: ContainerFind): void {
  const { container } = event.body;
  const status = statusOf(self, container);
  if (status?.state?.running === undefined) {
    refuse(self, event, { code: 500, message: `container not found ("${container}")` });
  } else give(self, event, idOf(status.containerID ?? ''), processOf(self, container));
}

function answerSandbox(self: Me, event: ContainerFind): void {
  const { sandbox, pod } = self.memory;
  const { metadata } = pod;
  if (sandbox?.state === 'ready') {
    const { node } = self.memory.input.place;
    give(self, event, sandbox.sandboxId, pauseAddress(clusterOf(self.address), node, uidOf(pod)));
  } else refuse(self, event, { code: 500, message: `pod not found ("${metadata.name}_${metadata.namespace ?? ''}")` });
}

function uidOf({ metadata }: Pod): string {
  return metadata.uid ?? '';
}

function processOf(self: Me, container: string): string {
  const { input, pod } = self.memory;
  return containerAddress(clusterOf(self.address), input.place.node, uidOf(pod), container);
}

function runtimeOf({ memory }: Me): string {
  return memory.input.place.runtime;
}

function give(self: Me, event: ContainerFind, containerId: string, address: string): void {
  const tty = containersOf(self.memory.pod).find(({ name }) => name === event.body.container)?.tty ?? false;
  self.reply<ContainerFound>(event, 'container.found', { containerId, address, tty });
}

function refuse(self: Me, event: ContainerFind, refusal: Refusal): void {
  self.reply<ContainerUnfound>(event, 'container.unfound', refusal);
}
