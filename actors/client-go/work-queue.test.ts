import { expect, test } from 'vitest';
import {
  add,
  addAfter,
  addDue,
  addRateLimited,
  done,
  forget,
  makeWorkQueue,
  nextDueMs,
  readyCount,
  take,
} from './work-queue.ts';

test('a key added twice is worked on once', () => {
  const queue = makeWorkQueue();
  add(queue, 'a');
  add(queue, 'a');
  expect(take(queue)).toBe('a');
  expect(take(queue)).toBeUndefined();
});

test('a key added while it is worked on comes again when it is done, not before', () => {
  const queue = makeWorkQueue();
  add(queue, 'a');
  take(queue);
  add(queue, 'a');
  expect(take(queue)).toBeUndefined();
  done(queue, 'a');
  expect(take(queue)).toBe('a');
  done(queue, 'a');
  expect(readyCount(queue)).toBe(0);
});

test('of two delays of one key the earlier counts', () => {
  const queue = makeWorkQueue();
  addAfter(queue, 'a', 500, 1000);
  addAfter(queue, 'a', 100, 1000);
  addAfter(queue, 'a', 900, 1000);
  addAfter(queue, 'b', 300, 1000);
  expect(nextDueMs(queue)).toBe(1100);
  addDue(queue, 1100);
  expect(take(queue)).toBe('a');
  expect(nextDueMs(queue)).toBe(1300);
  addDue(queue, 1299);
  expect(take(queue)).toBeUndefined();
  addDue(queue, 1300);
  expect(take(queue)).toBe('b');
  expect(nextDueMs(queue)).toBeUndefined();
});

test('a failing key waits 5 ms, 10 ms, 20 ms ... 1000 s, and 5 ms again once it is forgotten', () => {
  const queue = makeWorkQueue();
  const waits: number[] = [];
  for (let i = 0, now = 0; i < 20; i++, now += 10_000_000) {
    addRateLimited(queue, 'a', now);
    waits.push((nextDueMs(queue) ?? 0) - now);
    addDue(queue, now + 2_000_000);
    take(queue);
    done(queue, 'a');
  }
  expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40]);
  expect(waits.at(-1)).toBe(1_000_000);
  forget(queue, 'a');
  addRateLimited(queue, 'a', 1e9);
  expect(nextDueMs(queue)).toBe(1e9 + 5);
});

test('all failing keys together come back at 10 per second past a burst of 100', () => {
  const queue = makeWorkQueue();
  for (let i = 0; i < 120; i++) addRateLimited(queue, `key-${i}`, 0);
  addDue(queue, 5);
  expect(readyCount(queue)).toBe(100);
  addDue(queue, 1000);
  expect(readyCount(queue)).toBe(110);
  addDue(queue, 2000);
  expect(readyCount(queue)).toBe(120);
});

test('many keys come out in the order they went in', () => {
  const queue = makeWorkQueue();
  const keys = Array.from({ length: 5000 }, (_, i) => `key-${i}`);
  for (const key of keys) add(queue, key);
  expect(keys.map(() => take(queue))).toEqual(keys);
});
