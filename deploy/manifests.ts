/** Manifests: API objects in YAML or JSON files, each of which knows where it and its fields are written. */

import { objectKey } from '../protocol/meta.ts';
import { filesOf, readTextFile } from './manifests/files.ts';
import { flattenList, type Manifest, readObject } from './manifests/object.ts';
import { formatPlace, ManifestError, type ManifestProblem } from './manifests/problem.ts';
import { type Located, readYaml, type TextPlace } from './manifests/yaml-text.ts';

export type { Manifest } from './manifests/object.ts';
export type { ManifestProblem, Place } from './manifests/problem.ts';
export { describeProblem, formatPlace, formatProblem, ManifestError } from './manifests/problem.ts';
export type { Located, TextPlace } from './manifests/yaml-text.ts';
export { locateIn, readYaml, yamlOptions } from './manifests/yaml-text.ts';

/** All that could be read, and all that could not. */
export interface Reading {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly ManifestProblem[];
}

/**
 * Reads manifests from files and folders, as `kubectl apply -f` takes them: of a folder, its `.yaml`, `.yml` and
 * `.json` files in the order of their names. Paths that are not absolute are looked for in `from`.
 */
export function readManifests(paths: readonly string[], options: { from?: string } = {}): Reading {
  const found = paths.map((path) => filesOf(path, options.from ?? ''));
  const files = [...new Set(found.flatMap(({ files }) => files))];
  return joined([
    { manifests: [], problems: found.flatMap(({ problems }) => problems) },
    ...files.map(readManifestFile),
  ]);
}

/** Reads manifests as `readManifests` does. @throws ManifestError with all that is wrong in any of the files */
export function loadManifests(paths: readonly string[], options: { from?: string } = {}): readonly Manifest[] {
  const { manifests, problems } = readManifests(paths, options);
  if (problems.length > 0) throw new ManifestError(problems);
  return manifests;
}

/** Reads the manifests of a text; places count from where the text stands in its file. */
export function readManifestText(text: string, at: TextPlace): Reading {
  return joined([readYamlText(text, at)]);
}

/** Reads manifests of what was parsed already, such as the inline manifests of a story. */
export function readLocated(values: readonly Located[]): Reading {
  return joined(values.flatMap(flattenList).map(readObject));
}

function readManifestFile(file: string): Reading {
  try {
    return readYamlText(readTextFile(file), { file });
  } catch (error) {
    const what = `the file cannot be read: ${(error as Error).message}`;
    return { manifests: [], problems: [{ file, object: '', field: '', what, fix: 'look who may read it' }] };
  }
}

function readYamlText(text: string, at: TextPlace): Reading {
  const { values, problems } = readYaml(text, at);
  const reading = concatenated([{ manifests: [], problems }, ...values.flatMap(flattenList).map(readObject)]);
  return { ...reading, problems: reading.problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

function concatenated(readings: readonly Reading[]): Reading {
  return {
    manifests: readings.flatMap(({ manifests }) => manifests),
    problems: readings.flatMap(({ problems }) => problems),
  };
}

/** Puts readings together, and tells of objects that are in them twice. */
function joined(readings: readonly Reading[]): Reading {
  const { manifests, problems } = concatenated(readings);
  const first = new Map<string, Manifest>();
  const repeated: ManifestProblem[] = [];
  for (const manifest of manifests) {
    const key = `${manifest.resource} ${objectKey(manifest.object)}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, manifest);
    else repeated.push(repetition(manifest, before));
  }
  return { manifests, problems: [...problems, ...repeated] };
}

function repetition({ kind, object, place }: Manifest, before: Manifest): ManifestProblem {
  return {
    ...place,
    object: `${kind.kind} "${object.metadata.name}"`,
    field: 'metadata.name',
    what: `the same object is at ${formatPlace(before.place)} already`,
    fix: 'take one of the two away, or give it another name or namespace',
  };
}
