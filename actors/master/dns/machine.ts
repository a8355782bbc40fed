/**
 * The cluster's DNS (CoreDNS's role): answers names of Services and pods, out of what it watches.
 *
 *   ──► syncing ── services and endpoints synced ──► serving
 *       (SERVFAIL)                                   (takes its share of the group's questions)
 */

import { setup } from 'xstate';
import { actions, guards } from '../../../protocol/chart.ts';
import type { InformerChanged, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { NameResolve } from '../../../protocol/messages/network.ts';

export const machine = setup({
  types: { events: {} as InformerChanged | InformerSynced | NameResolve },
  actions: actions('watch', 'takeChanges', 'noteSynced', 'joinGroup', 'answer', 'refuse'),
  guards: guards('isSynced'),
}).createMachine({
  id: 'dns',
  initial: 'syncing',
  entry: 'watch',
  on: { 'informer.changed': { actions: 'takeChanges' } },
  states: {
    syncing: {
      on: {
        'informer.synced': { actions: 'noteSynced' },
        'name.resolve': { actions: 'refuse' },
      },
      always: { guard: 'isSynced', target: 'serving' },
    },
    serving: {
      entry: 'joinGroup',
      on: { 'name.resolve': { actions: 'answer' } },
    },
  },
});
