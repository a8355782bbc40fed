/**
 * The worker of one container: brings it up, watches over it, restarts it by policy, takes it down.
 *
 *   idle ─ begin ─► deciding ─► starting ─────────────────────────────► running ── exited ──► deciding
 *                   │ │ ▲         inspecting ─► pulling ─► gathering ─►   │ (hook, and three probes side by side)
 *                   │ │ │         creating ─► launching                   │ a probe failed, the definition changed
 *      finished ◄───┘ │ │         (pullFailed, pullBackOff, failed:       ▼
 *                     ▼ │          blocked, and tried again)            stopping: hook ─► killing ─► deciding
 *                  backingOff (CrashLoopBackOff)                          │
 *                                                            halted ◄─────┘  told to halt, from anywhere
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../../protocol/chart.ts';
import type { RequestRefused, RequestSucceeded } from '../../../../protocol/messages/api.ts';
import type {
  ContainerChanged,
  ContainerCreated,
  ContainerExeced,
  ContainerStarted,
  ContainerStopped,
  CriRefused,
  ImageDescribed,
  RuntimeListed,
} from '../../../../protocol/messages/cri.ts';
import type { RequestExpired } from '../../../../protocol/messages/host.ts';
import type { PacketForward } from '../../../../protocol/messages/network.ts';
import type {
  ContainerBegin,
  ContainerHalt,
  ImageObtained,
  PodSync,
  ServiceVariablesGiven,
} from '../../../../protocol/messages/pod-worker.ts';
import { probeRegion } from './probe-region.ts';
import { startingState } from './starting-state.ts';

type Verdict =
  | { type: 'move.start' }
  | { type: 'move.adopt' }
  | { type: 'move.wait' }
  | { type: 'move.finish' }
  | { type: 'image.ready' }
  | { type: 'image.missing' }
  | { type: 'environment.ready' }
  /** It cannot be started now: `waiting` of the memory says why. */
  | { type: 'start.failed' }
  | { type: 'hook.passed' }
  | { type: 'startup.passed' }
  /** It must go, and be restarted by policy: `kill` of the memory says why. */
  | { type: 'container.kill' };

type Event =
  | ContainerBegin
  | ContainerHalt
  | PodSync
  | ContainerChanged
  | RuntimeListed
  | ImageDescribed
  | ImageObtained
  | ServiceVariablesGiven
  | RequestSucceeded
  | RequestRefused
  | RequestExpired
  | ContainerCreated
  | ContainerStarted
  | ContainerStopped
  | ContainerExeced
  | CriRefused
  | PacketForward
  | Verdict;

const report = (stage: 'starting' | 'blocked' | 'running' | 'finished' | 'halted') =>
  ({ type: 'report', params: { stage } }) as const;

/** The hook answered, well or badly, or did not. */
const hookAnswers = (target: string, actions: 'endPostStart' | 'endPreStop') =>
  Object.fromEntries(
    ['container.execed', 'cri.refused', 'request.expired', 'packet.forward'].map((type) => [
      type,
      { guard: 'answersHook' as const, actions, target },
    ]),
  );

