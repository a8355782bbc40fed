/** Requests in protobuf, at the door: as good as JSON, where Kubernetes takes them. */

import { beforeAll, expect, test } from 'vitest';
import { ServedKinds } from '../served-kinds.ts';
import { VirtualDoor } from '../testing/virtual-door.ts';
import { captures } from './testing/captures.ts';

const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
const bodyOf = (kind: string): Uint8Array => {
  const capture = captures.find(({ object }) => (object as { kind: string }).kind === kind);
  return Uint8Array.from(Buffer.from(capture?.body ?? '', 'base64'));
};

let door: VirtualDoor;
beforeAll(() => {
  door = new VirtualDoor({ parts: () => ({ kinds: servedKinds() }) });
});

function servedKinds(): ServedKinds {
  const kinds = new ServedKinds();
  const names = { resource: 'crontabs', kind: 'CronTab', singular: 'crontab', shortNames: [], categories: [] };
  kinds.setCustom([
    { ...names, group: 'stable.example.com', version: 'v1', namespaced: true, subresources: ['scale'], columns: [] },
  ]);
  return kinds;
}

test('what kubectl sends is made, with defaults and without a warning', async () => {
  const binding = await door.ask(
    'POST',
    '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings?fieldValidation=Strict',
    { body: bodyOf('RoleBinding'), headers },
  );
  expect([binding.status, binding.headers.warning]).toEqual([201, undefined]);
  expect(binding.json.subjects).toHaveLength(2);

  const deployment = await door.ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
    body: bodyOf('Deployment'),
    headers,
  });
  expect([deployment.status, deployment.headers.warning]).toEqual([201, undefined]);
  const { template, strategy } = deployment.json.spec;
  expect(strategy.type).toBe('RollingUpdate');
  expect(template.spec).toMatchObject({ restartPolicy: 'Always', terminationGracePeriodSeconds: 30 });
  expect(template.spec.containers).toEqual([
    {
      name: 'nginx',
      image: 'nginx:1.27',
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      resources: {},
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    },
  ]);
});

test('an object of another kind than the path names is refused as in JSON', async () => {
  const path = '/api/v1/namespaces/default/configmaps';
  const { status, json } = await door.ask('POST', path, { body: bodyOf('RoleBinding'), headers });
  expect([status, json.message]).toEqual([
    400,
    'the API version in the data (rbac.authorization.k8s.io/v1) does not match the expected API version (v1)',
  ]);
});

test('a message that breaks off is refused with the kind it says it is', async () => {
  const { status, json } = await door.ask('POST', '/api/v1/namespaces/default/resourcequotas', {
    // The last four bytes of the envelope are left out, and its message is told to end with a number that does not end.
    body: bodyOf('ResourceQuota').map((byte, at, all) => (at === all.length - 5 ? 0xff : byte)),
    headers,
  });
  expect([status, json.message]).toEqual([
    400,
    'ResourceQuota in version "v1" cannot be handled as a ResourceQuota: unexpected EOF',
  ]);
});

test('custom resources are not taken in protobuf, their scale and how to delete them are', async () => {
  const path = '/apis/stable.example.com/v1/namespaces/default/crontabs';
  const made = await door.ask('POST', path, { body: bodyOf('RoleBinding'), headers });
  expect([made.status, made.json.message]).toEqual([
    415,
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
  ]);
  const scaled = await door.ask('PUT', `${path}/a/scale`, { body: 'x', headers });
  expect([scaled.status, scaled.json.message]).toEqual([
    400,
    expect.stringContaining('(must be of type Scale): provided data does not appear to be a protobuf message'),
  ]);
  const deleted = await door.ask('DELETE', `${path}/a`, { body: 'x', headers });
  expect([deleted.status, deleted.json.message]).toEqual([
    400,
    expect.stringContaining('(must be of type DeleteOptions): provided data does not appear to be a protobuf message'),
  ]);
});

test('a pod is deleted as options in protobuf say', async () => {
  const name = 'brief';
  const pod = { metadata: { name }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  await door.ask('POST', '/api/v1/namespaces/default/pods', { body: pod });
  // DeleteOptions of gracePeriodSeconds 7.
  const body = Uint8Array.from([
    ...[0x6b, 0x38, 0x73, 0x00, 0x0a, 0x13, 0x0a, 0x02, 0x76, 0x31, 0x12, 0x0d],
    ...Buffer.from('DeleteOptions'),
    ...[0x12, 0x02, 0x08, 0x07],
  ]);
  const { json } = await door.ask('DELETE', `/api/v1/namespaces/default/pods/${name}?dryRun=All`, { body, headers });
  expect(json.metadata?.deletionGracePeriodSeconds ?? json).toBe(7);
});
