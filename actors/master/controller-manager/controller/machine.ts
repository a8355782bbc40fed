/**
 * A controller: keeps a cache of what it watches, and works off the keys of objects that may need something.
 *
 *   syncing ─── all caches synced ───► running
 *                                       idle ⇄ waiting (until the first delayed key or held-back request is due)
 *
 * Up to a flag's number of keys are in work at once; each is one sync, which asks the API server step by step. The rule
 * of the controller says which keys a change concerns, and what the next step of a sync is.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../../protocol/chart.ts';
import type { RequestRefused, RequestSucceeded } from '../../../../protocol/messages/api.ts';
import type { RequestExpired } from '../../../../protocol/messages/host.ts';
import type { InformerChanged, InformerSynced } from '../../../../protocol/messages/informer.ts';

/** What is due first is due at another time than the timer runs for. */
type TimerMoved = { type: 'timer.moved' };

/** The chart of every controller. */
export const machine = setup({
  types: {
    events: {} as InformerChanged | InformerSynced | RequestSucceeded | RequestRefused | RequestExpired | TimerMoved,
  },
  actions: actions('subscribe', 'noteSynced', 'takeChanges', 'begin', 'takeAnswer', 'releaseDue', 'work'),
  guards: guards('isSynced', 'isAnythingDue'),
  delays: delays('untilNextDue'),
}).createMachine({
  id: 'controller',
  initial: 'syncing',
  states: {
    syncing: {
      entry: 'subscribe',
      on: {
        'informer.changed': { actions: 'takeChanges' },
        'informer.synced': { actions: 'noteSynced' },
      },
      always: { guard: 'isSynced', target: 'running' },
    },
    running: {
      entry: ['begin', 'work'],
      initial: 'idle',
      on: {
        'informer.changed': { actions: ['takeChanges', 'work'] },
        'request.succeeded': { actions: ['takeAnswer', 'work'] },
        'request.refused': { actions: ['takeAnswer', 'work'] },
        'request.expired': { actions: ['takeAnswer', 'work'] },
        'timer.moved': [{ guard: 'isAnythingDue', target: '.waiting' }, '.idle'],
      },
      states: {
        idle: {},
        waiting: { after: { untilNextDue: { target: 'idle', actions: ['releaseDue', 'work'] } } },
      },
    },
  },
});
