/** Compaction: forgetting every version that no read at or after a revision can see. */

import { dropHistory, firstChange, isAlive, type KeyHistory, type Mvcc } from './mvcc.ts';

/** Why a compaction is refused; undefined where it is not. */
export function compactionFault(mvcc: Mvcc, revision: number): 'Compacted' | 'FutureRevision' | undefined {
  if (revision > mvcc.revision) return 'FutureRevision';
  return revision <= mvcc.compactRevision ? 'Compacted' : undefined;
}

/**
 * Makes `revision` the oldest that can be read and watched from.
 *
 * Looks only at keys changed since the last compaction: no other has a version more than it had then.
 * The changes of `revision` itself stay, so that a watch from it misses nothing, a deletion included.
 */
export function compact(mvcc: Mvcc, revision: number): void {
  const { changes } = mvcc;
  const end = firstChange(mvcc, revision + 1);
  for (let i = 0; i < end; i++) {
    const history = mvcc.histories.get(changes[i]!.key);
    if (history !== undefined) trim(mvcc, history, revision);
  }
  mvcc.changes = changes.slice(firstChange(mvcc, revision));
  mvcc.compactRevision = revision;
}

/** Keeps of a key its newest version at `revision`, unless that is a tombstone, and all later ones. */
function trim(mvcc: Mvcc, history: KeyHistory, revision: number): void {
  const { head, past } = history;
  if (head.modRevision <= revision) {
    forget(mvcc, history, past.length);
    if (!isAlive(head)) dropHistory(mvcc, history);
    return;
  }
  let later = past.length;
  while (later > 0 && past[later - 1]!.kv.modRevision > revision) later--;
  const newest = past[later - 1];
  if (newest !== undefined) forget(mvcc, history, isAlive(newest.kv) ? later - 1 : later);
}

function forget(mvcc: Mvcc, history: KeyHistory, count: number): void {
  if (count === 0) return;
  for (const { bytes } of history.past.splice(0, count)) mvcc.bytesInUse -= bytes;
}

/** Gives the freed space back: the database file becomes as small as what is in use. As `etcdctl defrag`. */
export function defragment(mvcc: Mvcc): void {
  mvcc.bytesOnDisk = mvcc.bytesInUse;
}
