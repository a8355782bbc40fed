/** The multi-version store: every key with its versions, read now or at an earlier revision. */

import type { KeyValue, KvOpResult, RangeBody } from '../../../../protocol/messages/etcd.ts';
import { emptyIndex, insert, type KeyIndex, remove, scan } from './key-index.ts';

/** An earlier version of a key, kept until it is compacted away. */
export interface PastVersion {
  readonly kv: KeyValue;
  readonly bytes: number;
}

/** A key and its versions. A version of 0 marks a tombstone: the key was deleted at that `modRevision`. */
export interface KeyHistory {
  readonly key: string;
  head: KeyValue;
  /** What the head takes of the quota. */
  bytes: number;
  /** Versions before the head, oldest first. A generation ends at each tombstone. */
  readonly past: PastVersion[];
}

/** All keys, and all changes since the last compaction. */
export interface Mvcc {
  /** The revision of the last write; 1 while there was none, as in etcd. */
  revision: number;
  /** The oldest revision that can be read; 0 before the first compaction. */
  compactRevision: number;
  readonly histories: Map<string, KeyHistory>;
  readonly index: KeyIndex<KeyHistory>;
  /** Every change from `compactRevision` on, in order: what a watch from an earlier revision is told. */
  changes: KeyValue[];
  /** What all kept versions take of the quota. */
  bytesInUse: number;
  /** The database file's size: it grows with use, and shrinks only by defragmentation. */
  bytesOnDisk: number;
}

/** A change of one key as a transaction makes it; `prev` is what the key held before, where it existed. */
export interface Change {
  readonly kv: KeyValue;
  readonly prev: KeyValue | undefined;
}

/** What a range gives. */
export type Ranged = Omit<Extract<KvOpResult, { op: 'range' }>, 'op'>;

/** What each version takes of the quota beside its key and value. As etcd's `kvOverhead`. */
export const versionOverheadBytes = 256;

/** Makes an empty store. */
export function emptyMvcc(): Mvcc {
  const [histories, index] = [new Map<string, KeyHistory>(), emptyIndex<KeyHistory>()];
  return { revision: 1, compactRevision: 0, histories, index, changes: [], bytesInUse: 0, bytesOnDisk: 0 };
}

/** Tells whether a version is a put; a tombstone is none. */
export function isAlive(kv: KeyValue): boolean {
  return kv.version > 0;
}

/** Why a revision cannot be read: etcd's two errors; undefined where it can. */
export function revisionFault(mvcc: Mvcc, revision: number | undefined): 'Compacted' | 'FutureRevision' | undefined {
  if (revision === undefined || revision <= 0) return undefined;
  if (revision > mvcc.revision) return 'FutureRevision';
  return revision < mvcc.compactRevision ? 'Compacted' : undefined;
}

/** What a key holds now; undefined where it does not exist. */
export function current(mvcc: Mvcc, key: string): KeyValue | undefined {
  const head = mvcc.histories.get(key)?.head;
  return head !== undefined && isAlive(head) ? head : undefined;
}

/** What a key held at a revision that is not compacted; undefined where it did not exist then. */
export function versionAt(history: KeyHistory, revision: number): KeyValue | undefined {
  const { head, past } = history;
  if (head.modRevision <= revision) return isAlive(head) ? head : undefined;
  let low = 0;
  let high = past.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (past[middle]!.kv.modRevision <= revision) low = middle + 1;
    else high = middle;
  }
  const found = past[low - 1]?.kv;
  return found !== undefined && isAlive(found) ? found : undefined;
}

/**
 * Reads a range, now or at `revision`, which the caller has checked with `revisionFault`.
 *
 * As etcd: `count` is of all keys in the range, whatever the limit and the filters; filters come before the limit.
 */
