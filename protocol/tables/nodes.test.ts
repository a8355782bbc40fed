import { describe, expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

test('a node tells what it runs', () => {
  const node = {
    metadata: meta('node-1', { labels: { 'node-role.kubernetes.io/control-plane': '' } }),
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [
        { type: 'Hostname', address: 'node-1' },
        { type: 'InternalIP', address: '172.18.0.2' },
        { type: 'InternalIP', address: 'fc00::2' },
        { type: 'ExternalIP', address: '1.2.3.4' },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.30.0',
        osImage: 'Debian GNU/Linux 12',
        kernelVersion: '6.1.0',
        containerRuntimeVersion: 'docker://26.0.0',
      },
    },
  };
  expect(shown('Node', node)).toEqual({
    Name: 'node-1',
    Status: 'Ready',
    Roles: 'control-plane',
    Age: '90s',
    Version: 'v1.30.0',
    '(Internal-IP)': '172.18.0.2',
    '(External-IP)': '1.2.3.4',
    '(OS-Image)': 'Debian GNU/Linux 12',
    '(Kernel-Version)': '6.1.0',
    '(Container-Runtime)': 'docker://26.0.0',
  });
});

test('a node that has told nothing yet is unknown', () => {
  expect(shown('Node', { metadata: meta('node-1') })).toMatchObject({
    Status: 'Unknown',
    Roles: '<none>',
    Version: '',
    '(Internal-IP)': '<none>',
    '(External-IP)': '<none>',
    '(OS-Image)': '<unknown>',
    '(Kernel-Version)': '<unknown>',
    '(Container-Runtime)': '<unknown>',
  });
});

describe('the status of a node', () => {
  test.each([
    ['True', false, 'Ready'],
    ['False', false, 'NotReady'],
    ['Unknown', false, 'NotReady'],
    ['True', true, 'Ready,SchedulingDisabled'],
    [undefined, true, 'Unknown,SchedulingDisabled'],
  ])('whose condition Ready is %s, unschedulable %s, is %s', (status, unschedulable, expected) => {
    const conditions = status === undefined ? [] : [{ type: 'Ready', status }];
    expect(cell('Node', 'Status', { spec: { unschedulable }, status: { conditions } })).toBe(expected);
  });
});

test('roles are sorted, each once, whatever label tells them', () => {
  const labels = {
    'node-role.kubernetes.io/worker': '',
    'kubernetes.io/role': 'etcd',
    'node-role.kubernetes.io/etcd': 'true',
    'node-role.kubernetes.io/': '',
  };
  expect(cell('Node', 'Roles', { metadata: { labels } })).toBe('etcd,worker');
});

test('leases, runtime classes and storage on nodes', () => {
  expect(shown('Lease.coordination.k8s.io', { metadata: meta('n'), spec: { holderIdentity: 'node-1' } })).toEqual({
    Name: 'n',
    Holder: 'node-1',
    Age: '90s',
  });
  expect(cell('Lease.coordination.k8s.io', 'Holder', {})).toBe('');
  expect(shown('RuntimeClass.node.k8s.io', { metadata: meta('gvisor'), handler: 'runsc' })).toEqual({
    Name: 'gvisor',
    Handler: 'runsc',
    Age: '90s',
  });
  expect(shown('CSINode.storage.k8s.io', { metadata: meta('n'), spec: { drivers: [{}, {}] } })).toEqual({
    Name: 'n',
    Drivers: 2,
    Age: '90s',
  });
});
