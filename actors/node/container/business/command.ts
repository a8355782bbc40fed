/** Foretells what a command does: when it ends and how, what it prints and which files it writes. Nothing really runs. */

import { reckon } from './arithmetic.ts';
import { allVariables, programs } from './programs.ts';
import {
  capture,
  complain,
  makeRun,
  type Outcome,
  type Program,
  print,
  type Run,
  readFile,
  type ShellState,
  type Surroundings,
  writeFile,
} from './run.ts';
import { parseScript, type Script } from './shell.ts';

/** Turns of loops that are followed; one that goes on longer is taken to go on for ever. */
const turnsMax = 10_000;
/** As many where somebody looks at what it prints. */
const turnsMaxSeen = 100_000;

/** Foretells a command given as its words. */
export function foretell(argv: readonly string[], surroundings: Surroundings): Outcome {
  const run = makeRun(surroundings);
  runProgram(run, argv);
  return outcomeOf(run);
}

/** Foretells a line that is typed into a shell, and what the shell is like after it. */
export function foretellLine(line: string, state: ShellState, surroundings: Surroundings): Outcome {
  const run = makeRun({ ...surroundings, env: state.variables, cwd: state.cwd });
  run.status = state.status;
  runText(run, line);
  const { variables, cwd, status } = run;
  const shell = { variables, cwd, status, hasExited: run.end === 'exits', unread: run.stdin.text };
  return { ...outcomeOf(run), shell };
}

function outcomeOf(run: Run): Outcome {
  const { end = 'exits', atMs, status, printed, effects, inquiry, terminatesAtMs } = run;
  const output = printed.map((piece) => piece.text).join('');
  const outcome: Outcome = { end, atMs, exitCode: status, output, printed, effects };
  if (inquiry !== undefined) outcome.inquiry = inquiry;
  if (terminatesAtMs !== undefined) outcome.terminatesAtMs = terminatesAtMs;
  return outcome;
}