export function range(mvcc: Mvcc, body: RangeBody): Ranged {
  const { key, rangeEnd = '', limit = 0, minModRevision = 0, maxModRevision = 0 } = body;
  const revision = body.revision !== undefined && body.revision > 0 ? body.revision : Number.POSITIVE_INFINITY;
  const wanted = body.countOnly === true ? 0 : limit > 0 ? limit : Number.POSITIVE_INFINITY;
  const newest = maxModRevision > 0 ? maxModRevision : Number.POSITIVE_INFINITY;
  const kvs: KeyValue[] = [];
  let [count, matched] = [0, 0];
  const visit = (history: KeyHistory): boolean => {
    const kv = versionAt(history, revision);
    if (kv === undefined) return true;
    count++;
    if (kv.modRevision < minModRevision || kv.modRevision > newest) return true;
    if (matched++ < wanted) kvs.push(body.keysOnly === true ? withoutValue(kv) : kv);
    return true;
  };
  if (rangeEnd !== '') scan(mvcc.index, key, rangeEnd, visit);
  else {
    const history = mvcc.histories.get(key);
    if (history !== undefined) visit(history);
  }
  return { kvs, more: body.countOnly !== true && matched > kvs.length, count };
}

/** Names the keys that exist now in a range, in order. */
export function keysIn(mvcc: Mvcc, key: string, rangeEnd: string): string[] {
  if (rangeEnd === '') return current(mvcc, key) === undefined ? [] : [key];
  const keys: string[] = [];
  scan(mvcc.index, key, rangeEnd, (history) => {
    if (isAlive(history.head)) keys.push(history.key);
    return true;
  });
  return keys;
}

/**
 * Writes a version at the revision after the store's: the transaction's own, which its end makes the store's.
 *
 * `valueBytes` is the value's size as its proposer measured it.
 */
export function put(mvcc: Mvcc, key: string, value: unknown, lease: number, valueBytes: number): Change {
  const revision = mvcc.revision + 1;
  const history = mvcc.histories.get(key);
  const prev = history !== undefined && isAlive(history.head) ? history.head : undefined;
  const created = prev === undefined ? revision : prev.createRevision;
  const version = prev === undefined ? 1 : prev.version + 1;
  const kv: KeyValue = { key, value, createRevision: created, modRevision: revision, version, lease };
  addTo(mvcc, history, kv, versionOverheadBytes + key.length + valueBytes);
  return { kv, prev };
}

/** Writes a tombstone at the revision after the store's; the key exists. */
export function tombstone(mvcc: Mvcc, key: string): Change {
  const prev = current(mvcc, key);
  const modRevision = mvcc.revision + 1;
  const kv: KeyValue = { key, value: undefined, createRevision: 0, modRevision, version: 0, lease: 0 };
  addVersion(mvcc, kv, versionOverheadBytes + key.length);
  return { kv, prev };
}

/** Adds a version at the end of its key's history; recovery does so for each version it reads. */
export function addVersion(mvcc: Mvcc, kv: KeyValue, bytes: number): void {
  addTo(mvcc, mvcc.histories.get(kv.key), kv, bytes);
}

function addTo(mvcc: Mvcc, history: KeyHistory | undefined, kv: KeyValue, bytes: number): void {
  if (history === undefined) {
    const fresh: KeyHistory = { key: kv.key, head: kv, bytes, past: [] };
    mvcc.histories.set(kv.key, fresh);
    insert(mvcc.index, fresh);
  } else {
    history.past.push({ kv: history.head, bytes: history.bytes });
    history.head = kv;
    history.bytes = bytes;
  }
  mvcc.changes.push(kv);
  mvcc.bytesInUse += bytes;
  if (mvcc.bytesInUse > mvcc.bytesOnDisk) mvcc.bytesOnDisk = mvcc.bytesInUse;
}

/** Forgets a key and all its versions; compaction does so when only a tombstone is left. */
export function dropHistory(mvcc: Mvcc, history: KeyHistory): void {
  mvcc.bytesInUse -= history.bytes;
  mvcc.histories.delete(history.key);
  remove(mvcc.index, history.key);
}

/** The place in `changes` of the first one at or after a revision. */
export function firstChange(mvcc: Mvcc, revision: number): number {
  const { changes } = mvcc;
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (changes[middle]!.modRevision < revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withoutValue(kv: KeyValue): KeyValue {
  const { key, createRevision, modRevision, version, lease } = kv;
  return { key, value: undefined, createRevision, modRevision, version, lease };
}
