/** What an API server knows. All of it is lost in a crash and won back from etcd. */

import type { Self } from '../../../protocol/actor.ts';
import type { FlagValues } from '../../../protocol/flags.ts';
import type { KeyValue } from '../../../protocol/messages/etcd.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { groupResource, storedKinds } from '../../../protocol/resources.ts';
import type { DueHeap } from '../../client-go/due-heap.ts';
import { makeDueHeap } from '../../client-go/due-heap.ts';
import type { QuotaTurn } from './admission/quota-turns.ts';
import type { AddressRange } from './allocation/cluster-ip.ts';
import { parseAddressRange } from './allocation/cluster-ip.ts';
import type { PortRange } from './allocation/node-port.ts';
import { parsePortRange } from './allocation/node-port.ts';
import type { DefinitionWork } from './custom-resources/definitions/work.ts';
import { makeDefinitionWork } from './custom-resources/definitions/work.ts';
import type { CustomKinds } from './custom-resources/kinds.ts';
import type { flags } from './flags.ts';
import type { Pending } from './pending.ts';
import type { RecentAnswers } from './recent-answers.ts';
import { makeRecentAnswers } from './recent-answers.ts';
import type { WatchCache } from './watch/watch-cache.ts';
import { makeWatchCache } from './watch/watch-cache.ts';
import type { Watcher } from './watch/watcher-index.ts';

/** What an API server is started with; `config` holds its flags, read. */
export interface ApiServerInput {
  /** The addresses of the etcd members. */
  readonly etcd: readonly string[];
  readonly config: Config;
}

/** The settings with their defaults. */
export type Config = FlagValues<typeof flags>;

/** What is read of etcd before the watch cache can be filled, page by page at one revision. */
export interface Listing {
  revision: number;
  readonly pages: (readonly KeyValue[])[];
}

/** The etcd lease that further Events are attached to. */
export interface EventLease {
  id: number;
  /** From then on a new one is asked for. */
  reuseUntilMs: number;
  /** Requests that wait for it. */
  readonly waiting: number[];
}

/** How far this server is in compacting etcd (apiserver's `etcd3/compact.go`). */
export interface Compaction {
  /** The version of the key by which servers agree who compacts. */
  version: number;
  /** The revision seen at the last interval, compacted at the next. */
  revision: number;
}

/** All that an API server knows. */
export interface Memory {
  readonly config: Config;
  readonly serviceIps: AddressRange;
  readonly nodePorts: PortRange;
  readonly members: readonly string[];
  /** The place of the member in use. */
  member: number;

  /** What is served besides the built-in kinds, as the CustomResourceDefinitions in the cache say. */
  readonly kinds: CustomKinds;
  /** What is to be done about the definitions themselves. */
  readonly definitions: DefinitionWork;
  /** By group-resource. */
  readonly caches: Map<string, WatchCache>;
  /** What all caches know of: every change up to here. */
  revision: number;
  /** The number of the watch on etcd last opened; 0 for none. */
  keyStream: number;
  /** The same while that watch stands, so that the caches hear of every change; 0 while it does not. */
  keyWatch: number;
  /** Objects made for an answer whose change the watch on etcd has not told yet, by revision. */
  readonly written: Map<number, { key: string; object: KubernetesObject }>;
  /** The ClusterIPs and NodePorts that are taken, as far as the watch on etcd has told: key to holder. */
  readonly allocated: Map<string, string>;
  /** Quotas that etcd has shown at a newer version than the watch on it has told yet, by key. */
  readonly freshQuotas: Map<string, KeyValue>;
  /** Who writes to the quotas of a namespace, where somebody does. */
  readonly quotaTurns: Map<string, QuotaTurn>;
  /** Undefined when none is under way. */
  listing: Listing | undefined;
  /** The numbers of the bootstrap writes that are not answered yet. */
  readonly bootstrapping: Set<number>;

  readonly pending: Map<number, Pending>;
  lastPending: number;
  /** Requests that wait for the caches to reach a revision. */
  readonly awaiting: Set<number>;
  readonly inFlight: { reading: number; mutating: number };
  readonly recent: RecentAnswers;
  readonly watchers: Map<string, Watcher>;
  /** When watches end or are told a bookmark, and when a waiting request gives up. */
  readonly due: DueHeap;
  /** For when the chart's timer stands. */
  armedForMs: number;
  readonly eventLease: EventLease;
  /** The addresses of the API servers there are, this one's too. */
  readonly masters: Set<string>;
  /** The etcd lease by which this server shows that it is there; 0 for none yet. */
  presence: number;
  readonly compaction: Compaction;
}

/** What decisions may see of the world: memory, clock, chance. */
export type World = Pick<Self<Memory>, 'memory' | 'now' | 'monotonic' | 'random'>;

/** Makes the memory of a new server. */
export function makeMemory(input: ApiServerInput): Memory {
  const { config } = input;
  return {
    config,
    serviceIps: parseAddressRange(config['service-cluster-ip-range']),
    nodePorts: parsePortRange(config['service-node-port-range']),
    members: input.etcd,
    member: 0,
    kinds: new Map(),
    definitions: makeDefinitionWork(),
    caches: new Map(
      storedKinds.map((kind) => [
        groupResource(kind),
        makeWatchCache(kind, groupResource(kind), config['default-watch-cache-size']),
      ]),
    ),
    revision: 0,
    keyStream: 0,
    keyWatch: 0,
    written: new Map(),
    allocated: new Map(),
    freshQuotas: new Map(),
    quotaTurns: new Map(),
    listing: undefined,
    bootstrapping: new Set(),
    pending: new Map(),
    lastPending: 0,
    awaiting: new Set(),
    inFlight: { reading: 0, mutating: 0 },
    recent: makeRecentAnswers(),
    watchers: new Map(),
    due: makeDueHeap(),
    armedForMs: Number.POSITIVE_INFINITY,
    eventLease: { id: 0, reuseUntilMs: 0, waiting: [] },
    masters: new Set(),
    presence: 0,
    compaction: { version: 0, revision: 0 },
  };
}

/** The cache of a group-resource. */
export function cacheOf(memory: Pick<Memory, 'caches'>, resource: string): WatchCache {
  const cache = memory.caches.get(resource);
  if (cache === undefined) throw new Error(`no cache of ${resource}`);
  return cache;
}
