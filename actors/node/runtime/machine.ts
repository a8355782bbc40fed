/**
 * The container runtime (Docker Engine's, containerd's role): runs sandboxes and containers for the kubelet.
 *
 *   ──► recovering ── every process of an earlier life has been asked after ──► serving
 *
 *   While it serves, on their own:   kills:    idle ◄──► waiting (until a grace period is over)
 *                                    memory:   calm ◄──► growing (until it gets short) ──► short
 *
 * What it started lives on without it: pause and business containers are processes of their own.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type * as container from '../../../protocol/messages/container.ts';
import type * as cri from '../../../protocol/messages/cri.ts';
import type * as host from '../../../protocol/messages/host.ts';
import type * as network from '../../../protocol/messages/network.ts';
import type * as registry from '../../../protocol/messages/registry.ts';
import type { LogRead } from '../../../protocol/messages/streaming.ts';

type Question =
  | cri.SandboxRun
  | cri.SandboxStop
  | cri.SandboxRemove
  | cri.ContainerCreate
  | cri.ContainerStart
  | cri.ContainerStop
  | cri.ContainerRemove
  | cri.ContainerExec
  | cri.ImageDescribe
  | cri.ImagePull
  | cri.RuntimeList
  | cri.RuntimeStats;

/** What a runtime tells itself. */
type Verdict = { type: 'recovery.completed' } | { type: 'kill.added' } | { type: 'memory.reckoned' };

const refuse = { actions: 'refuse' } as const;

export const machine = setup({
  types: {
    events: {} as
      | Question
      | cri.RuntimeWatch
      | LogRead
      | container.ProcessInspected
      | container.ProcessStarted
      | container.ProcessExited
      | container.SignalDelivered
      | container.UsageDescribed
      | container.MemoryGrew
      | network.AddressAllocated
      | network.AddressRefused
      | network.AddressReleased
      | network.SubnetDescribed
      | registry.ImageFetched
      | registry.LayersFetched
      | registry.ImageUnavailable
      | host.HostEvent
      | Verdict,
  },
  actions: actions(
    'readRecords',
    'judgeSurvivor',
    'missSurvivor',
    'refuse',
    'endWatch',
    'askSubnet',
    'takeSubnet',
    'runSandbox',
    'stopSandbox',
    'removeSandbox',
    'startPause',
    'failSandbox',
    'finishTeardown',
    'createContainer',
    'startContainer',
    'stopContainer',
    'removeContainer',
    'execCommand',
    'takeStart',
    'takeExit',
    'takeEnd',
    'takeExpiry',
    'takeSync',
    'takeSyncFailure',
    'describeImage',
    'pullImage',
    'takeManifest',
    'takeLayers',
    'failPull',
    'list',
    'watch',
    'unwatch',
    'askUsage',
    'takeUsage',
    'killDue',
    'takeGrowth',
    'tellPressure',
    'giveLog',
  ),
  guards: guards('isSure', 'isNothingToKill', 'isShort', 'isGrowing'),
  delays: delays('untilNextKill', 'untilShort'),
}).createMachine({
  id: 'runtime',
  initial: 'recovering',
  entry: 'askSubnet',
  on: {
    'subnet.described': { actions: 'takeSubnet' },
    'stream.closed': { actions: 'unwatch' },
    'process.exited': { actions: 'takeExit' },
    'memory.grew': { actions: 'takeGrowth' },
    'actor.ended': { actions: 'takeEnd' },
    'disk.synced': { actions: 'takeSync' },
    'disk.failed': { actions: 'takeSyncFailure' },
  },
  states: {
    recovering: {
      entry: 'readRecords',
      always: { guard: 'isSure', target: 'serving' },
      on: {
        'process.inspected': { actions: 'judgeSurvivor' },
        'request.expired': { actions: 'missSurvivor' },
        'recovery.completed': 'serving',
        'sandbox.run': refuse,
        'sandbox.stop': refuse,
        'sandbox.remove': refuse,
        'container.create': refuse,
        'container.start': refuse,
        'container.stop': refuse,
        'container.remove': refuse,
        'container.exec': refuse,
        'image.describe': refuse,
        'image.pull': refuse,
        'runtime.list': refuse,
        'runtime.stats': refuse,
        'runtime.watch': { actions: 'endWatch' },
        'log.read': { actions: 'endWatch' },
      },
    },
    serving: {
      type: 'parallel',
      on: {
        'sandbox.run': { actions: 'runSandbox' },
        'sandbox.stop': { actions: 'stopSandbox' },
        'sandbox.remove': { actions: 'removeSandbox' },
        'address.allocated': { actions: 'startPause' },
        'address.refused': { actions: 'failSandbox' },
        'address.released': { actions: 'finishTeardown' },
        'container.create': { actions: 'createContainer' },
        'container.start': { actions: 'startContainer' },
        'container.stop': { actions: 'stopContainer' },
        'container.remove': { actions: 'removeContainer' },
        'container.exec': { actions: 'execCommand' },
        'process.started': { actions: 'takeStart' },
        'request.expired': { actions: 'takeExpiry' },
        'image.describe': { actions: 'describeImage' },
        'image.pull': { actions: 'pullImage' },
        'image.fetched': { actions: 'takeManifest' },
        'layers.fetched': { actions: 'takeLayers' },
        'image.unavailable': { actions: 'failPull' },
        'runtime.list': { actions: 'list' },
        'runtime.watch': { actions: 'watch' },
        'runtime.stats': { actions: 'askUsage' },
        'usage.described': { actions: 'takeUsage' },
        'log.read': { actions: 'giveLog' },
      },
      states: {
        kills: {
          initial: 'idle',
          states: {
            idle: { on: { 'kill.added': 'waiting' } },
            waiting: {
              always: { guard: 'isNothingToKill', target: 'idle' },
              on: { 'kill.added': { target: 'waiting', reenter: true } },
              after: { untilNextKill: { target: 'waiting', reenter: true, actions: 'killDue' } },
            },
          },
        },
        memory: {
          initial: 'judging',
          states: {
            // All containers are added up only when one of them has changed.
            judging: {
              always: [
                { guard: 'isShort', target: 'short' },
                { guard: 'isGrowing', target: 'growing' },
                { target: 'calm' },
              ],
            },
            calm: { on: { 'memory.reckoned': 'judging' } },
            growing: { on: { 'memory.reckoned': 'judging' }, after: { untilShort: 'judging' } },
            short: {
              entry: 'tellPressure',
              on: {
                'memory.reckoned': [{ guard: 'isShort' }, { target: 'judging', actions: 'tellPressure' }],
              },
              // As often as a kubelet looks while its node is short of memory.
              after: {
                10000: [
                  { guard: 'isShort', target: 'short', reenter: true },
                  { target: 'judging', actions: 'tellPressure' },
                ],
              },
            },
          },
        },
      },
    },
  },
});
