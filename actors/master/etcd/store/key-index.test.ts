import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyIndex, insert, type Keyed, type KeyIndex, remove, scan } from './key-index.ts';

function keysOf(index: KeyIndex<Keyed>, from = '\0', end = '\0'): string[] {
  const keys: string[] = [];
  scan(index, from, end, ({ key }) => {
    keys.push(key);
    return true;
  });
  return keys;
}

const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '0'), minLength: 1, maxLength: 4 });

test('holds the same keys in the same order as a sorted set, whatever is added and removed', () => {
  const step = fc.record({ key, add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), key, key, (steps, from, end) => {
      const index = emptyIndex();
      const model = new Set<string>();
      for (const { key, add } of steps) {
        if (!add) remove(index, key);
        else if (!model.has(key)) insert(index, { key });
        model[add ? 'add' : 'delete'](key);
      }
      const sorted = [...model].sort();
      expect(keysOf(index)).toEqual(sorted);
      expect(keysOf(index, from)).toEqual(sorted.filter((k) => k >= from));
      expect(keysOf(index, from, end)).toEqual(sorted.filter((k) => k >= from && k < end));
    }),
  );
});

test('keeps its order over many chunks, for keys in rising, falling and mixed order', () => {
  const names = Array.from({ length: 5_000 }, (_, i) => `/registry/pods/ns-${i % 7}/pod-${String(i).padStart(5, '0')}`);
  const mixed = names.map((_, i) => names[(i * 2_741) % names.length]!);
  for (const order of [[...names].sort(), [...names].sort().reverse(), names, mixed]) {
    const index = emptyIndex();
    for (const key of order) insert(index, { key });
    expect(keysOf(index)).toEqual([...names].sort());
    expect(index.chunks.length).toBeLessThan(names.length / 50);
    for (const key of order.slice(10)) remove(index, key);
    expect(keysOf(index)).toEqual(order.slice(0, 10).sort());
    expect(index.chunks.length).toBeLessThanOrEqual(10);
  }
});

test('stops where the visitor has enough', () => {
  const index = emptyIndex();
  for (const key of ['a', 'b', 'c']) insert(index, { key });
  const seen: string[] = [];
  scan(index, 'a', '\0', ({ key }) => seen.push(key) < 2);
  expect(seen).toEqual(['a', 'b']);
});
