import fc from 'fast-check';
import { expect, test } from 'vitest';
import { earliestDue, makeDueHeap, removeDue, setDue, takeDue } from './due-heap.ts';

test('keys come out by time, and in the order they went in where times are equal', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(10), fc.boolean())), (steps) => {
      const heap = makeDueHeap();
      const model = new Map<string, { dueMs: number; order: number }>();
      steps.forEach(([name, dueMs, isRemoval], order) => {
        const key = `k${name}`;
        if (isRemoval) {
          removeDue(heap, key);
          model.delete(key);
        } else {
          setDue(heap, key, dueMs);
          if (model.get(key)?.dueMs !== dueMs) model.set(key, { dueMs, order });
        }
      });
      const expected = [...model].sort(([, a], [, b]) => a.dueMs - b.dueMs || a.order - b.order);
      expect(earliestDue(heap)).toBe(expected[0]?.[1].dueMs);
      expect(expected.map(() => takeDue(heap, 10))).toEqual(expected.map(([key]) => key));
      expect(takeDue(heap, 10)).toBeUndefined();
    }),
  );
});
