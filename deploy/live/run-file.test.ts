/** Run files: one process at a time has a cluster's data, and one that was killed stands in nobody's way. */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DataError, DataFolder } from './data-folder.ts';
import { InUseError, RunFile, readRunFile, runFolder, runningIn } from './run-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const said = { since: 1, server: '', control: '' };

test('a file is taken, says more, and goes with its process', () => {
  const path = join(folder, 'a', '..', 'mine.json');
  const file = RunFile.take(path, said);
  file.update({ server: 'https://127.0.0.1:1' });
  expect(readRunFile(path)).toMatchObject({ pid: process.pid, server: 'https://127.0.0.1:1' });
  expect(runningIn(folder).map(({ pid }) => pid)).toEqual([process.pid]);
  expect(() => RunFile.take(path, said)).toThrow(InUseError);
  file.release();
  expect(readRunFile(path)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test('the file of a process that has ended is taken over', () => {
  const path = join(folder, 'stale.json');
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(path, JSON.stringify({ pid, ...said }));
  RunFile.take(path, said).release();
  writeFileSync(path, '{"pid": 12');
  RunFile.take(path, said).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a later process with the number of the one that has ended is another one', () => {
  const path = join(folder, 'again.json');
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  try {
    writeFileSync(path, JSON.stringify({ pid: other.pid, ...said }));
    expect(() => RunFile.take(path, said)).toThrow(InUseError);
    if (process.platform !== 'linux') return;
    writeFileSync(path, JSON.stringify({ pid: other.pid, startedTicks: '1', ...said }));
    RunFile.take(path, said).release();
  } finally {
    other.kill('SIGKILL');
  }
});

test('run files lie in the user’s folder for state', () => {
  expect(runFolder({ XDG_STATE_HOME: '/s', HOME: '/h' })).toBe('/s/troupe');
  expect(runFolder({ HOME: '/h' })).toBe('/h/.local/state/troupe');
});

test('a data folder keeps what its cluster is, its clock and its keys, and names the file that is damaged', () => {
  const path = join(folder, 'data');
  const data = new DataFolder<{ nodes: number }>(path, said);
  expect([data.describe(), data.clock(), data.key('ca.key')]).toEqual([undefined, 0, undefined]);
  data.keep({ version: '1', seed: 7, cluster: { nodes: 3 }, starts: 1 });
  data.keepClock(1234.5);
  data.keepKey('ca.key', 'secret');
  expect(() => new DataFolder(path, said)).toThrow(InUseError);
  data.lock.release();
  const again = new DataFolder<{ nodes: number }>(path, said);
  expect(again.describe()).toMatchObject({ seed: 7, cluster: { nodes: 3 }, starts: 1 });
  expect([again.clock(), again.key('ca.key')]).toEqual([1234.5, 'secret']);
  writeFileSync(join(path, 'clock.json'), '{"before"');
  expect(() => again.clock()).toThrow(`${join(path, 'clock.json')} is damaged: it is no JSON`);
  writeFileSync(join(path, 'cluster.json'), '{"format": 99, "version": "9"}');
  expect(() => again.describe()).toThrow(DataError);
  again.lock.release();
});

test('a folder with something else in it is left alone', () => {
  const path = join(folder, 'other');
  new DataFolder(path, said).lock.release();
  writeFileSync(join(path, 'thesis.txt'), 'x');
  expect(() => new DataFolder(path, said)).toThrow('holds something else than a cluster: thesis.txt');
});
