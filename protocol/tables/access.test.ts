import { describe, expect, test } from 'vitest';
import { cell, meta, shown } from './testing/shown.ts';

test.each(['RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io'])(
  '%s tells who gets which role',
  (kind) => {
    const binding = {
      metadata: meta('readers'),
      roleRef: { kind: 'ClusterRole', name: 'view' },
      subjects: [
        { kind: 'User', name: 'ann' },
        { kind: 'ServiceAccount', namespace: 'default', name: 'bot' },
        { kind: 'User', name: 'bob' },
        { kind: 'Group', name: 'ops' },
      ],
    };
    expect(shown(kind, binding)).toEqual({
      Name: 'readers',
      Role: 'ClusterRole/view',
      Age: '90s',
      '(Users)': 'ann, bob',
      '(Groups)': 'ops',
      '(ServiceAccounts)': 'default/bot',
    });
  },
);

const request = 'CertificateSigningRequest.certificates.k8s.io';

test('a signing request tells who asks whom', () => {
  const spec = { signerName: 'kubernetes.io/kube-apiserver-client', username: 'ann', expirationSeconds: 86_400 };
  expect(shown(request, { metadata: meta('ann'), spec })).toEqual({
    Name: 'ann',
    Age: '90s',
    SignerName: 'kubernetes.io/kube-apiserver-client',
    Requestor: 'ann',
    RequestedDuration: '24h',
    Condition: 'Pending',
  });
  expect(shown(request, {})).toMatchObject({ SignerName: '<none>', RequestedDuration: '<none>' });
});

describe('the condition of a signing request', () => {
  test.each([
    [['Approved'], '', 'Approved'],
    [['Approved'], 'LS0t', 'Approved,Issued'],
    [['Approved', 'Denied'], '', 'Denied'],
    [['Approved', 'Failed'], '', 'Approved,Failed'],
    [['Failed'], '', 'Pending,Failed'],
  ])('of the types %o and certificate "%s" is %s', (types, certificate, expected) => {
    const status = { conditions: types.map((type) => ({ type, status: 'True' })), certificate };
    expect(cell(request, 'Condition', { status })).toBe(expected);
  });
});
