/** The log's turn: what is written is made durable in groups, and only then applied and answered. */

import type { Self } from '../../../protocol/actor.ts';
import type { DiskFailed, DiskSynced } from '../../../protocol/messages/host.ts';
import { leaseApplied } from './leasing.ts';
import { markDurable, rewriteUnsynced, type SyncPoint, syncPoint, writeSnapshot } from './log.ts';
import type { EtcdMemory } from './memory.ts';
import { settle, takeOverdue } from './proposals.ts';
import { refuse } from './propose.ts';
import { apply, type Entry } from './store.ts';
import { tellWatchers } from './watching.ts';

type Member = Self<EtcdMemory>;

/** Makes everything written durable. */
export function syncLog(self: Member): void {
  self.disk.sync(syncPoint(self.memory.log));
}

/** Applies, in order, every entry that has become durable: answers who proposed it and tells who watches. */
export function commit(self: Member, event: DiskSynced): void {
  const { log, store } = self.memory;
  markDurable(log, self.disk, event.note as SyncPoint);
  const ready = log.durable - log.applied;
  const entries = log.pending;
  for (let i = 0; i < ready; i++) applyNext(self, entries[i]!);
  log.pending = ready === entries.length ? [] : entries.slice(ready);
  if (log.applied - log.snapshotWritten >= snapshotAfter(self.memory)) writeSnapshot(log, self.disk, store);
}

function applyNext(self: Member, entry: Entry): void {
  const { log, store, proposals } = self.memory;
  const { reply, changes } = apply(store, entry);
  const index = ++log.applied;
  if (entry.kind === 'grant' || entry.kind === 'revoke') leaseApplied(self, entry, reply?.type);
  if (changes.length > 0) tellWatchers(self, store.mvcc.revision, changes);
  if (reply === undefined) return;
  const question = settle(proposals, index, reply);
  if (question !== undefined) self.reply(question, reply.type, reply.body);
}

/** A snapshot never costs more than the log it replaces: a large store waits for as many entries as it has versions. */
function snapshotAfter({ flags, store }: EtcdMemory): number {
  return Math.max(flags['snapshot-count'], store.mvcc.histories.size + store.mvcc.changes.length);
}

/** Refuses requests whose entry did not become durable in time; it still may. */
export function refuseOverdue(self: Member): void {
  const until = self.monotonic() - requestTimeoutMs(self.memory);
  for (const question of takeOverdue(self.memory.proposals, until)) refuse(self, question, 'Timeout');
}

/** How long a request may wait for its entry, in ms. As etcd's `ReqTimeout`: 5 s for the queue and disks, and two elections. */
export function requestTimeoutMs({ flags }: EtcdMemory): number {
  return 5_000 + 2 * flags['election-timeout'];
}

/** Says that the disk does not take the log; etcd's own words. */
export function reportDiskFault(self: Member, event: DiskFailed): void {
  self.log('error', 'failed to save Raft hard state and entries', { error: event.body.message });
}

/** Writes again what the failed sync may have lost. */
export function rewriteLog(self: Member): void {
  rewriteUnsynced(self.memory.log, self.disk);
}
