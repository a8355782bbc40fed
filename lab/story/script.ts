/** A story that can be played: everything in it was read and found right before anything runs. */

import { readFileSync } from 'node:fs';
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
  if (paths.length === 1 && isStory(file)) return parseScript(readText(file), { file, folder: dirname(file) }, options);
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
  return { file, story, manifests, seed: seed ?? story.seed ?? 1, options, command: `troupe run ${file}` };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const what = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new InputError([{ file, what, fix: 'name a story, such as experiments/guestbook.yaml' }]);
  }
}

function refuseAny(mistakes: readonly Mistake[]): void {
  if (mistakes.length > 0) throw new InputError(mistakes);
}
