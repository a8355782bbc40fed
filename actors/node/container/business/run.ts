/** A command being foretold: what it finds around it, and what it has done so far. */

import type { CommandAnswer } from '../../../../protocol/messages/container.ts';

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
export type Answer = CommandAnswer;

/** Text that a command prints, so long after its start. */
export interface Printed {
  readonly atMs: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What a command reads from: what came so far, and whether more may come. */
export interface Stdin {
  readonly text: string;
  readonly isOpen: boolean;
}

/** What a command finds around it. What is optional is not asked for by commands that nobody looks at. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  /** Gives a file's content; undefined where there is none. */
  readonly readFile: (path: string) => string | undefined;
  /** What it was answered so far; where it asks for more, no more is known yet. */
  readonly answers: readonly Answer[];
  /** Lists the paths of all files. */
  readonly listFiles?: () => readonly string[];
  /** When it starts, in ms since the epoch: what `date` counts from. */
  readonly startedAt?: number;
  readonly stdin?: Stdin;
  readonly hasTty?: boolean;
  readonly cwd?: string;
  /** The pod's address, and the command lines of the processes there are. */
  readonly ip?: string;
  readonly processes?: readonly string[];
  /**
   * Tells whether the image has a program that is not foretold. Where it is given, any other one is missing; where it
   * is not, every unknown program is taken to be the image's own, and serves.
   */
  readonly hasProgram?: (name: string) => boolean;
  /** ms from its start until which a loop that goes on for ever is followed; absent: one turn of it. */
  readonly untilMs?: number;
  /** Later turns of a loop are answered as its first ones were; else each asks anew. */
  readonly repeatsAnswers?: boolean;
}

/** How a command ends: by itself, never, as the image's own program, or it waits: for an answer, or for input. */
export type End = 'exits' | 'lasts' | 'serves' | 'asks' | 'reads';

/** What a command does. */
export interface Outcome {
  end: End;
  inquiry?: Inquiry;
  /** ms from its start until then. */
  atMs: number;
  exitCode: number;
  /** All it prints, and the same piece by piece. */
  output: string;
  printed: readonly Printed[];
  effects: readonly FileEffect[];
  /** When it told the container's first process to end (`kill 1`). */
  terminatesAtMs?: number;
  /** Of a line typed into a shell: the shell after it, whether the line ended it, and what of the input it left. */
  shell?: ShellState & { hasExited: boolean; unread: string };
}

/** What a shell keeps from one line to the next. */
export interface ShellState {
  variables: Readonly<Record<string, string>>;
  cwd: string;
  status: number;
}

/** A command being foretold. */
export interface Run {
  readonly surroundings: Surroundings;
  readonly variables: Record<string, string>;
  readonly files: Map<string, string | undefined>;
  readonly effects: FileEffect[];
  atMs: number;
  status: number;
  /** What it has printed, and how many turns of loops were followed. */
  printed: Printed[];
  turns: number;
  stdin: Stdin;
  cwd: string;
  /** Set when nothing more of the command runs. */
  end: End | undefined;
  inquiry: Inquiry | undefined;
  terminatesAtMs: number | undefined;
  /** How many of the answers are used up. */
  asked: number;
  isBroken: boolean;
}

/** What a program does to the command's run, by its words after its name. */
export type Program = (run: Run, args: readonly string[]) => void;

/** Makes a run that has done nothing yet. */
export function makeRun(surroundings: Surroundings): Run {
  return {
    surroundings,
    variables: { ...surroundings.env },
    files: new Map(),
    effects: [],
    atMs: 0,
    status: 0,
    printed: [],
    turns: 0,
    stdin: surroundings.stdin ?? noInput,
    cwd: surroundings.cwd ?? '/',
    end: undefined,
    inquiry: undefined,
    terminatesAtMs: undefined,
    asked: 0,
    isBroken: false,
  };
}

const noInput: Stdin = { text: '', isOpen: false };

/** Prints. */
export function print(run: Run, text: string, stream: Printed['stream'] = 'stdout'): void {
  if (text !== '') run.printed.push({ atMs: run.atMs, stream, text });
}

/** Says what went wrong, and fails. */
export function complain(run: Run, message: string, status = 1): void {
  print(run, `${message}\n`, 'stderr');
  run.status = status;
}

