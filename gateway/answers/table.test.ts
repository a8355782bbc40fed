import { describe, expect, test } from 'vitest';
import type { KubernetesList } from '../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../protocol/objects.ts';
import { asTable, type TableOptions } from './table.ts';

const nowMs = Date.UTC(2024, 4, 1, 12);
const created = '2024-05-01T11:58:30Z';
const podKind = { group: '', version: 'v1', kind: 'Pod' };
const plain: TableOptions = { version: 'v1', includeObject: 'Metadata' };

function pod(name: string, rest: object = {}): KubernetesObject {
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '7', creationTimestamp: created };
  return { apiVersion: 'v1', kind: 'Pod', metadata, ...rest };
}

const list = (items: KubernetesObject[], metadata: object = { resourceVersion: '42' }): KubernetesList => ({
  apiVersion: 'v1',
  kind: 'PodList',
  metadata,
  items,
});

test('a list becomes a table, with a row for each item and what a list says of itself', () => {
  const metadata = { resourceVersion: '42', continue: 'more', remainingItemCount: 5 };
  const table = asTable(list([pod('a'), pod('b')], metadata), podKind, plain, nowMs);
  expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata });
  expect(table.columnDefinitions?.[0]).toEqual({
    name: 'Name',
    type: 'string',
    format: 'name',
    description: expect.any(String),
    priority: 0,
  });
  expect(table.columnDefinitions?.map(({ name }) => name)).toEqual([
    'Name',
    'Ready',
    'Status',
    'Restarts',
    'Age',
    'IP',
    'Node',
    'Nominated Node',
    'Readiness Gates',
  ]);
  expect(table.rows.map(({ cells }) => cells.slice(0, 5))).toEqual([
    ['a', '0/0', '', '0', '90s'],
    ['b', '0/0', '', '0', '90s'],
  ]);
});

test('an empty list is a table without rows', () => {
  const table = asTable(list([], {}), podKind, plain, nowMs);
  expect(table).toMatchObject({ metadata: {}, rows: [] });
  expect(table.columnDefinitions).toHaveLength(9);
});

test('an object becomes a table of one row, at its own version', () => {
  const table = asTable(pod('a'), podKind, { ...plain, version: 'v1beta1' }, nowMs);
  expect(table).toMatchObject({ apiVersion: 'meta.k8s.io/v1beta1', metadata: { resourceVersion: '7' } });
  expect(table.rows).toHaveLength(1);
});

describe('a row has of its object', () => {
  const included = (includeObject: TableOptions['includeObject'], object = pod('a')) =>
    asTable(list([object]), podKind, { version: 'v1', includeObject }, nowMs).rows[0]?.object;

  test('its metadata', () => {
    const { metadata } = pod('a');
    expect(included('Metadata')).toEqual({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata });
  });

  test('nothing', () => {
    expect(included('None')).toBeNull();
  });

  test('everything, and what kind it is', () => {
    expect(included('Object')).toEqual(pod('a'));
    const { apiVersion: _, kind: __, ...untyped } = pod('a');
    expect(included('Object', untyped as KubernetesObject)).toEqual(pod('a'));
  });

  test('its metadata where that tells the end of the initial events', () => {
    const bookmark = { metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } } };
    expect(included('None', bookmark as unknown as KubernetesObject)).toMatchObject({ metadata: bookmark.metadata });
  });
});

test('the row of a pod that is done says so', () => {
  const table = asTable(pod('a', { status: { phase: 'Succeeded' } }), podKind, plain, nowMs);
  expect(table.rows[0]?.conditions).toEqual([
    {
      type: 'Completed',
      status: 'True',
      reason: 'Succeeded',
      message: 'The pod has completed successfully.',
    },
  ]);
  expect(asTable(pod('a'), podKind, plain, nowMs).rows[0]).not.toHaveProperty('conditions');
});

test('columns are left out where the reader has them', () => {
  const { columnDefinitions, rows } = asTable(pod('a'), podKind, { ...plain, noHeaders: true }, nowMs);
  expect(columnDefinitions).toBeNull();
  expect(rows[0]?.cells).toHaveLength(9);
});

test('an answer of another kind is shown as what it is', () => {
  const deploymentKind = { group: 'apps', version: 'v1', kind: 'Deployment' };
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 3 } };
  const table = asTable(scale, deploymentKind, plain, nowMs);
  expect(table.columnDefinitions?.map(({ name }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
  expect(table.rows[0]?.cells).toEqual(['web', 3, 0, '<unknown>']);
});

test('a custom resource has the columns of its definition, and its scale has not', () => {
  const kind = { group: 'example.com', version: 'v1', kind: 'Widget' };
  const columns = [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }];
  const widget = {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { size: 4 },
    items: [1],
  };
  expect(asTable(widget, kind, plain, nowMs, columns).rows[0]?.cells).toEqual(['w', 4]);
  expect(asTable(widget, kind, plain, nowMs, []).columnDefinitions?.map(({ name }) => name)).toEqual(['Name', 'Age']);
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'w' } };
  expect(asTable(scale, kind, plain, nowMs, columns).columnDefinitions).toHaveLength(4);
});

test('flow schemas come in the order in which they are matched', () => {
  const schema = (name: string, matchingPrecedence: number) =>
    ({ metadata: { name }, spec: { matchingPrecedence } }) as unknown as KubernetesObject;
  const kind = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', kind: 'FlowSchema' };
  const items = [schema('late', 9), schema('early', 1)];
  expect(asTable(list(items), kind, plain, nowMs).rows.map(({ cells }) => cells[0])).toEqual(['early', 'late']);
  expect(items[0]?.metadata.name).toBe('late');
});
