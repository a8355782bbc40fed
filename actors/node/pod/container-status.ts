/** The status of a container as the API shows it, from what the runtime knows and what the kubelet is at. */

import type { RuntimeContainerStatus } from '../../../protocol/messages/cri.ts';
import type { ContainerState, ContainerStatus } from '../../../protocol/objects.ts';
import { toRfc3339 } from '../../../protocol/time.ts';

/** Why a container does not run (now): a reason such as `CrashLoopBackOff`, and a message. */
export interface Waiting {
  reason: string;
  message?: string;
}

/** What a container's status is made from. */
export interface ContainerFacts {
  name: string;
  image: string;
  latest: RuntimeContainerStatus | undefined;
  /** The one before `latest`. */
  previous: RuntimeContainerStatus | undefined;
  /** What holds it up; hides the end of the last run, which moves to `lastState`. */
  waiting: Waiting | undefined;
  ready: boolean;
  started: boolean;
  /** What the API shows, where the runtime has forgotten. */
  shown: ContainerStatus | undefined;
  /** It is a main container of a pod with init containers, so it first waits for those. */
  hasInit: boolean;
}

/** Writes a container's id as the API does. */
export function containerIdOf(container: RuntimeContainerStatus): string {
  return `containerd://${container.containerId}`;
}

/** Makes the status of a container that was not touched yet. */
export function untouchedStatus(name: string, image: string, hasInit: boolean): ContainerStatus {
  const reason = hasInit ? 'PodInitializing' : 'ContainerCreating';
  return {
    name,
    state: { waiting: { reason } },
    lastState: {},
    ready: false,
    restartCount: 0,
    image,
    imageID: '',
    started: false,
  };
}

/** Makes the status of a container from what is known of it. */
export function containerStatus(facts: ContainerFacts): ContainerStatus {
  const { latest, previous, waiting, shown } = facts;
  const hasRun = latest !== undefined && latest.state !== 'created';
  const notYet = { reason: facts.hasInit ? 'PodInitializing' : 'ContainerCreating' };
  const state: ContainerState =
    waiting !== undefined || latest === undefined || !hasRun ? { waiting: waiting ?? notYet } : runtimeState(latest);
  const ended = state.waiting !== undefined && latest?.state === 'exited' ? latest : previous;
  const lastState = ended === undefined ? (shown?.lastState ?? {}) : runtimeState(ended);
  const known = latest ?? previous;
  const status: ContainerStatus = {
    name: facts.name,
    state,
    lastState,
    ready: facts.ready,
    restartCount: latest?.attempt ?? shown?.restartCount ?? 0,
    image: latest?.image ?? facts.image,
    imageID: latest?.imageId ?? shown?.imageID ?? '',
    started: facts.started,
  };
  if (known !== undefined) status.containerID = containerIdOf(known);
  return status;
}

/** Writes a container's state. One that was made and never started waits, also when another has taken its place. */
export function runtimeState(container: RuntimeContainerStatus): ContainerState {
  if (container.state === 'created') return { waiting: {} };
  if (container.state === 'running') return { running: { startedAt: toRfc3339(container.startedAt) } };
  return {
    terminated: {
      exitCode: container.exitCode,
      reason: container.reason || (container.exitCode === 0 ? 'Completed' : 'Error'),
      ...(container.message === '' ? {} : { message: container.message }),
      startedAt: toRfc3339(container.startedAt || container.createdAt),
      finishedAt: toRfc3339(container.finishedAt),
      containerID: containerIdOf(container),
    },
  };
}
