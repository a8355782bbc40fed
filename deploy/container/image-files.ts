/** The local files an image is made of: programs with the libraries they load, folders, and texts. */

import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One thing in an image. `path` is where it stands there, from the root on and without a first slash. */
export type ImageFile =
  | { readonly path: string; readonly kind: 'copy'; readonly source: string; readonly mode: number }
  | { readonly path: string; readonly kind: 'text'; readonly text: string; readonly mode: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'folder'; readonly mode: number };

/** A program, with the loader and the libraries that it names, each where it looks for it. */
export function programFiles(source: string, path: string): ImageFile[] {
  return [copyOf(source, path), ...librariesOf(source)];
}

/** A text file that all may read. */
export function textFile(path: string, ...lines: string[]): ImageFile {
  return { path, kind: 'text', text: `${lines.join('\n')}\n`, mode: 0o644 };
}

/** A file as it is here. */
export function copyOf(source: string, path: string): ImageFile {
  return {
    path,
    kind: 'copy',
    source: realpathSync(source),
    mode: (statSync(source).mode & 0o111) === 0 ? 0o644 : 0o755,
  };
}

/** All files below a folder, by name; `leaves` tells what is left out. */
export function folderFiles(source: string, path: string, leaves: (name: string) => boolean): ImageFile[] {
  const files: ImageFile[] = [];
  for (const name of readdirSync(source).sort()) {
    if (leaves(name)) continue;
    const [from, to] = [join(source, name), join(path, name)];
    const found = lstatSync(from);
    if (found.isSymbolicLink()) files.push({ path: to, kind: 'link', target: readlinkSync(from) });
    else if (found.isDirectory()) files.push(...folderFiles(from, to, leaves));
    else files.push(copyOf(from, to));
  }
  return files;
}

/** Finds a program as a shell does. @throws Error when it is in no folder of PATH */
export function findProgram(name: string): string {
  // Debian keeps servers in sbin, which is on root's PATH alone.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin'];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`there is no ${name} here`);
  return found;
}

/** What a program or library of glibc loads when it starts; a static one loads nothing. */
function librariesOf(source: string): ImageFile[] {
  const header = readFileSync(source).subarray(0, 4).toString('latin1');
  if (header !== '\x7fELF') return [];
  let said: string;
  try {
    said = execFileSync('ldd', [realpathSync(source)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return []; // "not a dynamic executable"
  }
  const missing = /^\s*(\S+) => not found/m.exec(said);
  if (missing !== null) throw new Error(`${source} needs ${missing[1]}, which is not here`);
  const paths = [...said.matchAll(/(?:^\s*|=> )(\/\S+) \(0x/gm)].map((match) => match[1] ?? '');
  return paths.map((path) => copyOf(path, path.slice(1)));
}
