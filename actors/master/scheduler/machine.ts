/**
 * kube-scheduler: gives every pod that has none a node, as long as it leads.
 *
 *   starting ─── caches.synced ───► standby ─── leadership.acquired ───► leading
 *      ▲                                                                 idle ⇄ waiting (for what is due next)
 *      │                                                                    │
 *      └──── leadership.lost (all is dropped, as by a restarted process) ◄──┘
 *
 * Its caches fill and stay true in every state; only a leader acts on them.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { HealthCheck } from '../../../protocol/messages/health.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type {
  InformerChanged,
  InformerSynced,
  LeadershipAcquired,
  LeadershipLost,
} from '../../../protocol/messages/informer.ts';

type Verdict =
  /** Every informer has told all there was. */
  | { type: 'caches.synced' }
  /** What is due next is due at another time than the timer runs for. */
  | { type: 'timer.moved' };

export const machine = setup({
  types: {
    events: {} as
      | HealthCheck
      | InformerChanged
      | InformerSynced
      | LeadershipAcquired
      | LeadershipLost
      | RequestSucceeded
      | RequestRefused
      | RequestExpired
      | Verdict,
  },
  actions: actions(
    'startInformers',
    'noteSynced',
    'takeChanges',
    'standForElection',
    'schedule',
    'takeAnswer',
    'takeRefusal',
    'takeExpiry',
    'runDue',
    'dropEverything',
    'reportHealth',
  ),
  guards: guards('leadsAlone', 'isAnythingDue'),
  delays: delays('untilNextDue'),
}).createMachine({
  id: 'kube-scheduler',
  initial: 'starting',
  on: { 'informer.changed': { actions: 'takeChanges' }, 'health.check': { actions: 'reportHealth' } },
  states: {
    starting: {
      entry: 'startInformers',
      on: {
        'informer.synced': { actions: 'noteSynced' },
        'caches.synced': 'standby',
      },
    },
    standby: {
      entry: 'standForElection',
      always: { guard: 'leadsAlone', target: 'leading' },
      on: { 'leadership.acquired': 'leading' },
    },
    leading: {
      entry: 'schedule',
      exit: 'dropEverything',
      initial: 'idle',
      on: {
        'informer.changed': { actions: ['takeChanges', 'schedule'] },
        'request.succeeded': { actions: ['takeAnswer', 'schedule'] },
        'request.refused': { actions: ['takeRefusal', 'schedule'] },
        'request.expired': { actions: ['takeExpiry', 'schedule'] },
        'timer.moved': [{ guard: 'isAnythingDue', target: '.waiting' }, '.idle'],
        'leadership.lost': 'starting',
      },
      states: {
        idle: {},
        waiting: { after: { untilNextDue: { target: 'idle', actions: ['runDue', 'schedule'] } } },
      },
    },
  },
});
