import { describe, expect, test } from 'vitest';
import { type CustomColumn, customTable } from './custom.ts';
import { meta, nowMs } from './testing/shown.ts';

const column = (jsonPath: string, type = 'string'): CustomColumn => ({ name: 'X', type, jsonPath });

function cellOf(jsonPath: string, type: string, object: object) {
  return customTable([column(jsonPath, type)]).cells(object, nowMs)[1];
}

test('a definition without columns gets name and age', () => {
  const { columns, cells } = customTable([]);
  expect(columns.map(({ name, type, format }) => [name, type, format])).toEqual([
    ['Name', 'string', 'name'],
    ['Age', 'date', ''],
  ]);
  expect(cells({ metadata: meta('a') }, nowMs)).toEqual(['a', '90s']);
});

test('columns are told as the definition has them', () => {
  const columns = [
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
    { name: 'Since', type: 'date', jsonPath: '.status.since', description: 'How long.', format: 'date', priority: 1 },
  ];
  const table = customTable(columns);
  expect(table.columns.slice(1)).toEqual([
    {
      name: 'Replicas',
      type: 'integer',
      format: '',
      description: 'Custom resource definition column (in JSONPath format): .spec.replicas',
      priority: 0,
    },
    { name: 'Since', type: 'date', format: 'date', description: 'How long.', priority: 1 },
  ]);
  const object = { metadata: meta('a'), spec: { replicas: 3 }, status: { since: '2024-05-01T11:00:00Z' } };
  expect(table.cells(object, nowMs)).toEqual(['a', 3, '60m']);
  expect(customTable(columns)).toBe(table);
});

describe('a cell', () => {
  test.each<[string, unknown, unknown]>([
    ['integer', 42, 42],
    ['integer', 3.14, 3],
    ['integer', true, null],
    ['integer', '1', null],
    ['number', 3.14, 3.14],
    ['number', '1', null],
    ['boolean', true, true],
    ['boolean', 'true', null],
    ['string', 'a', 'a'],
    ['string', 42, '42'],
    ['string', 0.5, '0.5'],
    ['string', 0.000025, '2.5e-05'],
    ['string', -1e-12, '-1e-12'],
    ['string', 1e21, '1e+21'],
    ['string', false, 'false'],
    ['string', null, '<no value>'],
    ['string', { b: 1, a: '<x>' }, '{"a":"\\u003cx\\u003e","b":1}'],
    ['string', ['a', { d: 1, c: null }], '["a",{"c":null,"d":1}]'],
    ['date', '2024-04-30T23:30:00Z', '12h'],
    ['date', '2024-05-02T00:00:00Z', '<invalid>'],
    ['date', 'yesterday', '<invalid>'],
    ['date', '', '<unknown>'],
    ['date', 5, null],
    ['integer', null, null],
    ['other', 'a', null],
  ])('of type %s shows %o as %o', (type, value, expected) => {
    expect(cellOf('.spec.x', type, { spec: { x: value } })).toBe(expected);
  });

  test('of nothing, or of a path that does not fit, is empty', () => {
    expect(cellOf('.spec.missing', 'string', { spec: {} })).toBeNull();
    expect(cellOf('.spec.list[3]', 'string', { spec: { list: [] } })).toBeNull();
  });

  test('of several values shows the first', () => {
    expect(
      cellOf('.spec.servers[*].hosts', 'string', { spec: { servers: [{ hosts: ['a'] }, { hosts: ['b'] }] } }),
    ).toBe('["a"]');
  });
});

test('a path that cannot be read takes its column away, and those after it', () => {
  const { columns } = customTable([column('.a'), { ...column('.b['), name: 'Y' }, { ...column('.c'), name: 'Z' }]);
  expect(columns.map(({ name }) => name)).toEqual(['Name', 'X']);
});
