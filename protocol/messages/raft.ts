/**
 * What the members of a Raft group say to each other, by the paper's names ("In Search of an Understandable Consensus
 * Algorithm", extended version; "thesis" is Ongaro's). Each is sent once and may be lost: who needs an answer asks again.
 */

import type { Message } from '../message.ts';

/** One entry of the log: what it says, the leader's term, and whose proposal it was. */
export interface RaftEntry {
  readonly term: number;
  /** What the state machine applies; undefined for the entry with which a leader begins its term (§8). */
  readonly command: unknown;
  /** Who proposed it (a life of a member), and that one's number for it; '' where nobody waits for it. */
  readonly proposer: string;
  readonly number: number;
}

/** Asks for a vote (RequestVote, §5.2); with `isPre`, whether it would be given (pre-vote, thesis §9.6). */
export type RaftVote = Message<
  'raft.vote',
  {
    term: number;
    isPre: boolean;
    lastIndex: number;
    lastTerm: number;
    /** The leader asked for this election itself: those who still hear it must vote (thesis §3.10). */
    isTransfer: boolean;
  }
>;
export type RaftVoted = Message<'raft.voted', { term: number; isPre: boolean; isGranted: boolean }>;

/**
 * Replicates entries after `prevIndex` (AppendEntries, §5.3). Without entries it asks whether the logs agree so far, or, as a
 * notice, only tells what is committed: it is answered only where they do not.
 */
export type RaftAppend = Message<
  'raft.append',
  {
    term: number;
    prevIndex: number;
    prevTerm: number;
    entries: readonly RaftEntry[];
    commit: number;
    isNotice: boolean;
  }
>;
/**
 * Answers an append or a snapshot: the log is as the leader's up to `index`, durably. Refused, `index` is the one that did
 * not match, and `hint` the last one that might, with the term it has there. One that has just joined knows nothing of the
 * group: it needs a snapshot to begin with.
 */
export type RaftAppended = Message<
  'raft.appended',
  { term: number; index: number; isRefused: boolean; hint: number; hintTerm: number; needsSnapshot: boolean }
>;

/**
 * Says that the leader still leads; `read` numbers a round that reads wait for (ReadIndex, thesis §6.4). `sentAt`, on the
 * leader's own clock, comes back with the answer: from then on the follower gives no other its vote for an election timeout.
 */
export type RaftHeartbeat = Message<'raft.heartbeat', { term: number; commit: number; read: number; sentAt: number }>;
export type RaftHeard = Message<'raft.heard', { term: number; read: number; sentAt: number }>;

/** Replaces a log that is too far behind (InstallSnapshot, §7), as records of a snapshot file. */
export type RaftSnapshot = Message<
  'raft.snapshot',
  { term: number; lastIndex: number; lastTerm: number; records: readonly unknown[] }
>;

/** Tells the most up-to-date member to begin an election at once (leadership transfer, thesis §3.10). */
export type RaftTimeoutNow = Message<'raft.timeout-now', { term: number }>;

/** Hands a proposal on to the leader. */
export type RaftPropose = Message<'raft.propose', { command: unknown; proposer: string; number: number }>;

/** Asks the leader from which index on a state is recent enough to read (ReadIndex); a request. */
export type RaftRead = Message<'raft.read', undefined>;
export type RaftReadable = Message<'raft.readable', { index: number }>;
