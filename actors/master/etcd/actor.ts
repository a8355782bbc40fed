/** etcd: the statechart of a member and what stands behind its names. */

import { type AnyEvent, defineActor, type Self } from '../../../protocol/actor.ts';
import { lookInterval } from './auto-compaction.ts';
import { commit, refuseOverdue, reportDiskFault, requestTimeoutMs, rewriteLog, syncLog } from './commit.ts';
import { nextDue } from './lease-clock.ts';
import { describeLease, renewLease, revokeExpired, untilNextLease } from './leasing.ts';
import { hasUnsynced } from './log.ts';
import { machine } from './machine.ts';
import { type EtcdInput, type EtcdMemory, etcdMemory } from './memory.ts';
import { answerDefragment, answerRange, describeMember } from './reads.ts';
import { beginServing, finishRecovery, hold, readDisk, refuseCorrupt } from './recovery.ts';
import { countPuts } from './txn.ts';
import { answerProgress, catchUpAll, notifyProgress, startWatch, stopWatch } from './watching.ts';
import {
  autoCompact,
  refuseForSpace,
  takeCompaction,
  takeDisarm,
  takeGrant,
  takeRevocation,
  takeTxn,
} from './writes.ts';

type Member = Self<EtcdMemory>;

/** A member of etcd. */
export const etcd = defineActor<EtcdMemory, EtcdInput>({
  kind: 'etcd',
  machine,
  memory: etcdMemory,
  behaviour: {
    actions: {
      readDisk,
      finishRecovery,
      beginServing,
      hold,
      refuseCorrupt,
      syncLog,
      commit,
      rewriteLog,
      reportDiskFault,
      refuseOverdue,
      takeTxn,
      takeCompaction,
      takeGrant,
      takeRevocation,
      takeDisarm,
      refuseForSpace,
      answerRange,
      describeMember,
      answerDefragment,
      renewLease,
      describeLease,
      revokeExpired,
      startWatch,
      stopWatch,
      answerProgress,
      catchUpAll,
      notifyProgress,
      autoCompact,
    },
    guards: {
      isCorrupt: (self: Member) => self.memory.corruption !== '',
      isFresh: (self: Member) => self.disk.files().length === 0,
      hasUnsynced: (self: Member) => hasUnsynced(self.memory.log),
      isOutOfSpace: (self: Member) => self.memory.store.noSpace.length > 0,
      hasSpace: (self: Member) => self.memory.store.noSpace.length === 0,
      addsData: (_self: Member, { body }: AnyEvent) => countPuts(body.success) + countPuts(body.failure) > 0,
      hasLeases: (self: Member) => nextDue(self.memory.leaseClock) !== undefined,
      hasWatchesBehind: (self: Member) => self.memory.watches.behind.size > 0,
      compactsItself: (self: Member) => self.memory.retention !== undefined,
    },
    delays: {
      requestTimeout: (self: Member) => requestTimeoutMs(self.memory),
      untilNextLease,
      // As etcd: a tenth at random on top, so that members and watches do not all speak at once.
      progressInterval: (self: Member) =>
        self.memory.flags['watch-progress-notify-interval'] * (1 + self.random() / 10),
      lookInterval: (self: Member) => lookInterval(self.memory.retention!),
    },
  },
});
