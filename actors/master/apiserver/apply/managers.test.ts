import { describe, expect, it } from 'vitest';
import { inOrder, noFields, pathsOf, readFieldSet, setOfPaths } from './field-set.ts';
import type { ManagedFieldsEntry } from './managers.ts';
import { capUpdaters, isReset, nobody, readManagers, writeManagers } from './managers.ts';
import { readElement, showPath } from './path-element.ts';
import { reconciled } from './reconciled.ts';
import type { Scope } from './scope.ts';
import { documentSchema } from './testing/documents.ts';

const entry = (manager: string, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': {} },
  ...more,
});
const written = (...entries: ManagedFieldsEntry[]) => writeManagers(readManagers(entries) ?? nobody);

describe('managers', () => {
  it('are written with appliers first, then by time, name, version and subresource', () => {
    const sorted = [
      entry('b', { operation: 'Apply', time: '2026-01-01T00:00:09Z' }),
      entry('z', { time: '2026-01-01T00:00:00Z' }),
      entry('a', { time: '2026-01-01T00:00:01Z' }),
      entry('b', { time: '2026-01-01T00:00:01Z' }),
      entry('b', { time: '2026-01-01T00:00:01Z', apiVersion: 'v2' }),
      entry('b', { time: '2026-01-01T00:00:01Z', apiVersion: 'v2', subresource: 'status' }),
    ];
    expect(written(...[...sorted].reverse())).toEqual(sorted);
  });

  it('that cannot be read are none', () => {
    for (const wrong of [
      { operation: 'Conquer' },
      { apiVersion: '' },
      { fieldsType: 'FieldsV2' },
      { fieldsV1: { data: {} } },
      { fieldsV1: { 'k:{': {} } },
    ]) {
      expect(readManagers([entry('a', wrong)])).toBeUndefined();
    }
  });

  it('are forgotten for an empty list, or one empty entry', () => {
    expect([[], [{}]].map(isReset)).toEqual([true, true]);
    expect([undefined, null, [entry('a')], [{}, {}], 'x', [null]].map(isReset)).toEqual(Array(6).fill(false));
  });

  // As field management's DefaultMaxUpdateManagers.
  it('who updated are ten at most: the oldest are laid together by version', () => {
    const twelve = Array.from({ length: 12 }, (_, i) =>
      entry(`m${i}`, { time: `2026-01-01T00:00:${String(i).padStart(2, '0')}Z`, fieldsV1: { [`f:f${i}`]: {} } }),
    );
    const applier = entry('applier', { operation: 'Apply' });
    const capped = writeManagers(capUpdaters(readManagers([...twelve, applier]) ?? nobody)) ?? [];
    expect(capped.map(({ manager }) => manager)).toEqual([
      'applier',
      'ancient-changes',
      ...Array.from({ length: 9 }, (_, i) => `m${i + 3}`),
    ]);
    expect(capped[1]).toEqual({
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: 'v1',
      time: '2026-01-01T00:00:02Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:f0': {}, 'f:f1': {}, 'f:f2': {} },
    });
  });

  it('of parts of what has become atomic manage it whole', () => {
    const scope = { schema: documentSchema } as Scope;
    const fieldsV1 = {
      'f:selector': { '.': {}, 'f:a': {} },
      'f:items': { 'k:{"name":"a"}': { 'f:args': { 'i:0': {} } } },
    };
    expect(writeManagers(reconciled(scope, readManagers([entry('a', { fieldsV1 })]) ?? nobody))?.[0]?.fieldsV1).toEqual(
      {
        'f:items': { 'k:{"name":"a"}': { 'f:args': {} } },
        'f:selector': {},
      },
    );
  });
});

describe('a set of fields', () => {
  it('is read in any spelling, and written in one', () => {
    const set = readFieldSet({
      'f:b': { '.': {} },
      'x:unknown': {},
      'f:ports': {
        'k:{ "protocol":"TCP", "port": 80 }': { 'f:name': {}, '.': {} },
        'k:{"port":9,"protocol":"UDP"}': {},
      },
      'f:a': { 'v:"x"': {}, 'v:2': {}, 'v:10': {}, 'i:2': {}, 'i:10': {}, 'v:true': {} },
    });
    expect(JSON.stringify(set)).toBe(
      '{"f:a":{"v:2":{},"v:10":{},"v:\\"x\\"":{},"v:true":{},"i:2":{},"i:10":{}},"f:b":{},"f:ports":{"k:{\\"port\\":9,\\"protocol\\":\\"UDP\\"}":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{}}}}',
    );
    expect(inOrder(set)).toEqual(set);
    expect(readFieldSet('nonsense')).toEqual(noFields);
  });

  it('is listed as Kubernetes lists conflicts: a level before what lies below it', () => {
    const set = setOfPaths([
      ['f:spec', 'f:ports', 'k:{"port":80,"protocol":"TCP"}', 'f:name'],
      ['f:spec', 'f:ports'],
      ['f:metadata', 'f:finalizers', 'v:"a/b"'],
      ['f:spec', 'f:list', 'i:3'],
      ['f:spec', 'f:a'],
    ]);
    expect(pathsOf(set).map(showPath)).toEqual([
      '.metadata.finalizers[="a/b"]',
      '.spec.a',
      '.spec.ports',
      '.spec.list[3]',
      '.spec.ports[port=80,protocol="TCP"].name',
    ]);
  });

  it('spells what HTML gives a meaning as Go does', () => {
    expect(readElement('v:"a<b"')).toBe('v:"a\\u003cb"');
  });
});
