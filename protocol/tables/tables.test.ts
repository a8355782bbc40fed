import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceKinds } from '../resources.ts';
import type { KindTable } from './column.ts';
import { customTable } from './custom.ts';
import { tableOfKind, tables } from './tables.ts';
import { nowMs } from './testing/shown.ts';

const all: [string, KindTable][] = [
  ...tables,
  ...resourceKinds.map((kind): [string, KindTable] => [kind.kind, tableOfKind(kind)]),
  [
    'a custom kind',
    customTable(
      ['string', 'integer', 'number', 'boolean', 'date'].flatMap((type) => [
        { name: type, type, jsonPath: '.spec.replicas' },
        { name: type, type, jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      ]),
    ),
  ],
];

/** The names that the tables look at, so that what is in them is looked at, too. */
const fields = [
  'metadata',
  'spec',
  'status',
  'name',
  'namespace',
  'labels',
  'annotations',
  'creationTimestamp',
  'deletionTimestamp',
  'ownerReferences',
  'containers',
  'initContainers',
  'containerStatuses',
  'initContainerStatuses',
  'state',
  'lastState',
  'terminated',
  'waiting',
  'running',
  'reason',
  'finishedAt',
  'exitCode',
  'restartCount',
  'conditions',
  'type',
  'podIPs',
  'ip',
  'selector',
  'matchLabels',
  'matchExpressions',
  'key',
  'operator',
  'values',
  'template',
  'replicas',
  'ports',
  'port',
  'subsets',
  'addresses',
  'endpoints',
  'nodeInfo',
  'series',
  'involvedObject',
  'source',
  'hard',
  'used',
  'capacity',
  'metrics',
  'resource',
  'target',
  'averageValue',
  'averageUtilization',
  'value',
  'subjects',
  'kind',
  'roleRef',
  'rules',
  'host',
  'loadBalancer',
  'ingress',
  'readinessGates',
  'conditionType',
  'startTime',
  'completionTime',
  'jobTemplate',
  'data',
  'accessModes',
  'claimRef',
  'usage',
  'cpu',
  'memory',
  'storage',
  '__proto__',
  'constructor',
];

const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    1e21,
    0.5,
    '',
    'True',
    'Ready',
    'Running',
    'In',
    '10m',
    '1e999',
    '-',
    'Resource',
  ),
  fc.constantFrom('2024-05-01T11:58:30Z', '0000-00-00T00:00:00Z', '9999-12-31T23:59:59Z', 'a b', '\u0000'),
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Anything that JSON can say, in fields that are looked at. */
const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    scalar,
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...fields), tie('anything'), { maxKeys: 6 }),
  ),
}));

const object = fc.record(
  { metadata: anything, spec: anything, status: anything, template: anything, subsets: anything, conditions: anything },
  { requiredKeys: [] },
);

test('every kind has a table with a column that names the object', () => {
  for (const [kind, { columns }] of all) {
    expect([kind, columns.filter(({ name }) => name === 'Name').length]).toEqual([kind, 1]);
    for (const { name, description, type } of columns) {
      expect(name).not.toBe('');
      expect(description).toMatch(/\.|JSONPath/);
      expect(['string', 'integer', 'number', 'boolean', 'date']).toContain(type);
    }
  }
});

test('of any object a row has as many cells as there are columns, and each can be shown', () => {
  fc.assert(
    fc.property(fc.oneof(object, anything), (stored) => {
      // Twice through JSON, so that it is what a disk gives back.
      const given: unknown = JSON.parse(JSON.stringify(stored));
      for (const [kind, { columns, cells, conditions }] of all) {
        const row = cells(given, nowMs);
        if (row.length !== columns.length) throw new Error(`${kind}: ${row.length} cells`);
        const wrong = row.filter((cell) => cell !== null && !['string', 'number', 'boolean'].includes(typeof cell));
        if (wrong.length > 0) throw new Error(`${kind} shows ${JSON.stringify(wrong)}`);
        conditions?.(given);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('an object of nothing is shown, too', () => {
  for (const [, { columns, cells }] of all) {
    for (const nothing of [{}, null, undefined, { metadata: null, spec: null, status: null }]) {
      expect(cells(nothing, nowMs)).toHaveLength(columns.length);
    }
  }
});
