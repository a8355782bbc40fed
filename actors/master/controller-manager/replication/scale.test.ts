/** How many pods to create or delete, and in which portions. */

import { expect, test } from 'vitest';
import { pod } from '../testing/objects.ts';
import { decideScale, nextBatch } from './scale.ts';

const pods = (count: number) => Array.from({ length: count }, (_, i) => pod(`p${i}`));
const none = () => [];

test.each([
  ['as many as asked for', 3, 3, { do: 'nothing' }],
  ['too few', 5, 3, { do: 'create', count: 2 }],
  ['none at all', 2, 0, { do: 'create', count: 2 }],
  ['far too few: 500 at once', 1200, 0, { do: 'create', count: 500 }],
])('%s', (_, replicas, count, verdict) => {
  expect(decideScale(replicas, pods(count), none, 0)).toEqual(verdict);
});

test.each([
  ['too many', 1, 3, 2],
  ['none asked for', 0, 3, 3],
  ['far too many: 500 at once', 0, 700, 500],
])('%s', (_, replicas, count, deleted) => {
  const verdict = decideScale(replicas, pods(count), none, 0);
  expect(verdict.do === 'delete' && verdict.pods.length).toBe(deleted);
});

test('neighbours are looked for only where pods are to go', () => {
  let asked = 0;
  const related = () => {
    asked++;
    return [];
  };
  decideScale(3, pods(3), related, 0);
  decideScale(4, pods(3), related, 0);
  expect(asked).toBe(0);
  decideScale(2, pods(3), related, 0);
  expect(asked).toBe(1);
});

test('creations begin slowly: 1, 2, 4, 8, and the rest', () => {
  const batches: number[] = [];
  for (let [remaining, last] = [20, 0]; remaining > 0; remaining -= last) {
    last = nextBatch(last, remaining);
    batches.push(last);
  }
  expect(batches).toEqual([1, 2, 4, 8, 5]);
});
