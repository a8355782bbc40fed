/** What the worker of a container knows. */

import type { Self } from '../../../../protocol/actor.ts';
import type { RuntimeContainerStatus } from '../../../../protocol/messages/cri.ts';
import type {
  ContainerStage,
  ContainerWorkerInput,
  EventOccurred,
  VolumeContent,
} from '../../../../protocol/messages/pod-worker.ts';
import type { Container, ContainerStatus, KubernetesObject, Pod } from '../../../../protocol/objects.ts';
import { referenceTo } from '../../../client-go/event-recorder.ts';
import type { BackOffEntry } from '../backoff.ts';
import type { Waiting } from '../container-status.ts';
import type { Call } from '../handlers.ts';
import type { Outcome, ProbeKind, ProbeRun, ProbeVerdict } from '../probes.ts';

/** A probe at work. */
export interface ProbeMemory {
  run?: ProbeRun;
  verdict: ProbeVerdict;
  triedAt: number;
  /** The call under way, the flow its answer bears, and the request where it is a command. */
  call?: Call;
  flow: string;
  request?: number;
  outcome?: Outcome;
}

/** Why a container is being killed, and how long it has. */
export interface Kill {
  /** For good, as the pod said; else it is restarted by policy. */
  isHalt: boolean;
  message: string;
  graceSeconds: number;
}

/** What the worker of a container knows. */
export interface ContainerMemory {
  input: ContainerWorkerInput;
  pod: Pod;
  sandboxId: string;
  podIP: string;
  volumes: Readonly<Record<string, VolumeContent>>;
  /** The newest container of this name that the runtime has, and the one before. */
  latest: RuntimeContainerStatus | undefined;
  previous: RuntimeContainerStatus | undefined;
  /** When the newest one started, and when the one that ended last did, in ms on the monotonic clock. */
  startedMs: number;
  ended: { containerId: string; atMs: number } | undefined;
  crash: BackOffEntry | undefined;
  /** An image that could not be pulled, and the back-off of it. */
  pull: { image: string; entry: BackOffEntry } | undefined;
  waiting: Waiting | undefined;
  imageId: string;
  pullingSince: number;
  /** What the environment is gathered from: requests still open, objects read, the Services' variables; and it. */
  open: Set<string>;
  sources: Map<string, KubernetesObject | null>;
  services: Readonly<Record<string, string>>;
  variables: Readonly<Record<string, string>>;
  failure: string | undefined;
  /** This life of the container was started by this worker, so its postStart hook is this worker's to run. */
  isFresh: boolean;
  started: boolean;
  ready: boolean;
  probes: Partial<Record<ProbeKind, ProbeMemory>>;
  hook: { flow: string; call?: Call; request?: number; untilMs: number } | undefined;
  kill: Kill | undefined;
  /** When SIGKILL is due, in ms on the monotonic clock. */
  killAt: number;
  flows: number;
  /** In [0, 1), drawn when a start failed: how far the next try is put off. */
  jitter: number;
  told: { stage: ContainerStage; status: ContainerStatus } | undefined;
}

/** kubelet --runtime-request-timeout: 2 min, asked again within it where a message was lost. */
export const runtimeCall = { deadlineMs: 120_000, retries: 11, retryMs: 10_000 };

/** The worker's door to the world. */
export type Me = Self<ContainerMemory>;

/** Makes the memory of a new worker. */
export function makeMemory(input: ContainerWorkerInput): ContainerMemory {
  const { found, shown } = input;
  const [latest, previous] = found.length < 2 ? found : [...found].sort((a, b) => b.attempt - a.attempt);
  return {
    input,
    pod: input.pod,
    sandboxId: '',
    podIP: '',
    volumes: {},
    latest,
    previous,
    startedMs: 0,
    ended: undefined,
    crash: undefined,
    pull: undefined,
    waiting: undefined,
    imageId: '',
    pullingSince: 0,
    open: new Set(),
    sources: new Map(),
    services: {},
    variables: {},
    failure: undefined,
    isFresh: false,
    started: false,
    ready: false,
    probes: {},
    hook: undefined,
    kill: undefined,
    killAt: 0,
    flows: 0,
    jitter: 0,
    // Of one that nothing was made of yet, the pod knows what is shown, and that it is to start.
    told: found.length > 0 || shown === undefined ? undefined : { stage: 'starting', status: shown },
  };
}

/** Gives the container's spec in the pod as it is now. */
export function specOf(memory: ContainerMemory): Container {
  const { name } = memory.input;
  const { spec } = memory.pod;
  for (const one of spec.containers) if (one.name === name) return one;
  return spec.initContainers?.find((one) => one.name === name) ?? { name };
}

/** Writes a pod as kubelet's messages do: `name_namespace(uid)`. */
export function podTitle({ metadata }: Pod): string {
  return `${metadata.name}_${metadata.namespace ?? ''}(${metadata.uid ?? ''})`;
}

/** Records an event about the container. */
export function record(self: Me, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const { memory } = self;
  const { place, name, role } = memory.input;
  const path = role === 'main' ? `spec.containers{${name}}` : `spec.initContainers{${name}}`;
  const body = { regarding: referenceTo(memory.pod, path), type, reason, message };
  self.send<EventOccurred>(place.kubelet, 'event.occurred', body);
}

/** Gives the pod's grace period: 30 s unless told. */
export function podGraceSeconds(pod: Pod): number {
  return pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
}
