/**
 * kube-controller-manager: runs the controllers, as long as it leads.
 *
 *   ──► standby ─── leadership.acquired ───► leading
 *          ▲                                    │
 *          └──── leadership.lost (all stops) ◄──┘
 *
 * Kubernetes's own ends its process when it no longer leads, and is started anew: so it begins here, with nothing known.
 */

import { setup } from 'xstate';
import { actions, guards } from '../../../protocol/chart.ts';
import type {
  InformerChanged,
  InformerSynced,
  LeadershipAcquired,
  LeadershipLost,
} from '../../../protocol/messages/informer.ts';

export const machine = setup({
  types: { events: {} as LeadershipAcquired | LeadershipLost | InformerChanged | InformerSynced },
  actions: actions('standForElection', 'startControllers', 'stopEverything'),
  guards: guards('leadsAlone'),
}).createMachine({
  id: 'kube-controller-manager',
  initial: 'standby',
  // The informers are the controllers' to hear, which have subscribed.
  on: { 'informer.changed': {}, 'informer.synced': {} },
  states: {
    standby: {
      entry: 'standForElection',
      always: { guard: 'leadsAlone', target: 'leading' },
      on: { 'leadership.acquired': 'leading' },
    },
    leading: {
      entry: 'startControllers',
      exit: 'stopEverything',
      on: { 'leadership.lost': 'standby' },
    },
  },
});
