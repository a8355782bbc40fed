import { expect, test } from 'vitest';
import { humanDuration, since } from './age.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [-2 * second, '<invalid>'],
  [-second, '0s'],
  [0, '0s'],
  [1999, '1s'],
  [119 * second, '119s'],
  [2 * minute, '2m'],
  [2 * minute + 3 * second, '2m3s'],
  [10 * minute - second, '9m59s'],
  [10 * minute + 59 * second, '10m'],
  [3 * hour - second, '179m'],
  [3 * hour, '3h'],
  [3 * hour + 20 * minute, '3h20m'],
  [8 * hour + 20 * minute, '8h'],
  [48 * hour - second, '47h'],
  [2 * day, '2d'],
  [2 * day + 5 * hour, '2d5h'],
  [8 * day + 5 * hour, '8d'],
  [729 * day, '729d'],
  [730 * day, '2y'],
  [731 * day, '2y1d'],
  [9 * 365 * day, '9y'],
])('%d ms are written %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test('the age of what has no time is not known', () => {
  expect(since(undefined, 0)).toBe('<unknown>');
  expect(since('2024-05-01T12:00:00Z', Date.UTC(2024, 4, 1, 12, 1))).toBe('60s');
});
