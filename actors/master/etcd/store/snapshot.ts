/** The whole store as records of a file, and back: what recovery begins with, so that the log need not reach to the start. */

import type { KeyValue } from '../../../../protocol/messages/etcd.ts';
import { attachAll } from './leases.ts';
import type { Members } from './members.ts';
import { addVersion, isAlive, type Mvcc, versionOverheadBytes } from './mvcc.ts';
import { valueBytes } from './quota.ts';
import { emptyStore, type Store } from './store.ts';

/** The first record of a snapshot: all but the versions, and how many of these follow, in blocks. */
export interface SnapshotHeader {
  readonly format: 1;
  /** The last entry of the log that the store holds, and its term. */
  readonly index: number;
  readonly term: number;
  readonly revision: number;
  readonly compactRevision: number;
  readonly bytesOnDisk: number;
  readonly noSpace: readonly string[];
  readonly members: Members;
  readonly leases: readonly { readonly id: number; readonly ttlSeconds: number }[];
  /** The last proposal of each life of a member. */
  readonly proposals: readonly (readonly [string, number])[];
  /** Versions older than the compaction that are still the newest of their key; then all changes since, in order. */
  readonly survivors: number;
  readonly changes: number;
}

const blockSize = 1_000;

/** Writes a store down as of an entry of the log. Versions are shared, not copied. */
export function snapshotOf(store: Store, index: number, term: number): unknown[] {
  const { mvcc } = store;
  const survivors = survivorsOf(mvcc);
  const header: SnapshotHeader = {
    format: 1,
    index,
    term,
    revision: mvcc.revision,
    compactRevision: mvcc.compactRevision,
    bytesOnDisk: mvcc.bytesOnDisk,
    noSpace: store.noSpace,
    members: store.members,
    leases: [...store.leases.values()].map(({ id, ttlSeconds }) => ({ id, ttlSeconds })),
    proposals: [...store.proposals],
    survivors: survivors.length,
    changes: mvcc.changes.length,
  };
  return [header, ...blocksOf(survivors), ...blocksOf(mvcc.changes)];
}

/** Reads a snapshot; undefined where it is not whole. */
export function readSnapshot(records: readonly unknown[]): { store: Store; index: number; term: number } | undefined {
  const [header, ...blocks] = records as [SnapshotHeader | undefined, ...KeyValue[][]];
  if (header?.format !== 1 || !blocks.every(Array.isArray)) return undefined;
  const versions = blocks.flat() as KeyValue[];
  if (versions.length !== header.survivors + header.changes) return undefined;
  const store = emptyStore(header.members);
  const { mvcc, leases } = store;
  for (const { id, ttlSeconds } of header.leases) leases.set(id, { id, ttlSeconds, keys: new Set() });
  for (const kv of versions) if (!isForgotten(kv, header)) addVersion(mvcc, kv, bytesOf(kv));
  attachAll(
    leases,
    [...mvcc.histories.values()].map((history) => history.head),
  );
  mvcc.changes = versions.slice(header.survivors);
  mvcc.revision = header.revision;
  mvcc.compactRevision = header.compactRevision;
  mvcc.bytesOnDisk = header.bytesOnDisk;
  store.noSpace = [...header.noSpace];
  for (const [proposer, number] of header.proposals) store.proposals.set(proposer, number);
  return { store, index: header.index, term: header.term };
}

function survivorsOf(mvcc: Mvcc): KeyValue[] {
  const survivors: KeyValue[] = [];
  for (const { head, past } of mvcc.histories.values()) {
    const oldest = past[0]?.kv ?? head;
    if (oldest.modRevision < mvcc.compactRevision) survivors.push(oldest);
  }
  return survivors;
}

/** A deletion at the compacted revision is still told to who watches from it, but its key's history is gone. */
function isForgotten(kv: KeyValue, header: SnapshotHeader): boolean {
  return !isAlive(kv) && kv.modRevision <= header.compactRevision;
}

function bytesOf(kv: KeyValue): number {
  return versionOverheadBytes + kv.key.length + (isAlive(kv) ? valueBytes(kv.value) : 0);
}

function blocksOf(versions: readonly KeyValue[]): KeyValue[][] {
  const blocks: KeyValue[][] = [];
  for (let at = 0; at < versions.length; at += blockSize) blocks.push(versions.slice(at, at + blockSize));
  return blocks;
}
