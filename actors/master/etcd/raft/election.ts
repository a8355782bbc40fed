/** Elections: asking for votes, giving them, counting them (Raft §5.2, §5.4.1; pre-vote and leases: thesis §9.6, §6.4). */

import type { RaftVote, RaftVoted } from '../../../../protocol/messages/raft.ts';
import { enterTerm, quorumOf, type Raft } from './raft.ts';
import { isUpToDate, lastIndex, lastTerm } from './raft-log.ts';

/** Asks who would vote for this member, without a term of its own: one that cannot win disturbs nobody. */
export function askPreVotes(raft: Raft): void {
  raft.leader = '';
  raft.votes = new Map([[raft.id, true]]);
  ask(raft, { term: raft.term + 1, isPre: true, isTransfer: false });
}

/** Begins a term and votes for itself in it; nobody hears of that before the vote is durable. */
export function askVotes(raft: Raft): void {
  enterTerm(raft, raft.term + 1, '');
  raft.vote = raft.id;
  raft.votes = new Map();
  const { term, isTransfer } = raft;
  raft.outbox.held.push({ to: raft.id, type: 'raft.voted', body: { term, isPre: false, isGranted: true } });
  ask(raft, { term, isPre: false, isTransfer });
}

function ask(raft: Raft, question: Pick<RaftVote['body'], 'term' | 'isPre' | 'isTransfer'>): void {
  const body = { ...question, lastIndex: lastIndex(raft.log), lastTerm: lastTerm(raft.log) };
  for (const to of raft.voters) if (to !== raft.id) say(raft, to, 'raft.vote', body, !body.isPre);
}

/**
 * Gives a vote, or refuses it. Who hears its leader does not answer at all, so that a member that was cut off cannot
 * depose a leader that others follow; unless the leader itself wants the election.
 */
export function answerVote(raft: Raft, { from, body }: RaftVote, hearsLeader: boolean): void {
  if (hearsLeader && !body.isTransfer) return;
  if (body.term < raft.term) {
    if (body.isPre) refuse(raft, from, true);
    return;
  }
  if (body.term > raft.term && !body.isPre) enterTerm(raft, body.term, '');
  const isFree = raft.vote === '' && raft.leader === '';
  const mayVote = raft.vote === from || isFree || (body.isPre && body.term > raft.term);
  if (!mayVote || !isUpToDate(raft.log, body.lastTerm, body.lastIndex)) {
    refuse(raft, from, body.isPre);
    return;
  }
  if (!body.isPre && raft.vote !== from) {
    raft.vote = from;
    raft.outbox.isStateNew = true;
  }
  // A vote is told when it cannot be forgotten (§5.2: at most one a term).
  say(raft, from, 'raft.voted', { term: body.term, isPre: body.isPre, isGranted: true }, !body.isPre);
}

function refuse(raft: Raft, to: string, isPre: boolean): void {
  say(raft, to, 'raft.voted', { term: raft.term, isPre, isGranted: false }, false);
}

/** Counts an answer; tells how the election stands. */
export function countVote(raft: Raft, { from, body }: RaftVoted, isPre: boolean): 'won' | 'lost' | 'open' {
  const isOfThis =
    body.isPre === isPre &&
    (body.isGranted ? body.term === raft.term + (isPre ? 1 : 0) : isPre || body.term === raft.term);
  if (!isOfThis || !raft.voters.includes(from)) return 'open';
  if (!raft.votes.has(from)) raft.votes.set(from, body.isGranted);
  return standing(raft);
}

/** Tells how the election stands. */
export function standing(raft: Raft): 'won' | 'lost' | 'open' {
  let granted = 0;
  for (const isGranted of raft.votes.values()) if (isGranted) granted++;
  if (granted >= quorumOf(raft)) return 'won';
  return raft.votes.size - granted > raft.voters.length - quorumOf(raft) ? 'lost' : 'open';
}

function say(raft: Raft, to: string, type: string, body: unknown, isHeld: boolean): void {
  (isHeld ? raft.outbox.held : raft.outbox.ready).push({ to, type, body });
}
