/** The replicated state machine: entries of the log in, answers and changes out, the same on every member. */

import type { Message } from '../../../../protocol/message.ts';
import type {
  AlarmDisarmed,
  EtcdRefused,
  KvCommitted,
  KvCompacted,
  LeaseGranted,
  LeaseRevoked,
  MemberChanged,
  TxnBody,
} from '../../../../protocol/messages/etcd.ts';
import { compact, compactionFault } from './compaction.ts';
import { followLeases, keysOf, type Lease } from './leases.ts';
import { changeMembers, type MemberChange, type Members, nobody } from './members.ts';
import { type Change, emptyMvcc, type Mvcc } from './mvcc.ts';
import { type Fault, refusal } from './refusals.ts';
import { deleteKeys, runTxn } from './txn.ts';

/** What is written to the log, and applied once it cannot be lost. */
export type Entry =
  /** `valueBytes` are the sizes of the values put (see `runTxn`), `cost` what they may add to the store. */
  | { readonly kind: 'txn'; readonly txn: TxnBody; readonly valueBytes: readonly number[]; readonly cost: number }
  | { readonly kind: 'compact'; readonly revision: number }
  | { readonly kind: 'grant'; readonly id: number; readonly ttlSeconds: number }
  | { readonly kind: 'revoke'; readonly id: number }
  /** Raised by a member that is out of space, and taken back by an operator, for all members. */
  | { readonly kind: 'alarm'; readonly member: string }
  | { readonly kind: 'disarm' }
  | { readonly kind: 'member'; readonly change: MemberChange };

/** All that the log makes. Plain data. */
export interface Store {
  readonly mvcc: Mvcc;
  readonly leases: Map<number, Lease>;
  /** The members out of space, sorted; while there is one, nothing is put. */
  noSpace: string[];
  members: Members;
  /** The last proposal of each life of a member that was applied, by its number: none is applied again (Raft §8). */
  readonly proposals: Map<string, number>;
}

/** What the one who proposed an entry is answered. */
export type Reply = Of<
  KvCommitted | KvCompacted | LeaseGranted | LeaseRevoked | AlarmDisarmed | MemberChanged | EtcdRefused
>;
type Of<M> = M extends Message<infer Type, infer Body> ? { readonly type: Type; readonly body: Body } : never;

/** What an entry did: its answer (none where nobody asks), and the changes of its revision for those who watch. */
export interface Applied {
  readonly reply: Reply | undefined;
  readonly changes: readonly Change[];
}

/** Makes an empty store. */
export function emptyStore(members = nobody): Store {
  return { mvcc: emptyMvcc(), leases: new Map(), noSpace: [], members, proposals: new Map() };
}

/**
 * Tells whether a proposal is to be applied, and takes note of it: not one that was handed to the leader twice, nor one
 * that was overtaken so far by later ones of the same member that it cannot be told from such a copy.
 */
export function isNextOf({ proposals }: Store, proposer: string, number: number): boolean {
  if (number <= (proposals.get(proposer) ?? 0)) return false;
  proposals.set(proposer, number);
  return true;
}

/**
 * Applies one entry. A function of the store and the entry alone: no clock, no chance, no setting of this member,
 * so members that applied the same log hold the same store.
 */
export function apply(store: Store, entry: Entry): Applied {
  switch (entry.kind) {
    case 'txn':
      return applyTxn(store, entry);
    case 'compact':
      return applyCompact(store, entry.revision);
    case 'grant':
      return applyGrant(store, entry.id, entry.ttlSeconds);
    case 'revoke':
      return applyRevoke(store, entry.id);
    case 'alarm':
      if (!store.noSpace.includes(entry.member)) store.noSpace = [...store.noSpace, entry.member].sort();
      return { reply: undefined, changes: [] };
    case 'disarm': {
      const members = store.noSpace;
      store.noSpace = [];
      return answer('alarm.disarmed', { members });
    }
    case 'member':
      return applyChange(store, entry.change);
  }
}

function applyTxn(store: Store, entry: Extract<Entry, { kind: 'txn' }>): Applied {
  if (store.noSpace.length > 0 && entry.cost > 0) return refuse(store, 'NoSpace');
  const outcome = runTxn(store.mvcc, store.leases, entry.txn, entry.valueBytes);
  if (typeof outcome === 'string') return refuse(store, outcome);
  const { revision, succeeded, results, changes } = outcome;
  followLeases(store.leases, changes);
  return { reply: { type: 'kv.committed', body: { revision, succeeded, results } }, changes };
}

function applyCompact(store: Store, revision: number): Applied {
  const fault = compactionFault(store.mvcc, revision);
  if (fault !== undefined) return refuse(store, fault);
  compact(store.mvcc, revision);
  return answer('kv.compacted', { revision: store.mvcc.revision });
}

function applyGrant(store: Store, id: number, ttlSeconds: number): Applied {
  if (store.noSpace.length > 0) return refuse(store, 'NoSpace');
  if (store.leases.has(id)) return refuse(store, 'LeaseExist');
  store.leases.set(id, { id, ttlSeconds, keys: new Set() });
  return answer('lease.granted', { id, ttlSeconds });
}

function applyChange(store: Store, change: MemberChange): Applied {
  const members = changeMembers(store.members, change);
  if (typeof members === 'string') return refuse(store, members);
  store.members = members;
  return answer('member.changed', members);
}

/** Deletes the keys of the lease in one revision, in their order. */
function applyRevoke(store: Store, id: number): Applied {
  const lease = store.leases.get(id);
  if (lease === undefined) return refuse(store, 'LeaseNotFound');
  const changes = deleteKeys(store.mvcc, keysOf(lease));
  if (changes.length > 0) store.mvcc.revision++;
  store.leases.delete(id);
  return { reply: { type: 'lease.revoked', body: { revision: store.mvcc.revision } }, changes };
}

function answer<T extends Reply['type']>(type: T, body: Extract<Reply, { readonly type: T }>['body']): Applied {
  return { reply: { type, body } as Reply, changes: [] };
}

function refuse(store: Store, fault: Fault): Applied {
  return { reply: { type: 'etcd.refused', body: refusal(fault, store.mvcc.compactRevision) }, changes: [] };
}
