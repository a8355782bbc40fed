/** What a container runtime knows. */

import type { Self, StreamKey } from '../../../protocol/actor.ts';
import type { FlagValues } from '../../../protocol/flags.ts';
import type { Message } from '../../../protocol/message.ts';
import type { ContainerLog, MemoryGrowth } from '../../../protocol/messages/container.ts';
import type {
  ContainerConfig,
  ContainerUsage,
  RuntimeContainerStatus,
  SandboxConfig,
  SandboxStatus,
} from '../../../protocol/messages/cri.ts';
import { hexWord } from '../../../protocol/uid.ts';
import type { Workload } from '../../../protocol/workload.ts';
import { type DueHeap, makeDueHeap } from '../../client-go/due-heap.ts';
import type { flags } from './flags.ts';

/** What a runtime is born with. */
export interface RuntimeInput {
  node: string;
  registry: string;
  config: FlagValues<typeof flags>;
}

/** A sandbox as it is on disk. */
export interface SandboxRecord {
  readonly config: SandboxConfig;
  readonly status: SandboxStatus;
  /** The cluster's DNS, for its containers. */
  readonly dns: string;
}

/**
 * How far a sandbox is: being made (its image pulled, its record written, its address given, its pause container started),
 * ready, dead, or being taken down (containers killed, pause container ended, address given back).
 */
export type SandboxPhase =
  | 'pulling'
  | 'writing'
  | 'addressing'
  | 'starting'
  | 'ready'
  | 'not-ready'
  | 'stopping'
  | 'ending'
  | 'releasing'
  | 'stopped';

/** A sandbox. */
export interface Sandbox {
  record: SandboxRecord;
  /** Where its pause container is. */
  pause: string;
  phase: SandboxPhase;
  /** It could not be made: nothing is to stay of it once it is taken down. */
  isDoomed: boolean;
  /** Its containers' ids, in the order they were made. */
  containers: Set<string>;
  /** Who waits for it to run, to be stopped, to be removed. */
  runAskers: Message[];
  stopAskers: Message[];
  removeAskers: Message[];
}

/** A container as it is on disk. */
export interface ContainerRecord {
  readonly config: ContainerConfig;
  readonly workload: Workload;
  readonly status: RuntimeContainerStatus;
}

/** A container. */
export interface Container {
  record: ContainerRecord;
  address: string;
  /** Its end is being written down; then it is reaped and told. */
  isEnding: boolean;
  /** What it said until it ended. */
  log: ContainerLog | undefined;
  createAskers: Message[];
  startAskers: Message[];
  stopAskers: Message[];
  removeAskers: Message[];
}

/** An image on this node. On disk as it is here. */
export interface Image {
  readonly image: string;
  readonly imageId: string;
  readonly sizeBytes: number;
  readonly workload: Workload;
}

/** A pull that waits for its turn or is under way. */
export interface Pull {
  image: string;
  phase: 'queued' | 'resolving' | 'transferring';
  /** Requests to answer, and ids of sandboxes that need it. */
  askers: Message[];
  sandboxes: string[];
  found: Image | undefined;
}

/** A reading of what containers use, until all have answered. */
export interface Reading {
  question: Message;
  missing: number;
  usages: ContainerUsage[];
}

/** What a runtime knows. */
export interface RuntimeMemory {
  readonly input: RuntimeInput;
  /** Where the node's network is. */
  network: string;
  sandboxes: Map<string, Sandbox>;
  /** Ids of a pod's sandboxes. */
  byPod: Map<string, string[]>;
  containers: Map<string, Container>;
  /** The id of the sandbox or container whose process is at an address. */
  byAddress: Map<string, string>;
  images: Map<string, Image>;
  pulls: Map<string, Pull>;
  /** Requests that made something, the latest few: a copy that comes late must not make it again when it is gone. */
  made: Set<string>;
  watchers: StreamKey[];
  readings: Map<number, Reading>;
  readingCount: number;
  /** Containers to be killed, by when. */
  kills: DueHeap;
  /** Questions to what may have outlived an earlier life, without an answer yet. */
  unsure: number;
  podCIDR: string;

  /** What running containers hold, as a law of growth, by container id. */
  growths: Map<string, MemoryGrowth>;
  capacityBytes: number;
  thresholdBytes: number;
  /** What was last told of the memory that is left. */
  toldBytes: number;
}

/** A runtime, as its behaviour sees it. */
export type Me = Self<RuntimeMemory>;

/** kubelet --eviction-hard: memory.available<100Mi. */
const defaultThresholdBytes = 100 * 1024 * 1024;

/** Makes the memory of a runtime that has looked at nothing yet. */
export function makeMemory(input: RuntimeInput): RuntimeMemory {
  return {
    input,
    network: '',
    sandboxes: new Map(),
    byPod: new Map(),
    containers: new Map(),
    byAddress: new Map(),
    images: new Map(),
    pulls: new Map(),
    made: new Set(),
    watchers: [],
    readings: new Map(),
    readingCount: 0,
    kills: makeDueHeap(),
    unsure: 0,
    podCIDR: '',
    growths: new Map(),
    capacityBytes: input.config['memory-capacity'],
    thresholdBytes: defaultThresholdBytes,
    toldBytes: 0,
  };
}

/** Requests remembered. */
const madeMax = 256;

/** Remembers a request that makes something; false for a copy of one that did. */
export function isFirst({ memory }: Me, question: Message): boolean {
  const key = question.request === 0 ? `${question.from}#${question.seq}` : `${question.from} ${question.request}`;
  if (memory.made.has(key)) return false;
  memory.made.add(key);
  for (const oldest of memory.made) {
    if (memory.made.size <= madeMax) break;
    memory.made.delete(oldest);
  }
  return true;
}

/** Makes an id as Docker does: 64 hexadecimal digits. */
export function makeId(self: Me): string {
  let id = '';
  for (let part = 0; part < 8; part++) id += hexWord(Math.floor(self.random() * 2 ** 32));
  return id;
}

/** Tells whether a sandbox is still being made: the runtime knows it, nobody else does. */
export function isBeingMade({ phase }: Sandbox): boolean {
  return phase === 'pulling' || phase === 'writing' || phase === 'addressing' || phase === 'starting';
}
