/** The conversation with etcd: its KV, Lease and Watch services as messages. */

import type { Message } from '../message.ts';

/** A key-value pair with its revisions. Values are plain JSON, shared by reference. */
export interface KeyValue {
  readonly key: string;
  readonly value: unknown;
  readonly createRevision: number;
  readonly modRevision: number;
  /** Counts the puts since the key was created, from 1. */
  readonly version: number;
  /** The lease the key is attached to; 0 for none. */
  readonly lease: number;
}

/** A range of keys: [key, rangeEnd); one key without `rangeEnd`; `prefixEnd(key)` for a prefix; `'\0'` for all from `key` on. */
export interface RangeBody {
  key: string;
  rangeEnd?: string;
  /** The revision to read at; now, without it. */
  revision?: number;
  limit?: number;
  keysOnly?: boolean;
  countOnly?: boolean;
  /** Reads this member's own state, perhaps stale, without asking the group. */
  serializable?: boolean;
  /** Only keys in this span of mod revisions. */
  minModRevision?: number;
  maxModRevision?: number;
}

export type CompareTarget = 'version' | 'create' | 'mod' | 'value' | 'lease';

/** One comparison of a transaction; a key that does not exist has version, revisions and lease 0. */
export interface Compare {
  key: string;
  target: CompareTarget;
  op: '=' | '!=' | '<' | '>';
  value: unknown;
}

/** One operation of a transaction. */
export type KvOp =
  | { op: 'range'; range: RangeBody }
  | { op: 'put'; key: string; value: unknown; lease?: number; prevKv?: boolean }
  | { op: 'delete'; key: string; rangeEnd?: string; prevKv?: boolean };

export interface TxnBody {
  compare: readonly Compare[];
  success: readonly KvOp[];
  failure: readonly KvOp[];
}

/** What one operation gave. */
export type KvOpResult =
  | { op: 'range'; kvs: readonly KeyValue[]; more: boolean; count: number }
  | { op: 'put'; kv: KeyValue; prevKv?: KeyValue }
  | { op: 'delete'; deleted: number; prevKvs?: readonly KeyValue[] };

/** A change of one key; `kv` of a delete has the key, the delete's revision as `modRevision`, and no value. */
export interface KeyEvent {
  readonly type: 'put' | 'delete';
  readonly kv: KeyValue;
  readonly prevKv?: KeyValue;
}

export type KvRange = Message<'kv.range', RangeBody>;
export type KvRanged = Message<
  'kv.ranged',
  { revision: number; kvs: readonly KeyValue[]; more: boolean; count: number }
>;

export type KvTxn = Message<'kv.txn', TxnBody>;
export type KvCommitted = Message<
  'kv.committed',
  { revision: number; succeeded: boolean; results: readonly KvOpResult[] }
>;

export type KvCompact = Message<'kv.compact', { revision: number; physical?: boolean }>;
export type KvCompacted = Message<'kv.compacted', { revision: number }>;

/** Leases: `ttlSeconds`; `id` 0 or absent lets etcd choose. */
export type LeaseGrant = Message<'lease.grant', { ttlSeconds: number; id?: number }>;
export type LeaseGranted = Message<'lease.granted', { id: number; ttlSeconds: number }>;
export type LeaseRevoke = Message<'lease.revoke', { id: number }>;
export type LeaseRevoked = Message<'lease.revoked', { revision: number }>;
/** Also what a keep-alive is answered with; `ttlSeconds` is the time left, -1 for a lease that is gone. */
export type LeaseKeepAlive = Message<'lease.keep-alive', { id: number }>;
export type LeaseDescribe = Message<'lease.describe', { id: number; keys?: boolean }>;
export type LeaseDescribed = Message<
  'lease.described',
  { id: number; ttlSeconds: number; grantedTtlSeconds: number; keys?: readonly string[] }
>;

