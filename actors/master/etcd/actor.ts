/** etcd: the statechart of a member and what stands behind its names. */

import { type AnyEvent, defineActor, type Self } from '../../../protocol/actor.ts';
import { lookInterval } from './auto-compaction.ts';
import { commit, refuseOverdue, reportDiskFault, rewriteLog, syncLog, untilOverdue } from './commit.ts';
import { nextDue } from './lease-clock.ts';
import { describeLease, revokeExpired, untilNextLease } from './leasing.ts';
import { machine } from './machine.ts';
import { listMembers, moveLeader, noteRemoved, takeAdd, takePromotion, takeRemoval } from './membership.ts';
import { type EtcdInput, type EtcdMemory, etcdMemory } from './memory.ts';
import { asVoter, atLeader } from './propose.ts';
import { answerDefragment, askReadAgain, describeMember, takeLinearizable, takeRange, takeReadable } from './reads.ts';
import { beginServing, finishRecovery, hold, readDisk, refuseCorrupt } from './recovery.ts';
import {
  hearAppended,
  hearHeard,
  hearHeartbeat,
  installSnapshot,
  takeAppend,
  takeProposal,
  takeRead,
} from './replicas.ts';
import {
  answerVote,
  askPreVotes,
  askVotes,
  beginPatience,
  countPreVote,
  countVote,
  hasHeard,
  lead,
  lookForQuorum,
  loseLeader,
  sendHeartbeats,
  stepDown,
  takeTransfer,
  untilImpatient,
} from './role.ts';
import { isMember } from './store/members.ts';
import { countPuts } from './store/txn.ts';
import { letWait, refuseWaiting, takeWaiting } from './waiting.ts';
import { hasUnsynced } from './wal.ts';
import { answerProgress, catchUpAll, endWatches, notifyProgress, startWatch, stopWatch } from './watching.ts';
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
      takeTxn: asVoter(takeTxn),
      takeCompaction: asVoter(takeCompaction),
      takeGrant: asVoter(takeGrant),
      takeRevocation: asVoter(takeRevocation),
      takeDisarm: asVoter(takeDisarm),
      refuseForSpace,
      takeRange,
      takeReadable,
      askReadAgain,
      describeMember,
      answerDefragment,
      // As etcd's `ensureLeadership`: one that was deposed without knowing must not promise a lease more time.
      renewLease: atLeader(takeLinearizable),
      describeLease: atLeader(describeLease),
      takeAdd: atLeader(takeAdd),
      takePromotion: atLeader(takePromotion),
      takeRemoval: atLeader(takeRemoval),
      moveLeader: atLeader(moveLeader),
      listMembers,
      noteRemoved,
      revokeExpired,
      startWatch,
      stopWatch,
      answerProgress,
      catchUpAll,
      notifyProgress,
      endWatches,
      beginPatience,
      loseLeader,
      askPreVotes,
      askVotes,
      countPreVote,
      countVote,
      answerVote,
      takeTransfer,
      lead,
      stepDown,
      sendHeartbeats,
      lookForQuorum,
      takeProposal,
      takeRead,
      takeAppend,
      hearHeartbeat,
      installSnapshot,
      hearAppended,
      hearHeard,
      letWait,
      takeWaiting,
      refuseWaiting,
      autoCompact,
    },
    guards: {
      isCorrupt: (self: Member) => self.memory.corruption !== '',
      isFresh: (self: Member) => self.disk.files().length === 0,
      hasUnsynced: ({ memory: { wal, raft } }: Member) => hasUnsynced(wal) || raft.outbox.held.length > 0,
      isAlone: ({ memory: { raft } }: Member) => raft.voters.length === 1 && raft.voters[0] === raft.id,
      isVoter: ({ memory: { raft } }: Member) => raft.voters.includes(raft.id),
      isRemoved: ({ address, memory: { store } }: Member) =>
        store.members.voters.length > 0 && !isMember(store.members, address),
      hasNoPeers: ({ memory: { raft } }: Member) => raft.progress.size === 0,
      hasHeard,
      hasProposals: (self: Member) => self.memory.proposals.waiting.size > 0,
      isOutOfSpace: (self: Member) => self.memory.store.noSpace.length > 0,
      hasSpace: (self: Member) => self.memory.store.noSpace.length === 0,
      addsData: (_self: Member, { body }: AnyEvent) => countPuts(body.success) + countPuts(body.failure) > 0,
      hasLeases: (self: Member) => nextDue(self.memory.leaseClock) !== undefined,
      hasWatchesBehind: (self: Member) => self.memory.watches.behind.size > 0,
      compactsItself: (self: Member) => self.memory.retention !== undefined,
    },
    delays: {
      untilOverdue,
      untilImpatient,
      electionTimeout: (self: Member) => self.memory.raft.patienceMs,
      heartbeatInterval: (self: Member) => self.memory.flags['heartbeat-interval'],
      quorumInterval: (self: Member) => self.memory.flags['election-timeout'],
      // As etcd's `maxNoLeaderCnt`: three times an election timeout.
      leaderlessGrace: (self: Member) => 3 * self.memory.flags['election-timeout'],
      untilNextLease,
      // As etcd: a tenth at random on top, so that members and watches do not all speak at once.
      progressInterval: (self: Member) =>
        self.memory.flags['watch-progress-notify-interval'] * (1 + self.random() / 10),
      lookInterval: (self: Member) => lookInterval(self.memory.retention!),
    },
  },
});
