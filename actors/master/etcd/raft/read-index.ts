/** Reads that are never stale, without a write: the leader makes sure that it still leads (ReadIndex, thesis §6.4; §8). */

import type { Message } from '../../../../protocol/message.ts';
import { quorumOf, type Raft } from './raft.ts';

/** Questions that one round of heartbeats is for. */
interface Round {
  readonly number: number;
  /** What is committed when it begins: whoever has applied it may answer. */
  readonly index: number;
  readonly questions: readonly Message[];
}

/** Questions that may be answered as soon as an index is applied. */
export interface Confirmed {
  readonly index: number;
  readonly questions: readonly Message[];
}

/** A member's reads on their way. */
export interface Reads {
  /** Come, and not yet asked about; a follower's own wait here while a request to the leader is out. */
  gathered: Message[];
  /** As leader: the round under way; numbers go on over all terms. */
  round: Round | undefined;
  number: number;
  /** As follower: the questions the request to the leader is for. */
  asked: Message[];
  /** The number of that request; 0 for none. What comes later for an earlier one says too little. */
  request: number;
  confirmed: Confirmed[];
}

/** Makes a table without reads. */
export function emptyReads(): Reads {
  return { gathered: [], round: undefined, number: 0, asked: [], request: 0, confirmed: [] };
}

/**
 * As leader, begins a round for what has gathered, unless one is under way; gives what can be answered at once: the
 * only voter needs nobody's word, nor does who holds a lease of `leaseMs` (0: none is trusted). Nothing goes before an entry of its own term is committed: until then it may not know
 * what is.
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
 * §6.4.1). Relies on clocks that run alike; a leader that hands over may be succeeded before.
 */
function holdsLease(raft: Raft, nowMs: number, leaseMs: number): boolean {
  if (leaseMs === 0 || raft.transferee !== '') return false;
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

/** Takes back what a leader that leads no more, or a request without an answer, was to find out. */
export function regather(reads: Reads): void {
  reads.gathered = [...(reads.round?.questions ?? []), ...reads.asked, ...reads.gathered];
  reads.round = undefined;
  reads.asked = [];
  reads.request = 0;
}