const shell: Program = (run, args) => {
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  const file = args.find((arg) => !/^[-+]/.test(arg));
  if (at >= 0) runText(run, args[at + 1] ?? '');
  // A script file that was mounted is followed; one of the image's own is its program.
  else if (file !== undefined) runFile(run, file);
  if (run.end === 'exits') run.end = undefined;
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
  env: (run, args) => {
    const words = [...args];
    for (let word = words[0]; word !== undefined && /^\w+=/.test(word); word = words[0]) {
      run.variables[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
      words.shift();
    }
    if (words.length > 0) runProgram(run, words);
    else print(run, allVariables(run));
  },
  timeout: (run, args) =>
    runProgram(
      run,
      args.filter((arg, i) => i > 0 || !/^\d/.test(arg)),
    ),
  which: findPrograms,
  command: (run, args) => (args[0] === '-v' ? findPrograms(run, args.slice(1)) : runProgram(run, args)),
  type: findPrograms,
};

/** What only a shell knows: no file bears its name. */
const builtIn: ReadonlySet<string> = new Set([
  ...[
    'cd',
    'export',
    'exit',
    'read',
    'set',
    'trap',
    ':',
    'break',
    'umask',
    'ulimit',
    'wait',
    'unset',
    'alias',
    'shift',
  ],
  ...['local', 'exec', 'command', 'type'],
]);

/** Tells whether a command is one that is foretold, rather than some program of an image. */
export function isKnownCommand(argv: readonly string[]): boolean {
  return argv[0] !== undefined && Object.hasOwn(known, baseName(argv[0]));
}

/** Tells whether a command can be run without a shell: some file bears its name. */
export function isFile(name: string): boolean {
  return Object.hasOwn(known, baseName(name)) && !builtIn.has(baseName(name));
}

function findPrograms(run: Run, names: readonly string[]): void {
  for (const name of names) {
    if (isFile(name)) print(run, `/bin/${baseName(name)}\n`);
    else if (run.surroundings.hasProgram?.(name)) print(run, `/usr/local/bin/${name}\n`);
    else if (isKnownCommand([name])) print(run, `${name}\n`);
    else run.status = 1;
  }
}

/** Runs one program by its words, already expanded. */
function runProgram(run: Run, argv: readonly string[]): void {
  const [name = '', ...args] = argv;
  const program = Object.hasOwn(known, baseName(name)) ? known[baseName(name)] : undefined;
  const { hasProgram } = run.surroundings;
  if (program !== undefined) program(run, args);
  else if (hasProgram === undefined) run.end = 'serves';
  else if (!hasProgram(name)) complain(run, `sh: ${name}: not found`, 127);
}

/** Runs a script's text, as `sh -c` does. */
function runText(run: Run, text: string): void {
  runScript(run, parseScript(text));
}

function runFile(run: Run, path: string): void {
  const text = readFile(run, path);
  if (text !== undefined) runText(run, text);
  else if (run.surroundings.hasProgram === undefined) run.end = 'serves';
  else complain(run, `sh: can't open '${path}': No such file or directory`, 2);
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
  let { stdin } = run;
  for (const { script, link } of items) {
    const isSkipped = (before === '&&' && run.status !== 0) || (before === '||' && run.status === 0);
    const { atMs } = run;
    if (before !== '|') stdin = run.stdin;
    if (isSkipped) before = link;
    else {
      if (link === '|') run.stdin = { text: capture(run, () => runScript(run, script)), isOpen: false };
      else runScript(run, script);
      if (before === '|' && link !== '|') run.stdin = stdin;
      if (isOver(run)) return;
      if (link === '&') run.atMs = atMs;
      before = link;
    }
  }
}

function runWhile(run: Run, { until, test, body }: Extract<Script, { kind: 'while' }>): void {
  const { untilMs } = run.surroundings;
  const most = untilMs === undefined ? turnsMax : turnsMaxSeen;
  for (; run.turns < most; run.turns++) {
    if (untilMs !== undefined && run.atMs > untilMs) break;
    const { atMs } = run;
    runScript(run, test);
    if (isOver(run)) return;
    if ((run.status === 0) === until) {
      run.status = 0;
      return;
    }
    runScript(run, body);
    if (run.isBroken) {
      run.isBroken = false;
      return;
    }
    if (isOver(run)) return;
    // `while true` without a way out, or a turn that takes no time: it goes on for ever, each turn like the first.
    const isEndless = untilMs === undefined && isTruth(test, until) && !hasExit(body);
    if (isEndless || (run.atMs === atMs && run.stdin.text === '' && run.turns > idleTurns)) break;
  }
  run.end = 'lasts';
}

/** Turns of a loop that take no time after which it is taken to go on for ever. */
const idleTurns = 1000;

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

function runWords(run: Run, { words, into, errors, from }: Extract<Script, { kind: 'run' }>): void {
  let first = 0;
  for (; first < words.length; first++) {
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(words[first] ?? '');
    if (assignment === null) break;
    run.variables[assignment[1] ?? ''] = expand(run, assignment[2] ?? '');
  }
  const argv = words.slice(first).flatMap((word) => expandToWords(run, word));
  const isNegated = argv[0] === '!';
  if (isNegated) argv.shift();
  if (argv.length > 0 || first === 0) run.status = 0;
  const { stdin, printed } = run;
  if (from !== undefined) run.stdin = { text: readFile(run, expand(run, from)) ?? '', isOpen: false };
  run.printed = [];
  if (argv.length > 0) runProgram(run, argv);
  if (isNegated) run.status = run.status === 0 ? 1 : 0;
  if (from !== undefined) run.stdin = stdin;
  const pieces = run.printed;
  run.printed = printed;
  let output = '';
  const path = into === undefined ? undefined : expand(run, into.path);
  for (const piece of pieces) {
    const isError = piece.stream === 'stderr' && errors !== '&1';
    if (isError && errors === undefined) printed.push(piece);
    else if (isError) continue;
    else if (path === '/dev/stderr') printed.push({ ...piece, stream: 'stderr' });
    else if (path === undefined || isOutput(path)) printed.push({ ...piece, stream: 'stdout' });
    else output += piece.text;
  }
  if (path === undefined || into === undefined) return;
  if (path.startsWith('/dev/') && path !== '/dev/termination-log') return;
  if (!isOutput(path)) writeFile(run, path, into.append ? (readFile(run, path) ?? '') + output : output);
}

function isOutput(path: string): boolean {
  return path === '/dev/stdout' || path === '/proc/1/fd/1' || path === '/proc/self/fd/1' || path === '/dev/tty';
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
      if (name === '$') return '1';
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
  const sum = /^\((.*)\)$/s.exec(script);
  if (sum !== null) return `${reckon(expand(run, sum[1] ?? ''), run.variables)}`;
  const inner: Run = { ...run, variables: { ...run.variables } };
  const output = capture(inner, () => runText(inner, script));
  run.status = inner.status;
  run.atMs = inner.atMs;
  run.asked = inner.asked;
  if (inner.end === 'asks') {
    run.end = inner.end;
    run.inquiry = inner.inquiry;
  }
  return output.replace(/\n+$/, '');
}
