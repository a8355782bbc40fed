import { describe, expect, test } from 'vitest';
import type { NodeConfig } from '../../../protocol/node-config.ts';
import type { KubeletConfig } from './flags.ts';
import {
  allocatableOf,
  bootId,
  evictionThresholdBytes,
  makeNode,
  makeNodeStatus,
  type NodeFacts,
} from './node-status.ts';
import { inputOf, machine } from './testing/samples.ts';

const { config } = inputOf();
const runtime = {
  state: 'up',
  version: 'containerd://1.7.13',
  network: { status: true, reason: '', message: '' },
} as const;

function facts(given: Partial<NodeFacts> = {}): NodeFacts {
  const now = '2026-01-01T00:01:00Z';
  return { node: machine, config, runtime, isUnderMemoryPressure: false, before: [], now, boot: 1, ...given };
}

const readyOf = (given: Partial<NodeFacts>) =>
  makeNodeStatus(facts(given)).conditions?.find(({ type }) => type === 'Ready');

describe('what of a machine is for pods', () => {
  const allocatable = (node: Partial<NodeConfig>, given: Record<string, unknown> = {}) =>
    allocatableOf({ ...machine, ...node }, inputOf({}, given).config as KubeletConfig);

  test('all but the hard eviction thresholds: 100Mi of memory, a tenth of the storage', () => {
    expect(allocatable({})).toEqual({
      cpu: '4',
      memory: '8092Mi',
      pods: '110',
      'ephemeral-storage': '90Gi',
    });
  });

  test('what is reserved goes off, by the machine’s own account and by flag', () => {
    const node = { systemReserved: { cpu: '100m', memory: '500Mi' }, kubeReserved: { cpu: '200m' } };
    const left = allocatable(node, {
      'system-reserved': { cpu: '300m' },
      'eviction-hard': { 'memory.available': '0' },
    });
    expect(left).toMatchObject({ cpu: '3400m', memory: '7692Mi' });
  });

  test('never less than nothing', () => {
    expect(allocatable({ systemReserved: { cpu: '5' } })).toMatchObject({ cpu: '0' });
  });

  test('the threshold may be a part of the whole', () => {
    const tenth = inputOf({}, { 'eviction-hard': { 'memory.available': '10%' } }).config;
    expect(evictionThresholdBytes(machine, tenth)).toBe(Math.floor((8 * 2 ** 30) / 10));
  });
});

describe('the conditions', () => {
  test('of a node that is well, Ready the last of them', () => {
    const { conditions = [] } = makeNodeStatus(facts());
    expect(conditions.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual([
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
      ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
    ]);
  });

  test('without a network the node is not ready, and says what the runtime says', () => {
    const network = {
      status: false,
      reason: 'NetworkPluginNotReady',
      message: 'Network plugin returns error: cni plugin not initialized',
    };
    expect(readyOf({ runtime: { ...runtime, network } })).toMatchObject({
      status: 'False',
      reason: 'KubeletNotReady',
      message:
        'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
        'message:Network plugin returns error: cni plugin not initialized',
    });
  });

  test.each([
    ['unknown', 'container runtime status check may not have completed yet'],
    ['down', 'container runtime is down'],
  ] as const)('with a runtime that is %s', (state, message) => {
    expect(readyOf({ runtime: { ...runtime, state } })).toMatchObject({ status: 'False', message });
  });

  test('keep the time they have been so since, and show when they were last looked at', () => {
    const since = '2026-01-01T00:00:00Z';
    const before = [
      { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '', lastTransitionTime: since },
      { type: 'MemoryPressure', status: 'True', reason: 'x', message: '', lastTransitionTime: since },
    ];
    const { conditions = [] } = makeNodeStatus(facts({ before }));
    const timesOf = (type: string) => {
      const found = conditions.find((condition) => condition.type === type);
      return [found?.lastTransitionTime, found?.lastHeartbeatTime];
    };
    expect(timesOf('Ready')).toEqual([since, '2026-01-01T00:01:00Z']);
    expect(timesOf('MemoryPressure')).toEqual(['2026-01-01T00:01:00Z', '2026-01-01T00:01:00Z']);
  });
});

describe('the node as it is registered', () => {
  test('bears the well-known labels, its zone, its own labels and its taints', () => {
    const taints = [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }];
    const node = makeNode(facts({ node: { ...machine, zone: 'east', labels: { disk: 'ssd' }, taints } }));
    expect(node.metadata.labels).toEqual({
      'beta.kubernetes.io/arch': 'amd64',
      'beta.kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': 'n1',
      'kubernetes.io/os': 'linux',
      'topology.kubernetes.io/zone': 'east',
      disk: 'ssd',
    });
    expect(node.spec?.taints).toEqual(taints);
    expect(node.status?.addresses).toEqual([
      { type: 'InternalIP', address: '172.18.0.2' },
      { type: 'Hostname', address: 'n1' },
    ]);
  });

  test('has a boot id of its own, another after each boot', () => {
    const ids = [bootId('n1', 1), bootId('n1', 2), bootId('n2', 1)];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect(makeNodeStatus(facts({ boot: 2 })).nodeInfo?.bootID).toBe(ids[1]);
  });
});
