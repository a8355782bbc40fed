/** What is written is made durable in groups, and what is committed is applied, answered and told, in its order. */

import type { Self } from '../../../protocol/actor.ts';
import type { DiskFailed, DiskSynced } from '../../../protocol/messages/host.ts';
import type { RaftEntry } from '../../../protocol/messages/raft.ts';
import { carryOut, sayDurable, tellCaughtUp } from './carry-out.ts';
import { leaseApplied, restartLeases } from './leasing.ts';
import { followChange } from './membership.ts';
import type { EtcdMemory } from './memory.ts';
import { settle, takeOverdue } from './proposals.ts';
import { refuse } from './propose.ts';
import { isLeading } from './raft/raft.ts';
import { compactTo, entryAt, termAt } from './raft/raft-log.ts';
import { advanceCommit, tellCommit } from './raft/replication.ts';
import { answerConfirmed, seekReads } from './reads.ts';
import { apply, type Entry, isNextOf } from './store/store.ts';
import { takeWaiting } from './waiting.ts';
import { beginSync, markDurable, noteFailedSync, rewriteUnsynced, type SyncPoint, writeSnapshot } from './wal.ts';
import { tellWatchers } from './watching.ts';

type Member = Self<EtcdMemory>;

/** How many entries stay in memory behind a snapshot, for followers that are a little late. As etcd's `SnapshotCatchUpEntries`. */
const catchUpEntries = 5_000;

/** Makes everything written durable; what waits to be said waits for this, or for the next. */
export function syncLog(self: Member): void {
  const { raft, wal } = self.memory;
  raft.outbox.syncing = raft.outbox.held;
  raft.outbox.held = [];
  self.disk.sync(beginSync(wal));
}

/** Goes on from what has become durable: says what waited for it, and commits what a majority has. */
export function commit(self: Member, event: DiskSynced): void {
  const { raft, wal } = self.memory;
  markDurable(wal, self.disk, event.note as SyncPoint);
  sayDurable(self);
  if (isLeading(raft) && advanceCommit(raft, wal.durable)) {
    tellCommit(raft, self.monotonic());
    applyCommitted(self);
    seekReads(self);
  }
  carryOut(self);
}

/** Applies, in order, every entry that is committed: answers who proposed it and tells who watches. */
export function applyCommitted(self: Member): void {
  const { memory } = self;
  const { raft, wal } = memory;
  if (memory.applied >= raft.commit) return;
  while (memory.applied < raft.commit) {
    memory.applied += 1;
    const entry = entryAt(raft.log, memory.applied);
    if (entry.command !== undefined) applyEntry(self, entry, entry.command as Entry);
    else if (isLeading(raft) && memory.applied === raft.termStart) takeOver(self);
  }
  if (raft.reads.confirmed.length > 0) answerConfirmed(self);
  if (memory.applied - wal.snapshotWritten >= snapshotAfter(memory)) cutLog(self);
}

function applyEntry(self: Member, { proposer, number }: RaftEntry, entry: Entry): void {
  const { raft, store, proposals } = self.memory;
  if (number > 0 && !isNextOf(store, proposer, number)) return;
  const { reply, changes } = apply(store, entry);
  if (entry.kind === 'grant' || entry.kind === 'revoke') leaseApplied(self, entry, reply?.type);
  if (entry.kind === 'member' && reply?.type === 'member.changed') followChange(self);
  if (changes.length > 0) tellWatchers(self, store.mvcc.revision, changes);
  if (reply === undefined || number === 0 || proposer !== raft.proposer) return;
  const question = settle(proposals, number, reply);
  if (question !== undefined) self.reply(question, reply.type, reply.body);
}

/** All that earlier leaders committed is applied: from now on leases run by this one's clock. */
function takeOver(self: Member): void {
  restartLeases(self);
  self.raise({ type: 'lease.scheduled' });
  tellCaughtUp(self);
  takeWaiting(self);
}

/** A snapshot never costs more than the log it replaces: a large store waits for as many entries as it has versions. */
function snapshotAfter({ flags, store }: EtcdMemory): number {
  return Math.max(flags['snapshot-count'], store.mvcc.histories.size + store.mvcc.changes.length);
}

function cutLog(self: Member): void {
  const { raft, wal, store, applied } = self.memory;
  writeSnapshot(wal, self.disk, store, applied, termAt(raft.log, applied)!);
  compactTo(raft.log, applied - catchUpEntries);
}

/** Refuses requests whose entry was not committed in time; it still may be. */
export function refuseOverdue(self: Member): void {
  const { raft, flags, proposals } = self.memory;
  const until = self.monotonic() - requestTimeoutMs(self.memory);
  // What was proposed shortly before another leader was elected may have gone to one that was no more.
  const isOfLost = (at: number) => at < raft.electedAt && at > raft.electedAt - 2 * flags['election-timeout'];
  for (const { question, at } of takeOverdue(proposals, until)) {
    refuse(self, question, isOfLost(at) ? 'TimeoutDueToLeaderFail' : 'Timeout');
  }
}

/** How long, in ms, until the request that has waited longest is overdue. */
export function untilOverdue(self: Member): number {
  const [oldest] = self.memory.proposals.waiting.values();
  return oldest === undefined ? 0 : Math.max(0, oldest.at + requestTimeoutMs(self.memory) - self.monotonic());
}

/** How long a request may wait for its entry, in ms. As etcd's `ReqTimeout`: 5 s for the queue and disks, and two elections. */
export function requestTimeoutMs({ flags }: EtcdMemory): number {
  return 5_000 + 2 * flags['election-timeout'];
}

/** Says that the disk does not take the log; etcd's own words. What waited for it waits on. */
export function reportDiskFault(self: Member, event: DiskFailed): void {
  const { raft, wal } = self.memory;
  noteFailedSync(wal);
  raft.outbox.held.unshift(...raft.outbox.syncing);
  raft.outbox.syncing = [];
  self.log('error', 'failed to save Raft hard state and entries', { error: event.body.message });
}

/** Writes again what the failed sync may have lost. */
export function rewriteLog(self: Member): void {
  rewriteUnsynced(self.memory.wal, self.disk);
}
