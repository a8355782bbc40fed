/** The door, asked as over HTTP: what comes back for good requests and for bad ones. */

import { beforeAll, describe, expect, it } from 'vitest';
import { VirtualDoor } from './testing/virtual-door.ts';

let door: VirtualDoor;
beforeAll(() => {
  door = new VirtualDoor();
});

const configMap = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});
const collection = '/api/v1/namespaces/default/configmaps';

describe('an object', () => {
  it('is created, read, replaced, patched and deleted', async () => {
    const created = await door.ask('POST', collection, { body: configMap('a', { k: '1' }) });
    expect(created.status).toBe(201);
    expect(created.json.metadata).toMatchObject({ name: 'a', namespace: 'default' });

    const replaced = await door.ask('PUT', `${collection}/a`, { body: { ...created.json, data: { k: '2' } } });
    expect([replaced.status, replaced.json.data]).toEqual([200, { k: '2' }]);

    const patched = await door.ask('PATCH', `${collection}/a`, { body: { data: { l: '3' } } });
    expect([patched.status, patched.json.data]).toEqual([200, { k: '2', l: '3' }]);

    const read = await door.ask('GET', `${collection}/a`);
    expect(read.json).toEqual(patched.json);

    const deleted = await door.ask('DELETE', `${collection}/a`);
    expect(deleted.json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'a', kind: 'configmaps' },
    });
    expect((await door.ask('GET', `${collection}/a`)).status).toBe(404);
  });

  it('is given as YAML to who asks for that, and taken as YAML', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: written}\ndata: {k: "on"}\n';
    const headers = { 'content-type': 'application/yaml', accept: 'application/yaml' };
    const created = await door.ask('POST', collection, { body, headers });
    expect([created.status, created.headers['content-type']]).toEqual([201, 'application/yaml']);
    expect(created.text).toContain('data:\n  k: "on"\n');
  });
});

describe('a request that cannot be served', () => {
  const refusals: [what: string, status: number, message: string, method: string, url: string, saying?: object][] = [
    ['for a resource nobody knows', 404, 'the server could not find the requested resource', 'GET', '/api/v1/foos'],
    [
      'for a version that is not served',
      404,
      'the server could not find the requested resource',
      'GET',
      '/apis/apps/v9/deployments',
    ],
    [
      'by a method the path does not take',
      405,
      'the server does not allow this method on the requested resource',
      'PUT',
      collection,
    ],
    [
      'with a body that is no JSON',
      400,
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value (68616c6c6f)",
      'POST',
      collection,
      { body: 'hallo' },
    ],
    [
      'with a body in a format that nobody reads',
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      'POST',
      collection,
      { body: 'x', headers: { 'content-type': 'text/plain' } },
    ],
    [
      'with a body that is no protobuf',
      400,
      'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (78)',
      'POST',
      collection,
      { body: 'x', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } },
    ],
    [
      'for an answer in a format that nobody writes',
      406,
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      'GET',
      collection,
      { headers: { accept: 'text/plain' } },
    ],
    [
      'with a limit that is no number',
      400,
      'strconv.ParseInt: parsing "x": invalid syntax',
      'GET',
      `${collection}?limit=x`,
    ],
    [
      'with a selector that cannot be read',
      400,
      "unable to parse requirement: found '!', expected: identifier",
      'GET',
      `${collection}?labelSelector=!!`,
    ],
    [
      'to watch by a selector that cannot be read',
      400,
      "unable to parse requirement: found '!', expected: identifier",
      'GET',
      `${collection}?watch=1&labelSelector=!!`,
    ],
    [
      'to try what nobody tries',
      422,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "x": supported values: "All"',
      'POST',
      `${collection}?dryRun=x`,
      { body: configMap('d') },
    ],
    [
      'with a patch of no known type',
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
      'PATCH',
      `${collection}/x`,
      { headers: { 'content-type': 'application/json' } },
    ],
    [
      'with fields that nobody knows',
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: duplicate field "data.a", unknown field "foo"',
      'POST',
      `${collection}?fieldValidation=Strict`,
      { body: '{"metadata":{"name":"x"},"data":{"a":"1","a":"2"},"foo":1}' },
    ],
    ['by a path that cannot be decoded', 400, 'invalid path: "/api/v1/%E0%A4%A"', 'GET', '/api/v1/%E0%A4%A'],
  ];
  it.each(refusals)('%s is told so: %i', async (_what, status, message, method, url, saying) => {
    const answer = await door.ask(method, url, saying);
    expect(answer.json).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, message });
    expect(answer.status).toBe(status);
  });
});

it('a field that is given twice or unknown is warned of where the client asks for no more', async () => {
  const body = '{"metadata":{"name":"warned"},"data":{"a":"1","a":"2"},"foo":1}';
  const answer = await door.ask('POST', collection, { body });
  expect(answer.headers.warning).toEqual(['299 - "duplicate field \\"data.a\\""', '299 - "unknown field \\"foo\\""']);
  expect(answer.json.data).toEqual({ a: '2' });
});
