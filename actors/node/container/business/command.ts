/** Foretells what a command does: when it ends and how, what it prints and which files it writes. Nothing really runs. */

import { programs } from './programs.ts';
import { type Outcome, type Program, type Run, readFile, type Surroundings, writeFile } from './run.ts';
import { parseScript, type Script } from './shell.ts';

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

const shell: Program = (run, args) => {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  const file = args.find((arg) => !arg.startsWith('-'));
  if (at >= 0) runText(run, args[at + 1] ?? '');
  // A script file that was mounted is followed; one of the image's own is its program.
  else if (file !== undefined) runFile(run, file);
};

/** What is followed: the programs, and those that run others in their turn. */
const known: Readonly<Record<string, Program>> = {
  ...programs,
  sh: shell,
  bash: shell,
  ash: shell,
  dash: shell,
  exec: (run, args) => {
    if (args.length === 0) return;
    runProgram(run, args);
    run.end ??= 'exits';
  },
};

/** Tells whether a command is one that is foretold, rather than some program of an image. */
export function isKnownCommand(argv: readonly string[]): boolean {
  return argv[0] !== undefined && Object.hasOwn(known, baseName(argv[0]));
}

/** Runs one program by its words, already expanded. */
function runProgram(run: Run, argv: readonly string[]): void {
  const [name = '', ...args] = argv;
  const program = Object.hasOwn(known, baseName(name)) ? known[baseName(name)] : undefined;
  if (program === undefined) run.end = 'serves';
  else program(run, args);
}

/** Runs a script's text, as `sh -c` does. */
function runText(run: Run, text: string): void {
  runScript(run, parseScript(text));
}

function runFile(run: Run, path: string): void {
  const text = readFile(run, path);
  if (text === undefined) run.end = 'serves';
  else runText(run, text);
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
