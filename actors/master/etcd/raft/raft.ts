/** What one member of a Raft group knows of the group (Raft, Figure 2). */

import type { Message } from '../../../../protocol/message.ts';
import type { Outbox } from './outbox.ts';
import { emptyOutbox } from './outbox.ts';
import type { Progress } from './progress.ts';
import { emptyRaftLog, lastIndex, type RaftLog } from './raft-log.ts';
import { emptyReads, type Reads } from './reads.ts';

/** A member's Raft state. Plain data; `term` and `vote` are durable before anything that follows from them is said. */
export interface Raft {
  /** This member's address. */
  readonly id: string;
  /** Who votes, and who only gets the log; empty where it is not known yet. */
  voters: readonly string[];
  learners: readonly string[];
  /** Names this life of the member, as the proposer of its entries. */
  readonly proposer: string;
  /** Numbers its proposals. */
  number: number;

  term: number;
  /** Whom it voted for in this term; '' for nobody. */
  vote: string;
  log: RaftLog;
  /** The last entry known to be committed. */
  commit: number;

  /** Who leads this term, as far as it knows; '' for nobody. */
  leader: string;
  /** Since when it has waited for a leader's word, in ms since boot; and how long it does, drawn anew for each wait. */
  quietSince: number;
  patienceMs: number;
  /** When this life of it began, in ms since boot; and when it learned who leads. */
  bornAt: number;
  electedAt: number;

  /** The answers to the election under way. */
  votes: Map<string, boolean>;
  /** The leader asked for this election. */
  isTransfer: boolean;
  /** As leader: how far each of the others is. */
  progress: Map<string, Progress>;
  /** As leader: where its term begins; what is committed from there on is known to be the newest (§8). */
  termStart: number;
  /** As leader: whom it gives its place to, '' for nobody; since when, in ms since boot; and who asked for it. */
  transferee: string;
  transferSince: number;
  transfers: Message[];
  /** As leader: it has offered its place in this term. Who was offered it may still take it, whatever others have promised. */
  hasOffered: boolean;
  readonly outbox: Outbox;
  reads: Reads;
  /** Requests that wait for a leader. */
  waiting: Message[];
}

/** Who is in the group. */
export type Group = Pick<Raft, 'voters' | 'learners'>;

/** Makes the state of a member that knows nothing yet. */
export function makeRaft(id: string, proposer: string, { voters, learners }: Group): Raft {
  return {
    id,
    voters,
    learners,
    proposer,
    number: 0,
    term: 0,
    vote: '',
    log: emptyRaftLog(),
    commit: 0,
    leader: '',
    quietSince: 0,
    patienceMs: 0,
    bornAt: 0,
    electedAt: 0,
    votes: new Map(),
    isTransfer: false,
    progress: new Map(),
    termStart: 0,
    transferee: '',
    transferSince: 0,
    transfers: [],
    hasOffered: false,
    outbox: emptyOutbox(),
    reads: emptyReads(),
    waiting: [],
  };
}

/** Tells whether this member leads. */
export function isLeading({ leader, id }: Raft): boolean {
  return leader === id;
}

/** All the others. */
export function peersOf({ voters, learners, id }: Raft): string[] {
  return [...voters, ...learners].filter((peer) => peer !== id);
}

/** How many voters are a majority. */
export function quorumOf({ voters }: Pick<Group, 'voters'>): number {
  return Math.floor(voters.length / 2) + 1;
}

/**
 * Takes over a later term (§5.1): whatever was known of the one before is void, and what waits to be said in it is
 * never said: an acknowledgement that came only now could count for a leader of the past.
 */
export function enterTerm(raft: Raft, term: number, leader: string): void {
  if (term > raft.term) {
    raft.term = term;
    raft.vote = '';
    raft.outbox.held = [];
    raft.outbox.syncing = [];
    raft.outbox.isStateNew = true;
  }
  raft.leader = leader;
}

/** Adds entries of this term at the end of the leader's log; gives the index of the last. */
export function addEntry(raft: Raft, command: unknown, proposer: string, number: number): number {
  raft.log.entries.push({ term: raft.term, command, proposer, number });
  return lastIndex(raft.log);
}
