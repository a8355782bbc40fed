import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearDue, emptyClock, nextDue, setDue, takeExpired } from './lease-clock.ts';

test('leases are over in the order of their times', () => {
  const clock = emptyClock();
  setDue(clock, 1, 300);
  expect(setDue(clock, 2, 100)).toBe(true);
  expect(setDue(clock, 3, 200)).toBe(false);
  expect(nextDue(clock)).toBe(100);
  expect(takeExpired(clock, 200, 10)).toEqual([2, 3]);
  expect(nextDue(clock)).toBe(300);
});

test('a renewed lease is over at its new time only', () => {
  const clock = emptyClock();
  setDue(clock, 1, 100);
  setDue(clock, 1, 400);
  expect(takeExpired(clock, 399, 10)).toEqual([]);
  expect(takeExpired(clock, 400, 10)).toEqual([1]);
});

test('a lease whose end does not come is proposed again after three seconds', () => {
  const clock = emptyClock();
  setDue(clock, 1, 100);
  expect(takeExpired(clock, 100, 10)).toEqual([1]);
  expect(takeExpired(clock, 3_099, 10)).toEqual([]);
  expect(takeExpired(clock, 3_100, 10)).toEqual([1]);
  clearDue(clock, 1);
  expect(nextDue(clock)).toBeUndefined();
});

test('agrees with a plain table of times, whatever is set and cleared', () => {
  const step = fc.record({ id: fc.nat(5), at: fc.option(fc.nat(50)) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(50), (steps, now) => {
      const clock = emptyClock();
      const model = new Map<number, number>();
      for (const { id, at } of steps) {
        if (at === null) {
          clearDue(clock, id);
          model.delete(id);
        } else {
          setDue(clock, id, at);
          model.set(id, at);
        }
      }
      expect(nextDue(clock)).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
      const over = [...model].filter(([, at]) => at <= now).map(([id]) => id);
      expect(takeExpired(clock, now, 100).sort()).toEqual(over.sort());
    }),
  );
});
