/**
 * The worker of one pod, from the day the kubelet hears of it until nothing is left: a thread of the kubelet.
 *
 *   deciding ─► active ────────────────────────────────────────► terminating ─────────► terminated ─────────► gone
 *                 mounting ─► networking ─► sandboxing            containers, then       its status is told,
 *                    ▲   ─► initializing ─► running             sidecars, then         it is deleted where that
 *                    └── clearing ◄─ rebuilding ◄──┘             the pause container    was asked, and cleared away
 *                        (the pause container died)
 *
 * Beside its life: `status` keeps the API's view up to date, `deadline` counts activeDeadlineSeconds.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type {
  ContainerChanged,
  CriRefused,
  RuntimeListed,
  SandboxChanged,
  SandboxRemoved,
  SandboxStarted,
  SandboxStopped,
} from '../../../protocol/messages/cri.ts';
import type { ActorEnded, RequestExpired } from '../../../protocol/messages/host.ts';
import type {
  ContainerReported,
  MirrorSync,
  NetworkChanged,
  PodSync,
  PodTerminate,
  PodVanish,
} from '../../../protocol/messages/pod-worker.ts';
import type { ContainerFind } from '../../../protocol/messages/streaming.ts';
import { statusRegion } from './status-region.ts';
import { terminatedState } from './terminated-state.ts';

type Verdict =
  | { type: 'verdict.run' }
  /** It must end; what runs is stopped. */
  | { type: 'verdict.end' }
  /** Nothing of it runs, and nothing will. */
  | { type: 'verdict.rest' }
  /** The pause container died. */
  | { type: 'verdict.rebuild' }
  | { type: 'volumes.ready' }
  | { type: 'volumes.failed' }
  | { type: 'containers.changed' }
  | { type: 'pod.initialized' }
  | { type: 'status.changed' }
  /** The API was seen to show something, perhaps not what it should. */
  | { type: 'status.seen' }
  | { type: 'deadline.changed' }
  | { type: 'pod.gone' };

type Event =
  | PodSync
  | MirrorSync
  | NetworkChanged
  | PodTerminate
  | PodVanish
  | ContainerReported
  | ContainerChanged
  | SandboxChanged
  | RuntimeListed
  | SandboxStarted
  | SandboxStopped
  | SandboxRemoved
  | CriRefused
  | RequestSucceeded
  | RequestRefused
  | RequestExpired
  | ActorEnded
  | ContainerFind
  | Verdict;

const about = (what: string) => ({ type: 'isAbout', params: { what } }) as const;

