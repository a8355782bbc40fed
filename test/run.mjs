/** Runs the whole test: lint, types, tests; ends with the line `N passed, N failed`, and with exit code 1 unless all passed. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs one of the project's own tools; its output goes to the terminal as it comes. */
function run(tool, ...args) {
  return spawnSync('npx', ['--no-install', tool, ...args], { stdio: 'inherit' }).status === 0;
}

function count(name, passed) {
  console.log(`${passed ? '✓' : '✗'} ${name}`);
  counts[passed ? 'passed' : 'failed'] += 1;
}

/** Tests that talk to a real kubectl cannot do without one; which are left out then. */
function withoutKubectl() {
  if (spawnSync('kubectl', ['version', '--client']).status === 0) return [];
  const left = readdirSync('test/clients').filter((name) => /^kubectl-.*\.test\.ts$/.test(name));
  console.log(
    `\nSKIPPED: there is no kubectl here (Debian has it as kubernetes-client). Not run: ${left.join(', ')}\n`,
  );
  counts.skipped += left.length;
  return ['--exclude=test/clients/kubectl-*.test.ts'];
}

/** Tests over real NATS servers skip themselves where there is none, and are counted so; this says it. */
function tellOfNats() {
  if (spawnSync(process.env.TROUPE_NATS_SERVER ?? 'nats-server', ['--version']).status === 0) return;
  console.log('\nSKIPPED: there is no nats-server here (Debian has it by that name). What needs one is not run.\n');
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
    ...withoutKubectl(),
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
tellOfNats();
runTests();
if (process.env.CI && counts.skipped > 0) count(`nothing is skipped in CI (${counts.skipped} were)`, false);

const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
