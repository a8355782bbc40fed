/** The conversation inside a kubelet's process: kubelet, the worker of a pod, and the workers of its containers. */

import type { Message } from '../message.ts';
import type { ContainerStatus, KubernetesEvent, Pod, PodCondition } from '../objects.ts';
import type { RuntimeCondition, RuntimeContainerStatus, SandboxStatus } from './cri.ts';

/** Where a worker runs and whom it talks to. */
export interface WorkerPlace {
  node: string;
  nodeIP: string;
  kubelet: string;
  runtime: string;
  network: string;
  apiserver: string;
  /** What of the node is for pods: the limits that the downward API shows where a container has none. */
  allocatable: { cpuMilli: number; memoryBytes: number; ephemeralStorageBytes: number };
}

/** Why a pod did not get in, or must end: what its status then says. */
export interface EndStatus {
  reason: string;
  message: string;
  /** A condition that goes with it: `DisruptionTarget`. */
  condition?: PodCondition;
}

/** What the kubelet gives a pod's worker when it starts it. */
export interface PodInput {
  place: WorkerPlace;
  /** As its source says; of an orphan, what the runtime remembers. */
  pod: Pod;
  /** `static`: from the manifest folder; `orphan`: only the runtime still has it, so it must end. */
  source: 'api' | 'static' | 'orphan';
  /** The API object that mirrors a static pod, where there is one. */
  mirror?: Pod;
  /** What the runtime has of it: a kubelet that was restarted goes on with that. */
  sandboxes: readonly SandboxStatus[];
  containers: readonly RuntimeContainerStatus[];
  /** Whether the node can give it an address. */
  network: RuntimeCondition;
  /** The kubelet did not admit it: it never starts, and its phase is Failed. */
  rejection?: EndStatus;
}

/** What a pod's worker gives a container's worker. */
export interface ContainerWorkerInput {
  place: WorkerPlace;
  pod: Pod;
  name: string;
  /** A sidecar is an init container with restartPolicy Always. */
  role: 'init' | 'sidecar' | 'main';
  /** What the runtime has of this container, oldest first. */
  found: readonly RuntimeContainerStatus[];
  /** What the API shows of it: what a restarted kubelet knows beyond the runtime. */
  shown?: ContainerStatus;
}

/** A new version of a pod from its source. */
export type PodSync = Message<'pod.sync', { pod: Pod }>;
/** The mirror pod of a static pod as the API has it now; absent: there is none. */
export type MirrorSync = Message<'mirror.sync', { mirror?: Pod }>;
/** The node can, or can no longer, give pods addresses. */
export type NetworkChanged = Message<'network.changed', RuntimeCondition>;
/** Ends a pod against its will: eviction, preemption, a deadline. Its phase will be Failed. */
export type PodTerminate = Message<'pod.terminate', { status: EndStatus; graceSeconds?: number }>;
/** The pod is gone from its source; `graceSeconds` where less than its own is to be given. */
export type PodVanish = Message<'pod.vanish', { graceSeconds?: number }>;
/** Nothing of the pod runs any more: what it requested is free. */
export type PodStopped = Message<'pod.stopped', { uid: string }>;

/** Tells the kubelet what happened to a pod or a container: all Events of a kubelet pass through one recorder. */
export type EventOccurred = Message<
  'event.occurred',
  { regarding: KubernetesEvent['involvedObject']; type: 'Normal' | 'Warning'; reason: string; message: string }
>;

/**
 * Asks the kubelet for the variables that tell a pod of this namespace where Services are. A static pod must start without an
 * API server and takes what there is; any other waits until the kubelet has read the Services once.
 */
export type ServiceVariables = Message<
  'variables.ask',
  { namespace: string; enableServiceLinks: boolean; isStatic: boolean }
>;
export type ServiceVariablesGiven = Message<'variables.given', { variables: Readonly<Record<string, string>> }>;

/** What a volume holds: files by relative path, or room to write under a name. */
export type VolumeContent = { files: Readonly<Record<string, string>> } | { writable: string };

/** Lets a container start (or go on) in this sandbox. */
export type ContainerBegin = Message<
  'container.begin',
  { pod: Pod; sandboxId: string; podIP: string; volumes: Readonly<Record<string, VolumeContent>> }
>;
/** Stops a container for good (until it may begin again): preStop hook, SIGTERM, SIGKILL after the grace. */
export type ContainerHalt = Message<'container.halt', { graceSeconds: number }>;

/**
 * Where a container is on its way: `starting` holds the next one back; `blocked` waits (image, configuration, crash
 * back-off) and holds nobody back; `finished` will not be started again; `halted` has stopped as told.
 */
export type ContainerStage = 'starting' | 'blocked' | 'running' | 'finished' | 'halted';
export type ContainerReported = Message<
  'container.reported',
  { name: string; stage: ContainerStage; status: ContainerStatus }
>;

/** Asks the kubelet to get an image onto the node; it pulls one after the other (`--serialize-image-pulls`). Refusal: `cri.refused`. */
export type ImageObtain = Message<'image.obtain', { image: string }>;
/** `pullMs` without the time it waited for its turn. */
export type ImageObtained = Message<'image.obtained', { imageId: string; sizeBytes: number; pullMs: number }>;
