/** What members say of the log: appends, heartbeats, snapshots, and the answers to them (Raft §5.3, §7). */

import type { Self } from '../../../protocol/actor.ts';
import type {
  RaftAppend,
  RaftAppended,
  RaftHeard,
  RaftHeartbeat,
  RaftPropose,
  RaftRead,
  RaftSnapshot,
} from '../../../protocol/messages/raft.ts';
import { carryOut, tellCaughtUp } from './carry-out.ts';
import { applyCommitted } from './commit.ts';
import { followLog } from './membership.ts';
import type { EtcdMemory } from './memory.ts';
import { accept, takeEntries, takeHeartbeat } from './raft/following.ts';
import { addEntry, enterTerm, isLeading } from './raft/raft.ts';
import { termAt } from './raft/raft-log.ts';
import { confirmRound } from './raft/read-index.ts';
import { advanceCommit, askAgain, replicate, takeAppended, tellCommit } from './raft/replication.ts';
import { offerLead } from './raft/transfer.ts';
import { answerConfirmed, seekReads } from './reads.ts';
import { passTerm } from './role.ts';
import { readSnapshot } from './store/snapshot.ts';
import { noteCut, replaceAll } from './wal.ts';
import { fallBehind } from './watches.ts';

type Member = Self<EtcdMemory>;

/** Takes entries in from the leader. */
export function takeAppend(self: Member, event: RaftAppend): void {
  const { raft, wal } = self.memory;
  if (!hearLeader(self, event)) return;
  const cut = takeEntries(raft, event);
  if (cut !== undefined) {
    noteCut(wal, cut);
    followLog(self);
  }
  catchUp(self, event.body.commit);
  carryOut(self);
}

/** Takes the leader's word that it leads. */
export function hearHeartbeat(self: Member, event: RaftHeartbeat): void {
  if (!hearLeader(self, event)) return;
  takeHeartbeat(self.memory.raft, event);
  catchUp(self, event.body.commit);
  carryOut(self);
}

/** Takes the leader's store in the place of its own, which is too far behind (§7). */
export function installSnapshot(self: Member, event: RaftSnapshot): void {
  if (!hearLeader(self, event)) return;
  const { raft } = self.memory;
  const { lastIndex: index, lastTerm: term, records } = event.body;
  if (index <= raft.commit) accept(raft, event.from, raft.commit);
  else if (termAt(raft.log, index) === term) {
    // It has all of it in its log; only that it is committed is news.
    raft.commit = index;
    accept(raft, event.from, index);
  } else putSnapshot(self, event, records);
  catchUp(self, index);
  carryOut(self);
}

function putSnapshot(self: Member, { from, body }: RaftSnapshot, records: readonly unknown[]): void {
  const { memory } = self;
  const { raft, wal } = memory;
  const snapshot = readSnapshot(records);
  if (snapshot === undefined) return;
  const { lastIndex: index, lastTerm: offsetTerm } = body;
  self.log('info', 'received and saved database snapshot', { from, index });
  replaceAll(wal, self.disk, records, index);
  raft.log = { offset: index, offsetTerm, entries: [] };
  raft.commit = memory.applied = index;
  memory.store = snapshot.store;
  const { voters, learners } = snapshot.store.members;
  Object.assign(raft, { voters, learners });
  fallBehind(memory.watches, snapshot.store.mvcc);
  accept(raft, from, index);
  answerConfirmed(self);
}

/** Applies what is committed; where that is all the leader knows to be here, the past is known. */
function catchUp(self: Member, committed: number): void {
  applyCommitted(self);
  if (committed > 0 && self.memory.applied >= committed) tellCaughtUp(self);
}

/**
 * Hears a leader; false for one of the past, who is told so. One of this term, or of a later one, is followed from now
 * on, whatever this member was (§5.1, §5.2).
 */
function hearLeader(self: Member, { from, body }: RaftAppend | RaftHeartbeat | RaftSnapshot): boolean {
  const { raft } = self.memory;
  if (body.term < raft.term) {
    const answer = { term: raft.term, index: 0, isRefused: true, hint: 0, hintTerm: 0, needsSnapshot: false };
    raft.outbox.ready.push({ to: from, type: 'raft.appended', body: answer });
    carryOut(self);
    return false;
  }
  raft.quietSince = self.monotonic();
  if (body.term === raft.term && raft.leader === from) return true;
  if (body.term === raft.term && raft.leader !== '') {
    throw new Error(`${from} leads term ${body.term}, and so does ${raft.leader}: at most one can (Raft §5.2)`);
  }
  enterTerm(raft, body.term, from);
  self.raise({ type: 'leader.heard' });
  return true;
}

/** As leader, takes a follower's answer to an append: what a majority has is committed. */
export function hearAppended(self: Member, event: RaftAppended): void {
  const { raft, wal } = self.memory;
  const { from, body } = event;
  if (passTerm(self, body.term) || body.term < raft.term || !isLeading(raft)) return;
  const now = self.monotonic();
  if (takeAppended(raft, event, now) && advanceCommit(raft, wal.durable)) {
    // Told first: a change of the group that is applied may take one of them out.
    tellCommit(raft, now);
    applyCommitted(self);
    seekReads(self);
  }
  if (raft.transferee === from) offerLead(raft);
  carryOut(self);
}

/** As leader, takes a follower's answer to a heartbeat. */
export function hearHeard(self: Member, { from, body }: RaftHeard): void {
  const { raft } = self.memory;
  if (passTerm(self, body.term) || body.term < raft.term || !isLeading(raft)) return;
  const progress = raft.progress.get(from);
  if (progress !== undefined) {
    progress.promisedAt = Math.max(progress.promisedAt, body.sentAt);
    askAgain(raft, from, progress, self.monotonic());
  }
  const confirmed = confirmRound(raft, from, body.read);
  if (confirmed !== undefined) {
    raft.reads.confirmed.push(confirmed);
    answerConfirmed(self);
    seekReads(self);
  }
  carryOut(self);
}

/** As leader, takes a proposal that another member hands on. One that is about to go takes none. */
export function takeProposal(self: Member, { body }: RaftPropose): void {
  const { raft } = self.memory;
  if (!isLeading(raft) || raft.transferee !== '') return;
  addEntry(raft, body.command, body.proposer, body.number);
  replicate(raft, self.monotonic());
  carryOut(self);
}

/** As leader, takes a follower's question from where on it may read. */
export function takeRead(self: Member, event: RaftRead): void {
  const { raft } = self.memory;
  if (!isLeading(raft)) return;
  raft.reads.gathered.push(event);
  seekReads(self);
  carryOut(self);
}
