/** The file that says which process runs a cluster: a lock on its data, and where `status` and `down` find it. */

import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running process tells of itself. */
export interface RunState {
  readonly pid: number;
  /** Tells this process from a later one with its number, where the system can. */
  readonly startedTicks?: string;
  /** ms since the Unix epoch, of real time. */
  readonly since: number;
  /** Where the API server is; empty until it listens. */
  readonly server: string;
  /** The socket on which it tells how it is. */
  readonly control: string;
  readonly dataDir?: string;
  readonly kubeconfig?: string;
}

/** Data that another process uses. */
export class InUseError extends Error {
  override readonly name = 'InUseError';
  readonly state: RunState;

  constructor(state: RunState) {
    super(`is in use by process ${state.pid}`);
    this.state = state;
  }
}

/** A run file that this process holds. */
export class RunFile {
  readonly path: string;
  #state: RunState;

  private constructor(path: string, state: RunState) {
    this.path = path;
    this.#state = state;
  }

  /** Takes a file for this process, also from one that lives no more. @throws InUseError */
  static take(path: string, state: Omit<RunState, 'pid' | 'startedTicks'>): RunFile {
    const startedTicks = ticksOf(process.pid);
    const mine: RunState = { pid: process.pid, ...(startedTicks !== undefined && { startedTicks }), ...state };
    const aside = `${path}.${process.pid}`;
    writeFileSync(aside, JSON.stringify(mine), { mode: 0o600 });
    try {
      while (!isLinked(aside, path)) dislodge(path);
    } finally {
      rmSync(aside, { force: true });
    }
    return new RunFile(path, mine);
  }

  get state(): RunState {
    return this.#state;
  }

  /** Says more of this process. */
  update(news: Partial<RunState>): void {
    this.#state = { ...this.#state, ...news };
    const aside = `${this.path}.${process.pid}`;
    writeFileSync(aside, JSON.stringify(this.#state), { mode: 0o600 });
    renameSync(aside, this.path);
  }

  release(): void {
    if (readRunFile(this.path)?.pid === process.pid) rmSync(this.path, { force: true });
  }
}

/** Takes away the file of a process that lives no more. @throws InUseError */
function dislodge(path: string): void {
  const found = readRunFile(path);
  if (found !== undefined && isRunning(found)) throw new InUseError(found);
  // Whoever moves it away has it: of two who find it stale at once, one moves it, and the other what the first has put there.
  const moved = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, moved);
  } catch {
    return;
  }
  const taken = readRunFile(moved);
  if (taken !== undefined && isRunning(taken)) isLinked(moved, path);
  rmSync(moved, { force: true });
}

function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Reads a run file; undefined where there is none, or one that was cut. */
export function readRunFile(path: string): RunState | undefined {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as RunState;
    return Number.isSafeInteger(state.pid) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Finds the run files of a folder whose processes run. */
export function runningIn(folder: string): RunState[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
  return names
    .map((name) => readRunFile(join(folder, name)))
    .filter((state): state is RunState => state !== undefined && isRunning(state))
    .sort((a, b) => a.since - b.since);
}

/** Tells whether the process of a run file still runs. */
export function isRunning({ pid, startedTicks }: Pick<RunState, 'pid' | 'startedTicks'>): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startedTicks === undefined || ticksOf(pid) === undefined || ticksOf(pid) === startedTicks;
}

/** When a process was started, as Linux counts it; undefined on other systems, and for one that has ended. */
export function ticksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in brackets, and may hold anything; what follows it is plain.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}

/** The folder that run files lie in: of this user, for this machine. */
export function runFolder(env: NodeJS.ProcessEnv = process.env): string {
  const state = env.XDG_STATE_HOME || join(env.HOME ?? '/tmp', '.local', 'state');
  return join(state, 'troupe');
}
