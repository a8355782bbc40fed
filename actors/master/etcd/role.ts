/** What a member does in its role: waits for a leader, stands for election, leads (Raft §5.2). */

import type { Self } from '../../../protocol/actor.ts';
import type { RaftTimeoutNow, RaftVote, RaftVoted } from '../../../protocol/messages/raft.ts';
import { carryOut } from './carry-out.ts';
import { emptyClock } from './lease-clock.ts';
import { answerTransfers } from './membership.ts';
import type { EtcdMemory } from './memory.ts';
import * as election from './raft/election.ts';
import { enterTerm, isLeading } from './raft/raft.ts';
import { heartbeat } from './raft/read-index.ts';
import { regather } from './raft/reads.ts';
import { beginLeading, checkQuorum, replicate } from './raft/replication.ts';
import { isTransferOver } from './raft/transfer.ts';
import { seekReads } from './reads.ts';
import { takeWaiting } from './waiting.ts';

type Member = Self<EtcdMemory>;

/** Begins to wait for a leader's word, for a time that is drawn anew, so that two rarely stand at once (§5.2). */
export function beginPatience(self: Member): void {
  const { raft, flags } = self.memory;
  const [heartbeatMs, electionMs] = [flags['heartbeat-interval'], flags['election-timeout']];
  const isFirst = raft.patienceMs === 0;
  if (raft.leader === '') raft.quietSince = self.monotonic();
  // As etcd's `--initial-election-tick-advance`: one that starts has waited long enough already.
  raft.patienceMs = isFirst ? heartbeatMs + self.random() * electionMs : (1 + self.random()) * electionMs;
}

/** Gives its leader up; one that does not vote can do no more. */
export function loseLeader(self: Member): void {
  self.memory.raft.leader = '';
  carryOut(self);
}

/** How long, in ms, until it has waited for a leader in vain. */
export function untilImpatient(self: Member): number {
  const { raft } = self.memory;
  return Math.max(0, raft.quietSince + raft.patienceMs - self.monotonic());
}

/** Tells whether it has heard of a leader since its wait began. */
export function hasHeard(self: Member): boolean {
  const { raft } = self.memory;
  return self.monotonic() - raft.quietSince < raft.patienceMs;
}

/** Asks whether it could win. */
export function askPreVotes(self: Member): void {
  const { raft } = self.memory;
  drawTimeout(self);
  raft.isTransfer = false;
  election.askPreVotes(raft);
  carryOut(self);
}

/** Stands for election. */
export function askVotes(self: Member): void {
  const { raft } = self.memory;
  drawTimeout(self);
  election.askVotes(raft);
  raft.isTransfer = false;
  self.log('info', 'became candidate', { term: raft.term });
  carryOut(self);
}

function drawTimeout(self: Member): void {
  const { raft, flags } = self.memory;
  raft.patienceMs = (1 + self.random()) * flags['election-timeout'];
}

/** Answers one who stands for election. */
export function answerVote(self: Member, event: RaftVote): void {
  const { raft } = self.memory;
  const { term, vote } = raft;
  election.answerVote(raft, event, hearsLeader(self));
  if (raft.term > term) self.raise({ type: 'term.passed' });
  if (raft.vote !== '' && raft.vote !== vote) raft.quietSince = self.monotonic();
  carryOut(self);
}

function hearsLeader(self: Member): boolean {
  const { raft, flags } = self.memory;
  // One that has just started may have promised a leader not to vote, and forgotten it.
  const hasPromised =
    flags['read-only-option'] === 'lease-based' && self.monotonic() - raft.bornAt < flags['election-timeout'];
  if (raft.leader === '') return hasPromised;
  return isLeading(raft) || self.monotonic() - raft.quietSince < flags['election-timeout'];
}

/** Counts an answer to its pre-vote. */
export function countPreVote(self: Member, event: RaftVoted): void {
  count(self, event, true);
}

/** Counts an answer to its vote. */
export function countVote(self: Member, event: RaftVoted): void {
  count(self, event, false);
}

function count(self: Member, event: RaftVoted, isPre: boolean): void {
  const { raft } = self.memory;
  if (!event.body.isGranted && passTerm(self, event.body.term)) return;
  const standing = election.countVote(raft, event, isPre);
  if (standing !== 'open') self.raise({ type: `election.${standing}` });
}

/** Follows a term that is later than its own; true where it was. */
export function passTerm(self: Member, term: number): boolean {
  const { raft } = self.memory;
  if (term <= raft.term) return false;
  enterTerm(raft, term, '');
  self.raise({ type: 'term.passed' });
  carryOut(self);
  return true;
}

/** Begins to lead: what earlier leaders left is known when the entry that begins its term is applied. */
export function lead(self: Member): void {
  const { raft } = self.memory;
  beginLeading(raft);
  self.log('info', 'became leader', { term: raft.term });
  replicate(raft, self.monotonic());
  carryOut(self);
}

/** Leads no more: its clock of leases stops, and what it was to find out is asked of the next leader. */
export function stepDown(self: Member): void {
  const { raft, leaseClock, lateRenewals } = self.memory;
  if (isLeading(raft)) raft.leader = '';
  raft.progress = new Map();
  raft.transferee = '';
  Object.assign(leaseClock, emptyClock());
  raft.waiting.push(...[...lateRenewals.values()].flat());
  lateRenewals.clear();
  regather(raft.reads);
  // Followers ask the next leader themselves.
  raft.reads.gathered = raft.reads.gathered.filter(({ type }) => type !== 'raft.read');
  self.log('info', 'stepped down', { term: raft.term });
  carryOut(self);
}

/** Says to all that it leads. */
export function sendHeartbeats(self: Member): void {
  const { raft } = self.memory;
  const now = self.monotonic();
  for (const peer of raft.progress.keys()) heartbeat(raft, peer, now);
  seekReads(self);
  carryOut(self);
}

/** Gives up where no majority has answered for an election timeout: another may lead by now (thesis §6.2). */
export function lookForQuorum(self: Member): void {
  const { raft, flags } = self.memory;
  if (isTransferOver(raft, self.monotonic(), flags['election-timeout'])) {
    raft.transferee = '';
    answerTransfers(self);
    takeWaiting(self);
  }
  if (!checkQuorum(raft)) self.raise({ type: 'quorum.lost' });
}

/** Takes the leader's word that it is to lead now. */
export function takeTransfer(self: Member, { body }: RaftTimeoutNow): void {
  const { raft } = self.memory;
  if (body.term < raft.term) return;
  raft.isTransfer = true;
  self.raise({ type: 'leadership.offered' });
}