/** Runs something and gives what it prints to its standard output; what goes to the other stays. */
export function capture(run: Run, act: () => void): string {
  const before = run.printed;
  run.printed = [];
  act();
  const pieces = run.printed;
  run.printed = before;
  let text = '';
  for (const piece of pieces) {
    if (piece.stream === 'stdout') text += piece.text;
    else before.push(piece);
  }
  return text;
}

/** Gives all of the standard input; where more may come the command waits for it. */
export function readInput(run: Run): string {
  const { text, isOpen } = run.stdin;
  if (isOpen) run.end = 'reads';
  run.stdin = { text: '', isOpen };
  return text;
}

/** Takes one line off the standard input; undefined at its end, or where the command waits for more. */
export function readLine(run: Run): string | undefined {
  const { text, isOpen } = run.stdin;
  const at = text.indexOf('\n');
  if (at < 0 && isOpen) run.end = 'reads';
  if (at < 0 && (isOpen || text === '')) return undefined;
  run.stdin = { text: at < 0 ? '' : text.slice(at + 1), isOpen };
  return at < 0 ? text : text.slice(0, at);
}

/** Asks the cluster something: gives its answer, or stops where there is none yet. */
export function inquire(run: Run, inquiry: Inquiry): Answer | undefined {
  const { answers, repeatsAnswers = false } = run.surroundings;
  const answer = answers[repeatsAnswers && answers.length > 0 ? run.asked % answers.length : run.asked];
  if (answer === undefined) {
    run.end = 'asks';
    run.inquiry = inquiry;
    return undefined;
  }
  run.asked += 1;
  run.atMs += answer.tookMs;
  run.status = answer.isGood ? 0 : 1;
  return answer;
}

/** Makes a path absolute. */
export function resolvePath(run: Run, path: string): string {
  const names: string[] = [];
  for (const name of `${path.startsWith('/') ? '' : run.cwd}/${path}`.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** Reads a file as the command sees it: with what it has itself written. */
export function readFile(run: Run, path: string): string | undefined {
  const place = resolvePath(run, path);
  return run.files.has(place) ? run.files.get(place) : run.surroundings.readFile(place);
}

/** Writes a file, or removes it. */
export function writeFile(run: Run, path: string, content: string | undefined): void {
  const place = resolvePath(run, path);
  run.files.set(place, content);
  run.effects.push(content === undefined ? { atMs: run.atMs, path: place } : { atMs: run.atMs, path: place, content });
}

/** Lists the paths of all files that the command sees. */
export function listFiles(run: Run): string[] {
  const paths = new Set(run.surroundings.listFiles?.() ?? []);
  for (const [path, content] of run.files) {
    if (content === undefined) paths.delete(path);
    else paths.add(path);
  }
  return [...paths].sort();
}

/** Gives the words that are no options. */
export function operands(args: readonly string[]): string[] {
  return args.filter((arg) => arg === '-' || !arg.startsWith('-'));
}

/** Gives what a filter works on: the files it names, or its standard input. */
export function inputOf(run: Run, name: string, paths: readonly string[]): string {
  if (paths.length === 0) return readInput(run);
  let text = '';
  for (const path of paths) {
    const content = path === '-' ? readInput(run) : readFile(run, path);
    if (content === undefined) complain(run, noSuchFile(run, name, path));
    else text += content;
  }
  return text;
}

/** Says that a file is not there, or is a directory, as BusyBox does. */
export function noSuchFile(run: Run, name: string, path: string): string {
  if (isDirectory(run, path)) {
    return name === 'cat' ? `cat: read error: Is a directory` : `${name}: ${path}: Is a directory`;
  }
  return name === 'cat' || name === 'head' || name === 'tail'
    ? `${name}: can't open '${path}': No such file or directory`
    : `${name}: ${path}: No such file or directory`;
}

/** Directories that every image has. */
export const rootDirectories = ['bin', 'dev', 'etc', 'home', 'lib', 'proc', 'root', 'sys', 'tmp', 'usr', 'var'];

/** Tells whether a path is a directory: a file lies below it, or every image has it. */
export function isDirectory(run: Run, path: string): boolean {
  const place = resolvePath(run, path);
  if (place === '/' || rootDirectories.includes(place.slice(1))) return true;
  return listFiles(run).some((file) => file.startsWith(`${place}/`));
}
