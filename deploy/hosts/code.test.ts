/** The fingerprint of the code: the same for the same code, another for any other that runs. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { codeOf, fingerprintOf } from './code.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-code-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

test('what runs and the packages it runs with count; tests, types, doors and commands do not', () => {
  for (const layer of ['protocol', 'actors', 'engine', 'deploy']) write(`${layer}/a.ts`, layer);
  write('package.json', '{"version": "1", "dependencies": {"xstate": "5"}}');
  const first = fingerprintOf(folder);
  expect(first).toMatch(/^[0-9a-f]{12}$/);
  for (const path of ['actors/a.test.ts', 'actors/testing/b.ts', 'actors/a.d.ts', 'actors/a.js.map', 'cli/a.ts']) {
    write(path, 'new');
    expect(fingerprintOf(folder)).toBe(first);
  }
  write('package.json', '{"version": "2", "dependencies": {"xstate": "5"}}');
  expect(fingerprintOf(folder)).toBe(first);
  const seen = new Set([first]);
  for (const [path, text] of [
    ['engine/deep/b.js', ''],
    ['engine/deep/b.js', 'x'],
    ['actors/a.ts', 'actors!'],
    ['package.json', '{"dependencies": {"xstate": "6"}}'],
  ] as const) {
    write(path, text);
    expect(seen).not.toContain(fingerprintOf(folder));
    seen.add(fingerprintOf(folder));
  }
});

test('this process has one', () => {
  expect(codeOf('1.2.3')).toMatchObject({ version: '1.2.3', fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) });
  expect(codeOf('1.2.3')).toBe(codeOf('1.2.3'));
});
