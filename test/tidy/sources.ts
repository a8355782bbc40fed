/** The project's own sources, as the tidy test reads them. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';

/** The repository's root folder. */
export const root = join(import.meta.dirname, '..', '..');

/** The layers, lowest first; each may import itself and what `mayImport` names. */
export const mayImport: Record<string, readonly string[]> = {
  protocol: [],
  engine: ['protocol'],
  actors: ['protocol'],
  deploy: ['protocol', 'engine', 'actors'],
  lab: ['protocol', 'engine', 'actors', 'deploy'],
  gateway: ['protocol', 'engine', 'actors', 'deploy'],
  cli: ['protocol', 'engine', 'actors', 'deploy', 'lab', 'gateway'],
  bench: ['protocol', 'engine', 'actors', 'deploy', 'lab', 'gateway', 'cli'],
};

export interface Source {
  /** Relative to the root, with `/`. */
  path: string;
  layer: string;
  text: string;
  /** The text without comments and without what stands in quotes; lines keep their numbers. */
  code: string;
  imports: { from: string; line: number }[];
  /** Tests, and what stands in a folder `testing`: not part of the product. */
  isTest: boolean;
}

/** Reads every TypeScript source of the layers. */
export function readSources(): Source[] {
  return Object.keys(mayImport)
    .flatMap((layer) => filesBelow(layer))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

/** Makes a source of a path and its text. */
export function readSource(path: string, text: string): Source {
  const layer = path.slice(0, path.indexOf('/'));
  return { path, layer, text, code: bare(text), imports: importsOf(text), isTest: isTest(path) };
}

/** Tells whether a file is a test, or only there for tests. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/');
}

/** Where an import leads: the path of a file of ours, or the package's name. */
export function targetOf(source: Source, from: string): string {
  return from.startsWith('.')
    ? normalize(join(dirname(source.path), from))
        .split(sep)
        .join('/')
    : from;
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        normalize(join(entry.parentPath, entry.name))
          .slice(root.length + 1)
          .split(sep)
          .join('/'),
      );
  } catch {
    return []; // a layer of the design that has no folder yet
  }
}

function importsOf(text: string): Source['imports'] {
  const found: Source['imports'] = [];
  text.split('\n').forEach((line, index) => {
    const match = /^\s*(?:(?:import\b|export\b|\})[^'"]*\bfrom\s+|import\s+|.*\bimport\()['"]([^'"]+)['"]/.exec(line);
    if (match?.[1] !== undefined && !/^\s*(\*|\/\/)/.test(line)) found.push({ from: match[1], line: index + 1 });
  });
  return found;
}

/** Blanks comments, strings and regular expressions out, so that words in them are not taken for code. */
function bare(text: string): string {
  const token =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|\$\{[^{}]*\}|[^`\\])*`|(?<=[(,=:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[dgimsuvy]*/g;
  return text.replace(token, (found) =>
    found.startsWith('`')
      ? found.replace(/(^|\})[^{}]*?(\$\{|`$)/g, (part) => part.replace(/[^\n${}`]/g, ' '))
      : found.replace(/[^\n]/g, ' '),
  );
}
