/**
 * The kubelet: a node's agent. Side by side it
 *
 *   runtime       links to the container runtime:   connecting ─► connected ─► lost ─► connecting
 *   registration  makes its node known:             creating ─► (adopting ─► updating) ─► registered
 *   lease         shows that it lives, every 10 s:  unowned ─► reading ─► (creating) ─► resting ⇄ renewing
 *   report        posts the node's status:          resting ─ every 10 s ─► deciding ─► (posting)
 *   pods          runs what is bound to the node:   starting (the runtime is not known yet) ─► serving
 *   memory        guards the node's memory:         relaxed ─► pressed ─► easing ─► relaxed
 *   mirrors       shows static pods in the API:     idle ─ one could not be written ─► waiting ─► idle
 *
 * Each pod has a worker of its own (../pod), a thread of this process.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type {
  ContainerChanged,
  CriRefused,
  ImagePulled,
  MemoryPressured,
  RuntimeChanged,
  RuntimeListed,
  RuntimeUsage,
  SandboxChanged,
} from '../../../protocol/messages/cri.ts';
import type { ActorEnded, RequestExpired, StreamBroken } from '../../../protocol/messages/host.ts';
import type { InformerChanged, InformerSynced } from '../../../protocol/messages/informer.ts';
import type { ManifestPlace, ManifestRemove } from '../../../protocol/messages/manifest.ts';
import type {
  EventOccurred,
  ImageObtain,
  PodStopped,
  ServiceVariables,
} from '../../../protocol/messages/pod-worker.ts';
import type { ContainerFind, NodeStats } from '../../../protocol/messages/streaming.ts';
import { leaseRegion } from './lease-region.ts';
import { registrationRegion } from './registration-region.ts';
import { reportRegion } from './report-region.ts';

type Verdict =
  | { type: 'runtime.known' }
  | { type: 'node.registered' }
  /** The node that is there already is not as this machine would register it. */
  | { type: 'node.differs' }
  /** The node became ready for the first time: that is told at once. */
  | { type: 'node.readied' }
  | { type: 'lease.missing' }
  | { type: 'lease.failed' }
  | { type: 'memory.short' }
  | { type: 'memory.enough' }
  | { type: 'mirror.failed' };

type Event =
  | InformerChanged
  | InformerSynced
  | RuntimeListed
  | RuntimeChanged
  | RuntimeUsage
  | ContainerChanged
  | SandboxChanged
  | MemoryPressured
  | ImageObtain
  | ImagePulled
  | CriRefused
  | ServiceVariables
  | PodStopped
  | EventOccurred
  | ManifestPlace
  | ManifestRemove
  | ContainerFind
  | NodeStats
  | RequestSucceeded
  | RequestRefused
  | RequestExpired
  | StreamBroken
  | ActorEnded
  | Verdict;

const about = (what: string) => ({ type: 'isAbout', params: { what } }) as const;

