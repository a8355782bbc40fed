/**
 * kube-apiserver: the only door to etcd and to the cluster.
 *
 *   starting ──────────► syncing ────────► serving (all regions at once)                    draining ──► stopped
 *     bootstrapping        listing           cache      connecting ─► following                ▲
 *        ⇅                   ⇅                            ▲    │ ▲        │                    │
 *     resting              resting                        │    ▼ │        ▼ broken             │
 *                                                      relisting resting ◄┘          server.drain
 *                                            clock      ticking
 *                                            compactor  waiting ⇄ claiming
 *                                            definitions  settled ⇄ working ⇄ resting
 *                                            presence   granting ─► present ⇄ renewing
 *
 * It serves what it can while etcd is out of reach: the cache as it was, and watches that hear nothing. It watches on
 * from the last revision it knows; when that is compacted away it lists anew, and every watch of its own ends.
 * A request in flight is no state here but an entry of the table of pending requests, with a stage of its own.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';

/** The requests it takes; each is answered once. */
const requests = [
  'object.get',
  'object.list',
  'object.create',
  'object.replace',
  'object.patch',
  'object.delete',
  'object.delete-collection',
  'object.connect',
] as const;

const onRequest = <Action extends string>(action: Action) =>
  Object.fromEntries(requests.map((type) => [type, { actions: action }])) as Record<
    (typeof requests)[number],
    { actions: Action }
  >;

/** What may come back on a call to etcd. */
const ofRequest = { guard: 'isOfRequest', actions: 'resumeRequest' } as const;
const ofLease = { guard: 'isOfLease', actions: 'resumeLeased' } as const;
const ofHealth = { guard: 'isOfHealth', actions: 'noteHealth' } as const;
const answers = {
  'health.reported': ofHealth,
  'kv.ranged': [ofRequest, ofHealth],
  'kv.committed': ofRequest,
  'lease.granted': ofLease,
  'etcd.refused': [ofRequest, ofLease, ofHealth],
  'request.expired': [ofRequest, ofLease, ofHealth],
} as const;

/** Where a call of a region's own that fails leads. */
const onFailure = <Guard extends string, State extends string>(guard: Guard, target: State) => ({
  'etcd.refused': { guard, target },
  'request.expired': { guard, target },
});

/** What came of a step on a definition: the next one follows. */
const definitionAnswer = {
  guard: 'isOfDefinitions',
  target: 'working',
  reenter: true,
  actions: 'takeDefinitionAnswer',
} as const;

const unavailable = {
  ...onRequest('refuseUnavailable'),
  'path.check': { actions: 'refuseUnavailable' },
  'access.check': { actions: 'refuseUnavailable' },
  'object.watch': { actions: 'refuseWatch' },
} as const;

