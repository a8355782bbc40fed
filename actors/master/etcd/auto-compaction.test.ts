import { expect, test } from 'vitest';
import { defaultsOf } from '../../../protocol/flags.ts';
import { look, lookInterval, retentionOf, startHistory } from './auto-compaction.ts';
import { flags } from './flags.ts';

const retention = (mode: 'periodic' | 'revision', kept: string) =>
  retentionOf({ ...defaultsOf(flags), 'auto-compaction-mode': mode, 'auto-compaction-retention': kept });

test('nothing is compacted unless asked for', () => {
  expect(retentionOf(defaultsOf(flags))).toBeUndefined();
  expect(retention('revision', '0')).toBeUndefined();
});

test('a period without a unit counts hours', () => {
  expect(retention('periodic', '8')).toEqual({ mode: 'periodic', periodMs: 8 * 3_600_000 });
  expect(retention('periodic', '5m')).toEqual({ mode: 'periodic', periodMs: 300_000 });
});

test('by revisions: every five minutes all but the last so many go', () => {
  const kept = retention('revision', '1000')!;
  const history = startHistory(0, 1);
  expect(lookInterval(kept)).toBe(300_000);
  expect(look(history, kept, 300_000, 900)).toBeUndefined();
  expect(look(history, kept, 600_000, 1_500)).toBe(500);
  expect(look(history, kept, 900_000, 1_500)).toBeUndefined();
});

test('by time: after a first whole period, every period to what was current a period ago', () => {
  const kept = retention('periodic', '10m')!;
  const minute = 60_000;
  expect(lookInterval(kept)).toBe(minute);
  const history = startHistory(0, 100);
  const compacted: [number, number][] = [];
  for (let at = 1; at <= 30; at++) {
    const revision = look(history, kept, at * minute, 100 + at);
    if (revision !== undefined) compacted.push([at, revision]);
  }
  expect(compacted).toEqual([
    [10, 100],
    [20, 109],
    [30, 119],
  ]);
});

test('by a long time: once the period has passed, every hour', () => {
  const kept = retention('periodic', '3h')!;
  const history = startHistory(0, 1);
  const compacted: number[] = [];
  for (let at = 1; at <= 60; at++) {
    if (look(history, kept, at * 360_000, 1 + at) !== undefined) compacted.push(at / 10);
  }
  expect(compacted).toEqual([3, 4, 5, 6]);
});
