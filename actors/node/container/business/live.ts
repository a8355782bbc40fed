/**
 * Commands that somebody outside watches (`kubectl exec`), and shells that are typed into.
 *
 * A command is foretold with what it was answered and given to read so far; what of its output is due is shown, and when
 * more is due, or more has come, it is looked at again. A shell runs its lines one after the other.
 */

import type { VolumesRead } from '../../../../protocol/messages/container.ts';
import type {
  CommandEnded,
  ExecRun,
  InputOpen,
  LogLine,
  OutputWritten,
} from '../../../../protocol/messages/streaming.ts';
import { dropCall } from './calling.ts';
import { cannotRun, hasOwnProgram } from './executables.ts';
import { filePaths } from './files.ts';
import { say } from './log.ts';
import { addTask, dropTask, type Live, type Me, type Session, slackMs } from './memory.ts';
import { commandOf } from './plan.ts';
import type { Outcome, Surroundings } from './run.ts';
import { foretellSession } from './scripting.ts';
import { isWholeScript } from './shell.ts';
import { takeKeys } from './terminal.ts';

/** ms ahead that a command which goes on for ever is followed at a time. */
const aheadMs = 10_000;

/** Signals end a process with this and their number. */
const interrupted = 130;

/** Tells whether a command is a shell without a script: it reads one. */
export function isBareShell(argv: readonly string[]): boolean {
  const [name = '', ...args] = argv;
  return /(^|\/)(sh|bash|ash|dash)$/.test(name) && args.every((arg) => /^-[a-z-]+$/.test(arg) && !/^-\w*c/.test(arg));
}

/** Runs a command for somebody outside; what volumes hold is asked for first. */
export function run(self: Me, event: ExecRun): void {
  const { command, containerId, stdin, tty, session } = event.body;
  const { memory } = self;
  if (containerId !== memory.input.containerId) {
    self.end(event, 'gone');
    return;
  }
  const error = cannotRun(self, command);
  if (error !== undefined) {
    self.push<CommandEnded>(event, 'command.ended', { exitCode: error.exitCode, error: error.message });
    self.end(event, 'ended');
    return;
  }
  const live = makeLive(self, command, { isInputOpen: stdin, tty });
  live.viewers.push({ from: event.from, stream: event.stream });
  if (stdin) openInput(self, live, event.from, session);
  prompt(self, live);
  const { volumes } = memory.input.config;
  if (volumes === undefined) advance(self, live.number);
  else {
    const note = { run: live.number };
    self.request<VolumesRead>(memory.input.pause, 'volumes.read', undefined, { deadlineMs: 10_000, note });
  }
}

/** Starts a shell that is the container's own process. */
export function startMain(self: Me, argv: readonly string[]): void {
  const { tty = false } = self.memory.input.config;
  prompt(self, makeLive(self, argv, { isInputOpen: true, tty }, mainNumber));
}

/** The number of the container's own process, if it is a shell. */
const mainNumber = 0;

/** Shows what the container's own shell prints, and lets it read what is typed. */
export function attachMain(self: Me, event: { from: string; stream: number; body: ExecRun['body'] | object }): boolean {
  const live = self.memory.lives?.get(mainNumber);
  if (live === undefined) return false;
  live.viewers.push({ from: event.from, stream: event.stream });
  const { stdin, session } = event.body as ExecRun['body'];
  if (stdin && live.input === 0) openInput(self, live, event.from, session);
  return true;
}

function makeLive(
  self: Me,
  argv: readonly string[],
  { isInputOpen, tty }: { isInputOpen: boolean; tty: boolean },
  number = self.memory.liveCount + 1,
): Live {
  const { memory } = self;
  memory.liveCount = Math.max(memory.liveCount, number);
  const variables = environmentOf(self, tty);
  const isShell = isInputOpen && isBareShell(argv);
  const live: Live = {
    number,
    viewers: [],
    input: 0,
    argv,
    terminal: tty ? { line: '' } : undefined,
    typed: '',
    isInputOpen,
    shell: isShell ? { variables, cwd: '/', status: 0 } : undefined,
    session: undefined,
    shown: { stdout: 0, stderr: 0 },
    due: undefined,
    logged: '',
  };
  memory.lives ??= new Map();
  memory.lives.set(number, live);
  if (!isShell) live.session = begin(self, live, argv);
  return live;
}

/** What the runtime and the image add to the container's own variables. */
function environmentOf({ memory }: Me, hasTty: boolean): Record<string, string> {
  const { hostname, config } = memory.input;
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOSTNAME: hostname,
    ...(hasTty && { TERM: 'xterm' }),
    ...config.env,
    HOME: config.env.HOME ?? '/root',
  };
}

function begin(self: Me, live: Live, argv: readonly string[]): Session {
  live.shown = { stdout: 0, stderr: 0 };
  const session: Session = {
    argv,
    startedAt: self.monotonic(),
    answers: [],
    effects: 0,
    isMain: false,
    live: live.number,
  };
  return live.shell === undefined ? session : { ...session, shell: live.shell };
}

