/** The conversation of the runtime with what it runs (runc's and the shim's role), of containers with their pod, and faults told to them. */

import type { Message } from '../message.ts';
import type { Workload } from '../workload.ts';
import type { ContainerConfig, RuntimeContainerState } from './cri.ts';
import type { LogLine } from './streaming.ts';

/** What a pause container is born with. */
export interface PauseInput {
  runtime: string;
  network: string;
  sandboxId: string;
  /** The pod's address: the pod's own, or the node's where it uses the node's network. */
  ip: string;
  hostNetwork: boolean;
  /** ms until the pod's namespaces stand. */
  setupMs: number;
}

/** What a container is born with. */
export interface ContainerInput {
  runtime: string;
  pause: string;
  /** The cluster's DNS. */
  dns: string;
  containerId: string;
  namespace: string;
  /** The pod's name: answers say by it who gave them. */
  pod: string;
  /** The host name its programs see, and find in `HOSTNAME`. */
  hostname: string;
  ip: string;
  config: ContainerConfig;
  /** What the program in its image does, as the registry's catalogue has it. */
  workload: Workload;
  /** How much of what it says is kept. */
  logMaxBytes: number;
}

/** Sent as a request; asked twice, it starts once. A sandbox's id stands for its pause container. */
export type ProcessStart = Message<'process.start', { containerId: string }>;
export type ProcessStarted = Message<
  'process.started',
  { containerId: string; startedAt: number; memory?: MemoryGrowth }
>;

/** How a process stands or ended; `containerId` tells whose state it is, where addresses are used again. */
export interface ProcessStatus {
  containerId: string;
  state: RuntimeContainerState;
  /** ms since the epoch; 0 for not yet. */
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`; empty while it has not exited. */
  reason: string;
  message: string;
  /** Of one that has exited, and had anything to say. */
  log?: ContainerLog;
}

/** What of a container's log cannot be foretold again: what its program said, and what its command was answered. */
export interface ContainerLog {
  readonly lines: readonly LogLine[];
  readonly answers: readonly CommandAnswer[];
}

/** What a command that asked the cluster something was answered. */
export interface CommandAnswer {
  isGood: boolean;
  tookMs: number;
  /** The addresses of a name, the status and text of a page, or why there was nothing. */
  addresses?: readonly string[];
  status?: number;
  text?: string;
  failure?: 'unknown-name' | 'refused' | 'unreachable' | 'timeout';
}
export type ProcessInspect = Message<'process.inspect', undefined>;
export type ProcessInspected = Message<'process.inspected', ProcessStatus>;

/** Sent as a request, so that a lost signal is sent again. */
export type SignalSend = Message<'signal.send', { containerId: string; signal: 'SIGTERM' | 'SIGKILL' }>;
export type SignalDelivered = Message<'signal.delivered', { containerId: string }>;

/** Told until the runtime reaps the process, which keeps how it ended till then. */
export type ProcessExited = Message<'process.exited', ProcessStatus>;

/** Asks what a container uses now. */
export type UsageDescribe = Message<'usage.describe', undefined>;
export type UsageDescribed = Message<
  'usage.described',
  {
    cpuMilli: number;
    memoryBytes: number;
    /** Core-milliseconds since the process started. */
    usedCpuMs: number;
  }
>;

/** Memory that grows at a steady rate; requests in work are not counted. */
export interface MemoryGrowth {
  /** Bytes at `sinceMs`. */
  bytes: number;
  bytesPerSecond: number;
  /** ms on the monotonic clock of its machine, which the runtime has too. */
  sinceMs: number;
}
/** Told to the runtime when a process's memory begins to grow by another law than it started with, and when it is asked after. */
export type MemoryGrew = Message<'memory.grew', { containerId: string; memory: MemoryGrowth }>;

/** The contents of a pod's volumes: by volume name, files by their path in it. */
export type VolumeContents = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** Asks a pause container for what is in its pod's volumes. */
export type VolumesRead = Message<'volumes.read', undefined>;
export type VolumesListed = Message<'volumes.listed', VolumeContents>;
/** Writes a file of a volume; `content` absent removes it. Sent as a request, so that a lost one is sent again. */
export type VolumeWrite = Message<'volume.write', { volume: string; path: string; content?: string }>;
export type VolumeWritten = Message<'volume.written', { volume: string; path: string }>;

/** A fault: the program goes on to run and answers nothing, until `container.resume`. */
export type ContainerHang = Message<'container.hang', undefined>;
export type ContainerResume = Message<'container.resume', undefined>;
/** A fault: the program ends by itself; `reason` `OOMKilled` makes it look as the kernel's doing. */
export type ProcessExit = Message<'process.exit', { exitCode: number; reason?: 'Error' | 'OOMKilled' }>;
/** A fault: memory grows by so much from now on; 0 stops it. */
export type MemoryLeak = Message<'memory.leak', { bytesPerSecond: number }>;
/** A fault: probes whose path or command contains `match` fail from now on, for a time or until `probe.recover`. */
export type ProbeFail = Message<'probe.fail', { match: string; forMs?: number }>;
export type ProbeRecover = Message<'probe.recover', undefined>;
