/** Answers in protobuf, at the door: objects, lists, watches and metadata, where Kubernetes has messages of them. */

import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ServedKinds } from '../served-kinds.ts';
import { VirtualDoor } from '../testing/virtual-door.ts';
import { readEnvelope } from './envelope.ts';
import { readPlain, wireType } from './wire-reader.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';
const configMaps = '/api/v1/namespaces/default/configmaps';
const customKind = {
  ...{ resource: 'crontabs', kind: 'CronTab', singular: 'crontab', shortNames: [], categories: [] },
  ...{ group: 'stable.example.com', version: 'v1', namespaced: true, subresources: [], columns: [] },
};

let door: VirtualDoor;
beforeAll(async () => {
  const kinds = new ServedKinds();
  kinds.setCustom([customKind]);
  door = new VirtualDoor({ parts: () => ({ kinds }) });
  await door.ask('POST', configMaps, {
    body: { metadata: { name: 'a', labels: { l: '1' } }, data: { k: 'v', b: '' } },
  });
});

const definition = {
  metadata: { name: 'crontabs.stable.example.com' },
  spec: {
    group: 'stable.example.com',
    names: { plural: 'crontabs', kind: 'CronTab' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

/** Reads an answer that must be in protobuf. */
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for.
function read(bytes: Uint8Array): any {
  const found = readEnvelope(bytes, { apiVersion: '', kind: '' });
  return 'object' in found ? found.object : found;
}

const ask = (url: string, accept = protobuf) => door.ask('GET', url, { headers: { accept } });

test('an object is the same as in JSON', async () => {
  const { json } = await ask(`${configMaps}/a`, 'application/json');
  // As client-go asks by default from 1.32 on.
  const answer = await ask(`${configMaps}/a`, `${protobuf},application/json`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, protobuf]);
  expect(read(answer.bytes)).toEqual(json);
});

test('a list has its items without their kinds', async () => {
  for (const url of ['/api/v1/nodes', '/api/v1/namespaces', '/apis/coordination.k8s.io/v1/leases', '/api/v1/events']) {
    const { json } = await ask(url, 'application/json');
    const list = read((await ask(url)).bytes);
    expect(list).toMatchObject({ kind: json.kind, apiVersion: json.apiVersion });
    const names = (items: { metadata: { name: string } }[]) => items.map(({ metadata }) => metadata.name);
    expect(names(list.items)).toEqual(names(json.items));
    expect(list.items[0].kind).toBeUndefined();
  }
});

test('a deletion is told by a Status', async () => {
  await door.ask('POST', configMaps, { body: { metadata: { name: 'short' } } });
  const { bytes } = await door.ask('DELETE', `${configMaps}/short`, { headers: { accept: protobuf } });
  expect(read(bytes)).toMatchObject({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Success',
    details: { name: 'short' },
  });
});

test('a refusal is written as the answer would have been, never in another form', async () => {
  const none = `${configMaps}/none`;
  const { status, headers, bytes } = await ask(none);
  expect([status, headers['content-type'], read(bytes).message]).toEqual([
    404,
    protobuf,
    'configmaps "none" not found',
  ]);
  const partial = `${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
  expect((await ask(none, `${partial},application/json`)).json.reason).toBe('NotFound');
  expect((await ask(none, partial)).json.reason).toBe('NotFound');
  expect((await ask(none, 'application/yaml')).text).toMatch(/^kind: Status\n/);
});

test('the events of a watch are frames: their length, then their message', async () => {
  const { headers, bytes } = await ask(`${configMaps}?watch=1&fieldSelector=metadata.name%3Da`);
  expect(headers['content-type']).toBe(`${protobuf};stream=watch`);
  const buffer = Buffer.from(bytes);
  expect(buffer.readUInt32BE(0)).toBe(buffer.length - 4);
  const fields = readPlain('WatchEvent', buffer.subarray(4), {
    1: ['Type', wireType.bytes],
    2: ['Object', wireType.bytes],
  });
  expect(fields[1]?.bytes?.toString()).toBe('ADDED');
  const raw = readPlain('RawExtension', fields[2]?.bytes ?? new Uint8Array(), { 1: ['Raw', wireType.bytes] })[1];
  expect(read(raw?.bytes ?? new Uint8Array())).toMatchObject({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { name: 'a', labels: { l: '1' } },
    data: { k: 'v', b: '' },
  });
});

test('metadata has a message for every kind', async () => {
  const partial = `${protobuf};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`;
  const { headers, bytes } = await ask(configMaps, partial);
  expect(headers['content-type']).toBe(protobuf);
  expect(read(bytes)).toMatchObject({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    items: expect.arrayContaining([{ metadata: expect.objectContaining({ name: 'a' }) }]),
  });
});

test('tables and custom resources have none: the next best is given, and the metadata of these', async () => {
  const table = 'as=Table;g=meta.k8s.io;v=v1';
  const tabled = await ask(configMaps, `${protobuf};${table},application/json;${table}`);
  expect([tabled.headers['content-type'], tabled.json.kind]).toEqual(['application/json', 'Table']);

  expect((await ask(configMaps, `${protobuf};${table}`)).status).toBe(406);

  await door.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition });
  door.engine.runFor(10_000);
  const crontabs = '/apis/stable.example.com/v1/namespaces/default/crontabs';
  const refused = await ask(crontabs);
  expect([refused.status, read(refused.bytes).message]).toEqual([
    406,
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  ]);
  const list = await ask(crontabs, `${protobuf},application/json`);
  expect([list.status, list.headers['content-type'], list.json.kind]).toEqual([200, 'application/json', 'CronTabList']);
  const partial = await ask(crontabs, `${protobuf};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1`);
  expect([partial.status, partial.headers['content-type']]).toEqual([200, protobuf]);
});

test('a watch in YAML is refused: nobody frames it', async () => {
  const { status, text } = await ask(`${configMaps}?watch=1`, 'application/yaml');
  expect(status).toBe(406);
  expect(parse(text)).toMatchObject({
    reason: 'NotAcceptable',
    message:
      'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
  });
});
