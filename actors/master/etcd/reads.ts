/** Reads: served from what is applied, which holds every write that was answered. */

import type { Self } from '../../../protocol/actor.ts';
import type { Message } from '../../../protocol/message.ts';
import type { KvRange, KvRanged, MemberDescribed, StorageDefragmented } from '../../../protocol/messages/etcd.ts';
import { defragment } from './compaction.ts';
import type { EtcdMemory } from './memory.ts';
import { range, revisionFault } from './mvcc.ts';
import { refuse } from './propose.ts';
import { rangeFault } from './requests.ts';

type Member = Self<EtcdMemory>;

/**
 * Answers a range. Linearizable: an answered write is applied, and one not yet answered may be seen or not.
 * Under Raft, one that is not `serializable` must first hear that its leader still leads (ReadIndex, Raft §8).
 */
export function answerRange(self: Member, event: KvRange): void {
  const { mvcc } = self.memory.store;
  const fault = rangeFault(event.body) ?? revisionFault(mvcc, event.body.revision);
  if (fault !== undefined) {
    refuse(self, event, fault);
    return;
  }
  const { kvs, more, count } = range(mvcc, event.body);
  self.reply<KvRanged>(event, 'kv.ranged', { revision: mvcc.revision, kvs, more, count });
}

/** Tells an operator how this member stands. */
export function describeMember(self: Member, event: Message): void {
  const { store, log } = self.memory;
  const { revision, compactRevision, bytesOnDisk, bytesInUse } = store.mvcc;
  self.reply<MemberDescribed>(event, 'member.described', {
    member: self.address,
    leader: self.address,
    revision,
    compactRevision,
    raftIndex: log.last,
    raftAppliedIndex: log.applied,
    dbSizeBytes: bytesOnDisk,
    dbSizeInUseBytes: bytesInUse,
    noSpace: store.noSpace,
  });
}

/** Makes the database as small as what is in use. This member's own doing: it is not in the log. */
export function answerDefragment(self: Member, event: Message): void {
  const { mvcc } = self.memory.store;
  defragment(mvcc);
  self.reply<StorageDefragmented>(event, 'storage.defragmented', { dbSizeBytes: mvcc.bytesOnDisk });
}
