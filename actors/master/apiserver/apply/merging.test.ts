import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../../engine/host/freeze.ts';
import { schemaOf } from '../../../../protocol/schema/schema.ts';
import { changesBetween } from './changes.ts';
import { setOfPaths } from './field-set.ts';
import { fieldsGiven } from './given-fields.ts';
import { mergeApplied } from './merge.ts';
import { withNamedFields, withoutItems } from './removal.ts';
import { documentSchema } from './testing/documents.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into what came out.
const merge = (live: object, applied: object, schema: any = documentSchema): any =>
  mergeApplied(deepFreeze(live), deepFreeze(applied), schema);
const names = (list: { name: string }[]) => list.map(({ name }) => name).join('');
const items = (text: string, more: object = {}) => ({ items: [...text].map((name) => ({ name, ...more })) });

describe('merging', () => {
  it('merges items by their keys, and counts a key that is left out as its default', () => {
    const live = {
      ports: [
        { port: 80, protocol: 'TCP', note: 'x' },
        { port: 80, protocol: 'UDP' },
      ],
    };
    expect(merge(live, { ports: [{ port: 80, name: 'web' }] }).ports).toEqual([
      { port: 80, protocol: 'TCP', note: 'x', name: 'web' },
      { port: 80, protocol: 'UDP' },
    ]);
  });

  it('unites sets, and replaces what is owned whole', () => {
    expect(merge({ words: ['a', 'b'] }, { words: ['c', 'a'] }).words).toEqual(['c', 'a', 'b']);
    expect(merge({ selector: { a: '1' } }, { selector: { b: '2' } }).selector).toEqual({ b: '2' });
    const args = (...list: string[]) => ({ inner: { one: { args: list } } });
    expect(merge(args('a', 'b'), args('c')).inner.one.args).toEqual(['c']);
  });

  // As structured-merge-diff orders them: as applied, and what only the object has where its neighbours leave it.
  it.each([
    ['abc', 'abc', 'abc'],
    ['abc', 'cba', 'cba'],
    ['abc', 'd', 'abcd'],
    ['abc', 'dc', 'abdc'],
    ['abcde', 'fcab', 'fcdeab'],
    ['abc', 'xbyc', 'axbyc'],
    ['', 'ab', 'ab'],
    ['ab', '', 'ab'],
    ['1234', '4a3', '124a3'],
  ])('orders the items %s with %s as %s', (live, applied, merged) => {
    expect(names(merge(items(live), items(applied, { note: 'n' })).items)).toBe(merged);
  });

  it('leaves no map or list empty by an empty one, and keeps the last word where both are', () => {
    expect(merge({ labels: { a: '1' } }, { labels: {} }).labels).toEqual({ a: '1' });
    expect(merge({ labels: { a: '1' } }, { labels: null }).labels).toEqual({ a: '1' });
    expect(merge({ labels: {} }, { labels: null }).labels).toBeNull();
    expect(merge({ text: 'a' }, { text: null }).text).toBeNull();
    expect(merge(items('a'), { items: [] })).toEqual(items('a'));
  });

  it('puts an applied item in place of twins', () => {
    expect(merge(items('aa'), items('a', { note: 'n' }))).toEqual(items('a', { note: 'n' }));
    expect(merge(items('aa'), items('b'))).toEqual(items('aab'));
  });

  it('without a schema merges maps by field and takes lists whole', () => {
    const live = { spec: { a: 1, list: [1, 2], inner: { b: 1 } } };
    const applied = { spec: { list: [3], inner: { c: 2 } } };
    expect(mergeApplied(live, applied, undefined)).toEqual({ spec: { a: 1, list: [3], inner: { b: 1, c: 2 } } });
    expect(fieldsGiven(applied, undefined)).toEqual({
      'f:spec': { '.': {}, 'f:list': {}, 'f:inner': { '.': {}, 'f:c': {} } },
    });
  });
});

