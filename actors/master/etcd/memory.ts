/** What a member knows: the replicated store, its log, and who waits for what. */

import type { Message } from '../../../protocol/message.ts';
import { type CompactionHistory, type Retention, retentionOf, startHistory } from './auto-compaction.ts';
import type { EtcdFlags } from './flags.ts';
import { emptyClock, type LeaseClock } from './lease-clock.ts';
import { emptyProposals, type Proposals } from './proposals.ts';
import { makeRaft, type Raft } from './raft/raft.ts';
import { nobody } from './store/members.ts';
import { emptyStore, type Store } from './store/store.ts';
import { emptyWal, type Wal } from './wal.ts';
import { emptyWatches, type Watches } from './watches.ts';

/** What a member is told at its start. */
export interface EtcdInput {
  /** The addresses of all members, this one's too. */
  members: string[];
  config: EtcdFlags;
}

/** Everything a member knows. Plain data; of it, only the log outlives a crash. */
export interface EtcdMemory {
  readonly members: readonly string[];
  readonly flags: EtcdFlags;
  raft: Raft;
  /** What the log makes, as of the entry `applied`. */
  store: Store;
  applied: number;
  wal: Wal;
  readonly proposals: Proposals;
  readonly watches: Watches;
  readonly leaseClock: LeaseClock;
  /** Renewals of leases that are over but not yet revoked: answered when they are. */
  readonly lateRenewals: Map<number, Message[]>;
  /** What auto-compaction keeps; undefined where it is off. */
  readonly retention: Retention | undefined;
  compactions: CompactionHistory;
  /** Requests that came before the store was recovered, in order. */
  held: Message[];
  /** What is wrong with the disk; empty while nothing is. */
  corruption: string;
  /** What the chart was told last. */
  readonly told: { leader: string; isCaughtUp: boolean };
}

/** Makes the memory of a new life. */
export function etcdMemory(input: EtcdInput): EtcdMemory {
  return {
    members: [...input.members],
    flags: input.config,
    raft: makeRaft('', '', nobody),
    store: emptyStore(),
    applied: 0,
    wal: emptyWal(),
    proposals: emptyProposals(),
    watches: emptyWatches(),
    leaseClock: emptyClock(),
    lateRenewals: new Map(),
    retention: retentionOf(input.config),
    compactions: startHistory(0, 0),
    held: [],
    corruption: '',
    told: { leader: '', isCaughtUp: false },
  };
}
