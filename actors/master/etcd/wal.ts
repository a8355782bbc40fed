/** The write-ahead log: the entries of Raft's log in segments, its term and vote, a snapshot before them; what is synced survives any crash. */

import { type Disk, damageOf, type FileName } from '../../../protocol/actor.ts';
import type { RaftEntry } from '../../../protocol/messages/raft.ts';
import { emptyRaftLog, entryAt, lastIndex, lastTerm, type RaftLog, truncateAfter } from './raft/raft-log.ts';
import { nobody } from './store/members.ts';
import { readSnapshot, snapshotOf } from './store/snapshot.ts';
import { emptyStore, type Store } from './store/store.ts';

/** One entry as it is written. One with an index that was written before takes that one's place, and of all after it. */
export interface WalRecord {
  readonly index: number;
  readonly entry: RaftEntry;
}

/** What a member must not forget of elections (Raft, Figure 2). */
export interface HardState {
  readonly term: number;
  readonly vote: string;
}

/** A file of the log; the last one is written to. */
interface Segment {
  readonly file: FileName;
  /** The index of its last record. */
  last: number;
}

/** What a member knows of its write-ahead log. All indexes are 0 before the first entry. */
export interface Wal {
  /** The last entry written. */
  written: number;
  /** The last entry known to survive a crash. */
  durable: number;
  /** The index that entries were cut off after since the last sync began; what comes after it is not of that sync. */
  cut: number;
  /** The hard state is written, but may be lost. */
  isStateUnsynced: boolean;
  /** A sync is under way. */
  isSyncing: boolean;
  readonly segments: Segment[];
  /** The number of the segment begun last: they are read in the order they were begun, which need not be that of indexes. */
  begun: number;
  /** The entry that the last durable snapshot ends with, and that of the last one written. */
  snapshotDurable: number;
  snapshotWritten: number;
}

/** How far the log had come when a sync was asked for. */
export interface SyncPoint {
  readonly last: number;
  readonly snapshot: number;
}

/** All that a disk gave back. */
export interface Recovered {
  readonly wal: Wal;
  readonly log: RaftLog;
  readonly state: HardState;
  /** The store as of `applied`, the snapshot's last entry: which of the later ones are committed is yet to be learned. */
  readonly store: Store;
  readonly applied: number;
}

const snapshotFile: FileName = 'snapshot';
const stateFile: FileName = 'hard-state';
const segmentPrefix = 'wal-';

/** Makes a log without entries. */
export function emptyWal(): Wal {
  return {
    written: 0,
    durable: 0,
    cut: Number.POSITIVE_INFINITY,
    isStateUnsynced: false,
    isSyncing: false,
    segments: [],
    begun: 0,
    snapshotDurable: 0,
    snapshotWritten: 0,
  };
}

/** Writes the entries that came since the last time; a crash may lose them until they are synced. */
export function writeEntries(wal: Wal, disk: Disk, log: RaftLog): void {
  const last = lastIndex(log);
  for (let index = wal.written + 1; index <= last; index++) {
    const segment = wal.segments.at(-1) ?? startSegment(wal, index - 1);
    segment.last = Math.max(segment.last, index);
    disk.append(segment.file, { index, entry: entryAt(log, index) } satisfies WalRecord);
  }
  wal.written = last;
}

/** Takes note that entries were cut off: what takes their place is to be written, and is not durable. */
export function noteCut(wal: Wal, after: number): void {
  wal.written = Math.min(wal.written, after);
  wal.durable = Math.min(wal.durable, after);
  wal.cut = Math.min(wal.cut, after);
}

/** Writes the term and the vote. */
export function writeState(wal: Wal, disk: Disk, state: HardState): void {
  disk.replace(stateFile, [state]);
  wal.isStateUnsynced = true;
}

/** Tells whether something is written that a crash may lose. */
export function hasUnsynced(wal: Wal): boolean {
  return wal.written > wal.durable || wal.isStateUnsynced || wal.snapshotWritten > wal.snapshotDurable;
}

/** Takes note that a sync begins, and gives how far the log has come: what it will make durable. */
export function beginSync(wal: Wal): SyncPoint {
  wal.cut = Number.POSITIVE_INFINITY;
  wal.isStateUnsynced = false;
  wal.isSyncing = true;
  return { last: wal.written, snapshot: wal.snapshotWritten };
}

/** Takes note that a sync has failed: all that it was for may be lost. */
export function noteFailedSync(wal: Wal): void {
  wal.isSyncing = false;
  // It may have been for the term or the vote; then nothing that rests on them may be said before the next one.
  wal.isStateUnsynced = true;
}