function openInput(self: Me, live: Live, asker: string, session: number): void {
  live.input = self.open<InputOpen>(asker, 'input.open', { session }, { live: live.number });
}

/** Takes what was typed. */
export function type(self: Me, event: { note: unknown; body: { text: string } }): void {
  const live = liveOf(self, event.note);
  if (live === undefined) return;
  if (live.terminal === undefined) live.typed += event.body.text;
  else {
    const { echo, read } = takeKeys(live.terminal, event.body.text);
    show(self, live, 'stdout', echo);
    for (const word of read) {
      if (word === 'interrupt') interrupt(self, live);
      else if (word === 'end') endInput(self, live);
      else live.typed += word;
    }
  }
  advance(self, live.number);
}

/** Takes it that nothing more will be typed. */
export function closeInput(self: Me, event: { note: unknown }): void {
  const live = liveOf(self, event.note);
  if (live === undefined) return;
  live.input = 0;
  // Whoever attaches next may go on to type, unless the first was to be the only one.
  if (live.number === mainNumber && self.memory.input.config.stdinOnce !== true) return;
  live.isInputOpen = false;
  advance(self, live.number);
}

function liveOf({ memory }: Me, note: unknown): Live | undefined {
  const { live } = (note ?? {}) as { live?: number };
  return live === undefined ? undefined : memory.lives?.get(live);
}

/** Ctrl-D: the command that reads is at its end; a shell without one is. */
function endInput(self: Me, live: Live): void {
  if (live.session === undefined || live.shell === undefined) live.isInputOpen = false;
  else {
    live.typed = '';
    finishCommand(self, live, 0);
  }
}

/** Ctrl-C: ends what is under way. */
function interrupt(self: Me, live: Live): void {
  live.typed = '';
  if (live.session === undefined) prompt(self, live);
  else {
    abandon(self, live);
    finishCommand(self, live, interrupted);
  }
}

/** Forgets what a command still waits for. */
function abandon(self: Me, live: Live): void {
  const { memory } = self;
  const { session } = live;
  for (const call of memory.calls?.values() ?? []) {
    if ('session' in call.purpose && call.purpose.session === session) dropCall(self, call);
  }
  memory.due = memory.due.filter((task) => !('session' in task) || task.session !== session);
}

/** Goes on with a command or a shell as far as it goes now. */
export function advance(self: Me, number: number): void {
  for (let live = self.memory.lives?.get(number); live !== undefined; live = self.memory.lives?.get(number)) {
    if (live.due !== undefined) dropTask(self, live.due);
    live.due = undefined;
    if (live.session === undefined && !beginLine(self, live)) return;
    if (!follow(self, live)) return;
  }
}

/** Takes the next line that is whole; false where there is none. */
function beginLine(self: Me, live: Live): boolean {
  const script = takeScript(live);
  if (script !== undefined) {
    live.session = begin(self, live, [script]);
    return true;
  }
  if (!live.isInputOpen) {
    if (live.terminal !== undefined) show(self, live, 'stdout', 'exit\r\n');
    end(self, live, live.shell?.status ?? 0);
  }
  return false;
}

function takeScript(live: Live): string | undefined {
  for (let at = live.typed.indexOf('\n'); at >= 0; at = live.typed.indexOf('\n', at + 1)) {
    const script = live.typed.slice(0, at);
    if (!isWholeScript(script)) continue;
    live.typed = live.typed.slice(at + 1);
    return script;
  }
  const rest = live.typed;
  if (live.isInputOpen || rest === '') return undefined;
  live.typed = '';
  return rest;
}

/** Shows what of a command is due; true when it has ended. */
function follow(self: Me, live: Live): boolean {
  const session = live.session as Session;
  const ageMs = self.monotonic() - session.startedAt + slackMs;
  const outcome = foretellSession(self, session, surroundingsOf(self, live, ageMs));
  showDue(self, live, outcome, ageMs);
  if ((outcome.terminatesAtMs ?? Number.POSITIVE_INFINITY) <= ageMs && self.memory.plan?.handlesTerm) {
    say(self, 'received SIGTERM, shutting down');
    self.raise({ type: 'process.exit', body: { exitCode: 0 } });
  }
  if (outcome.end === 'exits' && outcome.atMs <= ageMs) {
    if (outcome.shell !== undefined) {
      const { variables, cwd, status, unread } = outcome.shell;
      live.shell = { variables, cwd, status };
      live.typed = unread;
    }
    if (outcome.shell?.hasExited) end(self, live, outcome.exitCode);
    else finishCommand(self, live, outcome.exitCode);
    return true;
  }
  const next = outcome.printed.find(({ atMs }) => atMs > ageMs)?.atMs ?? Number.POSITIVE_INFINITY;
  const atMs = Math.min(next, outcome.end === 'exits' ? outcome.atMs : Number.POSITIVE_INFINITY);
  const isEndless = outcome.end === 'lasts' && outcome.printed.length > 0 && atMs === Number.POSITIVE_INFINITY;
  if (atMs < Number.POSITIVE_INFINITY || isEndless) {
    live.due = { at: session.startedAt + (isEndless ? ageMs + aheadMs : atMs), kind: 'look', live: live.number };
    addTask(self, live.due);
  }
  return false;
}

