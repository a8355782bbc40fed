import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonPathError, parseJsonPath } from './json-path.ts';
import { findByPath } from './json-path-walk.ts';

const object = {
  metadata: { annotations: { 'a.b/c': 'dotted' } },
  spec: {
    replicas: 3,
    zero: 0,
    nothing: null,
    paused: false,
    ports: [80, 443, 8080, 9090],
    servers: [{ hosts: ['foo'] }, { hosts: ['bar', 'baz'] }],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', weight: 1, load: 0.5 },
      { type: 'Synced', status: 'False', weight: 2, load: 1.5, note: "it's" },
    ],
  },
};

const found = (path: string) => findByPath(parseJsonPath(path), object);

describe('a path finds', () => {
  test.each<[string, unknown[]]>([
    ['.spec.replicas', [3]],
    ['$.spec.replicas', [3]],
    ['@.spec.zero', [0]],
    ['.spec.nothing', [null]],
    ['.spec.missing', []],
    ['.spec.missing.more[0]', []],
    ['.spec.replicas.more', []],
    ['.spec.constructor', []],
    ["['spec'].paused", [false]],
    ["['spec.replicas']", [3]],
    ['.metadata.annotations.a\\.b/c', ['dotted']],
    ["['metadata']['annotations']['a\\.b/c']", ['dotted']],
    ['.spec.ports[0]', [80]],
    ['.spec.ports[-1]', [9090]],
    ['.spec.ports[-2]', [8080]],
    ['.spec.ports[1:3]', [443, 8080]],
    ['.spec.ports[:2]', [80, 443]],
    ['.spec.ports[2:]', [8080, 9090]],
    ['.spec.ports[0:4:3]', [80, 9090]],
    ['.spec.ports[:-1]', [80, 443, 8080]],
    ['.spec.ports[0,3]', [80, 9090]],
    ['.spec.ports[0, -1]', [80, 9090]],
    ['.spec.ports[*]', [80, 443, 8080, 9090]],
    ['.spec.servers[*].hosts', [['foo'], ['bar', 'baz']]],
    ['.spec.servers[*].hosts[0]', ['foo', 'bar']],
    ['.spec.servers[*].hosts[:-1]', []],
    [".spec.ports[0:0]'text'", ['text']],
    ['.spec.missing true', []],
    ['..hosts', [['foo'], ['bar', 'baz']]],
    ['..hosts[0]', ['foo', 'bar']],
    ['.spec.servers..', [object.spec.servers, { hosts: ['foo'] }, ['foo'], { hosts: ['bar', 'baz'] }, ['bar', 'baz']]],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ['.status.conditions[?(@.type == "Synced")].status', ['False']],
    [".status.conditions[?(@.type=='Synced')].status", ['False']],
    [".status.conditions[?(@.note=='it\\'s')].type", ['Synced']],
    ['.status.conditions[?(@.type!="Ready")].type', ['Synced']],
    ['.status.conditions[?(@.weight>1)].type', ['Synced']],
    ['.status.conditions[?(@.weight>=1)].type', ['Ready', 'Synced']],
    ['.status.conditions[?(@.weight<2)].type', ['Ready']],
    ['.status.conditions[?(@.load<=0.5)].type', ['Ready']],
    ['.status.conditions[?(@.type<"S")].type', ['Ready']],
    ['.status.conditions[?(@.note)].type', ['Synced']],
    ['.status.conditions[?(@.type=="Gone")].status', []],
    ['.spec.ports[?(@==443)]', [443]],
    ['.spec.ports[?(@ > 8000)]', [8080, 9090]],
    ["'a\\n\\u0041\\x42\\\\\\''", ["a\nAB\\'"]],
    ['.spec.replicas}{.spec.zero', [3]],
  ])('%s', (path, expected) => {
    expect(found(path)).toEqual(expected);
  });
});

test.each([
  ['an index beyond the end', '.spec.ports[4]'],
  ['a stretch beyond the end', '.spec.ports[1:9]'],
  ['a stretch backwards', '.spec.ports[3:1]'],
  ['no step', '.spec.ports[0:2:0]'],
  ['an index into what is no list', '.spec.replicas[0]'],
  ['a filter of what is no list', '.spec[?(@.a)]'],
  ['a text compared with a number', '.status.conditions[?(@.type==1)]'],
  ['a whole number compared with a broken one', '.status.conditions[?(@.weight<1.5)]'],
  ['which of two truths is greater', '.spec.ports[?(true>false)]'],
  ['several values compared', '.spec.servers[?(@.hosts[*]=="foo")]'],
  ['an operator that there is not', '.status.conditions[?(@.type=<"a")]'],
])('a path does not fit: %s', (_, path) => {
  expect(() => found(path)).toThrow(JsonPathError);
});

test.each([
  '.spec.ports[0',
  '.spec.ports[a]',
  '.spec.ports[99999999999999999999]',
  '"a\\q"',
  '"a\\\'b"',
  '.spec.ports[?(@.a',
  '.spec.ports[?(@.a)',
  '.spec.ports[?(@.a="b)]',
  '.spec,metadata',
  '.spec{',
  '.spec]',
  '....a',
  '"open',
  '.spec\n.a',
  '+',
  'range .spec',
  '*',
  '..*',
])('client-go cannot read the path %s', (path) => {
  expect(() => parseJsonPath(path)).toThrow(JsonPathError);
});

test('a path that comes past too many values is given up', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 400; i++) deep = { a: deep, b: [deep === 1] };
  const recursive = parseJsonPath('..a..a..a');
  expect(() => findByPath(recursive, deep)).toThrow('too many values');
  const long = new Array(1_000_000).fill(0);
  expect(() => findByPath(parseJsonPath('..'), { long })).toThrow('too many values');
});

test('any text is read, or refused; any path is followed, or does not fit', () => {
  const piece = fc.constantFrom(
    '.',
    '..',
    '[',
    ']',
    '[?(',
    ')]',
    '*',
    '..*',
    "'",
    '"',
    '@',
    '==',
    '<',
    ':',
    ',',
    '1',
    '-',
    'a',
    'b',
    '\\',
    ' ',
    '{',
    '}',
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, fc.jsonValue(), (path, value) => {
      try {
        expect(Array.isArray(findByPath(parseJsonPath(path), value))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonPathError);
      }
    }),
    { numRuns: 2_000 },
  );
});
