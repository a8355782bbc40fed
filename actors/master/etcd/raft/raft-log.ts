/** The replicated log in memory: the entries since the last compaction, numbered from 1 (Raft §5.3). */

import type { RaftEntry } from '../../../../protocol/messages/raft.ts';

/** The entries after `offset`; those before are in a snapshot. */
export interface RaftLog {
  /** The last index that is compacted away, and its term; both 0 at first. */
  offset: number;
  offsetTerm: number;
  entries: RaftEntry[];
}

/** Makes an empty log. */
export function emptyRaftLog(): RaftLog {
  return { offset: 0, offsetTerm: 0, entries: [] };
}

/** The index of the last entry; 0 for none. */
export function lastIndex({ offset, entries }: RaftLog): number {
  return offset + entries.length;
}

/** The term of the last entry; 0 for none. */
export function lastTerm({ offsetTerm, entries }: RaftLog): number {
  return entries.length === 0 ? offsetTerm : entries[entries.length - 1]!.term;
}

/** The term of the entry at an index; undefined where it is compacted away or not there yet. */
export function termAt({ offset, offsetTerm, entries }: RaftLog, index: number): number | undefined {
  return index === offset ? offsetTerm : entries[index - offset - 1]?.term;
}

/** The entry at an index that is in memory. */
export function entryAt({ offset, entries }: RaftLog, index: number): RaftEntry {
  return entries[index - offset - 1]!;
}

/** Gives the entries from an index on, so many at most. */
export function entriesFrom({ offset, entries }: RaftLog, index: number, limit: number): readonly RaftEntry[] {
  const from = index - offset - 1;
  return entries.slice(from, from + limit);
}

/** Tells whether a log that ends so is at least as up-to-date as this one (§5.4.1). */
export function isUpToDate(log: RaftLog, otherTerm: number, otherIndex: number): boolean {
  const own = lastTerm(log);
  return otherTerm > own || (otherTerm === own && otherIndex >= lastIndex(log));
}

/** The first of the entries after `prevIndex` that this log does not have yet, by its place among them. */
export function firstNew(log: RaftLog, prevIndex: number, entries: readonly RaftEntry[]): number {
  let place = 0;
  while (place < entries.length && termAt(log, prevIndex + 1 + place) === entries[place]!.term) place++;
  return place;
}

/** Cuts off what comes after an index. */
export function truncateAfter(log: RaftLog, index: number): void {
  log.entries.length = index - log.offset;
}

/** Forgets the entries up to an index that is in the log: a snapshot has them. */
export function compactTo(log: RaftLog, index: number): void {
  if (index <= log.offset) return;
  log.offsetTerm = termAt(log, index)!;
  log.entries.splice(0, index - log.offset);
  log.offset = index;
}

/**
 * The highest index at or below `index` whose term is not above `term`: where two logs may still agree. Skips a whole
 * term at a time (§5.3, the optimization at its end).
 */
export function agreeingIndex(log: RaftLog, index: number, term: number): number {
  let at = Math.min(index, lastIndex(log));
  while (at > log.offset && termAt(log, at)! > term) at--;
  return at;
}
