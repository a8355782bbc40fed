/**
 * A candidate for leadership (client-go's leaderelection): at most one of those who share a Lease leads.
 *
 *   standby ──────────────── lease.won ───────────────► leading
 *     lease:   lapsed ◄─ after its duration ── fresh      resting ◄── lease.won ── renewing
 *     attempt: asking ─► writing, waiting                    └── after retryPeriod ──► (updating, asking, writing, pausing)
 *        ▲                                                                                │
 *        └──────────────────── leadership.lost ◄─── after renewDeadline ──────────────────┘
 *
 * `fresh` runs by this machine's own timer from when the record was last seen to change (not by its renewTime).
 */

import { setup } from 'xstate';
import { actions, delays } from '../../../protocol/chart.ts';
import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { RequestExpired } from '../../../protocol/messages/host.ts';

type Verdict =
  /** The record is not what it was when last seen. */
  | { type: 'lease.changed' }
  /** What was read may be taken, may not, or is not there. */
  | { type: 'lease.free' }
  | { type: 'lease.held' }
  /** This candidate is now written in the Lease. */
  | { type: 'lease.won' }
  | { type: 'attempt.failed' };

export const machine = setup({
  types: { events: {} as RequestSucceeded | RequestRefused | RequestExpired | Verdict },
  actions: actions(
    'begin',
    'askLease',
    'readAnswer',
    'readRefusal',
    'writeLease',
    'confirmWrite',
    'giveUpRequest',
    'noteLapsed',
    'noteFresh',
    'planAttempt',
    'tellAcquired',
    'tellLost',
  ),
  delays: delays('leaseDuration', 'jitteredRetryPeriod', 'retryPeriod', 'renewDeadline'),
}).createMachine({
  id: 'leader-election',
  initial: 'standby',
  states: {
    standby: {
      entry: 'begin',
      type: 'parallel',
      on: { 'lease.won': 'leading' },
      states: {
        lease: {
          initial: 'lapsed',
          on: { 'lease.changed': '.fresh' },
          states: {
            lapsed: { entry: 'noteLapsed' },
            fresh: { entry: 'noteFresh', after: { leaseDuration: 'lapsed' } },
          },
        },
        attempt: {
          initial: 'asking',
          states: {
            asking: {
              entry: 'askLease',
              exit: 'giveUpRequest',
              on: {
                'request.succeeded': { actions: 'readAnswer' },
                'request.refused': { actions: 'readRefusal' },
                'request.expired': 'waiting',
                'lease.free': 'writing',
                'lease.held': 'waiting',
                'attempt.failed': 'waiting',
              },
            },
            writing: {
              entry: 'writeLease',
              exit: 'giveUpRequest',
              on: {
                'request.succeeded': { actions: 'confirmWrite' },
                'request.refused': 'waiting',
                'request.expired': 'waiting',
              },
            },
            waiting: { entry: 'planAttempt', after: { jitteredRetryPeriod: 'asking' } },
          },
        },
      },
    },
    leading: {
      entry: 'tellAcquired',
      exit: 'tellLost',
      initial: 'resting',
      states: {
        resting: { after: { retryPeriod: 'renewing' } },
        renewing: {
          initial: 'updating',
          after: { renewDeadline: '#leader-election.standby' },
          on: { 'lease.won': 'resting' },
          states: {
            /** First from what was last written, without reading: nobody else should have written since. */
            updating: {
              entry: 'writeLease',
              exit: 'giveUpRequest',
              on: {
                'request.succeeded': { actions: 'confirmWrite' },
                'request.refused': 'asking',
                'request.expired': 'asking',
              },
            },
            asking: {
              entry: 'askLease',
              exit: 'giveUpRequest',
              on: {
                'request.succeeded': { actions: 'readAnswer' },
                'request.refused': { actions: 'readRefusal' },
                'request.expired': 'pausing',
                'lease.free': 'writing',
                'lease.held': 'pausing',
                'attempt.failed': 'pausing',
              },
            },
            writing: {
              entry: 'writeLease',
              exit: 'giveUpRequest',
              on: {
                'request.succeeded': { actions: 'confirmWrite' },
                'request.refused': 'pausing',
                'request.expired': 'pausing',
              },
            },
            pausing: { after: { retryPeriod: 'asking' } },
          },
        },
      },
    },
  },
});
