/**
 * kube-proxy: watches Services and Endpoints, and keeps its node's forwarding table as they say.
 *
 *   ──► syncing ── both caches synced ──► proxying
 *                                          │
 *              ┌── changes ── settled ◄────┼───────────────┐ applied
 *              ▼                           │               │
 *          gathering ── min-sync-period over ──► writing ──┤
 *              ▲                                           │ no answer
 *              └───────────────────────────────────────────┘
 *
 * Nothing is written before both caches are whole: a proxy that starts again leaves the rules it finds standing until then.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { InformerChanged, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { RulesApplied, RulesFlushed } from '../../../protocol/messages/network.ts';

export const machine = setup({
  types: { events: {} as InformerChanged | InformerSynced | RulesApplied | RulesFlushed | RequestExpired },
  actions: actions('watch', 'takeChanges', 'noteSynced', 'writeRules', 'writeAllAnew'),
  guards: guards('isSynced', 'hasWork'),
  delays: delays('untilSync'),
}).createMachine({
  id: 'kube-proxy',
  initial: 'syncing',
  entry: 'watch',
  on: {
    'informer.changed': { actions: 'takeChanges' },
    'rules.flushed': { actions: 'writeAllAnew' },
  },
  states: {
    syncing: {
      on: { 'informer.synced': { actions: 'noteSynced' } },
      always: { guard: 'isSynced', target: 'proxying' },
    },
    proxying: {
      initial: 'gathering',
      states: {
        settled: { always: { guard: 'hasWork', target: 'gathering' } },
        gathering: { after: { untilSync: 'writing' } },
        writing: {
          entry: 'writeRules',
          on: {
            'rules.applied': 'settled',
            // It may have been done or not: the next write is whole.
            'request.expired': { target: 'gathering', actions: 'writeAllAnew' },
          },
        },
      },
    },
  },
});
