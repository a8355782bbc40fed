/** The followers' part: the log becomes as the leader's (Raft §5.3, §7). */

import type { RaftAppend, RaftHeartbeat } from '../../../../protocol/messages/raft.ts';
import type { Raft } from './raft.ts';
import { agreeingIndex, firstNew, lastIndex, termAt, truncateAfter } from './raft-log.ts';

/**
 * Takes in entries. Where the one before them is not as the leader has it, refuses them and says where the two may agree.
 * Gives the index the log was cut off after, where it was; what is committed never is.
 */
export function takeEntries(raft: Raft, { from, body }: RaftAppend): number | undefined {
  const { log } = raft;
  const { prevIndex, prevTerm, entries } = body;
  if (raft.voters.length === 0) {
    const answer = { term: raft.term, index: prevIndex, isRefused: true, hint: 0, hintTerm: 0, needsSnapshot: true };
    raft.outbox.ready.push({ to: from, type: 'raft.appended', body: answer });
    return undefined;
  }
  if (prevIndex < raft.commit) {
    // An append that was overtaken by later ones: all that is committed agrees (§5.4), and the leader goes on from there.
    if (!body.isNotice) accept(raft, from, raft.commit);
    return undefined;
  }
  if (termAt(log, prevIndex) !== prevTerm) {
    const hint = agreeingIndex(log, prevIndex, prevTerm);
    const hintTerm = termAt(log, hint) ?? 0;
    const answer = { term: raft.term, index: prevIndex, isRefused: true, hint, hintTerm, needsSnapshot: false };
    raft.outbox.ready.push({ to: from, type: 'raft.appended', body: answer });
    return undefined;
  }
  const place = firstNew(log, prevIndex, entries);
  let cut: number | undefined;
  if (place < entries.length) {
    const after = prevIndex + place;
    if (after < raft.commit) throw new Error(`the leader ${from} has another entry ${after + 1} than was committed`);
    if (after < lastIndex(log)) {
      truncateAfter(log, after);
      cut = after;
    }
    for (let i = place; i < entries.length; i++) log.entries.push(entries[i]!);
  }
  const last = prevIndex + entries.length;
  raft.commit = Math.max(raft.commit, Math.min(body.commit, last));
  if (!body.isNotice) accept(raft, from, last);
  return cut;
}

/** Says, once it is durable, that everything up to an index is as the leader has it. */
export function accept(raft: Raft, leader: string, index: number): void {
  const body = { term: raft.term, index, isRefused: false, hint: 0, hintTerm: 0, needsSnapshot: false };
  raft.outbox.held.push({ to: leader, type: 'raft.appended', body });
}

/** Answers a heartbeat; what it says of the commit is never more than this member is known to have. */
export function takeHeartbeat(raft: Raft, { from, body }: RaftHeartbeat): void {
  raft.commit = Math.max(raft.commit, Math.min(body.commit, lastIndex(raft.log)));
  raft.outbox.ready.push({
    to: from,
    type: 'raft.heard',
    body: { term: raft.term, read: body.read, sentAt: body.sentAt },
  });
}
