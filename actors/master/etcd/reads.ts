/** Reads: never stale, unless they may be; and how a member stands. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type {
  KvRange,
  KvRanged,
  KvTxn,
  MemberDescribed,
  StorageDefragmented,
} from '../../../protocol/messages/etcd.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { RaftRead, RaftReadable } from '../../../protocol/messages/raft.ts';
import { carryOut } from './carry-out.ts';
import { renewLease } from './leasing.ts';
import type { EtcdMemory } from './memory.ts';
import { atLeader, refuse } from './propose.ts';
import { isLeading } from './raft/raft.ts';
import { lastIndex } from './raft/raft-log.ts';
import { beginRound } from './raft/read-index.ts';
import { regather } from './raft/reads.ts';
import { rangeFault } from './requests.ts';
import { defragment } from './store/compaction.ts';
import { range, revisionFault } from './store/mvcc.ts';
import { runTxn } from './store/txn.ts';

type Member = Self<EtcdMemory>;

/** How long, in ms, a question to the leader may take before it is asked anew. As etcd's `readIndexRetryTime`. */
const askAgainMs = 500;

/** Takes a range. One that must not be stale first learns from where on it may be answered (linearizable, the default). */
export function takeRange(self: Member, event: KvRange): void {
  const fault = rangeFault(event.body);
  if (fault !== undefined) refuse(self, event, fault);
  else if (event.body.serializable === true) answerRange(self, event);
  else takeLinearizable(self, event);
}

/** Takes a question that must not be answered from a state that is stale. */
export function takeLinearizable(self: Member, question: Message): void {
  if (self.memory.raft.learners.includes(self.address)) {
    refuse(self, question, 'NotSupportedForLearner');
    return;
  }
  self.memory.raft.reads.gathered.push(question);
  seekReads(self);
}

/** Finds out, with the leader's part or by asking it, from where on what has gathered may be answered. */
export function seekReads(self: Member): void {
  const { raft, flags } = self.memory;
  const { reads } = raft;
  if (reads.gathered.length === 0) return;
  if (isLeading(raft)) {
    // A little less than the followers wait, for clocks that do not run quite alike.
    const leaseMs = flags['read-only-option'] === 'lease-based' ? 0.9 * flags['election-timeout'] : 0;
    const confirmed = beginRound(raft, self.monotonic(), leaseMs);
    if (confirmed !== undefined) {
      reads.confirmed.push(confirmed);
      answerConfirmed(self);
    }
    carryOut(self);
  } else if (raft.leader !== '' && reads.asked.length === 0) {
    reads.asked = reads.gathered;
    reads.gathered = [];
    reads.request = self.request<RaftRead>(raft.leader, 'raft.read', undefined, { deadlineMs: askAgainMs });
  }
}

/** Takes the leader's word. */
export function takeReadable(self: Member, { request, body }: RaftReadable): void {
  const { reads } = self.memory.raft;
  if (request !== reads.request) return;
  reads.confirmed.push({ index: body.index, questions: reads.asked });
  reads.asked = [];
  reads.request = 0;
  answerConfirmed(self);
  seekReads(self);
}

/** Asks anew: the leader did not answer. */
export function askReadAgain(self: Member, { request }: RequestExpired): void {
  const { reads } = self.memory.raft;
  if (request !== reads.request) return;
  regather(reads);
  seekReads(self);
}

/** Answers what may be answered from what is applied. */
export function answerConfirmed(self: Member): void {
  const { raft, applied } = self.memory;
  const { reads } = raft;
  const ready = reads.confirmed.filter(({ index }) => index <= applied);
  if (ready.length === 0) return;
  reads.confirmed = reads.confirmed.filter(({ index }) => index > applied);
  for (const { index, questions } of ready) for (const question of questions) answer(self, question, index);
}

function answer(self: Member, question: Message, index: number): void {
  if (question.type === 'raft.read') self.reply<RaftReadable>(question, 'raft.readable', { index });
  else if (question.type === 'kv.range') answerRange(self, question as KvRange);
  else if (question.type === 'lease.keep-alive') atLeader(renewLease)(self, question);
  else answerTxn(self, question as KvTxn);
}

function answerRange(self: Member, event: KvRange): void {
  const { mvcc } = self.memory.store;
  const fault = revisionFault(mvcc, event.body.revision);
  if (fault !== undefined) {
    refuse(self, event, fault);
    return;
  }
  const { kvs, more, count } = range(mvcc, event.body);
  self.reply<KvRanged>(event, 'kv.ranged', { revision: mvcc.revision, kvs, more, count });
}

/** Answers a transaction that only reads. */
function answerTxn(self: Member, event: KvTxn): void {
  const { store } = self.memory;
  const outcome = runTxn(store.mvcc, store.leases, event.body, []);
  if (typeof outcome === 'string') {
    refuse(self, event, outcome);
    return;
  }
  const { revision, succeeded, results } = outcome;
  self.reply(event, 'kv.committed', { revision, succeeded, results });
}

/** Tells an operator how this member stands. */
export function describeMember(self: Member, event: Message): void {
  const { store, raft, applied } = self.memory;
  const { revision, compactRevision, bytesOnDisk, bytesInUse } = store.mvcc;
  self.reply<MemberDescribed>(event, 'member.described', {
    member: self.address,
    leader: raft.leader,
    revision,
    compactRevision,
    raftTerm: raft.term,
    raftIndex: lastIndex(raft.log),
    raftAppliedIndex: applied,
    dbSizeBytes: bytesOnDisk,
    dbSizeInUseBytes: bytesInUse,
    noSpace: store.noSpace,
  });
}

/** Makes the database as small as what is in use. This member's own doing: it is not in the log. */
export function answerDefragment(self: Member, event: Message): void {
  const { mvcc } = self.memory.store;
  defragment(mvcc);
  self.reply<StorageDefragmented>(event, 'storage.defragmented', { dbSizeBytes: mvcc.bytesOnDisk });
}
