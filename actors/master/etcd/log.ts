/** The write-ahead log: entries in segments, a snapshot before them; what is synced survives any crash. */

import type { Disk, FileName } from '../../../protocol/actor.ts';
import { readSnapshot, snapshotOf } from './snapshot.ts';
import { apply, type Entry, emptyStore, type Store } from './store.ts';

/** One entry as it is written. Indexes begin at 1 and have no gap. */
export interface LogRecord {
  readonly index: number;
  readonly entry: Entry;
}

/** A file of the log; the last one is written to. */
interface Segment {
  readonly file: FileName;
  /** The index of its last record. */
  last: number;
}

/** What a member knows of its log. All indexes are 0 before the first entry. */
export interface Log {
  /** The last entry written. */
  last: number;
  /** The last entry known to survive a crash. */
  durable: number;
  /** The last entry the store holds. */
  applied: number;
  /** The entries after `applied`, in order. */
  pending: Entry[];
  readonly segments: Segment[];
  /** The entry that the last durable snapshot ends with, and that of the last one written. */
  snapshotDurable: number;
  snapshotWritten: number;
}

/** How far the log had come when a sync was asked for. */
export interface SyncPoint {
  readonly last: number;
  readonly snapshot: number;
}

const snapshotFile: FileName = 'snapshot';

/** Makes an empty log. */
export function emptyLog(): Log {
  return { last: 0, durable: 0, applied: 0, pending: [], segments: [], snapshotDurable: 0, snapshotWritten: 0 };
}

/** Writes an entry, which a crash may lose until it is synced; gives its index. */
export function append(log: Log, disk: Disk, entry: Entry): number {
  const index = ++log.last;
  const segment = log.segments.at(-1) ?? startSegment(log, index);
  segment.last = index;
  disk.append(segment.file, { index, entry } satisfies LogRecord);
  log.pending.push(entry);
  return index;
}

/** Tells whether something is written that a crash may lose. */
export function hasUnsynced(log: Log): boolean {
  return log.last > log.durable || log.snapshotWritten > log.snapshotDurable;
}

/** How far the log has come: what a sync asked for now will make durable. */
export function syncPoint(log: Log): SyncPoint {
  return { last: log.last, snapshot: log.snapshotWritten };
}

/** Takes note that a sync has ended; segments that the snapshot makes needless go. */
export function markDurable(log: Log, disk: Disk, point: SyncPoint): void {
  log.durable = Math.max(log.durable, point.last);
  if (point.snapshot <= log.snapshotDurable) return;
  log.snapshotDurable = point.snapshot;
  while (log.segments.length > 1 && log.segments[0]!.last <= log.snapshotDurable)
    disk.remove(log.segments.shift()!.file);
}

/** Writes a snapshot of what is applied, and begins a new segment; the next sync makes it durable. */
export function writeSnapshot(log: Log, disk: Disk, store: Store): void {
  disk.replace(snapshotFile, snapshotOf(store, log.applied));
  log.snapshotWritten = log.applied;
  startSegment(log, log.last + 1);
}

/**
 * Writes again all that is not known to be durable. After a sync that failed, a later one that succeeds says nothing
 * of what was written before: the page cache may have dropped it.
 */
export function rewriteUnsynced(log: Log, disk: Disk): void {
  for (const { file, last } of log.segments) if (last > log.durable) disk.replace(file, disk.read(file));
  if (log.snapshotWritten > log.snapshotDurable) disk.replace(snapshotFile, disk.read(snapshotFile));
}

/**
 * Builds the store from the disk: the snapshot, then the log's entries after it.
 *
 * Nothing of it counts as durable yet: what a crash left in the page cache is read here too, so a sync must follow
 * before anything is served. `corrupt` says what cannot be: then nothing of it may be served.
 */
export function recover(disk: Disk): { store: Store; log: Log } | { corrupt: string } {
  const log = emptyLog();
  const records = disk.read(snapshotFile);
  const snapshot = records.length > 0 ? readSnapshot(records) : { store: emptyStore(), index: 0 };
  if (snapshot === undefined) return { corrupt: 'snapshot: not whole' };
  const { store } = snapshot;
  log.last = log.snapshotWritten = snapshot.index;
  for (const file of disk.files()) {
    if (!file.startsWith('wal-')) continue;
    const segment: Segment = { file, last: 0 };
    for (const record of disk.read(file) as readonly LogRecord[]) {
      segment.last = record.index;
      if (record.index <= log.last) continue;
      if (record.index !== log.last + 1) return { corrupt: `${file}: record ${record.index} after ${log.last}` };
      apply(store, record.entry);
      log.last = record.index;
    }
    log.segments.push(segment);
  }
  log.applied = log.last;
  return { store, log };
}

function startSegment(log: Log, first: number): Segment {
  const file = `wal-${String(first).padStart(16, '0')}`;
  const segment: Segment = log.segments.find((one) => one.file === file) ?? { file, last: first - 1 };
  if (!log.segments.includes(segment)) log.segments.push(segment);
  return segment;
}
