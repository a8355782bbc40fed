/** Content hashes: equal for equal content, different for the slightest difference. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentHash } from './content-hash.ts';

const plain = fc.jsonValue({ maxDepth: 4 });

test('equal content has an equal hash, in whatever order its keys stand', () => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, part]) => [key, turned(part)]),
    );
  };
  fc.assert(
    fc.property(plain, (value) => {
      expect(contentHash(turned(value))).toBe(contentHash(value));
    }),
  );
});

test('different content has a different hash', () => {
  const values = [
    undefined,
    null,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    2 ** 40,
    2 ** 40 + 1,
    Number.NaN,
    '',
    '0',
    'a',
    'b',
    'ab',
    'ba',
    [],
    [[]],
    {},
    [0],
    [1],
    [0, 0],
    ['a', 'b'],
    ['b', 'a'],
    { a: 1 },
    { a: 2 },
    { b: 1 },
    { a: 1, b: 2 },
    { a: 2, b: 1 },
    { a: { b: 1 } },
    { b: { a: 1 } },
    [{ a: 1 }, { a: 1 }],
    [{ a: 1 }],
    10n,
    '10n0',
    new Map([['a', 1]]),
    new Set(['a']),
    new Uint8Array([1, 2]),
    new Uint8Array([2, 1]),
  ];
  const hashes = new Set(values.map(contentHash));
  expect(hashes.size).toBe(values.length);
});

test('an absent key and one that holds undefined are the same, and so are 0 and -0', () => {
  expect(contentHash({ a: 1, b: undefined })).toBe(contentHash({ a: 1 }));
  expect(contentHash([-0])).toBe(contentHash([0]));
});

test('a shared object hashes alike wherever it is found, first or again', () => {
  const make = (): object => ({
    metadata: { name: 'web', labels: { app: 'web', tier: 'front', x: 'y' } },
    spec: { a: [1, 2, 3, 4, 5, 6, 7, 8] },
  });
  const shared = make();
  expect(contentHash(shared)).toBe(contentHash(make()));
  expect(contentHash(shared)).toBe(contentHash(make()));
  expect(contentHash({ object: shared })).toBe(contentHash({ object: make() }));
});

test('what two versions of an object share makes no difference to their hashes', () => {
  const spec = { a: [1, 2, 3], metadata: { name: 'inner' } };
  const version = (resourceVersion: string) => ({ metadata: { name: 'web', resourceVersion }, spec, status: null });
  for (const object of [version('1'), version('2')]) {
    expect(contentHash(object)).toBe(contentHash(structuredClone(object)));
  }
  expect(contentHash(version('1'))).not.toBe(contentHash(version('2')));
});

test('what is no plain data is refused', () => {
  expect(() => contentHash({ f: () => 1 })).toThrow('a message holds a function');
});
