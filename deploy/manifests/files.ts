/** Which files a path stands for. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { nearest } from '../../protocol/spelling.ts';
import type { ManifestProblem } from './problem.ts';

const extensions = /\.(ya?ml|json)$/;

/** Gives the files of a path: itself, or those of a folder that hold manifests, sorted, without its subfolders. */
export function filesOf(path: string, from: string): { files: string[]; problems: ManifestProblem[] } {
  const file = isAbsolute(path) || from === '' ? normalize(path) : join(from, path);
  const refuse = (what: string, fix: string) => ({
    files: [],
    problems: [{ file, object: '', field: '', what, fix }],
  });
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return refuse(`the path "${path}" does not exist`, suggestionFor(file));
  if (!stats.isDirectory()) return { files: [file], problems: [] };
  const names = readdirSync(file, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && extensions.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  if (names.length > 0) return { files: names.map((name) => join(file, name)), problems: [] };
  return refuse(
    'the folder holds no manifests: recognized file extensions are [.json .yaml .yml]',
    'name the files themselves, or another folder',
  );
}

function suggestionFor(file: string): string {
  const folder = join(file, '..');
  const stats = statSync(folder, { throwIfNoEntry: false });
  const close = stats?.isDirectory()
    ? nearest(file.slice(folder === '.' ? 0 : folder.length + 1), readdirSync(folder))
    : undefined;
  return close === undefined ? 'paths count from the file that names them' : `do you mean "${join(folder, close)}"?`;
}

/** Reads a file as text. @throws Error of the system where it cannot be read */
export function readTextFile(file: string): string {
  return readFileSync(file, 'utf8');
}
