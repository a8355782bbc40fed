/** Foretells what a command does: when it ends and how, what it prints and which files it writes. Nothing really runs. */

import { programs } from './programs.ts';
import { parseScript, type Script } from './shell.ts';

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

/** Turns of a loop that are followed; one that goes on longer is taken to go on for ever. */
const turnsMax = 10_000;

/** Foretells a command given as its words. */
export function foretell(argv: readonly string[], surroundings: Surroundings): Outcome {
  const run: Run = {
    surroundings,
    variables: { ...surroundings.env },
    files: new Map(),
    effects: [],
    atMs: 0,
    status: 0,
    output: '',
    end: undefined,
    inquiry: undefined,
    asked: 0,
    isBroken: false,
  };
  runProgram(run, argv);
  const { end = 'exits', atMs, status, output, effects, inquiry } = run;
  return { end, atMs, exitCode: status, output, effects, ...(inquiry === undefined ? {} : { inquiry }) };
}

/** Tells whether a command is one that is foretold, rather than some program of an image. */
export function isKnownCommand(argv: readonly string[]): boolean {
  return argv[0] !== undefined && Object.hasOwn(programs, baseName(argv[0]));
}

/** Runs one program by its words, already expanded. */
export function runProgram(run: Run, argv: readonly string[]): void {
  const [name = '', ...args] = argv;
  const program = Object.hasOwn(programs, baseName(name)) ? programs[baseName(name)] : undefined;
  if (program === undefined) run.end = 'serves';
  else program(run, args);
}

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

/** Runs a script's text, as `sh -c` does. */
export function runText(run: Run, text: string): void {
  runScript(run, parseScript(text));
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

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isOver(run: Run): boolean {
  return run.end !== undefined || run.isBroken;
}

function runScript(run: Run, script: Script): void {
  if (isOver(run)) return;
  if (script.kind === 'run') runWords(run, script);
  else if (script.kind === 'list') runList(run, script);
  else if (script.kind === 'while') runWhile(run, script);
  else if (script.kind === 'for') runFor(run, script);
  else {
    runScript(run, script.test);
    if (run.status === 0) runScript(run, script.then);
    else if (script.otherwise !== undefined) runScript(run, script.otherwise);
    else run.status = 0;
  }
}

function runList(run: Run, { items }: Extract<Script, { kind: 'list' }>): void {
  let before: string = ';';
  for (const { script, link } of items) {
    const isSkipped = (before === '&&' && run.status !== 0) || (before === '||' && run.status === 0);
    const { atMs, output } = run;
    if (!isSkipped) runScript(run, script);
    if (isOver(run)) return;
    if (link === '&') run.atMs = atMs;
    if (link === '|') run.output = output;
    before = link;
  }
}

function runWhile(run: Run, { until, test, body }: Extract<Script, { kind: 'while' }>): void {
  for (let turn = 0; turn < turnsMax; turn++) {
    runScript(run, test);
    if (isOver(run)) return;
    if ((run.status === 0) === until) {
      run.status = 0;
      return;
    }
    const { atMs } = run;
    runScript(run, body);
    if (run.isBroken) {
      run.isBroken = false;
      return;
    }
    if (isOver(run)) return;
    // `while true` without a way out, or a turn that takes no time: it goes on for ever, each turn like the first.
    if ((isTruth(test, until) && !hasExit(body)) || run.atMs === atMs) break;
  }
  run.end = 'lasts';
}

function isTruth(test: Script, until: boolean): boolean {
  return test.kind === 'run' && (until ? ['false'] : ['true', ':']).includes(test.words.join(' '));
}

function hasExit(script: Script): boolean {
  if (script.kind === 'run') return ['exit', 'break', 'exec'].includes(script.words[0] ?? '');
  if (script.kind === 'list') return script.items.some((item) => hasExit(item.script));
  if (script.kind === 'if') return [script.then, script.otherwise].some((part) => part !== undefined && hasExit(part));
  return hasExit(script.body);
}

function runFor(run: Run, { name, words, body }: Extract<Script, { kind: 'for' }>): void {
  for (const word of words.flatMap((one) => expandToWords(run, one))) {
    run.variables[name] = word;
    runScript(run, body);
    if (run.isBroken) break;
    if (isOver(run)) return;
  }
  run.isBroken = false;
}

function runWords(run: Run, { words, into }: Extract<Script, { kind: 'run' }>): void {
  let first = 0;
  for (; first < words.length; first++) {
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[first] ?? '');
    if (assignment === null) break;
    run.variables[assignment[1] ?? ''] = expand(run, assignment[2] ?? '');
  }
  const printed = run.output;
  run.output = '';
  run.status = 0;
  if (first < words.length)
    runProgram(
      run,
      words.slice(first).flatMap((word) => expandToWords(run, word)),
    );
  if (into === undefined) {
    run.output = printed + run.output;
    return;
  }
  const path = expand(run, into.path);
  const content = run.output;
  run.output = printed;
  if (path.startsWith('/dev/') && path !== '/dev/termination-log') return;
  writeFile(run, path, into.append ? (readFile(run, path) ?? '') + content : content);
}

function expandToWords(run: Run, raw: string): string[] {
  const text = expand(run, raw);
  return raw.startsWith('$') && !/["']/.test(raw) ? text.split(/\s+/).filter((word) => word !== '') : [text];
}

/** Takes quotes away and puts variables and the output of `$(...)` in. */
function expand(run: Run, raw: string): string {
  return raw.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|\$\(((?:[^()]|\([^()]*\))*)\)|\$\{(\w+)(?::-([^}]*))?\}|\$(\w+|[?#@*])/gs,
    (_all, single, double, escaped, inner, braced, fallback, name) => {
      if (single !== undefined) return single;
      if (double !== undefined) return expandDouble(run, double);
      if (escaped !== undefined) return escaped;
      if (inner !== undefined) return outputOf(run, inner);
      if (name === '?') return String(run.status);
      return run.variables[braced ?? name] ?? fallback ?? '';
    },
  );
}

function expandDouble(run: Run, text: string): string {
  return text.replace(/\\(["\\$`])|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|\$(?:\w+|\?)/g, (all, escaped) =>
    escaped === undefined ? expand(run, all) : escaped,
  );
}

function outputOf(run: Run, script: string): string {
  const inner: Run = { ...run, output: '', variables: { ...run.variables } };
  runText(inner, script);
  run.status = inner.status;
  run.atMs = inner.atMs;
  run.asked = inner.asked;
  if (inner.end === 'asks') {
    run.end = inner.end;
    run.inquiry = inner.inquiry;
  }
  return inner.output.replace(/\n+$/, '');
}
