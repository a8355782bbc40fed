/**
 * A node's network: the kernel's tables, and the agent (flanneld, Open vSwitch) that gives the node a part in the cluster's.
 *
 *   subnet:   ──► waiting ── the node object names its pod CIDR ──► leased ◄── another CIDR
 *
 *   routing:  ──► settled ── a packet finds no route, or an old one ──► learning ── nodes listed, or not ──► settled
 */

import { setup } from 'xstate';
import { actions, guards } from '../../../protocol/chart.ts';
import type { RequestRefused, RequestSucceeded } from '../../../protocol/messages/api.ts';
import type { DiskFailed, DiskSynced, RequestExpired } from '../../../protocol/messages/host.ts';
import type { InformerChanged } from '../../../protocol/messages/informer.ts';
import type {
  AddressAllocate,
  AddressRelease,
  HostPortClose,
  HostPortOpen,
  LinkLost,
  PacketForward,
  RulesApply,
  SubnetDescribe,
} from '../../../protocol/messages/network.ts';

type Verdict = { type: 'subnet.changed' } | { type: 'route.missed' };

export const machine = setup({
  types: {
    events: {} as
      | AddressAllocate
      | AddressRelease
      | LinkLost
      | HostPortOpen
      | HostPortClose
      | PacketForward
      | RulesApply
      | SubnetDescribe
      | InformerChanged
      | RequestSucceeded
      | RequestRefused
      | RequestExpired
      | DiskSynced
      | DiskFailed
      | Verdict,
  },
  actions: actions(
    'restore',
    'watchNode',
    'tellProxy',
    'takeNode',
    'tellSubnet',
    'describeSubnet',
    'refuseAddress',
    'allocateAddress',
    'answerAddress',
    'failAddress',
    'releaseAddress',
    'takeLinkDown',
    'openHostPort',
    'closeHostPorts',
    'applyRules',
    'forward',
    'listNodes',
    'keepRoutes',
    'keepOldRoutes',
    'sendWaiting',
  ),
  guards: guards('hasSubnet', 'isOnHost'),
}).createMachine({
  id: 'network',
  type: 'parallel',
  entry: ['restore', 'watchNode', 'tellProxy'],
  on: {
    'packet.forward': { actions: 'forward' },
    'rules.apply': { actions: 'applyRules' },
    'address.release': { actions: 'releaseAddress' },
    'link.lost': { actions: 'takeLinkDown' },
    'host-port.open': { actions: 'openHostPort' },
    'host-port.close': { actions: 'closeHostPorts' },
    'subnet.describe': { actions: 'describeSubnet' },
    'informer.changed': { actions: 'takeNode' },
    'disk.synced': { actions: 'answerAddress' },
    'disk.failed': { actions: 'failAddress' },
  },
  states: {
    subnet: {
      initial: 'waiting',
      states: {
        waiting: {
          always: { guard: 'hasSubnet', target: 'leased' },
          on: {
            'address.allocate': [{ guard: 'isOnHost', actions: 'allocateAddress' }, { actions: 'refuseAddress' }],
          },
        },
        leased: {
          entry: 'tellSubnet',
          on: {
            'subnet.changed': { actions: 'tellSubnet' },
            'address.allocate': { actions: 'allocateAddress' },
          },
        },
      },
    },
    routing: {
      initial: 'settled',
      states: {
        settled: { on: { 'route.missed': 'learning' } },
        learning: {
          entry: 'listNodes',
          on: {
            'request.succeeded': { target: 'settled', actions: ['keepRoutes', 'sendWaiting'] },
            'request.refused': { target: 'settled', actions: ['keepOldRoutes', 'sendWaiting'] },
            'request.expired': { target: 'settled', actions: ['keepOldRoutes', 'sendWaiting'] },
          },
        },
      },
    },
  },
});
