/**
 * A client of etcd that uses it as API servers do, and remembers every call and every word of its watch.
 *
 *   calls   thinking ⇄ waiting          one call at a time, until its time is over: ended
 *   watch   listing ─► opening ─► watching
 *              ▲  ▲───────┤ compacted │
 *              │          ▲── resting ◄┘ broken, or silent: resumes after the last revision, on another member
 *           restingList
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';

/** The statechart of a client. */
export const machine = setup({
  actions: actions(
    'call',
    'takeAnswer',
    'takeExpiry',
    'list',
    'takeList',
    'openWatch',
    'closeWatch',
    'takeCreated',
    'takeChange',
    'takeProgress',
    'takeCompacted',
    'takeBreak',
    'askProgress',
  ),
  guards: guards('isOver', 'isCall', 'isList', 'isCurrent'),
  delays: delays('thinkTime', 'restTime', 'patience', 'progressTime'),
}).createMachine({
  id: 'etcd-load',
  type: 'parallel',
  states: {
    calls: {
      initial: 'thinking',
      states: {
        thinking: { after: { thinkTime: [{ guard: 'isOver', target: 'ended' }, { target: 'waiting' }] } },
        waiting: {
          entry: 'call',
          on: {
            'request.expired': { guard: 'isCall', target: 'thinking', actions: 'takeExpiry' },
            '*': { guard: 'isCall', target: 'thinking', actions: 'takeAnswer' },
          },
        },
        ended: {},
      },
    },
    watch: {
      initial: 'listing',
      states: {
        listing: {
          entry: 'list',
          on: {
            'kv.ranged': { guard: 'isList', target: 'opening', actions: 'takeList' },
            'etcd.refused': { guard: 'isList', target: 'restingList', actions: 'takeList' },
            'request.expired': { guard: 'isList', target: 'restingList', actions: 'takeList' },
          },
        },
        restingList: { after: { restTime: 'listing' } },
        opening: {
          entry: 'openWatch',
          on: { 'watch.created': { guard: 'isCurrent', target: 'watching', actions: 'takeCreated' } },
          after: { patience: { target: 'resting', actions: 'closeWatch' } },
        },
        watching: {
          on: {
            'key.changed': { guard: 'isCurrent', target: 'watching', reenter: true, actions: 'takeChange' },
            'watch.progressed': { guard: 'isCurrent', target: 'watching', reenter: true, actions: 'takeProgress' },
          },
          after: { patience: { target: 'resting', actions: 'closeWatch' } },
        },
        resting: { after: { restTime: 'opening' } },
      },
      on: {
        'watch.compacted': { guard: 'isCurrent', target: '.listing', actions: 'takeCompacted' },
        'stream.broken': { guard: 'isCurrent', target: '.resting', actions: 'takeBreak' },
      },
    },
    progress: {
      initial: 'ticking',
      states: { ticking: { after: { progressTime: { target: 'ticking', reenter: true, actions: 'askProgress' } } } },
    },
  },
});