export const machine = setup({
  types: { events: {} as Event },
  actions: actions(
    'observe',
    'observeMirror',
    'noteEnd',
    'noteVanished',
    'takeReport',
    'forwardContainer',
    'noteSandbox',
    'takeListed',
    'decide',
    'gatherVolumes',
    'takeSource',
    'missSource',
    'showMountFailure',
    'noteNetwork',
    'showNetwork',
    'runSandbox',
    'takeSandbox',
    'showSandboxFailure',
    'advance',
    'showRebuild',
    'haltAll',
    'haltSidecar',
    'shortenGrace',
    'stopSandbox',
    'dropSandbox',
    'leaveSandbox',
    'missSandbox',
    'beginEnd',
    'noteTerminated',
    'deletePod',
    'noteDeleted',
    'removeSandboxes',
    'noteRemoved',
    'leave',
    'sendStatus',
    'takeStatus',
    'refuseStatus',
    'exceedDeadline',
    'findContainer',
  ),
  guards: guards(
    'isAbout',
    'isSandboxGone',
    'hasSandbox',
    'hasNetwork',
    'areContainersDown',
    'areAllDown',
    'isVanished',
    'mayDelete',
    'isDeleted',
    'isCleared',
    'isStatusOwed',
    'isStatusNew',
    'hasDeadline',
  ),
  delays: delays('mountBackOff', 'stopRetry', 'retryPeriod', 'statusRetry', 'deadlineLeft'),
}).createMachine({
  id: 'pod',
  type: 'parallel',
  on: {
    'pod.sync': { actions: 'observe' },
    'mirror.sync': { actions: 'observeMirror' },
    'network.changed': { actions: 'noteNetwork' },
    'pod.terminate': { actions: 'noteEnd' },
    'pod.vanish': { actions: 'noteVanished' },
    'container.reported': { actions: 'takeReport' },
    'container.changed': { actions: 'forwardContainer' },
    'sandbox.changed': { actions: 'noteSandbox' },
    'sandbox.started': { actions: 'takeSandbox' },
    'sandbox.removed': { actions: 'noteRemoved' },
    'runtime.listed': { actions: 'takeListed' },
    'container.find': { actions: 'findContainer' },
  },
  states: {
    life: {
      initial: 'deciding',
      states: {
        deciding: {
          entry: 'decide',
          on: {
            'verdict.run': 'active',
            'verdict.rebuild': '#pod.life.active.rebuilding',
            'verdict.end': 'terminating',
            'verdict.rest': 'terminated',
          },
        },
        active: {
          initial: 'mounting',
          on: { 'verdict.end': 'terminating', 'verdict.rebuild': '.rebuilding' },
          states: {
            mounting: {
              entry: 'gatherVolumes',
              on: {
                'request.succeeded': { guard: about('source'), actions: 'takeSource' },
                'request.refused': { guard: about('source'), actions: 'missSource' },
                'request.expired': { guard: about('source'), actions: 'missSource' },
                'volumes.ready': [{ guard: 'hasSandbox', target: 'initializing' }, { target: 'networking' }],
                'volumes.failed': 'mountFailed',
              },
            },
            mountFailed: { entry: 'showMountFailure', after: { mountBackOff: 'mounting' } },
            networking: { entry: 'showNetwork', always: { guard: 'hasNetwork', target: 'sandboxing' } },
            sandboxing: {
              entry: 'runSandbox',
              on: {
                'sandbox.started': { actions: 'takeSandbox', target: 'initializing' },
                'cri.refused': { guard: about('run'), actions: 'showSandboxFailure', target: 'sandboxFailed' },
                'request.expired': { guard: about('run'), actions: 'showSandboxFailure', target: 'sandboxFailed' },
              },
            },
            sandboxFailed: { after: { retryPeriod: 'sandboxing' } },
            initializing: {
              entry: 'advance',
              on: { 'containers.changed': { actions: 'advance' }, 'pod.initialized': 'running' },
            },
            running: { on: { 'containers.changed': { actions: 'advance' } } },
            rebuilding: {
              entry: ['showRebuild', 'haltAll'],
              always: { guard: 'areAllDown', target: 'clearing' },
              on: { 'containers.changed': { actions: 'haltSidecar' } },
            },
            clearing: {
              entry: 'stopSandbox',
              on: {
                'sandbox.stopped': { actions: 'dropSandbox', target: 'mounting' },
                'cri.refused': [
                  { guard: 'isSandboxGone', actions: 'dropSandbox', target: 'mounting' },
                  { guard: about('sandbox'), target: 'clearFailed' },
                ],
                'request.expired': { guard: about('sandbox'), target: 'clearFailed' },
              },
            },
            clearFailed: { after: { stopRetry: 'clearing' } },
          },
        },
        terminating: {
          entry: ['beginEnd', 'haltAll'],
          initial: 'stoppingContainers',
          on: { 'verdict.end': { actions: 'shortenGrace' } },
          states: {
            stoppingContainers: {
              always: { guard: 'areContainersDown', target: 'stoppingSidecars' },
              on: { 'containers.changed': {} },
            },
            stoppingSidecars: {
              entry: 'haltSidecar',
              always: { guard: 'areAllDown', target: 'stoppingSandbox' },
              on: { 'containers.changed': { actions: 'haltSidecar' } },
            },
            stoppingSandbox: {
              entry: 'stopSandbox',
              always: { guard: 'isCleared', target: '#pod.life.terminated' },
              on: {
                // Another that was asked for before the end is still to come: it has to be stopped too.
                'sandbox.started': { actions: 'takeSandbox', target: 'stoppingSandbox', reenter: true },
                'sandbox.stopped': { actions: 'leaveSandbox', target: 'stoppingSandbox', reenter: true },
                'cri.refused': [
                  { guard: about('run'), actions: 'missSandbox', target: 'stoppingSandbox', reenter: true },
                  { guard: 'isSandboxGone', actions: 'leaveSandbox', target: 'stoppingSandbox', reenter: true },
                  { guard: about('sandbox'), target: 'stopFailed' },
                ],
                'request.expired': [
                  { guard: about('run'), actions: 'missSandbox', target: 'stoppingSandbox', reenter: true },
                  { guard: about('sandbox'), target: 'stopFailed' },
                ],
              },
            },
            stopFailed: { after: { stopRetry: 'stoppingSandbox' } },
          },
        },
        terminated: terminatedState,
        gone: { entry: 'leave', type: 'final' },
      },
    },
    status: statusRegion,
    deadline: {
      initial: 'choosing',
      on: { 'pod.gone': '.closed', 'deadline.changed': '.choosing', 'verdict.end': '.none' },
      states: {
        choosing: { always: [{ guard: 'hasDeadline', target: 'counting' }, { target: 'none' }] },
        counting: { after: { deadlineLeft: { actions: 'exceedDeadline', target: 'none' } } },
        none: {},
        closed: { type: 'final' },
      },
    },
  },
});