/** Why etcd says no, by the names of its gRPC errors. */
export type EtcdErrorCode =
  | 'Compacted'
  | 'FutureRevision'
  | 'LeaseNotFound'
  | 'LeaseExist'
  | 'LeaseTTLTooLarge'
  | 'DuplicateKey'
  | 'EmptyKey'
  | 'InvalidRange'
  | 'TooManyOps'
  | 'RequestTooLarge'
  | 'NoSpace'
  | 'NoLeader'
  | 'NotLeader'
  | 'Stopped'
  | 'Corrupt'
  | 'Timeout'
  | 'TimeoutDueToLeaderFail'
  | 'MemberExist'
  | 'MemberNotFound'
  | 'MemberNotLearner'
  | 'LearnerNotReady'
  | 'TooManyLearners'
  | 'NotEnoughStarted'
  | 'NotSupportedForLearner'
  | 'BadLeaderTransferee'
  | 'TimeoutLeaderTransfer';

/** Nothing was done. `leader` is where to ask instead, where known. */
export type EtcdRefused = Message<
  'etcd.refused',
  { code: EtcdErrorCode; message: string; compactRevision?: number; leader?: string }
>;

/** Opens a watch (a stream) of a range from `startRevision` (0: from the next revision on). */
export type KeyWatch = Message<
  'key.watch',
  { key: string; rangeEnd?: string; startRevision: number; prevKv?: boolean; progressNotify?: boolean }
>;
/** First on a watch: it stands, and what it will tell starts after `revision`. */
export type WatchCreated = Message<'watch.created', { revision: number }>;
/** All changes of one revision in the range, never split. */
export type KeyChanged = Message<'key.changed', { revision: number; events: readonly KeyEvent[] }>;
/** Everything up to `revision` has been told. */
export type WatchProgressed = Message<'watch.progressed', { revision: number }>;
/** Asks every watch this stream is to tell its progress now (sent as a request; answered on the stream itself). */
export type WatchProgress = Message<'watch.progress', { stream: number }>;
/** The watch ends: what it asked for is compacted away. */
export type WatchCompacted = Message<'watch.compacted', { compactRevision: number }>;

/** Asks a member for its state (etcd's Maintenance service, `etcdctl endpoint status`). */
export type MemberDescribe = Message<'member.describe', undefined>;
export type MemberDescribed = Message<
  'member.described',
  {
    member: string;
    /** Empty while there is none. */
    leader: string;
    revision: number;
    compactRevision: number;
    raftTerm: number;
    raftIndex: number;
    raftAppliedIndex: number;
    /** The database's size, free space included, and what of it is in use. */
    dbSizeBytes: number;
    dbSizeInUseBytes: number;
    /** The members out of space; while there is one, nothing can be put. */
    noSpace: readonly string[];
  }
>;
/** Adds a member that is to be started; with `isLearner`, one that does not vote yet (etcd's Cluster service, `etcdctl member add`). */
export type MemberAdd = Message<'member.add', { member: string; isLearner?: boolean }>;
/** Lets a learner vote (`etcdctl member promote`). */
export type MemberPromote = Message<'member.promote', { member: string }>;
export type MemberRemove = Message<'member.remove', { member: string }>;
/** The members after a change. */
export type MemberChanged = Message<'member.changed', { voters: readonly string[]; learners: readonly string[] }>;
export type MemberList = Message<'member.list', undefined>;
export type MemberListed = Message<
  'member.listed',
  { voters: readonly string[]; learners: readonly string[]; leader: string }
>;
/** Has another member lead (`etcdctl move-leader`). */
export type LeaderMove = Message<'leader.move', { to: string }>;
export type LeaderMoved = Message<'leader.moved', { leader: string }>;
/** Gives the space that compaction freed back to the file system (`etcdctl defrag`). */
export type StorageDefragment = Message<'storage.defragment', undefined>;
export type StorageDefragmented = Message<'storage.defragmented', { dbSizeBytes: number }>;
/** Ends the NOSPACE alarm, once there is space again (`etcdctl alarm disarm`). */
export type AlarmDisarm = Message<'alarm.disarm', undefined>;
export type AlarmDisarmed = Message<'alarm.disarmed', { members: readonly string[] }>;

/** The end of the range that holds all keys with this prefix (etcd's `clientv3.GetPrefixRangeEnd`). */
export function prefixEnd(prefix: string): string {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const code = prefix.charCodeAt(i);
    if (code < 0xffff) return prefix.slice(0, i) + String.fromCharCode(code + 1);
  }
  return '\0';
}
