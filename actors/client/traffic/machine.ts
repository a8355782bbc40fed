/**
 * A traffic generator: sends requests as the clients of an application do, and measures what becomes of them.
 *
 *   phase   waiting ── startAt ──► sending ── endAt, or told to stop ──► ended
 *   clock   always waits for what is due next: a request to send, or one whose time is over
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type { NameRefused, NameResolved, PacketForward } from '../../../protocol/messages/network.ts';
import type {
  TrafficAsk,
  TrafficNodesChanged,
  TrafficReport,
  TrafficStop,
} from '../../../protocol/messages/traffic.ts';

export const machine = setup({
  types: {
    events: {} as
      | PacketForward
      | NameResolved
      | NameRefused
      | RequestExpired
      | TrafficAsk
      | TrafficReport
      | TrafficStop
      | TrafficNodesChanged
      | { type: 'clock.set' },
  },
  actions: actions(
    'takeAnswer',
    'takeAddress',
    'failLookup',
    'ask',
    'report',
    'takeNodes',
    'planFirst',
    'planNone',
    'sendDue',
    'failOverdue',
  ),
  guards: guards('hasDue'),
  delays: delays('untilStart', 'untilEnd', 'untilDue'),
}).createMachine({
  id: 'traffic',
  type: 'parallel',
  on: {
    'packet.forward': { actions: 'takeAnswer' },
    'name.resolved': { actions: 'takeAddress' },
    'name.refused': { actions: 'failLookup' },
    'request.expired': { actions: 'failLookup' },
    'traffic.ask': { actions: 'ask' },
    'traffic.report': { actions: 'report' },
    'traffic.nodes-changed': { actions: 'takeNodes' },
  },
  states: {
    phase: {
      initial: 'waiting',
      states: {
        waiting: { after: { untilStart: 'sending' }, on: { 'traffic.stop': 'ended' } },
        sending: {
          entry: 'planFirst',
          exit: 'planNone',
          after: { untilEnd: 'ended' },
          on: { 'traffic.stop': 'ended' },
        },
        ended: {},
      },
    },
    clock: {
      initial: 'idle',
      states: {
        idle: { on: { 'clock.set': { guard: 'hasDue', target: 'set' } } },
        set: {
          after: { untilDue: { target: 'idle', actions: ['sendDue', 'failOverdue'] } },
          on: { 'clock.set': { target: 'set', reenter: true } },
        },
      },
    },
  },
});
