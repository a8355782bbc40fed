/** What a client of etcd knows. */

import type { Self } from '../../../protocol/actor.ts';
import { prefixEnd } from '../../../protocol/messages/etcd.ts';
import type { Call, WatchHistory } from './history.ts';

/** What a client is told at its start. */
export interface EtcdLoadInput {
  name: string;
  /** The addresses of the members; it asks any. */
  members: readonly string[];
  /** The keys it uses; few, so that clients contend. All begin with `prefix`. */
  keys: readonly string[];
  prefix: string;
  /** What it watches: the keys with this prefix. */
  watchPrefix: string;
  /** ms since the Unix epoch; no call begins later. */
  endAt: number;
  /** Mean of the pause between two calls, in ms. */
  thinkMs: number;
  /** ms after which a call without answer is given up, and its outcome is unknown. */
  timeoutMs: number;
  /** Time a lease is granted for. */
  leaseSeconds: number;
  /** ms without a word after which a watch is opened anew, on another member. */
  patienceMs: number;
}

/** Everything a client knows. */
export interface EtcdLoadMemory {
  readonly input: EtcdLoadInput;
  readonly calls: Call[];
  readonly watch: WatchHistory;
  /** The mod revision of each key as last heard, 0 for none: what guarded writes are guarded by. */
  readonly known: Map<string, number>;
  /** The newest revision it has heard of. */
  newest: number;
  /** Numbers its writes, so that no two write the same value. */
  writes: number;
  /** Numbers its leases. */
  grants: number;
  /** The lease it holds; 0 for none. */
  lease: number;
  /** The open watch; 0 for none. */
  stream: number;
  /** The first revision its watch was not told of. */
  next: number;
}

export type Me = Self<EtcdLoadMemory>;

/** Makes what a new client knows. */
export function makeMemory(input: EtcdLoadInput): EtcdLoadMemory {
  return {
    input,
    calls: [],
    watch: { client: input.name, key: input.watchPrefix, rangeEnd: prefixEnd(input.watchPrefix), facts: [] },
    known: new Map(),
    newest: 0,
    writes: 0,
    grants: 0,
    lease: 0,
    stream: 0,
    next: 0,
  };
}