export const machine = setup({
  types: { events: {} as Event },
  actions: actions(
    'begin',
    'connectRuntime',
    'takeRuntime',
    'takeConditions',
    'loseRuntime',
    'forwardContainer',
    'forwardSandbox',
    'createNode',
    'failRegistration',
    'askNode',
    'judgeNode',
    'updateNode',
    'noteRegistered',
    'askLease',
    'takeLease',
    'missLease',
    'createLease',
    'renewLease',
    'noteRenewed',
    'failLease',
    'decideReport',
    'postStatus',
    'notePosted',
    'noteUnposted',
    'holdChanges',
    'servePods',
    'takeChanges',
    'noteSynced',
    'releasePod',
    'removeWorker',
    'killOrphans',
    'giveVariables',
    'recordOccurrence',
    'queuePull',
    'endPull',
    'breakPulls',
    'placeManifest',
    'removeManifest',
    'judgeMemory',
    'beginPressure',
    'askUsage',
    'evict',
    'endPressure',
    'settleMirror',
    'failMirror',
    'syncMirrors',
    'findContainer',
    'askStats',
    'giveStats',
  ),
  guards: guards('isAbout', 'isAdopted', 'isRegistering', 'isReportOwed', 'mayPostAgain'),
  delays: delays(
    'reconnectPeriod',
    'registrationBackOff',
    'renewInterval',
    'leaseBackOff',
    'statusFrequency',
    'monitorPeriod',
    'transitionPeriod',
    'mirrorRetry',
  ),
}).createMachine({
  id: 'kubelet',
  type: 'parallel',
  entry: 'begin',
  on: {
    'container.changed': { actions: 'forwardContainer' },
    'sandbox.changed': { actions: ['forwardSandbox', 'killOrphans'] },
    'runtime.changed': { actions: 'takeConditions' },
    'pod.stopped': { actions: 'releasePod' },
    'event.occurred': { actions: 'recordOccurrence' },
    'actor.ended': { actions: 'removeWorker' },
    'variables.ask': { actions: 'giveVariables' },
    'image.obtain': { actions: 'queuePull' },
    'image.pulled': { actions: 'endPull' },
    'cri.refused': [
      { guard: about('pull'), actions: 'endPull' },
      { guard: about('stats'), actions: 'giveStats' },
    ],
    'request.expired': [
      { guard: about('pull'), actions: 'endPull' },
      { guard: about('stats'), actions: 'giveStats' },
    ],
    'runtime.usage': { guard: about('stats'), actions: 'giveStats' },
    'container.find': { actions: 'findContainer' },
    'node.stats': { actions: 'askStats' },
    'manifest.place': { actions: 'placeManifest' },
    'manifest.remove': { actions: 'removeManifest' },
    'memory.pressured': { actions: 'judgeMemory' },
    'informer.synced': { actions: 'noteSynced' },
  },
  states: {
    runtime: {
      initial: 'connecting',
      on: { 'stream.broken': { guard: about('runtime'), actions: 'breakPulls', target: '.lost' } },
      states: {
        connecting: {
          entry: 'connectRuntime',
          on: {
            'runtime.listed': { actions: 'takeRuntime', target: 'connected' },
            'cri.refused': { guard: about('runtime'), target: 'lost' },
            'request.expired': { guard: about('runtime'), target: 'lost' },
          },
        },
        connected: {},
        lost: { entry: 'loseRuntime', after: { reconnectPeriod: 'connecting' } },
      },
    },
    registration: registrationRegion,
    lease: leaseRegion,
    report: reportRegion,
    pods: {
      initial: 'starting',
      states: {
        starting: { on: { 'informer.changed': { actions: 'holdChanges' }, 'runtime.known': 'serving' } },
        serving: {
          entry: 'servePods',
          on: { 'informer.changed': { actions: 'takeChanges' }, 'runtime.known': { actions: 'killOrphans' } },
        },
      },
    },
    memory: {
      initial: 'relaxed',
      states: {
        relaxed: { on: { 'memory.short': 'pressed' } },
        pressed: {
          entry: 'beginPressure',
          initial: 'measuring',
          on: { 'memory.enough': 'easing' },
          states: {
            measuring: {
              entry: 'askUsage',
              on: { 'runtime.usage': { guard: about('eviction'), actions: 'evict', target: 'waiting' } },
              after: { monitorPeriod: { target: 'measuring', reenter: true } },
            },
            /** One pod at a time: what its going frees may be enough. */
            waiting: { on: { 'memory.short': 'measuring' }, after: { monitorPeriod: 'measuring' } },
          },
        },
        easing: {
          on: { 'memory.short': 'pressed' },
          after: { transitionPeriod: { target: 'relaxed', actions: 'endPressure' } },
        },
      },
    },
    mirrors: {
      initial: 'idle',
      on: {
        'request.succeeded': { guard: about('mirror'), actions: 'settleMirror' },
        'request.refused': { guard: about('mirror'), actions: 'failMirror' },
        'request.expired': { guard: about('mirror'), actions: 'failMirror' },
      },
      states: {
        idle: { on: { 'mirror.failed': 'waiting' } },
        waiting: { after: { mirrorRetry: { target: 'idle', actions: 'syncMirrors' } } },
      },
    },
  },
});
