/**
 * Goal: a fault that somebody commands ends also when the commander dies, on one host and on several, and a host that
 * joins later has it too.
 *
 * Method: the command line as it is installed, in processes of its own, and a real NATS server.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ClusterFault } from '../deploy/faults/hosts.ts';
import { hasNatsServer, NatsServer } from '../engine/nats/testing/server.ts';

const root = join(import.meta.dirname, '..');
const built = mkdtempSync(join(tmpdir(), 'troupe-faults-'));
const main = join(built, 'dist', 'cli', 'main.js');
const env = { ...process.env, XDG_STATE_HOME: join(built, 'state') };

beforeAll(() => {
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const project = ['-p', join(root, 'tsconfig.build.json'), '--outDir', join(built, 'dist')];
  const { status, stdout } = spawnSync(tsc, project, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed: ${stdout}`);
  copyFileSync(join(root, 'package.json'), join(built, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(built, 'node_modules'));
}, 120_000);

const running = new Set<ChildProcess>();
afterEach(async () => {
  const ends = [...running].map((one) => (one.exitCode ?? one.signalCode) === null && once(one, 'exit'));
  for (const one of running) one.kill('SIGKILL');
  await Promise.all(ends);
  running.clear();
});
afterAll(() => rmSync(built, { recursive: true, force: true }));

/** A command that runs on, and what it has said. */
interface Told {
  readonly process: ChildProcess;
  said(): string;
}

/** Starts a command, and waits until it has said something. */
async function start(pattern: RegExp, ...words: string[]): Promise<Told> {
  const started = spawn(process.execPath, [main, ...words], { env });
  running.add(started);
  let said = '';
  for (const stream of [started.stdout, started.stderr]) stream.on('data', (text) => (said += String(text)));
  while (!pattern.test(said)) {
    if (started.exitCode !== null) throw new Error(`troupe ${words.join(' ')} has ended: ${said}`);
    await Promise.race([once(started.stdout, 'data'), once(started.stderr, 'data'), once(started, 'exit')]);
  }
  return { process: started, said: () => said };
}

function troupe(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, ...words], { encoding: 'utf8', env });
}

/** Waits until the faults in force are as wanted. */
async function untilListed(isSo: (faults: readonly ClusterFault[]) => boolean, ...to: string[]): Promise<void> {
  for (;;) {
    const lines = troupe('fault', 'list', '--json', ...to).stdout.trimEnd();
    const faults = lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as ClusterFault);
    if (isSo(faults)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const isNone = (faults: readonly ClusterFault[]) => faults.length === 0;

test('a fault that is held ends with Ctrl-C, and ten seconds after its commander was killed', async () => {
  await start(/kubectl get nodes/, 'up', '--port', '0', '--nodes', '2');
  const held = await start(/Ctrl-C heals it/, 'fault', 'cut', 'node-2');
  await untilListed(([one]) => one?.words === 'cut node-2 and everything');
  held.process.kill('SIGINT');
  expect(await once(held.process, 'exit')).toEqual([0, null]);
  expect(held.said()).toMatch(/\nhealed {2}cut-[0-9a-f]{6} {2}touched \d+\n$/);
  await untilListed(isNone);
  const doomed = await start(/Ctrl-C heals it/, 'fault', 'cut', 'node-2');
  doomed.process.kill('SIGKILL');
  await once(doomed.process, 'exit');
  await untilListed((faults) => faults.length === 1);
  await untilListed(isNone);
});

test('what another command heals is not held any longer', async () => {
  await start(/kubectl get nodes/, 'up', '--port', '0', '--nodes', '2');
  const held = await start(/Ctrl-C heals it/, 'fault', 'slow', 'node-1', '--by', '50ms');
  expect(troupe('fault', 'heal', '--all').stdout).toMatch(/^healed {2}slow node-1 and everything by 50ms/);
  expect(await once(held.process, 'exit')).toEqual([0, null]);
  expect(held.said()).toContain('it was healed by another command');
});

describe.skipIf(!hasNatsServer)('on several hosts', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start({ jetstream: true });
  });
  afterAll(() => server?.dispose());

  test('every host has it, one that joins later too, and all of them end it when its commander was killed', async () => {
    const to = ['--nats', server.url];
    await start(/kubectl get nodes/, 'up', ...to, '--name', 'a', '--port', '0', '--nodes', '1');
    await start(/nodes ready 1\/1/, 'host', ...to, '--name', 'b', '--nodes', '1');
    const done = troupe('fault', 'crash', 'node.node-2.kube-proxy', ...to);
    expect(done.stdout).toBe(
      'crash node.node-2.kube-proxy: c.node.node-2.kube-proxy\n  a: nobody there\n  b: done: c.node.node-2.kube-proxy\n',
    );
    const held = await start(/Ctrl-C heals it/, 'fault', 'cut', 'node-2', 'node-1', ...to);
    expect(held.said()).toContain('  a: in force\n  b: in force\n');
    await start(/nodes ready 1\/1/, 'host', ...to, '--name', 'late', '--nodes', '1');
    await untilListed(([one]) => one?.hosts.length === 3, ...to);
    held.process.kill('SIGKILL');
    await untilListed(isNone, ...to);
    const frozen = troupe('fault', 'pause', '--host', 'b', '--for', '2s', ...to);
    expect(frozen.stdout).toMatch(/a: nobody there\n {2}b: in force: .*\n {2}late: nobody there\n$/);
    await untilListed(isNone, ...to);
  });

  test('a cluster that is not there is told in words', () => {
    const { status, stderr } = troupe('fault', 'list', '--nats', server.url, '--cluster', 'other');
    expect(status).toBe(1);
    expect(stderr).toContain('knows no cluster other\n    fix: start it first: troupe up --nats URL');
  });
});
