/** A story that can be played: everything in it was read and found right before anything runs. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { isStory, storyOf } from './default-story.ts';
import type { Story } from './format.ts';
import { InputError, type Mistake } from './input-error.ts';
import { checkCluster } from './meaning/cluster.ts';
import { checkExpectations, checkTraffic } from './meaning/conditions.ts';
import { Reader } from './meaning/reader.ts';
import { checkSteps } from './meaning/steps.ts';
import { override } from './override.ts';
import { checkSchema } from './schema-check.ts';
import { readScriptManifests, type ScriptManifests } from './script-manifests.ts';
import { Source } from './source.ts';

/** A story ready to be played. */
export interface Script {
  /** As the user named it. */
  readonly file: string;
  readonly story: Story;
  readonly manifests: ScriptManifests;
  readonly seed: number | string;
  /** What the command line changed, to say it again. */
  readonly options: readonly string[];
  /** The command that plays this story, without its options. */
  readonly command: string;
}

/** What the command line may change. */
export interface ScriptOptions {
  readonly seed?: number | string;
  /** `path=value`, in this order. */
  readonly set?: readonly string[];
}

/** Reads a story's file, or makes a story of manifests. @throws InputError with everything that is wrong in it and its manifests */
export function openScript(paths: readonly string[], options: ScriptOptions = {}): Script {
  const [file = ''] = paths;
  refuseAny(paths.filter((path) => !existsSync(path)).map(notThere));
  if (paths.length === 1 && isStory(file))
    return parseScript(readFileSync(file, 'utf8'), { file, folder: dirname(file) }, options);
  return parseScript(stringify(storyOf(paths)), { file: paths.join(' '), folder: '' }, options);
}

/** Reads a story from text. `file` is what it is called, `folder` where its paths count from. @throws InputError */
export function parseScript(
  text: string,
  { file, folder }: { file: string; folder: string },
  { seed, set = [] }: ScriptOptions = {},
): Script {
  const source = new Source(file, text);
  refuseAny(source.mistakes);
  for (const given of set) override(source, given);
  refuseAny(checkSchema(source));
  const story = source.value as Story;
  const reader = new Reader(source, story);
  checkCluster(reader);
  checkTraffic(reader);
  checkSteps(reader);
  checkExpectations(reader);
  const mistakes: Mistake[] = reader.mistakes;
  const manifests = readScriptManifests(source, story, folder, mistakes);
  refuseAny(mistakes);
  const options = set.map((given) => `--set ${given}`);
  return { file, story, manifests, seed: seedOf(seed ?? story.seed ?? 1), options, command: `troupe run ${file}` };
}

/** A seed of digits is a number, wherever it was written. */
function seedOf(given: number | string): number | string {
  return Number.isSafeInteger(Number(given)) && /^\d+$/.test(String(given)) ? Number(given) : given;
}

/** The command that plays the same run again. */
export function replayOf({ command, seed, options }: Script): string {
  const quoted = options.map((option) => `--set ${shellWord(option.slice('--set '.length))}`);
  return [command, `--seed ${shellWord(String(seed))}`, ...quoted].join(' ');
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function notThere(file: string): Mistake {
  return { file, what: 'there is no such file or folder', fix: 'name a story, or files and folders with manifests' };
}

/** Tells all that is wrong, in the order it is written. */
function refuseAny(mistakes: readonly Mistake[]): void {
  if (mistakes.length === 0) return;
  const files = [...new Set(mistakes.map(({ file }) => file))];
  const place = ({ file, line = 0, column = 0 }: Mistake) => [files.indexOf(file), line, column] as const;
  throw new InputError(
    mistakes.toSorted((a, b) => {
      const [fileA, lineA, columnA] = place(a);
      const [fileB, lineB, columnB] = place(b);
      return fileA - fileB || lineA - lineB || columnA - columnB;
    }),
  );
}
