/** The two ends of a write: an entry goes into the log, or the request is refused. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { EtcdRefused } from '../../../protocol/messages/etcd.ts';
import { append } from './log.ts';
import type { EtcdMemory } from './memory.ts';
import { expect } from './proposals.ts';
import { type Fault, refusal } from './refusals.ts';
import type { Entry } from './store.ts';

type Member = Self<EtcdMemory>;

/**
 * Proposes an entry: it is written to the log, and applied when that is durable. The seam for Raft, which will put
 * "known to a majority" where this member's disk is now: what follows `commit` does not change.
 */
export function propose(self: Member, entry: Entry, question?: Message): void {
  const { log, proposals } = self.memory;
  const index = append(log, self.disk, entry);
  if (question !== undefined) expect(proposals, index, question, self.monotonic());
}

/** Refuses a request in etcd's words. */
export function refuse(self: Member, question: Message, fault: Fault): void {
  self.reply<EtcdRefused>(question, 'etcd.refused', refusal(fault, self.memory.store.mvcc.compactRevision));
}
