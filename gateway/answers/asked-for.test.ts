/** Forms of answers, asked for at the door as kubectl and metadata clients do. */

import { beforeAll, expect, test } from 'vitest';
import { VirtualDoor } from '../testing/virtual-door.ts';

let door: VirtualDoor;
beforeAll(() => {
  door = new VirtualDoor();
});

const table = {
  accept:
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
};
const partial = (kind: string) => ({ accept: `application/json;as=${kind};g=meta.k8s.io;v=v1` });

test('a list as kubectl asks for it is a table', async () => {
  const { status, json } = await door.ask('GET', '/api/v1/nodes?limit=500', { headers: table });
  expect([status, json.kind, json.apiVersion]).toEqual([200, 'Table', 'meta.k8s.io/v1']);
  expect(json.metadata.resourceVersion).toMatch(/^\d+$/);
  expect(json.columnDefinitions[0]).toMatchObject({ name: 'Name', type: 'string', format: 'name', priority: 0 });
  const [row] = json.rows;
  expect(row.cells).toHaveLength(json.columnDefinitions.length);
  expect(row.cells.slice(1, 3)).toEqual(['Ready', '<none>']);
  expect(row.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: row.cells[0] } });
});

test('an object is one, too; without the object where that is asked for', async () => {
  const { json } = await door.ask('GET', '/api/v1/namespaces/default?includeObject=None', { headers: table });
  expect(json.rows).toEqual([{ cells: ['default', 'Active', expect.stringMatching(/^\d+s$/)], object: null }]);
});

test('an object that is made is shown as it is asked for', async () => {
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: '1' } };
  const { status, json } = await door.ask('POST', '/api/v1/namespaces/default/configmaps', { body, headers: table });
  expect([status, json.kind, json.rows[0].cells.slice(0, 2)]).toEqual([201, 'Table', ['a', 1]]);
});

test('a refusal stays what it is', async () => {
  const { status, json } = await door.ask('GET', '/api/v1/namespaces/none', { headers: table });
  expect([status, json.kind, json.reason]).toEqual([404, 'Status', 'NotFound']);
});

test('metadata alone, of an object and of a list', async () => {
  const one = await door.ask('GET', '/api/v1/namespaces/default', { headers: partial('PartialObjectMetadata') });
  expect(Object.keys(one.json)).toEqual(['kind', 'apiVersion', 'metadata']);
  const all = await door.ask('GET', '/api/v1/namespaces', { headers: partial('PartialObjectMetadataList') });
  expect(all.json).toMatchObject({
    kind: 'PartialObjectMetadataList',
    metadata: { resourceVersion: expect.any(String) },
  });
  expect(all.json.items[0]).toMatchObject({ kind: 'PartialObjectMetadata' });
});

test('what cannot be given so is refused', async () => {
  const list = await door.ask('GET', '/api/v1/namespaces', { headers: partial('PartialObjectMetadata') });
  expect([list.status, list.json.message]).toEqual([
    406,
    'you requested PartialObjectMetadata, but the requested object is a list (*core.NamespaceList)',
  ]);
  const word = await door.ask('GET', '/api/v1/namespaces?includeObject=Some', { headers: table });
  expect([word.status, word.json.reason]).toEqual([400, 'BadRequest']);
});

test('a watch tells tables', async () => {
  const url = '/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Ddefault';
  const { text } = await door.ask('GET', url, { headers: table });
  expect(JSON.parse(text)).toMatchObject({
    type: 'ADDED',
    object: {
      kind: 'Table',
      columnDefinitions: expect.any(Array),
      rows: [{ cells: ['default', 'Active', expect.any(String)] }],
    },
  });
});
