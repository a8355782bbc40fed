/**
 * The pause container: holds a pod's network namespace and volumes, and does nothing else; first to run, last to end.
 *
 *   ──► starting ── the namespaces stand ──► holding ── signal.send ──► ended
 *           └────────────── signal.send ─────────────────────────────────►
 *
 * When it dies, the pod's network dies with it.
 */

import { setup } from 'xstate';
import { actions, delays, guards } from '../../../../protocol/chart.ts';
import type {
  ProcessInspect,
  ProcessStart,
  SignalSend,
  VolumesRead,
  VolumeWrite,
} from '../../../../protocol/messages/container.ts';
import type { PacketForward, PortClose, PortListen } from '../../../../protocol/messages/network.ts';

export const machine = setup({
  types: {
    events: {} as
      | ProcessStart
      | ProcessInspect
      | SignalSend
      | PacketForward
      | PortListen
      | PortClose
      | VolumesRead
      | VolumeWrite,
  },
  actions: actions(
    'readVolumes',
    'keepQuestion',
    'answerStarted',
    'answerAgain',
    'answerInspect',
    'acknowledge',
    'listen',
    'closePorts',
    'routePacket',
    'listVolumes',
    'writeVolume',
  ),
  guards: guards('isForMe'),
  delays: delays('setup'),
}).createMachine({
  id: 'pause',
  initial: 'starting',
  on: {
    'process.inspect': { actions: 'answerInspect' },
    'signal.send': { guard: 'isForMe', target: '.ended', actions: 'acknowledge' },
  },
  states: {
    starting: {
      entry: 'readVolumes',
      on: { 'process.start': { guard: 'isForMe', actions: 'keepQuestion' } },
      after: { setup: 'holding' },
    },
    holding: {
      entry: 'answerStarted',
      on: {
        'process.start': { guard: 'isForMe', actions: 'answerAgain' },
        'packet.forward': { actions: 'routePacket' },
        'port.listen': { actions: 'listen' },
        'port.close': { actions: 'closePorts' },
        'volumes.read': { actions: 'listVolumes' },
        'volume.write': { actions: 'writeVolume' },
      },
    },
    ended: { type: 'final' },
  },
});
