/**
 * Goal: a run is a function of its seed: the same one gives the same fingerprint, twice in one process and in two processes.
 *
 * Method: the same story, with its crash, is played several times, here and by the command line as it is installed.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { xstateChart } from '../../engine/stepper/xstate-chart.ts';
import { play } from '../../lab/story/play/play.ts';
import { openScript } from '../../lab/story/script.ts';
import { type WorldOptions, world } from '../world.ts';

const root = join(import.meta.dirname, '..', '..');
const story = join(root, 'experiments', 'out-of-memory.yaml');
const built = mkdtempSync(join(tmpdir(), 'troupe-built-'));

beforeAll(() => {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { status, stdout } = spawnSync(
    tsc,
    ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(built, 'dist')],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`the build failed: ${stdout}`);
  writeFileSync(join(built, 'package.json'), '{"type": "module"}');
  symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'));
}, 120_000);
afterAll(() => rmSync(built, { recursive: true, force: true }));

const nobody = { begin: () => {}, line: () => {}, table: () => {}, end: () => {} };

function fingerprintHere(seed: number): string {
  return play(openScript([story], { seed }), nobody).fingerprint;
}

function fingerprintElsewhere(seed: number): string {
  const main = join(built, 'dist', 'cli', 'main.js');
  const { stdout, stderr } = spawnSync(process.execPath, [main, 'run', story, '--json', '--seed', String(seed)], {
    encoding: 'utf8',
  });
  const last = stdout.trimEnd().split('\n').at(-1);
  if (!last) throw new Error(`nothing was printed: ${stderr}`);
  return (JSON.parse(last) as { fingerprint: string }).fingerprint;
}

test('the same seed gives the same fingerprint twice in one process', () => {
  expect(fingerprintHere(7)).toBe(fingerprintHere(7));
});

test('the same seed gives the same fingerprint in two processes', () => {
  const here = fingerprintHere(7);
  expect(fingerprintElsewhere(7)).toBe(here);
  expect(fingerprintElsewhere(7)).toBe(here);
});

test('another seed gives another run', () => {
  const prints = [1, 2, 3, 4].map(fingerprintHere);
  expect(new Set(prints).size).toBe(4);
});

test('XState’s own interpreter and the compiled tables make the same run of a whole cluster', () => {
  const fingerprintOf = (options: WorldOptions): string => {
    const cluster = world({ nodes: 2, seed: 5, ...options });
    cluster.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'server', image: 'httpd:2.4' }] },
    });
    cluster.until('it is ready', () => cluster.readyPods().length === 1);
    cluster.engine.crash('c.node.node-1.kubelet');
    cluster.advance(10_000);
    return cluster.engine.fingerprint();
  };
  expect(fingerprintOf({ charts: xstateChart })).toBe(fingerprintOf({}));
});