/** The statechart of an API server. */
export const machine = setup({
  actions: {
    ...actions('bootstrap', 'noteBootstrapped', 'turnToNextMember', 'beginListing', 'takePage'),
    ...actions(
      'subscribe',
      'unsubscribe',
      'beginRequest',
      'checkAccess',
      'refuseUnavailable',
      'resumeRequest',
      'resumeLeased',
      'noteHealth',
    ),
    ...actions('openWatch', 'refuseWatch', 'dropWatch', 'endWatches'),
    ...actions('openKeyWatch', 'noteKeyWatch', 'forgetKeyWatch', 'takeChange'),
    ...actions('armClock', 'runDue', 'claimCompaction', 'compact', 'abandonRequests'),
    ...actions('workOnDefinitions', 'takeDefinitionAnswer'),
    ...actions('grantPresence', 'announce', 'renewPresence', 'endPresence'),
  },
  guards: {
    ...guards('isBootstrapped', 'isListed', 'isOfBootstrap', 'isOfFollowing', 'isOfCompaction'),
    ...guards('isOfDefinitions', 'hasDueDefinitions'),
    ...guards('isOfRequest', 'isOfHealth', 'isOfLease', 'isOfPresence', 'isPresent', 'compacts', 'hasNoRequests'),
  },
  delays: { ...delays('untilNextDue', 'compactionInterval', 'requestTimeout', 'presenceInterval', 'retry') },
}).createMachine({
  id: 'apiserver',
  initial: 'starting',
  states: {
    starting: {
      initial: 'bootstrapping',
      on: unavailable,
      states: {
        bootstrapping: {
          entry: 'bootstrap',
          always: { guard: 'isBootstrapped', target: '#apiserver.syncing' },
          on: {
            'kv.committed': { guard: 'isOfBootstrap', actions: 'noteBootstrapped' },
            ...onFailure('isOfBootstrap', 'resting'),
          },
        },
        resting: { entry: 'turnToNextMember', after: { retry: 'bootstrapping' } },
      },
    },
    syncing: {
      initial: 'listing',
      on: unavailable,
      states: {
        listing: {
          entry: 'beginListing',
          always: { guard: 'isListed', target: '#apiserver.serving' },
          on: {
            'kv.ranged': { guard: 'isOfFollowing', actions: 'takePage' },
            ...onFailure('isOfFollowing', 'resting'),
          },
        },
        resting: { entry: 'turnToNextMember', after: { retry: 'listing' } },
      },
    },
    serving: {
      type: 'parallel',
      entry: 'subscribe',
      exit: 'unsubscribe',
      on: {
        ...onRequest('beginRequest'),
        'path.check': { actions: 'checkAccess' },
        'access.check': { actions: 'checkAccess' },
        'object.watch': { actions: 'openWatch' },
        'stream.closed': { actions: 'dropWatch' },
        'server.drain': 'draining',
        ...answers,
      },
      states: {
        cache: {
          initial: 'connecting',
          states: {
            connecting: {
              entry: 'openKeyWatch',
              on: {
                'watch.created': { target: 'following', actions: 'noteKeyWatch' },
                'watch.compacted': 'relisting',
                'etcd.refused': { guard: 'isOfFollowing', target: 'resting' },
                'stream.broken': 'resting',
              },
            },
            following: {
              exit: 'forgetKeyWatch',
              on: {
                'key.changed': { actions: 'takeChange' },
                'watch.compacted': 'relisting',
                'stream.broken': 'connecting',
              },
            },
            resting: { entry: 'turnToNextMember', after: { retry: 'connecting' } },
            relisting: {
              entry: 'beginListing',
              always: { guard: 'isListed', target: 'connecting' },
              on: {
                'kv.ranged': { guard: 'isOfFollowing', actions: 'takePage' },
                ...onFailure('isOfFollowing', 'restingToList'),
              },
            },
            restingToList: { entry: 'turnToNextMember', after: { retry: 'relisting' } },
          },
        },
        clock: {
          initial: 'ticking',
          states: {
            ticking: {
              entry: 'armClock',
              on: { 'clock.changed': { target: 'ticking', reenter: true } },
              after: { untilNextDue: { target: 'ticking', reenter: true, actions: 'runDue' } },
            },
          },
        },
        compactor: {
          initial: 'unset',
          states: {
            unset: { always: [{ guard: 'compacts', target: 'claiming' }, { target: 'off' }] },
            off: {},
            // The first claim only learns how far etcd is.
            claiming: {
              entry: 'claimCompaction',
              on: {
                'kv.committed': { guard: 'isOfCompaction', target: 'waiting', actions: 'compact' },
                ...onFailure('isOfCompaction', 'waiting'),
              },
            },
            waiting: { after: { compactionInterval: 'claiming' } },
          },
        },
        // The controllers of CustomResourceDefinitions: their names, whether they are served, and their end.
        definitions: {
          initial: 'unset',
          states: {
            unset: { always: [{ guard: 'hasDueDefinitions', target: 'working' }, { target: 'settled' }] },
            settled: { on: { 'definitions.due': 'working' } },
            working: {
              entry: 'workOnDefinitions',
              on: {
                'kv.committed': definitionAnswer,
                'kv.ranged': definitionAnswer,
                'request.succeeded': definitionAnswer,
                'request.refused': definitionAnswer,
                ...onFailure('isOfDefinitions', 'resting'),
                'definitions.settled': 'settled',
              },
            },
            resting: { after: { retry: 'working' } },
          },
        },
        presence: {
          initial: 'granting',
          on: onFailure('isOfPresence', '.absent'),
          states: {
            granting: {
              entry: 'grantPresence',
              on: { 'lease.granted': { guard: 'isOfPresence', target: 'present', actions: 'announce' } },
            },
            present: { after: { presenceInterval: 'renewing' } },
            renewing: {
              entry: 'renewPresence',
              on: {
                'lease.described': [
                  { guard: 'isPresent', target: 'present' },
                  { guard: 'isOfPresence', target: 'granting' },
                ],
              },
            },
            absent: { after: { retry: 'granting' } },
          },
        },
      },
    },
    draining: {
      entry: ['endWatches', 'endPresence'],
      always: { guard: 'hasNoRequests', target: 'stopped' },
      on: { ...unavailable, ...answers, 'key.changed': { actions: 'takeChange' } },
      after: { requestTimeout: { target: 'stopped', actions: 'abandonRequests' } },
    },
    stopped: { type: 'final' },
  },
});
