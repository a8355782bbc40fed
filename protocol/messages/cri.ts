/** The conversation of kubelet and container runtime: the Container Runtime Interface as messages. */

import type { Message } from '../message.ts';
import type { ContainerPort } from '../objects.ts';
import type { Workload } from '../workload.ts';

/** What the runtime is told of a pod when it makes its sandbox. */
export interface SandboxConfig {
  podUid: string;
  name: string;
  namespace: string;
  /** Counts the sandboxes of this pod on this node, from 0. */
  attempt: number;
  /** Uses the node's own network namespace and address. */
  hostNetwork: boolean;
  hostname: string;
}

/** CPU in millicores and memory in bytes; absent is unlimited (or nothing requested). */
export interface ContainerResources {
  cpuRequestMilli?: number;
  cpuLimitMilli?: number;
  memoryRequestBytes?: number;
  memoryLimitBytes?: number;
}

/** What the runtime is told of a container when it makes it. */
export interface ContainerConfig {
  name: string;
  /** Counts the containers of this name in this pod, from 0. */
  attempt: number;
  image: string;
  command?: readonly string[];
  args?: readonly string[];
  /** All variables, resolved: the pod's own and those of the Services. */
  env: Readonly<Record<string, string>>;
  ports: readonly ContainerPort[];
  resources: ContainerResources;
  /** What the program in the image does; absent: as the image's catalogue entry says. */
  workload?: Workload;
  /** Mounted files by absolute path (ConfigMaps, Secrets, service account tokens) and writable volume names by mount path. */
  files?: Readonly<Record<string, string>>;
  volumes?: Readonly<Record<string, string>>;
  /** Its process reads what is typed by whoever attaches; `stdinOnce`: until the first of them goes. */
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
}

export type SandboxState = 'ready' | 'not-ready';
export interface SandboxStatus {
  sandboxId: string;
  podUid: string;
  name: string;
  namespace: string;
  attempt: number;
  state: SandboxState;
  ip: string;
  /** ms since the epoch. */
  createdAt: number;
}

export type RuntimeContainerState = 'created' | 'running' | 'exited';
export interface RuntimeContainerStatus {
  containerId: string;
  sandboxId: string;
  podUid: string;
  name: string;
  attempt: number;
  image: string;
  imageId: string;
  state: RuntimeContainerState;
  /** ms since the epoch; 0 for not yet. */
  createdAt: number;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`...; empty while it has not exited. */
  reason: string;
  message: string;
}

/** Every refusal: `code` is the kubelet's reason (`ErrImagePull`, `CreateContainerError`, `NotFound`...), `message` what the runtime says. */
export type CriRefused = Message<'cri.refused', { code: string; message: string }>;

export type SandboxRun = Message<'sandbox.run', SandboxConfig>;
export type SandboxStarted = Message<'sandbox.started', SandboxStatus>;
/** Kills what runs in the sandbox, ends its pause container, gives its address back. */
export type SandboxStop = Message<'sandbox.stop', { sandboxId: string }>;
export type SandboxStopped = Message<'sandbox.stopped', { sandboxId: string }>;
export type SandboxRemove = Message<'sandbox.remove', { sandboxId: string }>;
export type SandboxRemoved = Message<'sandbox.removed', { sandboxId: string }>;

export type ImageDescribe = Message<'image.describe', { image: string }>;
/** `imageId` is empty where the image is not on this node. */
export type ImageDescribed = Message<'image.described', { image: string; imageId: string; sizeBytes: number }>;
export type ImagePull = Message<'image.pull', { image: string }>;
export type ImagePulled = Message<'image.pulled', { image: string; imageId: string; sizeBytes: number }>;

export type ContainerCreate = Message<'container.create', { sandboxId: string; container: ContainerConfig }>;
export type ContainerCreated = Message<'container.created', { containerId: string }>;
export type ContainerStart = Message<'container.start', { containerId: string }>;
export type ContainerStarted = Message<'container.started', { containerId: string; startedAt: number }>;
/** SIGTERM, then SIGKILL after `timeoutSeconds`; answered when it has exited. */
export type ContainerStop = Message<'container.stop', { containerId: string; timeoutSeconds: number }>;
export type ContainerStopped = Message<'container.stopped', RuntimeContainerStatus>;
export type ContainerRemove = Message<'container.remove', { containerId: string }>;
export type ContainerRemoved = Message<'container.removed', { containerId: string }>;
/** Runs a command in a running container (ExecSync): probes, lifecycle hooks. */
export type ContainerExec = Message<
  'container.exec',
  { containerId: string; command: readonly string[]; timeoutSeconds: number }
>;
export type ContainerExeced = Message<'container.execed', { exitCode: number; output: string }>;

export type RuntimeList = Message<'runtime.list', { podUid?: string }>;
export type RuntimeListed = Message<
  'runtime.listed',
  { sandboxes: readonly SandboxStatus[]; containers: readonly RuntimeContainerStatus[] }
>;
/**
 * Opens a stream of what changes (GetContainerEvents, the evented PLEG). First on it is `runtime.changed`, which tells the
 * runtime's conditions now; then whatever changes.
 */
export type RuntimeWatch = Message<'runtime.watch', MemoryThreshold | undefined>;
/** When to push `memory.pressured` (the kernel's memcg notification); without it the runtime's `memory-capacity` flag counts. */
export interface MemoryThreshold {
  capacityBytes: number;
  /** 100Mi unless told, as `--eviction-hard`. */
  thresholdBytes?: number;
}
export type SandboxChanged = Message<'sandbox.changed', SandboxStatus>;
export type ContainerChanged = Message<'container.changed', RuntimeContainerStatus>;
/** What running containers use now (cAdvisor's role), in millicores and bytes. */
export type RuntimeStats = Message<'runtime.stats', { podUid?: string }>;
export interface ContainerUsage {
  containerId: string;
  podUid: string;
  name: string;
  cpuMilli: number;
  memoryBytes: number;
  /** ms since the epoch, and core-milliseconds used since then. */
  startedAt: number;
  usedCpuMs: number;
}
export type RuntimeUsage = Message<'runtime.usage', { containers: readonly ContainerUsage[] }>;

/** A condition of the runtime (CRI's RuntimeStatus), as the kubelet's Ready condition quotes it. */
export interface RuntimeCondition {
  status: boolean;
  /** `NetworkPluginNotReady`... Empty where the status is true. */
  reason: string;
  message: string;
}
/** Pushed on the `runtime.watch` stream when it opens and when a condition changes. `network`: this node can give pods addresses. */
export type RuntimeChanged = Message<'runtime.changed', { version: string; network: RuntimeCondition }>;
/**
 * Pushed on the `runtime.watch` stream when the node's available memory (capacity minus what containers use) falls below, or
 * rises again above, a threshold the runtime keeps an eye on: 100Mi (as `--eviction-hard`), and again at every further change
 * while it is below, at most once per 10 s.
 */
export type MemoryPressured = Message<'memory.pressured', { availableBytes: number }>;