describe('changes', () => {
  it('of a Service are those of its ports by number and protocol', () => {
    const service = (...ports: object[]) => ({ spec: { ports, selector: { app: 'web' } } });
    const before = service({ port: 80, protocol: 'TCP', targetPort: 8080 }, { port: 53, protocol: 'UDP' });
    const after = service({ port: 80, protocol: 'TCP', targetPort: 'http' }, { port: 53, protocol: 'TCP' });
    expect(changesBetween(before, after, schemaOf('v1', 'Service'))).toEqual({
      added: {
        'f:spec': {
          'f:ports': { 'k:{"port":53,"protocol":"TCP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} } },
        },
      },
      modified: { 'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { 'f:targetPort': {} } } } },
      removed: {
        'f:spec': {
          'f:ports': { 'k:{"port":53,"protocol":"UDP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} } },
        },
      },
    });
  });

  it('of a set are its members, and of what is owned whole it alone', () => {
    const changes = changesBetween(
      { words: ['a', 'b'], selector: { a: '1' } },
      { words: ['b', 'c'], selector: { a: '1', b: '2' } },
      documentSchema,
    );
    expect(changes).toEqual({
      added: { 'f:words': { 'v:"c"': {} } },
      modified: { 'f:selector': {} },
      removed: { 'f:words': { 'v:"a"': {} } },
    });
  });

  it('of twins are those of their element', () => {
    const twins = {
      items: [
        { name: 'a', note: '1' },
        { name: 'a', note: '2' },
      ],
    };
    const other = {
      items: [
        { name: 'a', note: '1' },
        { name: 'a', note: '3' },
      ],
    };
    const element = { 'f:items': { 'k:{"name":"a"}': {} } };
    expect(changesBetween(twins, other, documentSchema).modified).toEqual(element);
    expect(changesBetween(items('a'), twins, documentSchema)).toEqual({
      added: element,
      modified: {},
      removed: { 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:name': {} } } },
    });
  });

  it('where a value becomes another sort of value are both what it held and what it holds', () => {
    expect(changesBetween({ a: { b: 1 } }, { a: 5 }, undefined)).toEqual({
      added: {},
      modified: { 'f:a': {} },
      removed: { 'f:a': { 'f:b': {} } },
    });
  });

  it('do not count the structs that Go never leaves out', () => {
    const pod = (spec: object) => ({ metadata: { name: 'a' }, spec });
    const { added } = changesBetween({}, pod({ containers: [{ name: 'main' }] }), schemaOf('v1', 'Pod'));
    expect(added).toEqual({
      'f:metadata': { 'f:name': {} },
      'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:name': {}, 'f:resources': {} } } },
    });
  });
});

describe('taking away', () => {
  it('takes items and fields, and leaves null of what held nothing else', () => {
    const object = deepFreeze({ labels: { a: '1' }, items: [{ name: 'a', note: 'n' }, { name: 'b' }], text: 't' });
    const set = setOfPaths([
      ['f:labels', 'f:a'],
      ['f:items', 'k:{"name":"b"}'],
      ['f:items', 'k:{"name":"a"}', 'f:note'],
    ]);
    expect(withoutItems(object, set, documentSchema)).toEqual({ labels: null, items: [{ name: 'a' }], text: 't' });
    expect(withoutItems(object, setOfPaths([['f:count']]), documentSchema)).toBe(object);
  });

  it('takes a named field along with all it holds, but no key of a map', () => {
    const set = setOfPaths([
      ['f:inner', 'f:one', 'f:note'],
      ['f:items', 'k:{"name":"a"}', 'f:note'],
    ]);
    expect(withNamedFields(set, documentSchema)).toEqual({
      'f:inner': { '.': {}, 'f:one': { '.': {}, 'f:note': {} } },
      'f:items': { '.': {}, 'k:{"name":"a"}': { 'f:note': {} } },
    });
  });
});
