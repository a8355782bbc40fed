/** What the worker of a pod knows. */

import type { Self } from '../../../protocol/actor.ts';
import type { RuntimeCondition, RuntimeContainerStatus, SandboxStatus } from '../../../protocol/messages/cri.ts';
import type { EndStatus, EventOccurred, PodInput, VolumeContent } from '../../../protocol/messages/pod-worker.ts';
import type { Container, ContainerStatus, KubernetesObject, Pod, PodStatus } from '../../../protocol/objects.ts';
import { referenceTo } from '../../client-go/event-recorder.ts';
import { containerStatus } from './container-status.ts';
import { isSidecar } from './phase.ts';
import type { Report } from './progress.ts';

/** What the worker of a pod knows. */
export interface PodMemory {
  input: PodInput;
  /** The pod as its source has it now. */
  pod: Pod;
  /** The object whose status is kept: the pod itself, or the mirror of a static one; undefined while there is none. */
  apiObject: Pod | undefined;
  /** The sandbox in use, its number, and the number of the next one. */
  sandbox: SandboxStatus | undefined;
  attempt: number;
  /** A sandbox was asked for, and the runtime has not answered yet. */
  isSandboxing: boolean;
  /** All sandboxes of the pod that the runtime still has to clear away. */
  sandboxIds: Set<string>;
  network: RuntimeCondition;
  /** The last address it had. */
  podIP: string;
  /** What the volumes are gathered from: reads still open, and objects read. */
  open: Set<string>;
  sources: Map<string, KubernetesObject | null>;
  volumes: Record<string, VolumeContent>;
  mountTries: number;
  /** The addresses of the containers' workers, by container; and those told to begin in this sandbox. */
  workers: Map<string, string>;
  begun: Set<string>;
  /** Containers told to stop. */
  halting: Set<string>;
  reports: Map<string, Report>;
  isInitialized: boolean;
  /** It ends, or ended, against its will. */
  end: EndStatus | undefined;
  /** The grace the kubelet gives, where it is not the pod's own. */
  graceSeconds: number | undefined;
  /** When SIGKILL is due for whatever still runs, in ms on the monotonic clock. */
  killAt: number;
  isVanished: boolean;
  isTerminal: boolean;
  startTime: string;
  status: PodStatus | undefined;
  /** The one that was sent last. */
  sentStatus: PodStatus | undefined;
  /** What of a wanted status was lacking in what the API showed, when they were compared last. */
  compared: { shown: PodStatus | undefined; wanted: PodStatus; patch: Record<string, unknown> | undefined } | undefined;
  jitter: number;
  failure: string | undefined;
}

/** The worker's door to the world. */
export type Me = Self<PodMemory>;

/** Makes the memory of a new worker: what the runtime has of the pod is taken over. */
export function makeMemory(input: PodInput): PodMemory {
  const newest = [...input.sandboxes].sort((a, b) => b.attempt - a.attempt)[0];
  const memory: PodMemory = {
    input,
    pod: input.pod,
    apiObject: input.source === 'api' ? input.pod : input.mirror,
    sandbox: newest,
    attempt: newest === undefined ? 0 : newest.attempt + 1,
    isSandboxing: false,
    network: input.network,
    sandboxIds: new Set(input.sandboxes.map(({ sandboxId }) => sandboxId)),
    podIP: newest?.ip || input.pod.status?.podIP || '',
    open: new Set(),
    sources: new Map(),
    volumes: {},
    mountTries: 0,
    workers: new Map(),
    begun: new Set(),
    halting: new Set(),
    reports: new Map(),
    isInitialized: false,
    end: input.rejection,
    graceSeconds: undefined,
    killAt: 0,
    isVanished: input.source === 'orphan',
    isTerminal: false,
    startTime: '',
    status: input.source === 'api' ? input.pod.status : input.mirror?.status,
    sentStatus: undefined,
    compared: undefined,
    jitter: 0,
    failure: undefined,
  };
  adopt(memory);
  return memory;
}

/** Reads what became of containers before this worker was, so that its status knows them. */
function adopt(memory: PodMemory): void {
  const { containers, pod } = memory.input;
  if (containers.length === 0) return;
  for (const spec of containersOf(pod)) {
    const found = containers.filter(({ name }) => name === spec.name).sort((a, b) => b.attempt - a.attempt);
    if (found.length === 0) continue;
    memory.reports.set(spec.name, reportOf(pod, spec, found));
  }
  const current = memory.sandbox?.sandboxId;
  const isMain = (name: string) => pod.spec.containers.some((spec) => spec.name === name);
  // Where a main container was ever made, the init containers had done their work.
  if (!containers.some(({ name, sandboxId }) => sandboxId === current && isMain(name))) return;
  memory.isInitialized = true;
  for (const spec of pod.spec.initContainers ?? []) if (!isSidecar(spec)) memory.begun.add(spec.name);
}

function reportOf(pod: Pod, spec: Container, found: readonly RuntimeContainerStatus[]): Report {
  const [latest, previous] = found;
  const shown = shownStatus(pod, spec.name);
  const isKnown = shown?.containerID === `containerd://${latest?.containerId}`;
  const status = containerStatus({
    name: spec.name,
    image: spec.image ?? '',
    latest,
    previous,
    waiting: undefined,
    ready: isKnown && shown?.ready === true && (latest?.state === 'running' || latest?.exitCode === 0),
    started: isKnown && shown?.started === true && latest?.state === 'running',
    shown,
    hasInit: false,
  });
  return { stage: latest?.state === 'exited' ? 'halted' : 'running', status };
}

/** Gives all containers of a pod, init containers first. */
export function containersOf({ spec }: Pod): readonly Container[] {
  return spec.initContainers === undefined ? spec.containers : [...spec.initContainers, ...spec.containers];
}

/** Gives what the API shows of a container. */
export function shownStatus(pod: Pod, name: string): ContainerStatus | undefined {
  const isIt = (status: ContainerStatus) => status.name === name;
  return pod.status?.containerStatuses?.find(isIt) ?? pod.status?.initContainerStatuses?.find(isIt);
}

/** Records an event about the pod; for a static pod it is about its mirror, which bears its name. */
export function record(self: Me, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const { memory } = self;
  if (memory.input.source === 'orphan') return;
  const body = { regarding: referenceTo(memory.pod), type, reason, message };
  self.send<EventOccurred>(memory.input.place.kubelet, 'event.occurred', body);
}
