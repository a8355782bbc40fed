/**
 * etcd, one member of 1, 3 or 5: a store of all cluster state that loses nothing it has acknowledged.
 *
 *   recovering ──────────────► serving (all regions at once)            corrupt
 *     reading ─► syncing          raft         follower ─► preCandidate ─► candidate ─► leader (raft/region.ts)
 *        │         ⇅              leadership   led ⇄ leaderless ─► forsaken
 *        │       faulted          log          idle ⇄ syncing → faulted    refuses everything
 *        ▼                        requests     none ⇄ waiting
 *     corrupt                     quota        withinQuota ⇄ exceeded
 *                                 leases       none ⇄ running
 *                                 watches      closed ─► open: synced ⇄ behind
 *                                 progress     ticking
 *                                 compaction   off | looking
 *
 * A write goes into the log of the leader, by way of any member, and from there into all. It is committed when a
 * majority has it durably; then each member applies it and tells its watchers, and the one that was asked answers.
 * Writes that come during a sync share the next one (group commit). A read waits until the leader knows that it still
 * leads, and for all that was committed by then. A sync that fails is tried again with all it covered; requests that
 * wait too long are refused as timed out, though they may still be done. Requests that come during recovery wait for it.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import { raftRegion } from './raft/region.ts';

/** The statechart of a member. */
export const machine = setup({
  actions: {
    ...actions('readDisk', 'finishRecovery', 'beginServing', 'hold', 'refuseCorrupt'),
    ...actions('syncLog', 'commit', 'rewriteLog', 'reportDiskFault', 'refuseOverdue'),
    ...actions('takeTxn', 'takeCompaction', 'takeGrant', 'takeRevocation', 'takeDisarm', 'refuseForSpace'),
    ...actions('takeRange', 'describeMember', 'answerDefragment', 'autoCompact'),
    ...actions('renewLease', 'describeLease', 'revokeExpired'),
    ...actions('startWatch', 'stopWatch', 'answerProgress', 'catchUpAll', 'notifyProgress', 'endWatches'),
    ...actions(
      'beginPatience',
      'loseLeader',
      'askPreVotes',
      'askVotes',
      'countPreVote',
      'countVote',
      'answerVote',
      'takeTransfer',
    ),
    ...actions('lead', 'stepDown', 'sendHeartbeats', 'lookForQuorum', 'takeProposal', 'takeRead'),
    ...actions('takeAdd', 'takePromotion', 'takeRemoval', 'moveLeader', 'listMembers', 'noteRemoved'),
    ...actions('takeAppend', 'hearHeartbeat', 'installSnapshot', 'hearAppended', 'hearHeard'),
    ...actions('letWait', 'takeWaiting', 'refuseWaiting', 'takeReadable', 'askReadAgain'),
  },
  guards: {
    ...guards('isCorrupt', 'isFresh', 'hasUnsynced', 'isOutOfSpace', 'hasSpace', 'addsData'),
    ...guards(
      'hasLeases',
      'hasWatchesBehind',
      'compactsItself',
      'isRemoved',
      'isAlone',
      'isVoter',
      'hasNoPeers',
      'hasHeard',
      'hasProposals',
    ),
  },
  delays: {
    ...delays('untilOverdue', 'untilNextLease', 'progressInterval', 'lookInterval'),
    ...delays('untilImpatient', 'electionTimeout', 'heartbeatInterval', 'quorumInterval', 'leaderlessGrace'),
  },
}).createMachine({
  id: 'etcd',
  initial: 'recovering',
  states: {
    recovering: {
      initial: 'reading',
      on: { '*': { actions: 'hold' } },
      states: {
        reading: {
          entry: 'readDisk',
          always: [
            { guard: 'isCorrupt', target: '#etcd.corrupt' },
            { guard: 'isRemoved', target: '#etcd.removed' },
            { guard: 'isFresh', target: '#etcd.serving' },
            { target: 'syncing' },
          ],
        },
        syncing: {
          entry: 'syncLog',
          on: { 'disk.synced': { target: '#etcd.serving', actions: 'finishRecovery' }, 'disk.failed': 'faulted' },
        },
        faulted: { entry: 'reportDiskFault', after: { 1000: { target: 'syncing', actions: 'rewriteLog' } } },
      },
    },
    serving: {
      type: 'parallel',
      entry: 'beginServing',
      on: {
        'kv.range': { actions: 'takeRange' },
        'raft.readable': { actions: 'takeReadable' },
        'request.expired': { actions: 'askReadAgain' },
        'kv.compact': { actions: 'takeCompaction' },
        'lease.revoke': { actions: 'takeRevocation' },
        'lease.keep-alive': { actions: 'renewLease' },
        'lease.describe': { actions: 'describeLease' },
        'member.describe': { actions: 'describeMember' },
        'member.list': { actions: 'listMembers' },
        'member.add': { actions: 'takeAdd' },
        'member.promote': { actions: 'takePromotion' },
        'member.remove': { actions: 'takeRemoval' },
        'leader.move': { actions: 'moveLeader' },
        'member.removed': { target: '#etcd.removed' },
        'storage.defragment': { actions: 'answerDefragment' },
        'alarm.disarm': { actions: 'takeDisarm' },
      },
      states: {
        raft: raftRegion,
        leadership: {
          initial: 'leaderless',
          states: {
            led: {
              // One leader may follow another without a time between them.
              on: { 'leader.lost': 'leaderless', 'leader.found': { actions: 'takeWaiting' } },
            },
            leaderless: {
              on: { 'leader.found': { target: 'led', actions: 'takeWaiting' } },
              after: { leaderlessGrace: 'forsaken' },
            },
            // Who asks or watches here had better ask another member.
            forsaken: {
              entry: ['endWatches', 'refuseWaiting'],
              on: { 'leader.found': { target: 'led', actions: 'takeWaiting' } },
              after: { 1000: { target: 'forsaken', reenter: true } },
            },
          },
        },
        requests: {
          initial: 'none',
          states: {
            none: { always: { guard: 'hasProposals', target: 'waiting' } },
            waiting: { after: { untilOverdue: { target: 'none', actions: 'refuseOverdue' } } },
          },
        },
        log: {
          initial: 'idle',
          states: {
            idle: { always: { guard: 'hasUnsynced', target: 'syncing' } },
            syncing: {
              entry: 'syncLog',
              on: { 'disk.synced': { target: 'idle', actions: 'commit' }, 'disk.failed': 'faulted' },
            },
            faulted: {
              entry: 'reportDiskFault',
              after: { 1000: { target: 'syncing', actions: 'rewriteLog' } },
            },
          },
        },
        quota: {
          initial: 'withinQuota',
          states: {
            withinQuota: {
              always: { guard: 'isOutOfSpace', target: 'exceeded' },
              on: { 'kv.txn': { actions: 'takeTxn' }, 'lease.grant': { actions: 'takeGrant' } },
            },
            exceeded: {
              always: { guard: 'hasSpace', target: 'withinQuota' },
              on: {
                'kv.txn': [{ guard: 'addsData', actions: 'refuseForSpace' }, { actions: 'takeTxn' }],
                'lease.grant': { actions: 'refuseForSpace' },
              },
            },
          },
        },
        leases: {
          initial: 'none',
          states: {
            none: { always: { guard: 'hasLeases', target: 'running' } },
            running: {
              on: { 'lease.scheduled': { target: 'running', reenter: true } },
              after: { untilNextLease: { target: 'none', actions: 'revokeExpired' } },
            },
          },
        },
        watches: {
          // One that starts knows the past only as far as its snapshot, until it hears what is committed.
          initial: 'closed',
          on: { 'stream.closed': { actions: 'stopWatch' } },
          states: {
            closed: {
              on: {
                'key.watch': { actions: 'letWait' },
                'log.caught-up': { target: 'open', actions: 'takeWaiting' },
              },
            },
            open: {
              initial: 'synced',
              on: {
                'key.watch': { actions: 'startWatch' },
                'watch.progress': { actions: 'answerProgress' },
              },
              states: {
                synced: { always: { guard: 'hasWatchesBehind', target: 'behind' } },
                behind: { after: { 10: { target: 'synced', actions: 'catchUpAll' } } },
              },
            },
          },
        },
        progress: {
          initial: 'ticking',
          states: {
            ticking: { after: { progressInterval: { target: 'ticking', reenter: true, actions: 'notifyProgress' } } },
          },
        },
        compaction: {
          initial: 'unset',
          states: {
            unset: { always: [{ guard: 'compactsItself', target: 'looking' }, { target: 'off' }] },
            off: {},
            looking: { after: { lookInterval: { target: 'looking', reenter: true, actions: 'autoCompact' } } },
          },
        },
      },
    },
    corrupt: { on: { '*': { actions: 'refuseCorrupt' } } },
    removed: { type: 'final', entry: 'noteRemoved' },
  },
});
