/**
 * What fields mean, in Kubernetes's own words: read from the comments of the npm package `kubernetes-types`, when first asked for.
 *
 * Where the package is not installed, nothing is said.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The documentation of one type. */
export interface TypeDocs {
  readonly description: string | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

/** Reads one file of the package, `core/v1.d.ts`; undefined where there is none. */
export type ReadDocs = (file: string) => string | undefined;

/** The documentation of all types. */
export class FieldDocs {
  readonly #read: ReadDocs;
  readonly #files = new Map<string, ReadonlyMap<string, TypeDocs>>();

  constructor(read: ReadDocs = readInstalled) {
    this.#read = read;
  }

  /** Finds what is said of a definition; undefined where nothing is. */
  of(definition: string): TypeDocs | undefined {
    const dot = definition.lastIndexOf('.');
    const file = fileOf(definition.slice(0, dot));
    return file === undefined ? undefined : this.#typesOf(file).get(definition.slice(dot + 1));
  }

  #typesOf(file: string): ReadonlyMap<string, TypeDocs> {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const types = readTypes(this.#read(file) ?? '');
    this.#files.set(file, types);
    return types;
  }
}

/** Finds the file that declares the types of a package: `io.k8s.api.core.v1` is in `core/v1.d.ts`. */
function fileOf(packageName: string): string | undefined {
  if (packageName === 'io.k8s.apimachinery.pkg.runtime') return 'runtime.d.ts';
  if (packageName === 'io.k8s.apimachinery.pkg.version') return 'version.d.ts';
  if (packageName === 'io.k8s.apimachinery.pkg.api.resource') return 'api/resource.d.ts';
  const match = /^io\.k8s\..*\b([a-z]+)\.(v\d\w*)$/.exec(packageName);
  return match === null ? undefined : `${match[1]}/${match[2]}.d.ts`;
}

function readInstalled(file: string): string | undefined {
  try {
    const root = path.dirname(createRequire(import.meta.url).resolve('kubernetes-types/package.json'));
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

/** A type at the margin, or a field of the type before it, with the comment above it if there is one. */
const declared = /^(?: *\/\*\*([\s\S]*?)\*\/\n)?(?:export (?:interface|type) (\w+)| {4}"?([\w$-]+)"?\??:)/gm;

function readTypes(text: string): ReadonlyMap<string, TypeDocs> {
  const types = new Map<string, TypeDocs>();
  let fields = new Map<string, string>();
  for (const [, comment, type, field] of text.matchAll(declared)) {
    const description = comment === undefined ? undefined : plain(comment);
    if (type !== undefined) {
      fields = new Map();
      types.set(type, { description, fields });
    } else if (field !== undefined && description !== undefined) fields.set(field, description);
  }
  return types;
}

/** Takes the stars off a comment. */
function plain(comment: string): string {
  return comment
    .replace(/^[ \t]*\* ?/gm, '')
    .replaceAll('*\\/', '*/')
    .trim();
}
