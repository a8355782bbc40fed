/** What the kubelet knows. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { RuntimeContainerStatus, SandboxStatus } from '../../../protocol/messages/cri.ts';
import type { Change } from '../../../protocol/messages/informer.ts';
import type { PodInput, ServiceVariables, WorkerPlace } from '../../../protocol/messages/pod-worker.ts';
import type { NodeConfig } from '../../../protocol/node-config.ts';
import type { Lease, Node, NodeCondition, Pod, Service } from '../../../protocol/objects.ts';
import { clusterOf, nodeAddress, podAddress } from '../../../protocol/subjects.ts';
import { type EventRecorder, makeEventRecorder, recordEvent, referenceTo } from '../../client-go/event-recorder.ts';
import { makeStore, type Store } from '../../client-go/store.ts';
import type { KubeletConfig } from './flags.ts';
import { type ImagePulls, makeImagePulls } from './image-pulls.ts';
import { allocatableAmounts, type RuntimeView } from './node-status.ts';
import type { Amounts, Needs } from './requests.ts';

/** What deploy gives a kubelet. */
export interface KubeletInput {
  node: NodeConfig;
  apiserver: string;
  config: KubeletConfig;
}

/** A pod that has a worker. */
export interface PodEntry {
  pod: Pod;
  /** The worker's address. */
  worker: string;
  source: PodInput['source'];
  /** What it holds of the node until it has stopped. */
  holds: Needs | undefined;
  /** It is gone from its source. */
  isVanished: boolean;
}

/** What the runtime had of a pod before it got a worker. */
export interface Found {
  sandboxes: SandboxStatus[];
  containers: RuntimeContainerStatus[];
}

/** What the kubelet knows. */
export interface KubeletMemory {
  input: KubeletInput;
  /** Where it runs, once somebody asked. */
  place: WorkerPlace | undefined;
  runtime: RuntimeView;
  /** The stream of the runtime's changes, 0 for none; since when there is none. */
  watch: number;
  lostAt: number | undefined;
  /** By pod uid. */
  found: Map<string, Found>;
  /** What informers told before the runtime was known. */
  held: Change[];
  /** The node as the API has it. */
  node: Node | undefined;
  lease: Lease | undefined;
  leaseTries: number;
  registrationTries: number;
  /** Conditions as last computed, whether they were posted, when that was, and how often it failed since. */
  conditions: NodeCondition[];
  isPosted: boolean;
  postedAt: number;
  postTries: number;
  /** The kernel's boot id; and the boot that was told of by an event. */
  bootID: string;
  toldBoot: number;
  wasReady: boolean;
  /** Pods with a worker, by uid. */
  pods: Map<string, PodEntry>;
  /** What for pods there is, and what those here hold of it. */
  allocatable: Amounts;
  used: Record<string, number>;
  podCount: number;
  ports: Map<string, number>;
  services: Store<Service>;
  /** The variables they make, by namespace, until they change; under the empty name those every container gets. */
  variables: Map<string, Readonly<Record<string, string>>>;
  /** Which resources have been read once. */
  synced: Set<string>;
  /** Questions that wait for the Services to be read. */
  asked: ServiceVariables[];
  pulls: ImagePulls;
  /** Static pods by manifest file, and those that wait for one of their name to end. */
  statics: Map<string, Pod>;
  waitingStatics: Pod[];
  /** Mirror pods in the API by `namespace/name`; and those being written. */
  mirrors: Map<string, Pod>;
  mirroring: Set<string>;
  isUnderMemoryPressure: boolean;
  availableBytes: number;
  /** In [0, 1): spreads the renewals of all nodes' leases. */
  jitter: number;
  events: EventRecorder;
  /** Who waits to be told what the pods use. */
  statsAskers: Message[];
  /** Events of the node that nobody could write yet: an API server that is not there is waited for. */
  untold: readonly NodeOccurrence[];
}

/** What happened to the node. */
export interface NodeOccurrence {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** The kubelet's door to the world. */
export type Me = Self<KubeletMemory>;

/** Makes the memory of a kubelet that starts. */
export function makeMemory(input: KubeletInput): KubeletMemory {
  return {
    input,
    place: undefined,
    runtime: { state: 'unknown', version: '', network: undefined },
    watch: 0,
    lostAt: undefined,
    found: new Map(),
    held: [],
    node: undefined,
    lease: undefined,
    leaseTries: 0,
    registrationTries: 0,
    conditions: [],
    isPosted: false,
    postedAt: 0,
    postTries: 0,
    bootID: '',
    toldBoot: 0,
    wasReady: false,
    pods: new Map(),
    allocatable: allocatableAmounts(input.node, input.config),
    used: {},
    podCount: 0,
    ports: new Map(),
    services: makeStore(),
    variables: new Map(),
    synced: new Set(),
    asked: [],
    pulls: makeImagePulls(),
    statics: new Map(),
    waitingStatics: [],
    mirrors: new Map(),
    mirroring: new Set(),
    isUnderMemoryPressure: false,
    availableBytes: 0,
    jitter: 0,
    events: makeEventRecorder('kubelet', input.node.name),
    statsAskers: [],
    untold: [],
  };
}

/** The address of the worker that a pod has, or is to get. */
export function workerOf(self: Me, uid: string): string {
  return podAddress(clusterOf(self.address), self.memory.input.node.name, uid);
}

/** What every worker is told of where it runs; always the same. */
export function placeOf(self: Me): WorkerPlace {
  self.memory.place ??= makePlace(self);
  return self.memory.place;
}

function makePlace({ address, memory }: Me): WorkerPlace {
  const { input, allocatable } = memory;
  const cluster = clusterOf(address);
  return {
    node: input.node.name,
    nodeIP: input.node.address,
    kubelet: address,
    runtime: nodeAddress(cluster, input.node.name, 'runtime'),
    network: nodeAddress(cluster, input.node.name, 'network'),
    apiserver: input.apiserver,
    allocatable: {
      cpuMilli: allocatable.cpu ?? 0,
      memoryBytes: allocatable.memory ?? 0,
      ephemeralStorageBytes: allocatable['ephemeral-storage'] ?? 0,
    },
  };
}

/** Records an event about the node; kubelets refer to it by name for a uid. Until it is registered they are kept. */
export function recordNodeEvent(self: Me, type: 'Normal' | 'Warning', reason: string, message: string): void {
  const { memory } = self;
  const { name } = memory.input.node;
  if (memory.node === undefined && memory.untold.length < mostUntold) {
    memory.untold = [...memory.untold, { type, reason, message }];
    return;
  }
  const regarding = { kind: 'Node', name, uid: name, apiVersion: 'v1' };
  recordEvent(self, memory.events, memory.input.apiserver, { regarding, type, reason, message });
}

/** As many as client-go's recorder would try again for a server that does not answer; the rest is lost. */
const mostUntold = 25;

/** Tells the events that were kept. */
export function tellUntold(self: Me): void {
  const { untold } = self.memory;
  self.memory.untold = [];
  for (const { type, reason, message } of untold) recordNodeEvent(self, type, reason, message);
}

/** Records an event about a pod. */
export function recordPodEvent(
  self: Me,
  pod: Pod,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  annotations?: Record<string, string>,
): void {
  const { memory } = self;
  const occurrence = { regarding: referenceTo(pod), type, reason, message };
  const annotated = annotations === undefined ? occurrence : { ...occurrence, annotations };
  recordEvent(self, memory.events, memory.input.apiserver, annotated);
}
