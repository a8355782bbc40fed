/** Expectations: when a cache may be acted on. */

import { expect, test } from 'vitest';
import {
  areMet,
  type Expectations,
  expectCreations,
  expectDeletions,
  noteCreation,
  noteDeletion,
} from './expectations.ts';

const minutesMs = 60_000;

function none(): Expectations {
  return new Map();
}

test('a cache of which nothing is expected can be acted on', () => {
  expect(areMet(none(), 'rc', 0)).toBe(true);
});

test('creations are waited for until each was seen', () => {
  const all = none();
  expectCreations(all, 'rc', 2, 0);
  noteCreation(all, 'rc');
  expect(areMet(all, 'rc', 1)).toBe(false);
  noteCreation(all, 'rc');
  expect(areMet(all, 'rc', 1)).toBe(true);
});

test('creations that failed, or were never tried, are not waited for', () => {
  const all = none();
  expectCreations(all, 'rc', 5, 0);
  noteCreation(all, 'rc', 5);
  expect(areMet(all, 'rc', 1)).toBe(true);
});

test('a deletion is seen by its object: the same one told twice does not count for another', () => {
  const all = none();
  expectDeletions(all, 'rc', ['a', 'b'], 0);
  noteDeletion(all, 'rc', 'a');
  noteDeletion(all, 'rc', 'a');
  noteDeletion(all, 'rc', 'stranger');
  expect(areMet(all, 'rc', 1)).toBe(false);
  noteDeletion(all, 'rc', 'b');
  expect(areMet(all, 'rc', 1)).toBe(true);
});

test('after five minutes the cache is acted on whatever was expected', () => {
  const all = none();
  expectCreations(all, 'rc', 1, 1000);
  expect(areMet(all, 'rc', 1000 + 5 * minutesMs)).toBe(false);
  expect(areMet(all, 'rc', 1001 + 5 * minutesMs)).toBe(true);
});

test('what is expected of one key is nothing to another', () => {
  const all = none();
  expectCreations(all, 'a', 1, 0);
  noteCreation(all, 'b');
  expect([areMet(all, 'a', 1), areMet(all, 'b', 1)]).toEqual([false, true]);
});
