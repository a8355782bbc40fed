/** Carries out what a step of Raft has decided: writes what must last, says what may be said, applies what is committed. */

import type { Self } from '../../../protocol/actor.ts';
import type { RaftSnapshot } from '../../../protocol/messages/raft.ts';
import type { EtcdMemory } from './memory.ts';
import type { Outgoing } from './raft/outbox.ts';
import { lastIndex, termAt } from './raft/raft-log.ts';
import { snapshotOf } from './store/snapshot.ts';
import { hasUnsynced, writeEntries, writeState } from './wal.ts';

type Member = Self<EtcdMemory>;

/** Ends every step: nothing that a step decided is left undone after it. */
export function carryOut(self: Member): void {
  const { raft, wal, told } = self.memory;
  const { outbox } = raft;
  if (outbox.isStateNew) {
    outbox.isStateNew = false;
    writeState(wal, self.disk, { term: raft.term, vote: raft.vote });
  }
  if (lastIndex(raft.log) !== wal.written) writeEntries(wal, self.disk, raft.log);
  if (outbox.ready.length > 0) {
    const { ready } = outbox;
    outbox.ready = [];
    for (const message of ready) say(self, message);
  }
  // What rests on nothing new need not wait for a sync.
  if (outbox.held.length > 0 && !wal.isSyncing && !hasUnsynced(wal)) {
    outbox.syncing = outbox.held;
    outbox.held = [];
    sayDurable(self);
  }
  if (raft.leader !== told.leader) tellLeader(self);
}

/** Says what has waited for a sync that has ended. */
export function sayDurable(self: Member): void {
  const { outbox } = self.memory.raft;
  const durable = outbox.syncing;
  outbox.syncing = [];
  for (const message of durable) say(self, message);
}

function say(self: Member, { to, type, body }: Outgoing): void {
  if (to === self.address) self.raise({ type, from: to, body });
  else if (type === 'raft.snapshot') sendSnapshot(self, to);
  else self.send(to, type, body);
}

/** Sends the store as it is now. */
function sendSnapshot(self: Member, to: string): void {
  const { raft, store, applied } = self.memory;
  const lastTermApplied = termAt(raft.log, applied) ?? 0;
  const progress = raft.progress.get(to);
  if (progress !== undefined) progress.snapshot = applied;
  const records = snapshotOf(store, applied, lastTermApplied);
  const body = { term: raft.term, lastIndex: applied, lastTerm: lastTermApplied, records };
  self.send<RaftSnapshot>(to, 'raft.snapshot', body);
}

/** Lets the chart know, once, that all is applied that was committed when it started. */
export function tellCaughtUp(self: Member): void {
  const { told } = self.memory;
  if (told.isCaughtUp) return;
  told.isCaughtUp = true;
  self.raise({ type: 'log.caught-up' });
}

/** Lets the chart know that there is another leader, or none. */
function tellLeader(self: Member): void {
  const { raft, told } = self.memory;
  if (raft.leader === '') self.log('warn', 'lost leader', { term: raft.term, leader: told.leader });
  else self.log('info', 'elected leader', { term: raft.term, leader: raft.leader });
  told.leader = raft.leader;
  if (raft.leader !== '') raft.electedAt = self.monotonic();
  self.raise({ type: raft.leader === '' ? 'leader.lost' : 'leader.found' });
}
