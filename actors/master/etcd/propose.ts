/** The two ends of a write: it is proposed to the group, or the request is refused. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { EtcdRefused } from '../../../protocol/messages/etcd.ts';
import type { RaftPropose } from '../../../protocol/messages/raft.ts';
import { carryOut } from './carry-out.ts';
import type { EtcdMemory } from './memory.ts';
import { expect, noteAnswer } from './proposals.ts';
import { addEntry, isLeading } from './raft/raft.ts';
import { replicate } from './raft/replication.ts';
import { type Fault, refusal } from './store/refusals.ts';
import type { Entry } from './store/store.ts';

type Member = Self<EtcdMemory>;

/**
 * Proposes an entry: into the log as leader, else by way of the leader. It is applied when a majority has it durably;
 * one that gets lost on its way is never answered, and its request times out. Without a leader, the request waits for one.
 */
export function propose(self: Member, entry: Entry, question?: Message): void {
  const { raft, proposals } = self.memory;
  if (raft.leader === '' || raft.transferee !== '') {
    if (question !== undefined) raft.waiting.push(question);
    return;
  }
  const number = question === undefined ? 0 : ++raft.number;
  if (question !== undefined) expect(proposals, number, question, self.monotonic());
  if (isLeading(raft)) {
    addEntry(raft, entry, raft.proposer, number);
    replicate(raft, self.monotonic());
    carryOut(self);
  } else {
    const body = { command: entry, proposer: raft.proposer, number };
    self.send<RaftPropose>(raft.leader, 'raft.propose', body);
  }
}

/** The entries of the log that are not applied yet. */
export function pendingEntries({ raft, applied }: EtcdMemory): Entry[] {
  const pending: Entry[] = [];
  const { log } = raft;
  for (let i = applied - log.offset; i < log.entries.length; i++) {
    const { command } = log.entries[i]!;
    if (command !== undefined) pending.push(command as Entry);
  }
  return pending;
}

/** Does what a learner does not do: it may be far behind. */
export function asVoter(act: (self: Member, event: never) => void): (self: Member, event: Message) => void {
  return (self, event) => {
    if (self.memory.raft.learners.includes(self.address)) refuse(self, event, 'NotSupportedForLearner');
    else act(self, event as never);
  };
}

/** Has the leader do what only the leader can; without one, it waits for one. */
export function atLeader(act: (self: Member, event: never) => void): (self: Member, event: Message) => void {
  return asVoter((self: Member, event: Message) => {
    const { raft, applied } = self.memory;
    const isReady = isLeading(raft) && applied >= raft.termStart;
    if (isReady) act(self, event as never);
    else if (raft.leader === '' || isLeading(raft)) raft.waiting.push(event);
    else self.pass(event, raft.leader);
  });
}

/** Refuses a request in etcd's words. */
export function refuse(self: Member, question: Message, fault: Fault): void {
  const { proposals, store } = self.memory;
  const body = refusal(fault, store.mvcc.compactRevision);
  // What was refused must not be done by a copy that comes when there is nothing against it any more.
  noteAnswer(proposals, question, { type: 'etcd.refused', body });
  self.reply<EtcdRefused>(question, 'etcd.refused', body);
}
