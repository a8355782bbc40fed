/** Losses: all counted, told at once and then now and then. */

import { expect, test } from 'vitest';
import { type Loss, Losses } from './losses.ts';

test('the first is told at once, the next in sums, each reason by itself', () => {
  let now = 0;
  const told: Loss[] = [];
  const losses = new Losses(
    (loss) => told.push(loss),
    () => now,
  );
  losses.add('disconnected', 1, 'first');
  losses.add('disconnected', 2, 'second');
  losses.add('fenced off', 4, 'other');
  losses.add('disconnected', 3, 'third');
  losses.add('damaged', 0, 'nothing');
  expect(told).toEqual([
    { reason: 'disconnected', count: 1, example: 'first' },
    { reason: 'fenced off', count: 4, example: 'other' },
  ]);
  told.length = 0;
  now = 4_000;
  losses.look();
  expect(told).toEqual([]);
  now = 6_000;
  losses.look();
  expect(told).toEqual([{ reason: 'disconnected', count: 5, example: 'third' }]);
  expect(losses.counts).toEqual({ disconnected: 6, 'fenced off': 4 });
});
