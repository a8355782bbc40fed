/** Giving the lead away: the other gets the whole log, and is then told to stand for election at once (thesis §3.10). */

import type { Raft } from './raft.ts';
import { lastIndex } from './raft-log.ts';

/** As leader, begins to give its place to another voter; takes no proposal until that is over. */
export function beginTransfer(raft: Raft, to: string, nowMs: number): void {
  raft.transferee = to;
  raft.transferSince = nowMs;
  offerLead(raft);
}

/** Tells the other to stand, where it has the whole log. From then on it may be elected at any time in this term. */
export function offerLead(raft: Raft): void {
  const { transferee, progress, log, term } = raft;
  if (progress.get(transferee)?.match !== lastIndex(log)) return;
  raft.hasOffered = true;
  raft.outbox.ready.push({ to: transferee, type: 'raft.timeout-now', body: { term } });
}

/** Tells whether the other has had its time and did not take it. */
export function isTransferOver({ transferee, transferSince }: Raft, nowMs: number, electionMs: number): boolean {
  return transferee !== '' && nowMs - transferSince >= electionMs;
}
