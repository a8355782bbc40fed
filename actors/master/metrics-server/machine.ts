/**
 * metrics-server: asks every kubelet what its pods use, and tells it as metrics.k8s.io.
 *
 *   ──► syncing ── nodes and pods are known ──► serving: scraping ── every metric-resolution ──► scraping
 *       (503)
 *
 * The use of CPU is the difference of two readings: what is new is not told before its second one.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { ObjectGet, ObjectList, RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { InformerChanged, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { NodeStatsGiven } from '../../../protocol/messages/streaming.ts';

export const machine = setup({
  types: {
    events: {} as
      | InformerChanged
      | InformerSynced
      | ObjectGet
      | ObjectList
      | NodeStatsGiven
      | RequestSucceeded
      | RequestRefused
      | RequestExpired,
  },
  actions: actions('watch', 'takeChanges', 'noteSynced', 'scrape', 'takeStats', 'review', 'takeReview', 'refuse'),
  guards: guards('isSynced'),
  delays: delays('resolution'),
}).createMachine({
  id: 'metrics-server',
  initial: 'syncing',
  entry: 'watch',
  on: { 'informer.changed': { actions: 'takeChanges' } },
  states: {
    syncing: {
      on: {
        'informer.synced': { actions: 'noteSynced' },
        'object.get': { actions: 'refuse' },
        'object.list': { actions: 'refuse' },
      },
      always: { guard: 'isSynced', target: 'serving' },
    },
    serving: {
      entry: 'scrape',
      on: {
        // A kubelet that does not answer is asked again at the next turn; what was known of its pods stays until then.
        'node.stats-given': { actions: 'takeStats' },
        'object.get': { actions: 'review' },
        'object.list': { actions: 'review' },
        'request.succeeded': { actions: 'takeReview' },
        'request.refused': { actions: 'takeReview' },
        'request.expired': { actions: 'takeReview' },
      },
      after: { resolution: { target: 'serving', reenter: true } },
    },
  },
});
