import { expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

test('namespaces', () => {
  expect(shown('Namespace', { metadata: meta('default'), status: { phase: 'Active' } })).toEqual({
    Name: 'default',
    Status: 'Active',
    Age: '90s',
  });
});

test('secrets and config maps count their entries, of either form', () => {
  expect(shown('Secret', { metadata: meta('s'), type: 'Opaque', data: { a: 'eA==', b: 'eQ==' } })).toEqual({
    Name: 's',
    Type: 'Opaque',
    Data: 2,
    Age: '90s',
  });
  expect(shown('ConfigMap', { metadata: meta('c'), data: { a: '1' }, binaryData: { b: 'eA==' } })).toEqual({
    Name: 'c',
    Data: 2,
    Age: '90s',
  });
});

test('service accounts count the secrets they were given', () => {
  expect(shown('ServiceAccount', { metadata: meta('default') })).toEqual({ Name: 'default', Secrets: 0, Age: '90s' });
  expect(cell('ServiceAccount', 'Secrets', { secrets: [{ name: 'x' }] })).toBe(1);
});

test('a quota tells what is used of it: what is requested and counted, and limits', () => {
  const status = {
    hard: { pods: '10', 'requests.cpu': '2', 'limits.memory': '1024Mi', 'limits.cpu': '4000m' },
    used: { pods: '3', 'requests.cpu': '500m', 'limits.memory': '512Mi' },
  };
  expect(shown('ResourceQuota', { metadata: meta('q'), status })).toEqual({
    Name: 'q',
    Age: '90s',
    Request: 'pods: 3/10, requests.cpu: 500m/2',
    Limit: 'limits.cpu: 0/4, limits.memory: 512Mi/1Gi',
  });
});

test('priority classes', () => {
  expect(
    shown('PriorityClass.scheduling.k8s.io', { metadata: meta('high'), value: 1000, globalDefault: true }),
  ).toEqual({ Name: 'high', Value: 1000, 'Global-Default': true, Age: '90s' });
  expect(shown('PriorityClass.scheduling.k8s.io', {})).toMatchObject({ Value: 0, 'Global-Default': false });
});

test('component statuses', () => {
  const status = (...conditions: object[]) => shown('ComponentStatus', { metadata: meta('etcd-0'), conditions });
  expect(status({ type: 'Healthy', status: 'True', message: 'ok' })).toEqual({
    Name: 'etcd-0',
    Status: 'Healthy',
    Message: 'ok',
    Error: '',
  });
  expect(status({ type: 'Healthy', status: 'False', error: 'refused' })).toMatchObject({
    Status: 'Unhealthy',
    Error: 'refused',
  });
  expect(status({ type: 'Other', status: 'True', message: 'x' })).toMatchObject({ Status: 'Unknown', Message: '' });
});

test.each(['LimitRange', 'Role.rbac.authorization.k8s.io', 'CustomResourceDefinition.apiextensions.k8s.io'])(
  '%s has no columns of its own',
  (kind) => {
    expect(shown(kind, { metadata: meta('x') })).toEqual({ Name: 'x', 'Created At': '2024-05-01T11:58:30Z' });
    expect(shown(kind, {})).toEqual({ Name: '', 'Created At': '0001-01-01T00:00:00Z' });
  },
);
