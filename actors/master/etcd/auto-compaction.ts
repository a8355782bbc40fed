/** Auto-compaction: which revision is old enough to be compacted away, by age or by count. */

import { parseDuration } from '../../../protocol/flags.ts';
import type { EtcdFlags } from './flags.ts';

/** What is kept: revisions younger than a time, or the last so many; undefined is everything. */
export type Retention =
  | { readonly mode: 'periodic'; readonly periodMs: number }
  | { readonly mode: 'revision'; readonly revisions: number };

/** What periodic compaction remembers between its looks. */
export interface CompactionHistory {
  /** The revision at each look within the last period, oldest first. */
  revisions: number[];
  lastRevision: number;
  /** When the last compaction was, or the start, in ms on the monotonic clock. */
  lastAt: number;
  /** Whether the whole first period has been waited for. */
  hasCompacted: boolean;
}

const hourMs = 3_600_000;
/** As etcd's `revInterval`. */
const revisionIntervalMs = 300_000;
/** How many looks a period is cut into. As etcd's `retryDivisor`. */
const looksPerPeriod = 10;

/** Reads the retention of the flags; a period without a unit counts hours, as in etcd. */
export function retentionOf(flags: EtcdFlags): Retention | undefined {
  const retention = flags['auto-compaction-retention'];
  if (flags['auto-compaction-mode'] === 'revision') {
    const revisions = Number(retention);
    return revisions > 0 ? { mode: 'revision', revisions } : undefined;
  }
  const periodMs = /^\d+$/.test(retention) ? Number(retention) * hourMs : (parseDuration(retention) ?? 0);
  return periodMs > 0 ? { mode: 'periodic', periodMs } : undefined;
}

/** How long, in ms, from one look to the next. */
export function lookInterval(retention: Retention): number {
  return retention.mode === 'revision' ? revisionIntervalMs : Math.min(retention.periodMs, hourMs) / looksPerPeriod;
}

/** Makes the history of a member that starts now. */
export function startHistory(now: number, revision: number): CompactionHistory {
  return { revisions: [revision], lastRevision: 0, lastAt: now, hasCompacted: false };
}

/**
 * Takes one look: gives the revision to compact now, if any, and remembers having done so.
 *
 * Periodic, as etcd: after a first whole period, compact at every period (at most an hour) to what the revision was
 * a period ago.
 */
export function look(
  history: CompactionHistory,
  retention: Retention,
  now: number,
  revision: number,
): number | undefined {
  const wanted = retention.mode === 'revision' ? revision - retention.revisions : history.revisions[0]!;
  const isDue = retention.mode === 'revision' || now - history.lastAt >= waitOf(history, retention.periodMs);
  const verdict = isDue && wanted > 0 && wanted !== history.lastRevision ? wanted : undefined;
  if (verdict !== undefined) {
    history.lastRevision = verdict;
    history.lastAt = now;
    history.hasCompacted = true;
  }
  if (retention.mode === 'periodic') remember(history, revision, retention.periodMs / lookInterval(retention) + 1);
  return verdict;
}

function waitOf(history: CompactionHistory, periodMs: number): number {
  return history.hasCompacted ? Math.min(periodMs, hourMs) : periodMs;
}

function remember(history: CompactionHistory, revision: number, count: number): void {
  history.revisions.push(revision);
  if (history.revisions.length > Math.floor(count)) history.revisions.shift();
}