export const machine = setup({
  types: { events: {} as Event },
  actions: actions(
    'begin',
    'takePod',
    'noteContainer',
    'takeListed',
    'decide',
    'report',
    'showCrashLoop',
    'beginAttempt',
    'askImage',
    'judgeImage',
    'pullImage',
    'takeImage',
    'failPull',
    'showPullBackOff',
    'gather',
    'takeSource',
    'missSource',
    'takeServices',
    'create',
    'noteCreated',
    'start',
    'noteStarted',
    'fail',
    'showFailure',
    'noteRunning',
    'runPostStart',
    'endPostStart',
    'passSleep',
    'passHook',
    'tryProbe',
    'takeOutcome',
    'takeTimeout',
    'judgeProbe',
    'settleProbe',
    'clearRun',
    'planHalt',
    'planKill',
    'runPreStop',
    'endPreStop',
    'stop',
    'noteStopped',
    'noteLost',
    'discard',
  ),
  guards: guards(
    'mayRun',
    'hasExited',
    'isHalted',
    'isNotFound',
    'isDown',
    'hasPostStart',
    'hasPreStop',
    'answersHook',
    'hasProbe',
    'answersProbe',
    'isDecided',
  ),
  delays: delays(
    'syncPeriod',
    'retryPeriod',
    'crashBackOff',
    'pullBackOff',
    'hookLeft',
    'graceLeft',
    'startupDelay',
    'startupTimeout',
    'startupPeriod',
    'livenessDelay',
    'livenessTimeout',
    'livenessPeriod',
    'readinessDelay',
    'readinessTimeout',
    'readinessPeriod',
  ),
}).createMachine({
  id: 'container-worker',
  initial: 'idle',
  on: {
    'pod.sync': { actions: 'takePod' },
    'container.changed': { actions: 'noteContainer' },
    'runtime.listed': { actions: 'takeListed' },
    'container.created': { actions: 'discard' },
    'container.halt': [
      { guard: 'mayRun', actions: 'planHalt', target: '.stopping' },
      { actions: 'planHalt', target: '.halted' },
    ],
  },
  states: {
    idle: { on: { 'container.begin': { actions: 'begin', target: 'deciding' } } },
    deciding: {
      entry: 'decide',
      on: {
        'move.start': 'starting',
        'move.adopt': 'running',
        'move.wait': 'backingOff',
        'move.finish': 'finished',
      },
    },
    backingOff: {
      initial: 'ended',
      after: { crashBackOff: 'starting' },
      states: {
        /** For a moment, until the next sync, the API shows how it ended. */
        ended: { entry: report('blocked'), after: { syncPeriod: 'crashLoop' } },
        crashLoop: { entry: ['showCrashLoop', report('blocked')] },
      },
    },
    starting: startingState,
    running: {
      entry: 'noteRunning',
      exit: 'clearRun',
      type: 'parallel',
      always: { guard: 'hasExited', target: 'deciding' },
      on: { 'container.kill': 'stopping' },
      states: {
        hook: {
          initial: 'choosing',
          states: {
            choosing: { always: [{ guard: 'hasPostStart', target: 'running' }, { target: 'passed' }] },
            running: {
              entry: 'runPostStart',
              on: hookAnswers('ended', 'endPostStart'),
              after: { hookLeft: { actions: 'passSleep', target: 'ended' } },
            },
            ended: { on: { 'hook.passed': 'passed' } },
            passed: { entry: 'passHook' },
          },
        },
        startup: probeRegion('startup', 'hook.passed'),
        liveness: probeRegion('liveness', 'startup.passed'),
        readiness: probeRegion('readiness', 'startup.passed'),
      },
    },
    stopping: {
      entry: 'planKill',
      initial: 'choosing',
      always: [
        { guard: 'isHalted', target: 'halted' },
        { guard: 'isDown', target: 'deciding' },
      ],
      on: { 'container.halt': { actions: 'planHalt', target: '.killing' } },
      states: {
        choosing: { always: [{ guard: 'hasPreStop', target: 'hook' }, { target: 'killing' }] },
        hook: {
          entry: 'runPreStop',
          on: hookAnswers('killing', 'endPreStop'),
          after: { graceLeft: 'killing' },
        },
        killing: {
          entry: 'stop',
          on: {
            'container.stopped': { actions: 'noteStopped' },
            'cri.refused': [{ guard: 'isNotFound', actions: 'noteLost' }, { target: 'unanswered' }],
            'request.expired': 'unanswered',
          },
        },
        unanswered: { after: { syncPeriod: 'killing' } },
      },
    },
    finished: { entry: report('finished'), on: { 'container.begin': { actions: 'begin', target: 'deciding' } } },
    halted: { entry: report('halted'), on: { 'container.begin': { actions: 'begin', target: 'deciding' } } },
  },
});
