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
import type { HealthCheck } from '../../../protocol/messages/health.ts';
import type { LeadershipAcquired, LeadershipLost } from '../../../protocol/messages/informer.ts';

export const machine = setup({
  types: { events: {} as HealthCheck | LeadershipAcquired | LeadershipLost },
  actions: actions('standForElection', 'startControllers', 'stopEverything', 'reportHealth'),
  guards: guards('leadsAlone'),
}).createMachine({
  id: 'kube-controller-manager',
  initial: 'standby',
  on: { 'health.check': { actions: 'reportHealth' } },
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
