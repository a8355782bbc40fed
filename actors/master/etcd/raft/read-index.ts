/** Reads that are never stale, without a write: the leader makes sure that it still leads (ReadIndex, thesis §6.4; §8). */

import { quorumOf, type Raft } from './raft.ts';
import type { Confirmed } from './reads.ts';

/**
 * As leader, begins a round for what has gathered, unless one is under way; gives what can be answered at once: the
 * only voter needs nobody's word, nor does who holds a lease of `leaseMs` (0: none is trusted). Nothing goes before an
 * entry of its own term is committed: until then it may not know what is.
 */
export function beginRound(raft: Raft, nowMs: number, leaseMs: number): Confirmed | undefined {
  const { reads } = raft;
  if (reads.round !== undefined || reads.gathered.length === 0 || raft.commit < raft.termStart) return undefined;
  const questions = reads.gathered;
  reads.gathered = [];
  const isAlone = quorumOf(raft) === 1 && raft.voters[0] === raft.id;
  if (isAlone || holdsLease(raft, nowMs, leaseMs)) return { index: raft.commit, questions };
  reads.number += 1;
  reads.round = { number: reads.number, index: raft.commit, questions };
  for (const peer of raft.progress.keys()) heartbeat(raft, peer, nowMs);
  return undefined;
}

/**
 * Tells whether a majority has promised, by answering heartbeats sent so short a while ago, to elect nobody yet (thesis
 * §6.4.1). Relies on clocks that run alike; and one that was offered the lead needs nobody's patience.
 */
function holdsLease(raft: Raft, nowMs: number, leaseMs: number): boolean {
  if (leaseMs === 0 || raft.hasOffered) return false;
  const hasPromised = (voter: string) =>
    voter === raft.id || (raft.progress.get(voter)?.promisedAt ?? Number.NEGATIVE_INFINITY) + leaseMs > nowMs;
  return raft.voters.filter(hasPromised).length >= quorumOf(raft);
}

/** Takes a follower's word; gives the questions of a round that a majority has confirmed. */
export function confirmRound(raft: Raft, from: string, number: number): Confirmed | undefined {
  const { round } = raft.reads;
  const progress = raft.progress.get(from);
  if (progress === undefined) return undefined;
  progress.read = Math.max(progress.read, number);
  if (round === undefined) return undefined;
  const hasConfirmed = (voter: string) => voter === raft.id || (raft.progress.get(voter)?.read ?? 0) >= round.number;
  const count = raft.voters.filter(hasConfirmed).length;
  if (count < quorumOf(raft)) return undefined;
  raft.reads.round = undefined;
  return round;
}

/** Sends a heartbeat: that the leader leads, what is committed of what the follower has, and the round under way. */
export function heartbeat(raft: Raft, peer: string, nowMs: number): void {
  const { match } = raft.progress.get(peer)!;
  const read = raft.reads.round?.number ?? 0;
  const body = { term: raft.term, commit: Math.min(match, raft.commit), read, sentAt: nowMs };
  raft.outbox.ready.push({ to: peer, type: 'raft.heartbeat', body });
}
