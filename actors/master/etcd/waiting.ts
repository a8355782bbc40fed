/** Requests that wait for a leader, or until this member knows what is committed. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import { answerTransfers } from './membership.ts';
import type { EtcdMemory } from './memory.ts';
import { refuse } from './propose.ts';
import { seekReads } from './reads.ts';
import { refusal } from './store/refusals.ts';

type Member = Self<EtcdMemory>;

/** Lets a request wait. */
export function letWait(self: Member, event: Message): void {
  self.memory.raft.waiting.push(event);
}

/** Takes up, in their order, what has waited for a leader. */
export function takeWaiting(self: Member): void {
  const { raft } = self.memory;
  const { waiting } = raft;
  raft.waiting = [];
  answerTransfers(self);
  for (const question of waiting) self.raise(question);
  seekReads(self);
}

/** Refuses what has waited too long. */
export function refuseWaiting(self: Member): void {
  const { raft } = self.memory;
  const { waiting, reads } = raft;
  for (const question of [...waiting, ...reads.gathered]) {
    if (question.request > 0) refuse(self, question, 'NoLeader');
    else self.end(question, refusal('NoLeader').message);
  }
  raft.waiting = [];
  reads.gathered = [];
}
