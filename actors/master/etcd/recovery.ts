/** Coming up: the store is read from disk, and what arrives meanwhile waits. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { DiskSynced } from '../../../protocol/messages/host.ts';
import { startHistory } from './auto-compaction.ts';
import { followLog } from './membership.ts';
import type { EtcdMemory } from './memory.ts';
import { refuse } from './propose.ts';
import { makeRaft } from './raft/raft.ts';
import { nobody } from './store/members.ts';
import { markDurable, recover, type SyncPoint } from './wal.ts';

type Member = Self<EtcdMemory>;

/** Reads the disk and builds the store of it, or notes why it cannot. */
export function readDisk(self: Member): void {
  const { members, flags } = self.memory;
  const founders = { voters: members, learners: [] };
  const recovered = recover(self.disk, flags['initial-cluster-state'] === 'new' ? founders : nobody);
  if ('corrupt' in recovered) {
    self.memory.corruption = recovered.corrupt;
    self.log('error', 'etcd does not start: its data is corrupt', { found: recovered.corrupt });
    return;
  }
  const { wal, log, state, store, applied } = recovered;
  // A number of its own for each life: what an earlier one proposed is nobody's to answer.
  const raft = makeRaft(self.address, `${self.address}#${self.boot}.${self.incarnation}`, store.members);
  Object.assign(self.memory, { wal, store, applied });
  self.memory.raft = Object.assign(raft, state, { log, commit: applied, bornAt: self.monotonic() });
  followLog(self);
}

/** Notes that all that was read can be lost no more. */
export function finishRecovery(self: Member, event: DiskSynced): void {
  markDurable(self.memory.wal, self.disk, event.note as SyncPoint);
}

/** Begins to serve: times start to run, and what has waited is taken in its order. */
export function beginServing(self: Member): void {
  const { store, applied, held } = self.memory;
  self.memory.compactions = startHistory(self.monotonic(), store.mvcc.revision);
  self.memory.held = [];
  self.log('info', 'ready to serve client requests', { revision: store.mvcc.revision, appliedIndex: applied });
  for (const message of held) self.raise(message);
}

/** Lets a message wait until the store is there. */
export function hold(self: Member, event: Message): void {
  self.memory.held.push(event);
}

/** Refuses whatever is asked: data that is not whole is never served. */
export function refuseCorrupt(self: Member, event: Message): void {
  if (event.request > 0) refuse(self, event, 'Corrupt');
  else if (event.type === 'key.watch') self.end(event, 'etcdserver: corrupt cluster');
}