function surroundingsOf(self: Me, live: Live, ageMs: number): Partial<Surroundings> {
  const { input, written, volumes, startedAt, startedMs } = self.memory;
  const session = live.session as Session;
  const own = commandOf(input.config) ?? [input.config.image.replace(/^.*\//, '').replace(/[:@].*$/, '')];
  return {
    env: environmentOf(self, live.terminal !== undefined),
    listFiles: () => filePaths(input, written, volumes),
    startedAt: startedAt + (session.startedAt - startedMs),
    stdin: { text: live.typed, isOpen: live.isInputOpen },
    hasTty: live.terminal !== undefined,
    ip: input.ip,
    processes: [own.join(' '), ...(live.number === mainNumber ? [] : [live.argv.join(' ')])],
    hasProgram: (name) => hasOwnProgram(input.config, name),
    untilMs: ageMs + aheadMs,
  };
}

function showDue(self: Me, live: Live, { printed }: Outcome, ageMs: number): void {
  const seen = { stdout: 0, stderr: 0 };
  for (const { atMs, stream, text } of printed) {
    if (atMs > ageMs) return;
    const from = Math.max(0, live.shown[stream] - seen[stream]);
    seen[stream] += text.length;
    if (from >= text.length) continue;
    live.shown[stream] += text.length - from;
    show(
      self,
      live,
      stream,
      live.terminal === undefined ? text.slice(from) : text.slice(from).replaceAll('\n', '\r\n'),
    );
  }
}

function show(self: Me, live: Live, stream: LogLine['stream'], text: string): void {
  if (text === '') return;
  // A terminal has one stream.
  const body: OutputWritten['body'] = { stream: live.terminal === undefined ? stream : 'stdout', text };
  for (const key of live.viewers) self.push<OutputWritten>(key, 'output.written', body);
  if (live.number !== mainNumber) return;
  const lines = (live.logged + text).split('\n');
  live.logged = lines.pop() ?? '';
  for (const line of lines) say(self, line.replace(/\r$/, ''), body.stream);
}

function prompt(self: Me, live: Live): void {
  if (live.terminal === undefined || live.shell === undefined) return;
  const { hostname } = self.memory.input;
  const { cwd } = live.shell;
  show(self, live, 'stdout', /bash$/.test(live.argv[0] ?? '') ? `root@${hostname}:${cwd}# ` : `${cwd} # `);
}

/** Takes it that a command has ended: a shell waits for the next, else it was all. */
function finishCommand(self: Me, live: Live, exitCode: number): void {
  live.session = undefined;
  if (live.shell === undefined) end(self, live, exitCode);
  else {
    live.shell = { ...live.shell, status: exitCode };
    prompt(self, live);
  }
}

function end(self: Me, live: Live, exitCode: number): void {
  self.memory.lives?.delete(live.number);
  if (live.input !== 0) self.close(live.input);
  for (const key of live.viewers) {
    self.push<CommandEnded>(key, 'command.ended', { exitCode });
    self.end(key, 'ended');
  }
  if (live.number === mainNumber) self.raise({ type: 'process.exit', body: { exitCode } });
}

/** Takes it that a viewer has gone; a command without one goes on as a process without a terminal does: it is hung up. */
export function leave(self: Me, key: { from: string; stream: number }): void {
  for (const live of self.memory.lives?.values() ?? []) {
    if (!live.viewers.some((one) => one.from === key.from && one.stream === key.stream)) continue;
    live.viewers = live.viewers.filter((one) => one.from !== key.from || one.stream !== key.stream);
    if (live.number === mainNumber || live.viewers.length > 0) continue;
    abandon(self, live);
    if (live.due !== undefined) dropTask(self, live.due);
    if (live.input !== 0) self.close(live.input);
    self.memory.lives?.delete(live.number);
  }
}

/** Ends all commands, as the container has ended: they were killed with it. */
export function endAll(self: Me): void {
  for (const live of [...(self.memory.lives?.values() ?? [])]) {
    self.memory.lives?.delete(live.number);
    if (live.input !== 0) self.close(live.input);
    const exitCode = live.number === mainNumber ? (self.memory.ended?.exitCode ?? 0) : 137;
    for (const key of live.viewers) {
      self.push<CommandEnded>(key, 'command.ended', { exitCode });
      self.end(key, 'ended');
    }
  }
}
