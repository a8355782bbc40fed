/** Finds the clusters that run, and the one that is meant. */

import { resolve } from 'node:path';
import { isRunning, type RunState, readRunFile, runFolder, runningIn } from '../../deploy/live/run-file.ts';
import { InputError } from '../../lab/story/input-error.ts';

/** The running clusters: all of this user, or the one whose data are in a folder. */
export function findRuns(dataDir: string | undefined): RunState[] {
  if (dataDir === undefined) return runningIn(runFolder());
  const state = readRunFile(resolve(dataDir, 'up.json'));
  return state !== undefined && isRunning(state) ? [state] : [];
}

/** The one cluster that is meant. @throws InputError where there are several, naming them; undefined where there is none */
export function theRun(dataDir: string | undefined, command = 'troupe down'): RunState | undefined {
  const runs = findRuns(dataDir);
  if (runs.length <= 1) return runs[0];
  const names = runs.map(({ pid, server, dataDir: data }) => [`process ${pid}`, server, data ?? 'no data'].join(', '));
  const fix = 'name its folder by --data-dir, or end the others: kill PID';
  throw new InputError([{ file: command, what: `${runs.length} clusters run: ${names.join('; ')}`, fix }]);
}
