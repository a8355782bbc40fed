import { describe, expect, test } from 'vitest';
import type { Node, Pod } from '../../../protocol/objects.ts';
import { type AdmissionFacts, admit } from './admission.ts';
import { podOf, sizedPod } from './testing/samples.ts';

const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', labels: { 'kubernetes.io/os': 'linux', disk: 'ssd' } },
  spec: {},
};

function facts(given: Partial<AdmissionFacts> = {}): AdmissionFacts {
  return {
    node,
    allocatable: { cpu: 4000, memory: 8 * 2 ** 30, pods: 110, 'ephemeral-storage': 2 ** 36, 'example.com/gpu': 1 },
    used: { cpu: 3800, memory: 2 ** 30 },
    podCount: 5,
    usedPorts: new Map(),
    isUnderMemoryPressure: false,
    ...given,
  };
}

/** `admitted`, or the reason and message of the refusal. */
function verdict(pod: Pod, given: Partial<AdmissionFacts> = {}): string {
  const result = admit(pod, facts(given));
  return result.admitted ? 'admitted' : `${result.status.reason}: ${result.status.message}`;
}

describe('resources', () => {
  const tooLittle = (rest: string) => `Node didn't have enough resource: ${rest}`;

  test.each([
    ['CPU', { cpu: '500m' }, `OutOfcpu: ${tooLittle('cpu, requested: 500, used: 3800, capacity: 4000')}`],
    [
      'memory',
      { memory: '8Gi' },
      `OutOfmemory: ${tooLittle('memory, requested: 8589934592, used: 1073741824, capacity: 8589934592')}`,
    ],
    [
      'storage',
      { 'ephemeral-storage': '65Gi' },
      `OutOfephemeral-storage: ${tooLittle('ephemeral-storage, requested: 69793218560, used: 0, capacity: 68719476736')}`,
    ],
    [
      'an extended resource',
      { 'example.com/gpu': '2' },
      `OutOfexample.com/gpu: ${tooLittle('example.com/gpu, requested: 2, used: 0, capacity: 1')}`,
    ],
    [
      'CPU and memory: the first counts',
      { cpu: '1', memory: '8Gi' },
      `OutOfcpu: ${tooLittle('cpu, requested: 1000, used: 3800, capacity: 4000')}`,
    ],
  ])('too little %s', (_what, requests, wanted) => {
    expect(verdict(sizedPod('a', requests))).toBe(wanted);
  });

  test('what just fits gets in', () => {
    expect(verdict(sizedPod('a', { cpu: '200m', memory: '7Gi' }))).toBe('admitted');
  });

  test('a pod that asks for nothing needs only a place', () => {
    expect(verdict(podOf('a'), { used: { cpu: 9000 } })).toBe('admitted');
    expect(verdict(podOf('a'), { podCount: 110 })).toBe(
      `OutOfpods: ${tooLittle('pods, requested: 1, used: 110, capacity: 110')}`,
    );
  });

  test('a resource this node does not have is the cluster’s to keep', () => {
    expect(verdict(sizedPod('a', { 'example.com/license': '3' }))).toBe('admitted');
  });

  test('the largest init container counts where it is more than all others together', () => {
    const initContainers = [{ name: 'init', image: 'a:1', resources: { requests: { cpu: '300m' } } }];
    expect(verdict(sizedPod('a', { cpu: '100m' }, { initContainers }))).toContain('requested: 300, used: 3800');
  });
});

describe('where it was sent', () => {
  test('a node that lacks the label selected', () => {
    expect(verdict(podOf('a', { nodeSelector: { disk: 'ssd' } }))).toBe('admitted');
    expect(verdict(podOf('a', { nodeSelector: { disk: 'hdd' } }))).toBe('NodeAffinity: Predicate NodeAffinity failed');
  });

  test('a node that required affinity does not want', () => {
    const required = (values: string[]) => ({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values }] }],
        },
      },
    });
    expect(verdict(podOf('a', { affinity: required(['ssd', 'nvme']) }))).toBe('admitted');
    expect(verdict(podOf('a', { affinity: required(['nvme']) }))).toBe('NodeAffinity: Predicate NodeAffinity failed');
  });

  test('a host port that another has', () => {
    const containers = [{ name: 'main', image: 'a:1', ports: [{ containerPort: 80, hostPort: 8080 }] }];
    const usedPorts = new Map([['TCP/127.0.0.1/8080', 1]]);
    expect(verdict(podOf('a', { containers }))).toBe('admitted');
    expect(verdict(podOf('a', { containers }), { usedPorts })).toBe('NodePorts: Predicate NodePorts failed');
    const other = new Map([['UDP/0.0.0.0/8080', 1]]);
    expect(verdict(podOf('a', { containers }), { usedPorts: other })).toBe('admitted');
  });

  test('a NoExecute taint that it does not tolerate, which keeps no static pod out', () => {
    const taints = [{ key: 'maintenance', effect: 'NoExecute' }];
    const tainted = { node: { ...node, spec: { taints } } };
    const tolerations = [{ key: 'maintenance', operator: 'Exists' }];
    const annotations = { 'kubernetes.io/config.source': 'file' };
    expect(verdict(podOf('a'), tainted)).toBe('TaintToleration: Predicate TaintToleration failed');
    expect(verdict(podOf('a', { tolerations }), tainted)).toBe('admitted');
    expect(verdict(podOf('a', {}, { annotations }), tainted)).toBe('admitted');
  });

  test('another operating system', () => {
    expect(verdict(podOf('a', { os: { name: 'windows' } }))).toBe(
      "PodOSNotSupported: Failed to admit pod as the OS field doesn't match node OS",
    );
    expect(verdict(podOf('a', {}, { labels: { 'kubernetes.io/os': 'windows' } }))).toBe(
      "PodOSSelectorNodeLabelDoesNotMatch: Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    );
  });

  test('of a place and resources the resources are named, but to a critical pod, which could be given those', () => {
    const spec = { nodeSelector: { disk: 'hdd' } };
    expect(verdict(sizedPod('a', { cpu: '1' }, spec))).toContain('OutOfcpu');
    expect(verdict(sizedPod('a', { cpu: '1' }, { ...spec, priority: 2_000_000_000 }))).toContain('NodeAffinity');
  });
});

describe('under memory pressure', () => {
  const pressed = { isUnderMemoryPressure: true };

  test('a BestEffort pod stays out', () => {
    expect(verdict(podOf('a'), pressed)).toBe('Evicted: The node had condition: [MemoryPressure]. ');
  });

  test('one that requests something, tolerates it, or is critical gets in', () => {
    const tolerations = [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }];
    expect(verdict(sizedPod('a', { cpu: '100m' }), pressed)).toBe('admitted');
    expect(verdict(podOf('a', { tolerations }), pressed)).toBe('admitted');
    expect(verdict(podOf('a', { priority: 2_000_001_000 }), pressed)).toBe('admitted');
  });

  test('to tolerate another pressure does not help', () => {
    const tolerations = [{ key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' }];
    expect(verdict(podOf('a', { tolerations }), pressed)).toContain('MemoryPressure');
  });
});
