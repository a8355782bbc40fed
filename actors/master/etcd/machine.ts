/**
 * etcd, one member: a store of all cluster state that loses nothing it has acknowledged.
 *
 *   recovering ──────────────► serving (all regions at once)            corrupt
 *     reading ─► syncing          log          idle ⇄ syncing → faulted    refuses everything
 *        │         ⇅              quota        withinQuota ⇄ exceeded
 *        │       faulted          leases       none ⇄ running
 *        ▼                        watches      synced ⇄ behind
 *     corrupt                     progress     ticking
 *                                 compaction   off | looking
 *
 * A write is written to the log at once, and applied, answered and told to watchers when a sync has made it durable.
 * Writes that come during a sync share the next one (group commit). Reads see what is applied, which holds every
 * answered write. A sync that fails is tried again with all it covered; requests that wait too long for theirs are
 * refused as timed out, though they may still be done. Requests that come during recovery wait for it.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';

/** The statechart of a member. */
export const machine = setup({
  actions: {
    ...actions('readDisk', 'finishRecovery', 'beginServing', 'hold', 'refuseCorrupt'),
    ...actions('syncLog', 'commit', 'rewriteLog', 'reportDiskFault', 'refuseOverdue'),
    ...actions('takeTxn', 'takeCompaction', 'takeGrant', 'takeRevocation', 'takeDisarm', 'refuseForSpace'),
    ...actions('answerRange', 'describeMember', 'answerDefragment', 'autoCompact'),
    ...actions('renewLease', 'describeLease', 'revokeExpired'),
    ...actions('startWatch', 'stopWatch', 'answerProgress', 'catchUpAll', 'notifyProgress'),
  },
  guards: {
    ...guards('isCorrupt', 'isFresh', 'hasUnsynced', 'isOutOfSpace', 'hasSpace', 'addsData'),
    ...guards('hasLeases', 'hasWatchesBehind', 'compactsItself'),
  },
  delays: delays('requestTimeout', 'untilNextLease', 'progressInterval', 'lookInterval'),
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
        'kv.range': { actions: 'answerRange' },
        'kv.compact': { actions: 'takeCompaction' },
        'lease.revoke': { actions: 'takeRevocation' },
        'lease.keep-alive': { actions: 'renewLease' },
        'lease.describe': { actions: 'describeLease' },
        'member.describe': { actions: 'describeMember' },
        'storage.defragment': { actions: 'answerDefragment' },
        'alarm.disarm': { actions: 'takeDisarm' },
      },
      states: {
        log: {
          initial: 'idle',
          states: {
            idle: { always: { guard: 'hasUnsynced', target: 'syncing' } },
            syncing: {
              entry: 'syncLog',
              initial: 'inTime',
              on: { 'disk.synced': { target: 'idle', actions: 'commit' }, 'disk.failed': 'faulted' },
              states: {
                inTime: { after: { requestTimeout: 'overdue' } },
                overdue: { entry: 'refuseOverdue', after: { 1000: { target: 'overdue', reenter: true } } },
              },
            },
            faulted: {
              entry: ['reportDiskFault', 'refuseOverdue'],
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
          initial: 'synced',
          on: {
            'key.watch': { actions: 'startWatch' },
            'stream.closed': { actions: 'stopWatch' },
            'watch.progress': { actions: 'answerProgress' },
          },
          states: {
            synced: { always: { guard: 'hasWatchesBehind', target: 'behind' } },
            behind: { after: { 10: { target: 'synced', actions: 'catchUpAll' } } },
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
  },
});
