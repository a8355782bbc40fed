/** The programs that work on files: what is mounted, and what was written. */

import { formatDate } from './date-format.ts';
import {
  complain,
  inputOf,
  isDirectory,
  listFiles,
  noSuchFile,
  operands,
  type Program,
  print,
  type Run,
  readFile,
  resolvePath,
  rootDirectories,
  writeFile,
} from './run.ts';

const cat: Program = (run, args) => {
  print(run, inputOf(run, 'cat', operands(args)));
};

const touch: Program = (run, args) => {
  for (const path of operands(args)) writeFile(run, path, readFile(run, path) ?? '');
};

const rm: Program = (run, args) => {
  const isForced = args.some((arg) => /^-[a-z]*f/.test(arg));
  const isRecursive = args.some((arg) => /^-[a-z]*[rR]/.test(arg));
  for (const path of operands(args)) {
    const place = resolvePath(run, path);
    const below = isRecursive ? listFiles(run).filter((file) => file.startsWith(`${place}/`)) : [];
    for (const file of below) writeFile(run, file, undefined);
    if (readFile(run, path) !== undefined) writeFile(run, path, undefined);
    else if (isDirectory(run, path) && !isRecursive) complain(run, `rm: '${path}' is a directory`);
    else if (!isForced && below.length === 0) {
      complain(run, `rm: can't remove '${path}': No such file or directory`);
    }
  }
};

const copy: Program = (run, args) => {
  const [from = '', to = ''] = operands(args);
  const content = readFile(run, from);
  if (content === undefined) complain(run, `cp: can't stat '${from}': No such file or directory`);
  else writeFile(run, targetOf(run, from, to), content);
};

const move: Program = (run, args) => {
  const [from = '', to = ''] = operands(args);
  const content = readFile(run, from);
  if (content === undefined) {
    complain(run, `mv: can't rename '${from}': No such file or directory`);
    return;
  }
  writeFile(run, targetOf(run, from, to), content);
  writeFile(run, from, undefined);
};

function targetOf(run: Run, from: string, to: string): string {
  return isDirectory(run, to) ? `${to}/${from.slice(from.lastIndexOf('/') + 1)}` : to;
}

const ls: Program = (run, args) => {
  const paths = operands(args);
  const flags = args.filter((arg) => /^-\w/.test(arg)).join('');
  for (const path of paths.length === 0 ? ['.'] : paths) {
    const content = readFile(run, path);
    if (content !== undefined) printEntries(run, [path], flags, () => content.length);
    else if (!isDirectory(run, path)) complain(run, noSuchFile(run, 'ls', path));
    else {
      if (paths.length > 1) print(run, `${path}:\n`);
      const place = resolvePath(run, path);
      const sizeOf = (name: string) => readFile(run, `${place}/${name}`)?.length;
      printEntries(run, entriesOf(run, place, flags.includes('a')), flags, sizeOf);
    }
  }
};

/** Lists the names in a directory. */
function entriesOf(run: Run, place: string, isAll: boolean): string[] {
  const prefix = place === '/' ? '/' : `${place}/`;
  const names = new Set(place === '/' ? rootDirectories : []);
  for (const file of listFiles(run)) {
    const name = file.startsWith(prefix) ? (file.slice(prefix.length).split('/', 1)[0] ?? '') : '';
    if (name !== '' && (isAll || !name.startsWith('.'))) names.add(name);
  }
  return [...(isAll ? ['.', '..'] : []), ...[...names].sort()];
}

function printEntries(
  run: Run,
  names: readonly string[],
  flags: string,
  sizeOf: (name: string) => number | undefined,
): void {
  if (flags.includes('l')) {
    const lines = names.map((name) => {
      const size = sizeOf(name);
      const mode = size === undefined ? 'drwxr-xr-x' : '-rw-r--r--';
      return `${mode}    1 root     root     ${`${size ?? 4096}`.padStart(9)} ${dateOf(run)} ${name}\n`;
    });
    print(run, `total ${names.length * 4}\n${lines.join('')}`);
  } else if (run.surroundings.hasTty && !flags.includes('1')) print(run, `${names.join('  ')}\n`);
  else print(run, names.map((name) => `${name}\n`).join(''));
}

/** Writes a file's date as `ls` does: all are as old as the process that looks at them. */
function dateOf(run: Run): string {
  return formatDate('%b %e %H:%M', run.surroundings.startedAt ?? 0);
}

/** The programs that work on files, by name. */
export const filePrograms: Readonly<Record<string, Program>> = { cat, touch, rm, cp: copy, mv: move, ls };