/** Takes note that a sync has ended; segments that the snapshot makes needless go. */
export function markDurable(wal: Wal, disk: Disk, point: SyncPoint): void {
  wal.isSyncing = false;
  wal.durable = Math.max(wal.durable, Math.min(point.last, wal.cut));
  if (point.snapshot <= wal.snapshotDurable) return;
  wal.snapshotDurable = point.snapshot;
  while (wal.segments.length > 1 && wal.segments[0]!.last <= wal.snapshotDurable)
    disk.remove(wal.segments.shift()!.file);
}

/** Writes a snapshot of what is applied, and begins a new segment; the next sync makes it durable. */
export function writeSnapshot(wal: Wal, disk: Disk, store: Store, applied: number, term: number): void {
  disk.replace(snapshotFile, snapshotOf(store, applied, term));
  wal.snapshotWritten = applied;
  startSegment(wal, wal.written);
}

/** Puts a snapshot that came from the leader in the place of all that is there. */
export function replaceAll(wal: Wal, disk: Disk, records: readonly unknown[], index: number): void {
  disk.replace(snapshotFile, records);
  for (const { file } of wal.segments.splice(0)) disk.remove(file);
  noteCut(wal, index);
  wal.written = wal.durable = wal.snapshotWritten = index;
  startSegment(wal, index);
}

/**
 * Writes again all that is not known to be durable. After a sync that failed, a later one that succeeds says nothing
 * of what was written before: the page cache may have dropped it.
 */
export function rewriteUnsynced(wal: Wal, disk: Disk): void {
  for (const { file, last } of wal.segments) if (last > wal.durable) disk.replace(file, disk.read(file));
  if (wal.snapshotWritten > wal.snapshotDurable) disk.replace(snapshotFile, disk.read(snapshotFile));
  const state = disk.read(stateFile);
  if (state.length > 0) disk.replace(stateFile, state);
  wal.isStateUnsynced = state.length > 0;
}

/**
 * Reads the disk: the snapshot, then the log's entries after it.
 *
 * Nothing of it counts as durable yet: what a crash left in the page cache is read here too, so a sync must follow
 * before anything is said. `members` are those of a group that is being founded. `corrupt` says what cannot be: then nothing of it may be served.
 */
export function recover(disk: Disk, members = nobody): Recovered | { corrupt: string } {
  const wal = emptyWal();
  const records = disk.read(snapshotFile);
  const snapshot = records.length > 0 ? readSnapshot(records) : { store: emptyStore(members), index: 0, term: 0 };
  if (snapshot === undefined) return { corrupt: 'snapshot: not whole' };
  const log: RaftLog = { ...emptyRaftLog(), offset: snapshot.index, offsetTerm: snapshot.term };
  for (const file of disk.files()) {
    if (!file.startsWith(segmentPrefix)) continue;
    wal.begun = Number(file.slice(segmentPrefix.length));
    const segment: Segment = { file, last: 0 };
    const written = disk.read(file);
    const whole = wholeOf(written);
    // Half a record at the end was never synced, so nobody was told of it: it is cut off (as etcd repairs its log).
    if (whole.length < written.length - 1 || isDecayed(written))
      return { corrupt: `${file}: record checksum does not match` };
    if (whole.length < written.length) disk.replace(file, whole);
    for (const { index, entry } of whole) {
      segment.last = Math.max(segment.last, index);
      const last = lastIndex(log);
      if (index > last + 1) return { corrupt: `${file}: record ${index} after ${last}` };
      // Also one that the snapshot has takes the place of all after it: they were cut off.
      truncateAfter(log, Math.max(snapshot.index, index - 1));
      if (index > snapshot.index) log.entries.push(entry);
    }
    wal.segments.push(segment);
  }
  wal.written = lastIndex(log);
  wal.snapshotWritten = snapshot.index;
  const [found] = disk.read(stateFile);
  if (damageOf(found) !== undefined) return { corrupt: `${stateFile}: record checksum does not match` };
  const state = stateAfter((found ?? { term: 0, vote: '' }) as HardState, lastTerm(log));
  wal.isStateUnsynced = state.term > 0;
  return { wal, log, state, store: snapshot.store, applied: snapshot.index };
}

/** The records before the first that is damaged. */
function wholeOf(records: readonly unknown[]): readonly WalRecord[] {
  const bad = records.findIndex((record) => damageOf(record) !== undefined);
  return (bad < 0 ? records : records.slice(0, bad)) as readonly WalRecord[];
}

function isDecayed(records: readonly unknown[]): boolean {
  return records.some((record) => damageOf(record) === 'decayed');
}

/** A tear may leave an entry of a term whose own record is lost; the vote in it, then, was never told. */
function stateAfter(state: HardState, term: number): HardState {
  return term > state.term ? { term, vote: '' } : state;
}

function startSegment(wal: Wal, last: number): Segment {
  wal.begun += 1;
  const segment: Segment = { file: `${segmentPrefix}${String(wal.begun).padStart(16, '0')}`, last };
  wal.segments.push(segment);
  return segment;
}
