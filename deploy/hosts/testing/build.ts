/** Builds a program of the tests, to run it in a process of its own. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

/** A program that can be run with node. */
export interface BuiltProgram {
  readonly path: string;
  /** Removes it. */
  dispose(): void;
}

/** Builds one source of the tree with all it imports. @throws Error with what the compiler says */
export function buildProgram(source: string): BuiltProgram {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-program-'));
  const project = join(root, `.troupe-program-${process.pid}.json`);
  writeFileSync(
    project,
    JSON.stringify({
      extends: './tsconfig.json',
      compilerOptions: { noEmit: false, rootDir: '.', outDir: join(folder, 'dist') },
      include: [],
      files: [source],
    }),
  );
  try {
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const { status, stdout } = spawnSync(tsc, ['-p', project], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the build failed: ${stdout}`);
  } finally {
    rmSync(project, { force: true });
  }
  writeFileSync(join(folder, 'package.json'), '{"type": "module", "name": "troupe", "version": "1.0.0"}');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    path: join(folder, 'dist', source.replace(/\.ts$/, '.js')),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
