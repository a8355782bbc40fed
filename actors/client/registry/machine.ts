/**
 * The image registry: answers what an image is and sends its layers, unless it is out of order.
 *
 *   service:    ──► serving ── registry.fail ──┬─► unavailable (answers 503) ─┐
 *                      ▲                       └─► silent (answers nothing) ──┤
 *                      └────────────────── registry.recover ──────────────────┘
 *
 *   transfers:  ──► idle ── transfer.added ──► waiting ── the next is due: answered ──► waiting, or idle
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { ImageFetch, LayersFetch, RegistryFail, RegistryRecover } from '../../../protocol/messages/registry.ts';

type Verdict = { type: 'transfer.added' };

export const machine = setup({
  types: { events: {} as ImageFetch | LayersFetch | RegistryFail | RegistryRecover | Verdict },
  actions: actions('addManifest', 'addLayers', 'answerDue', 'breakTransfers', 'refuse'),
  guards: guards('isToBeSilent', 'isNothingDue'),
  delays: delays('untilNextDue'),
}).createMachine({
  id: 'registry',
  type: 'parallel',
  states: {
    service: {
      initial: 'serving',
      on: { 'registry.fail': [{ guard: 'isToBeSilent', target: '.silent' }, { target: '.unavailable' }] },
      states: {
        serving: {
          on: { 'image.fetch': { actions: 'addManifest' }, 'layers.fetch': { actions: 'addLayers' } },
        },
        unavailable: {
          entry: 'breakTransfers',
          on: {
            'image.fetch': { actions: 'refuse' },
            'layers.fetch': { actions: 'refuse' },
            'registry.recover': 'serving',
          },
        },
        silent: { entry: 'breakTransfers', on: { 'registry.recover': 'serving' } },
      },
    },
    transfers: {
      initial: 'idle',
      states: {
        idle: { on: { 'transfer.added': 'waiting' } },
        waiting: {
          always: { guard: 'isNothingDue', target: 'idle' },
          on: { 'transfer.added': { target: 'waiting', reenter: true } },
          after: { untilNextDue: { target: 'waiting', reenter: true, actions: 'answerDue' } },
        },
      },
    },
  },
});
