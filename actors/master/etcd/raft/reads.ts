/** Reads on their way: which have come, which are being asked about, which may be answered. */

import type { Message } from '../../../../protocol/message.ts';

/** Questions that one round of heartbeats is for. */
export interface Round {
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

/** Takes back what a leader that leads no more, or a request without an answer, was to find out. */
export function regather(reads: Reads): void {
  reads.gathered = [...(reads.round?.questions ?? []), ...reads.asked, ...reads.gathered];
  reads.round = undefined;
  reads.asked = [];
  reads.request = 0;
}
