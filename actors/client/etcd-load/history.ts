/** What a client of etcd remembers of its calls and its watch: the facts that invariants are checked by. */

import type { Message } from '../../../protocol/message.ts';
import type {
  EtcdRefused,
  KeyEvent,
  KvCommitted,
  KvCompact,
  KvCompacted,
  KvRange,
  KvRanged,
  KvTxn,
  LeaseDescribed,
  LeaseGrant,
  LeaseGranted,
  LeaseKeepAlive,
  LeaseRevoke,
  LeaseRevoked,
} from '../../../protocol/messages/etcd.ts';

type Of<M> = M extends Message<infer Type, infer Body> ? { readonly type: Type; readonly body: Body } : never;

/** What can be asked of etcd. */
export type Asked = Of<KvTxn | KvRange | KvCompact | LeaseGrant | LeaseKeepAlive | LeaseRevoke>;

/** What etcd can answer. */
export type Answered = Of<
  KvCommitted | KvRanged | KvCompacted | LeaseGranted | LeaseDescribed | LeaseRevoked | EtcdRefused
>;

/** One call; its times are ms on the client's clock. */
export interface Call {
  readonly client: string;
  /** The member that was asked. */
  readonly member: string;
  readonly asked: Asked;
  readonly startMs: number;
  /** Infinity while nothing is known: it may have taken effect at any time since, and still may. */
  endMs: number;
  /** Undefined where nothing is known of what became of it. */
  answered: Answered | undefined;
}

/** What a watch of one client, over all the streams it took, was told, in order. */
export type WatchFact = { readonly atMs: number } & (
  | { readonly fact: 'opened'; readonly member: string; readonly startRevision: number }
  | { readonly fact: 'created'; readonly revision: number }
  | { readonly fact: 'changed'; readonly revision: number; readonly events: readonly KeyEvent[] }
  | { readonly fact: 'progressed'; readonly revision: number }
  | { readonly fact: 'compacted'; readonly compactRevision: number }
  | { readonly fact: 'broken'; readonly reason: string }
  /** It read the range anew, whatever it missed before is void: as a reflector that lists. */
  | { readonly fact: 'listed'; readonly revision: number }
);

/** One client's watch of a range. */
export interface WatchHistory {
  readonly client: string;
  readonly key: string;
  readonly rangeEnd: string;
  readonly facts: WatchFact[];
}

/** Refusals after which the request may still be done; after all others nothing was, and nothing will be. */
const isStillOpen: ReadonlySet<string> = new Set(['Timeout', 'TimeoutDueToLeaderFail', 'Stopped']);

/** Tells whether an answer leaves open what became of the request. */
export function leavesOpen(answered: Answered): boolean {
  return answered.type === 'etcd.refused' && isStillOpen.has(answered.body.code);
}
