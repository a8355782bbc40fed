import pc from 'picocolors';
import { expect, test } from 'vitest';
import { Folder, type Line } from './fold.ts';
import { listNames } from './lists.ts';
import type { Moment } from './moment.ts';
import { clock, formatLine } from './print.ts';

function foldAll(...moments: Partial<Moment>[]): string[] {
  const lines: Line[] = [];
  const folder = new Folder((line) => lines.push(line));
  for (const moment of moments)
    folder.take({ atMs: 0, who: 'kubelet', weight: 'plain', before: '', subject: '', ...moment });
  folder.flush();
  return lines.map(({ atMs, who, text }) => `${atMs} ${who} ${text}`);
}

test('what happens alike within a second is one line, with names shortened and nodes gathered', () => {
  const started = { before: 'started' };
  expect(
    foldAll(
      { ...started, atMs: 100, subject: 'web-a', node: 'node-2' },
      { ...started, atMs: 150, subject: 'web-b', node: 'node-1' },
      { atMs: 200, who: 'kube-scheduler', before: 'placed', subject: 'web-c', each: ' on node-3' },
      { ...started, atMs: 900, subject: 'web-c', node: 'node-3' },
      { ...started, atMs: 1100, subject: 'web-d', node: 'node-3' },
    ),
  ).toEqual([
    '100 kubelet started web-a, -b, -c on node-1, -2, -3',
    '200 kube-scheduler placed web-c on node-3',
    '1100 kubelet started web-d on node-3',
  ]);
});

test('what the story does parts what came before it from what comes after', () => {
  expect(
    foldAll(
      { atMs: 1, before: 'started', subject: 'a' },
      { atMs: 2, who: 'story', weight: 'fault', subject: 'crash node node-1' },
      { atMs: 3, before: 'started', subject: 'b' },
    ),
  ).toEqual(['1 kubelet started a', '2 story crash node node-1', '3 kubelet started b']);
});

test('a second begins with the first that happens in it, not with the clock', () => {
  // It was: with the clock, so what happened at 0.9 s and at 1.0 s was told twice.
  const started = { before: 'started' };
  expect(foldAll({ ...started, atMs: 900, subject: 'a' }, { ...started, atMs: 1000, subject: 'b' })).toEqual([
    '900 kubelet started a, b',
  ]);
});

test('equal lines in a row are one, with their number and how long they went on', () => {
  const exited = { subject: 'web', after: ': container main exited with 1' };
  expect(
    foldAll(
      { ...exited, atMs: 1000 },
      { ...exited, atMs: 12_000 },
      { ...exited, atMs: 41_500 },
      { atMs: 50_000, subject: 'web', before: 'started' },
      { ...exited, atMs: 60_000 },
    ),
  ).toEqual([
    '1000 kubelet web: container main exited with 1 (x3 over 40s)',
    '50000 kubelet started web',
    '60000 kubelet web: container main exited with 1',
  ]);
});

test('what the story does is told each time', () => {
  const crash: Partial<Moment> = { who: 'story', weight: 'fault', subject: 'crash kubelet of node-1' };
  expect(foldAll({ ...crash, atMs: 0 }, { ...crash, atMs: 5000 })).toEqual([
    '0 story crash kubelet of node-1',
    '5000 story crash kubelet of node-1',
  ]);
});

test('long lists are cut, runs are told by their ends', () => {
  expect(listNames(['node-1', 'node-2', 'node-3', 'node-4'])).toBe('node-1 … node-4');
  expect(listNames(Array.from({ length: 20 }, (_, i) => `x-${i * i}`))).toBe(
    'x-0, -1, -4, -9, -16, -25, -36, -49 and 12 more',
  );
});

test('times are minutes, seconds and tenths; hours where there are any', () => {
  expect([0, 125_340, 3_600_000].map(clock)).toEqual(['0:00.0', '2:05.3', '1:00:00.0']);
});

test('a line wraps within the width, below its own beginning', () => {
  const line: Line = {
    atMs: 61_000,
    who: 'story',
    weight: 'plain',
    text: 'one two three four five six seven eight nine',
    count: 1,
  };
  const lines = formatLine(line, { width: 70, colours: pc.createColors(false) }).split('\n');
  expect(lines).toEqual([
    `  1:01.0  ${'story'.padEnd(26)}one two three four five six seven`,
    `${' '.repeat(36)}eight nine`,
  ]);
});
