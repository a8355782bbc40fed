/** The conversation about the group itself: adding, promoting and removing members, and giving the lead to another. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type {
  LeaderMove,
  LeaderMoved,
  MemberAdd,
  MemberListed,
  MemberPromote,
  MemberRemove,
} from '../../../protocol/messages/etcd.ts';
import { carryOut } from './carry-out.ts';
import type { EtcdMemory } from './memory.ts';
import { recall } from './proposals.ts';
import { pendingEntries, propose, refuse } from './propose.ts';
import { isLeading, quorumOf, type Raft } from './raft/raft.ts';
import { lastIndex } from './raft/raft-log.ts';
import { followMembers } from './raft/replication.ts';
import { beginTransfer } from './raft/transfer.ts';
import { changeMembers, isMember, type MemberChange, type Members } from './store/members.ts';
import type { Fault } from './store/refusals.ts';

type Member = Self<EtcdMemory>;

/** As leader, takes a member to add. */
export function takeAdd(self: Member, event: MemberAdd): void {
  const { member, isLearner } = event.body;
  takeChange(self, event, { do: isLearner === true ? 'add-learner' : 'add', member });
}

/** As leader, takes a learner to let vote. */
export function takePromotion(self: Member, event: MemberPromote): void {
  takeChange(self, event, { do: 'promote', member: event.body.member });
}

/** As leader, takes a member to remove; it may be the leader itself. */
export function takeRemoval(self: Member, event: MemberRemove): void {
  takeChange(self, event, { do: 'remove', member: event.body.member });
}

/** One change at a time: the next waits until the one before it is applied, so that any two majorities overlap. */
function takeChange(self: Member, question: Message, change: MemberChange): void {
  const { memory } = self;
  const known = recall(memory.proposals, question);
  if (known === 'waiting') return;
  if (known !== 'new') {
    self.reply(question, known.type, known.body);
    return;
  }
  if (pendingEntries(memory).some(({ kind }) => kind === 'member')) {
    memory.raft.waiting.push(question);
    return;
  }
  const fault = changeFault(memory, change);
  if (fault !== undefined) refuse(self, question, fault);
  else propose(self, { kind: 'member', change }, question);
}

/** As etcd with `--strict-reconfig-check`: no change after which those that are there could not make a majority. */
function changeFault({ raft, store, flags }: EtcdMemory, change: MemberChange): Fault | undefined {
  const next = changeMembers(store.members, change);
  if (typeof next === 'string') return next;
  if (next.learners.length > Math.max(flags['max-learners'], store.members.learners.length)) return 'TooManyLearners';
  if (change.do === 'promote' && !isInSync(raft, change.member)) return 'LearnerNotReady';
  const isPresent = (voter: string) => voter === raft.id || raft.progress.get(voter)?.isRecent === true;
  const present = next.voters.filter(isPresent).length;
  // A new voter is not there yet, and must not be the one that a majority waits for; but one alone has no other way.
  const isSecond = change.do === 'add' && next.voters.length === 2;
  return isSecond || present >= quorumOf(next) ? undefined : 'NotEnoughStarted';
}

/** As etcd's `readyPercent`: a learner may vote when it has nine tenths of the log. */
function isInSync(raft: Raft, learner: string): boolean {
  return (raft.progress.get(learner)?.match ?? 0) >= 0.9 * lastIndex(raft.log);
}

/**
 * The members as the log has them: those of the store, with the changes that are not applied yet. After a restart nobody
 * tells which of these are committed; so each counts, as in the paper, from when it is in the log (thesis §4.1).
 */
export function loggedMembers(memory: EtcdMemory): Members {
  let { members } = memory.store;
  for (const entry of pendingEntries(memory)) {
    const next = entry.kind === 'member' ? changeMembers(members, entry.change) : members;
    if (typeof next !== 'string') members = next;
  }
  return members;
}

/** Goes by the members that the log has now. */
export function followLog({ memory }: Self<EtcdMemory>): void {
  const { voters, learners } = loggedMembers(memory);
  Object.assign(memory.raft, { voters, learners });
}

/** Follows a change that is applied: from now on it counts. */
export function followChange(self: Member): void {
  const { raft, store } = self.memory;
  const { voters, learners } = store.members;
  self.log('info', 'applied a configuration change through raft', { voters, learners });
  followLog(self);
  if (!isMember(raft, raft.id)) self.raise({ type: 'member.removed' });
  if (!isLeading(raft)) return;
  followMembers(raft);
  self.raise({ type: 'members.changed' });
}

/** Says why it ends. */
export function noteRemoved(self: Member): void {
  self.log('error', 'the member has been permanently removed from the cluster');
}

/** Names the members. */
export function listMembers(self: Member, event: Message): void {
  const { store, raft } = self.memory;
  self.reply<MemberListed>(event, 'member.listed', { ...store.members, leader: raft.leader });
}

/** As leader, gives the lead to another voter, once that one has the whole log (thesis §3.10). */
export function moveLeader(self: Member, event: LeaderMove): void {
  const { raft } = self.memory;
  const { to } = event.body;
  if (to === raft.id) {
    self.reply<LeaderMoved>(event, 'leader.moved', { leader: to });
    return;
  }
  if (!raft.voters.includes(to)) {
    refuse(self, event, 'BadLeaderTransferee');
    return;
  }
  raft.transfers.push(event);
  beginTransfer(raft, to, self.monotonic());
  carryOut(self);
}

/** Answers who wanted another leader, now that there is one, or none came of it. */
export function answerTransfers(self: Member): void {
  const { raft } = self.memory;
  for (const event of raft.transfers.splice(0)) {
    const { to } = (event as LeaderMove).body;
    if (raft.leader === to) self.reply<LeaderMoved>(event, 'leader.moved', { leader: to });
    else refuse(self, event, 'TimeoutLeaderTransfer');
  }
}
