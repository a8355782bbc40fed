/**
 * The informer (client-go's reflector and shared informer): lists a resource, then watches it, for ever.
 *
 *   ──► listing ─────── list.completed ──────► watching ◄───────────── due ── resting
 *        │   ▲ ▲                               │ │ │ └─ refused, broken at once ─┘
 *   list │  due └───────── watch.expired ──────┘ │ └─── broken after it worked: watching again
 * failed ▼   │                                   │
 *      backingOff ◄──────── watch.failed ────────┘
 *
 * Whoever subscribes is told what there is, in any state.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { ObjectChanged, RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { RequestExpired, StreamBroken } from '../../../protocol/messages/host.ts';
import type { InformerSubscribe } from '../../../protocol/messages/informer.ts';

type Verdict =
  | { type: 'list.completed' }
  | { type: 'list.failed' }
  /** The server no longer has what changed since the version last seen: list again. */
  | { type: 'watch.expired' }
  /** The server failed: list again, later. */
  | { type: 'watch.failed' }
  /** The server is overloaded: watch on from the same version, later. */
  | { type: 'watch.refused' };

export const machine = setup({
  types: {
    events: {} as
      | ObjectChanged
      | RequestSucceeded
      | RequestRefused
      | RequestExpired
      | StreamBroken
      | InformerSubscribe
      | Verdict,
  },
  actions: actions(
    'askFirstPage',
    'takePage',
    'takeRefusal',
    'failList',
    'forgetList',
    'openWatch',
    'takeChange',
    'closeWatch',
    'planBackoff',
    'subscribe',
  ),
  guards: guards('hasWorked', 'hasJustListed'),
  delays: delays('backoff'),
}).createMachine({
  id: 'informer',
  initial: 'listing',
  on: { 'informer.subscribe': { actions: 'subscribe' } },
  states: {
    listing: {
      entry: 'askFirstPage',
      exit: 'forgetList',
      on: {
        'request.succeeded': { actions: 'takePage' },
        'request.refused': { actions: 'takeRefusal' },
        'request.expired': { actions: 'failList' },
        'list.completed': 'watching',
        'list.failed': 'backingOff',
      },
    },
    backingOff: { entry: 'planBackoff', after: { backoff: 'listing' } },
    watching: {
      entry: 'openWatch',
      exit: 'closeWatch',
      on: {
        'object.changed': { actions: 'takeChange' },
        'stream.broken': [{ guard: 'hasWorked', target: 'watching', reenter: true }, 'resting'],
        // client-go backs off here too; but the version grew old while nobody could be asked, and now someone answers.
        'watch.expired': [{ guard: 'hasJustListed', target: 'backingOff' }, 'listing'],
        'watch.failed': 'backingOff',
        'watch.refused': 'resting',
      },
    },
    resting: { entry: 'planBackoff', after: { backoff: 'watching' } },
  },
});
