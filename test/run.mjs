/** Runs the whole test: lint, types, tests; ends with the line `N passed, N failed`, and with exit code 1 unless all passed. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Debian keeps servers where only root's shell looks.
process.env.PATH += ':/usr/sbin';

const counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs one of the project's own tools; its output goes to the terminal as it comes. */
function run(tool, ...args) {
  return spawnSync('npx', ['--no-install', tool, ...args], { stdio: 'inherit' }).status === 0;
}

function count(name, passed) {
  console.log(`${passed ? '✓' : '✗'} ${name}`);
  counts[passed ? 'passed' : 'failed'] += 1;
}

/**
 * The real programs that tests talk to: how one sees that they are there, who has them, and which test files cannot do
 * without. The tests of `nats-server` and others that need a program for a part only skip that part by themselves.
 */
const programs = [
  {
    needs: 'kubectl',
    asks: ['kubectl', 'version', '--client'],
    from: 'Debian has it as kubernetes-client',
    folder: 'test/clients',
    files: /^kubectl-.*\.test\.ts$/,
  },
  {
    needs: 'Docker daemon that answers',
    asks: ['docker', 'version'],
    from: 'Debian has it as docker.io; start it with dockerd',
    folder: 'test/hosts',
    files: /\.test\.ts$/,
  },
  {
    needs: 'nats-server',
    asks: ['nats-server', '--version'],
    from: 'Debian has it as nats-server',
    // The image of its containers is made of it.
    folder: 'test/hosts',
    files: process.env.NATS_IMAGE ? /^$/ : /\.test\.ts$/,
  },
  { needs: 'docker-compose', asks: ['docker-compose', 'version'], from: 'Debian has it under that name' },
  { needs: 'openssl', asks: ['openssl', 'version'], from: 'Debian has it under that name' },
  { needs: 'systemd-analyze', asks: ['systemd-analyze', '--version'], from: 'Debian has it as systemd' },
];

/** Finds out what is absent, tells so, and gives the test files to leave out. */
function withoutAbsent() {
  const left = new Set();
  for (const { needs, asks, from, folder, files } of programs) {
    const [program, ...words] = asks;
    if (spawnSync(program, words).status === 0) continue;
    const found = folder === undefined ? [] : readdirSync(folder).filter((name) => files.test(name));
    const names = found.map((name) => `${folder}/${name}`);
    const told = names.length > 0 ? `Not run: ${names.join(', ')}` : 'Tests that need it skip themselves';
    console.log(`\nSKIPPED: there is no ${needs} here (${from}). ${told}\n`);
    for (const name of names) left.add(name);
  }
  counts.skipped += left.size;
  return [...left].map((name) => `--exclude=${name}`);
}

/** Runs vitest and adds its own counts; a run that dies before it reports is one failure. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-test-'));
  const file = join(folder, 'results.json');
  const ended = run(
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${file}`,
    ...withoutAbsent(),
    ...process.argv.slice(2),
  );
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'));
    counts.passed += results.numPassedTests;
    counts.failed += results.numFailedTests;
    counts.skipped += results.numPendingTests + results.numTodoTests;
    if (!ended && results.numFailedTests === 0) count('test files load and nothing fails outside a test', false);
  } catch {
    count('vitest reports its results', false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

count('lint', run('biome', 'check', '.'));
count('types', run('tsc', '--noEmit'));
runTests();
if (process.env.CI && counts.skipped > 0) count(`nothing is skipped in CI (${counts.skipped} were)`, false);

const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
