import { expect, test } from 'vitest';
import { makeOutbox, nextReadyMs, post, takeReady } from './outbox.ts';
import { makeTokenBucket, takeAt, tryTakeAt } from './rate-limit.ts';

test('a burst goes at once, then requests wait for the rate', () => {
  const bucket = makeTokenBucket(50, 3);
  expect([0, 0, 0, 0, 0].map((now) => takeAt(bucket, now))).toEqual([0, 0, 0, 20, 40]);
  expect(takeAt(bucket, 40)).toBe(20);
});

test('a bucket fills with time, never past its burst, and not backwards', () => {
  const bucket = makeTokenBucket(1, 2);
  expect([0, 0, 0].map((now) => tryTakeAt(bucket, now))).toEqual([true, true, false]);
  expect(tryTakeAt(bucket, -5000)).toBe(false);
  expect([60_000, 60_000, 60_000].map((now) => tryTakeAt(bucket, now))).toEqual([true, true, false]);
});

test('an outbox lets its items go in order, each when its token comes', () => {
  const outbox = makeOutbox<string>(10, 1);
  expect(post(outbox, 'a', 0)).toBe(true);
  expect(post(outbox, 'b', 0)).toBe(false);
  expect(post(outbox, 'c', 0)).toBe(false);
  expect(nextReadyMs(outbox)).toBe(100);
  expect(takeReady(outbox, 99)).toEqual([]);
  expect(takeReady(outbox, 100)).toEqual(['b']);
  expect(takeReady(outbox, 1000)).toEqual(['c']);
  expect(nextReadyMs(outbox)).toBeUndefined();
});
