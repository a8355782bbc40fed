/** A command being foretold: what it finds around it, and what it has done so far. */

/** A file written or (without content) removed, so long after the start. */
export interface FileEffect {
  atMs: number;
  path: string;
  content?: string;
}

/** What a command asks the cluster: whether a name is known (`NAME`), a port open (`CONNECT`), a page there (`GET`). */
export interface Inquiry {
  method: 'NAME' | 'CONNECT' | 'GET';
  host: string;
  port: number;
  path: string;
}

/** What came of it, and how long that took. */
export interface Answer {
  isGood: boolean;
  tookMs: number;
}

/** What a command finds around it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  /** Gives a file's content; undefined where there is none. */
  readonly readFile: (path: string) => string | undefined;
  /** What it was answered so far; where it asks for more, no more is known yet. */
  readonly answers: readonly Answer[];
}

/** What a command does. */
export interface Outcome {
  /** It ends by itself, it lasts for ever, from then on it is the image's own program, or it asks something. */
  end: 'exits' | 'lasts' | 'serves' | 'asks';
  inquiry?: Inquiry;
  /** ms from its start until then. */
  atMs: number;
  exitCode: number;
  output: string;
  effects: readonly FileEffect[];
}

/** A command being foretold. */
export interface Run {
  readonly surroundings: Surroundings;
  readonly variables: Record<string, string>;
  readonly files: Map<string, string | undefined>;
  readonly effects: FileEffect[];
  atMs: number;
  status: number;
  output: string;
  /** Set when nothing more of the command runs. */
  end: Outcome['end'] | undefined;
  inquiry: Inquiry | undefined;
  /** How many of the answers are used up. */
  asked: number;
  isBroken: boolean;
}

/** What a program does to the command's run, by its words after its name. */
export type Program = (run: Run, args: readonly string[]) => void;

/** Asks the cluster something: goes on with its answer, or stops where there is none yet. */
export function inquire(run: Run, inquiry: Inquiry): void {
  const answer = run.surroundings.answers[run.asked];
  if (answer === undefined) {
    run.end = 'asks';
    run.inquiry = inquiry;
    return;
  }
  run.asked += 1;
  run.atMs += answer.tookMs;
  run.status = answer.isGood ? 0 : 1;
}

/** Reads a file as the command sees it: with what it has itself written. */
export function readFile(run: Run, path: string): string | undefined {
  return run.files.has(path) ? run.files.get(path) : run.surroundings.readFile(path);
}

/** Writes a file, or removes it. */
export function writeFile(run: Run, path: string, content: string | undefined): void {
  run.files.set(path, content);
  run.effects.push(content === undefined ? { atMs: run.atMs, path } : { atMs: run.atMs, path, content });
}
