/** What a container says: kept while it runs, the latest of it, and told to those who follow. */

import type { ContainerLog } from '../../../../protocol/messages/container.ts';
import type {
  AttachRun,
  LogLine,
  LogRead,
  LogWritten,
  OutputWritten,
} from '../../../../protocol/messages/streaming.ts';
import { fileReader } from './files.ts';
import { composeLog, selectLines } from './log-lines.ts';
import { addTask, type Follower, type Me, slackMs } from './memory.ts';

/** ms ahead of which lines are foretold for followers. */
const aheadMs = 60_000;

/** Says something: a line of the program's own. */
export function say(self: Me, text: string, stream: LogLine['stream'] = 'stdout'): void {
  const { memory } = self;
  const line: LogLine = { at: self.now(), stream, text };
  memory.log ??= [];
  memory.log.push(line);
  memory.logBytes += text.length + lineBytes;
  if (memory.logBytes > memory.input.logMaxBytes) rotate(self);
  if (memory.followers !== undefined) tell(self, [line]);
}

/** What a line takes beside its text: the time and the stream before it. */
const lineBytes = 40;

/** Forgets the older half, as the kubelet begins a new file and removes the oldest (`--container-log-max-size`). */
function rotate({ memory }: Me): void {
  const lines = memory.log ?? [];
  memory.log = lines.slice(lines.length >> 1);
  memory.logBytes = memory.log.reduce((sum, { text }) => sum + text.length + lineBytes, 0);
}

/** Says how a request was answered. Health checks that go well are not worth a line. */
export function sayRequest(
  self: Me,
  request: { from: string; method: string; path: string; isProbe: boolean },
  status: number,
  tookMs: number,
): void {
  if (request.isProbe && status < 400) return;
  const { from, method, path } = request;
  say(self, `${from} ${method} ${path} ${status} ${tookMs.toFixed(1)}ms`, status < 500 ? 'stdout' : 'stderr');
}

/** Gives what the log is put together from when its container has ended; undefined where there is nothing to add. */
export function logOf({ memory }: Me): ContainerLog | undefined {
  const answers = memory.main?.answers ?? [];
  if (memory.log === undefined && answers.length === 0) return undefined;
  return { lines: memory.log ?? [], answers };
}

function linesUntil(self: Me, untilMs: number): readonly LogLine[] {
  const { memory } = self;
  const { input, startedAt, main, volumes, log = [], ended } = memory;
  if (startedAt === 0) return log;
  return composeLog({
    config: input.config,
    image: input.workload,
    hostname: input.hostname,
    startedAt,
    untilMs,
    hasEnded: ended !== undefined,
    answers: main?.answers ?? [],
    readFile: fileReader(input.config, undefined, volumes, input),
    lines: log,
  });
}

function ageMs(self: Me): number {
  return self.monotonic() - self.memory.startedMs + slackMs;
}

/** Gives the log to a reader; one that follows is told what comes. */
export function readLog(self: Me, event: LogRead): void {
  if (event.body.containerId !== self.memory.input.containerId) {
    self.end(event, 'gone');
    return;
  }
  const lines = selectLines(linesUntil(self, ageMs(self)), event.body);
  if (lines.length > 0) self.push<LogWritten>(event, 'log.written', { lines: [...lines] });
  if (!event.body.follow || self.memory.ended !== undefined) self.end(event, 'ended');
  else follow(self, { key: { from: event.from, stream: event.stream }, isAttached: false });
}

/** Shows what the process prints from now on. */
export function attach(self: Me, event: AttachRun): void {
  follow(self, { key: { from: event.from, stream: event.stream }, isAttached: true });
}

function follow(self: Me, follower: Follower): void {
  const { memory } = self;
  memory.followers ??= [];
  memory.followers.push(follower);
  if (memory.ahead === undefined && memory.startedAt > 0) lookAhead(self);
}

/** Forgets a reader that is gone. */
export function unfollow({ memory }: Me, key: { from: string; stream: number }): void {
  const left = memory.followers?.filter((one) => one.key.from !== key.from || one.key.stream !== key.stream);
  memory.followers = left?.length ? left : undefined;
}

/** Finds out what the command and the program will say in the time to come. */
export function lookAhead(self: Me): void {
  const { memory } = self;
  const now = ageMs(self);
  const from = memory.ahead?.untilMs ?? now;
  const untilMs = now + aheadMs;
  const since = memory.startedAt + Math.max(from, now);
  const said = new Set(memory.log);
  const lines = linesUntil(self, untilMs).filter((line) => line.at > since && !said.has(line));
  memory.ahead = { lines: [...(memory.ahead?.lines ?? []), ...lines], untilMs };
  planTelling(self);
}

function planTelling(self: Me): void {
  const { ahead, startedAt, startedMs } = self.memory;
  if (ahead === undefined) return;
  const first = ahead.lines[0];
  const inMs = first === undefined ? ahead.untilMs : first.at - startedAt;
  addTask(self, { at: startedMs + inMs, kind: 'tell' });
}

/** Foretells anew, as the command has had an answer. */
export function lookAgain(self: Me): void {
  const { memory } = self;
  if (memory.followers === undefined) return;
  memory.ahead = undefined;
  memory.due = memory.due.filter(({ kind }) => kind !== 'tell');
  lookAhead(self);
}

/** Tells followers what is due by now. */
export function tellDue(self: Me): void {
  const { memory } = self;
  const { ahead } = memory;
  if (ahead === undefined) return;
  if (memory.followers === undefined) {
    memory.ahead = undefined;
    return;
  }
  tellFromAhead(self);
  if (ahead.lines.length > 0) planTelling(self);
  else lookAhead(self);
}

function tellFromAhead(self: Me): void {
  const { ahead, startedAt } = self.memory;
  if (ahead === undefined) return;
  const now = startedAt + ageMs(self);
  let count = 0;
  while (count < ahead.lines.length && (ahead.lines[count]?.at ?? 0) <= now) count++;
  if (count > 0) tell(self, ahead.lines.splice(0, count));
}

function tell(self: Me, lines: readonly LogLine[]): void {
  for (const { key, isAttached } of self.memory.followers ?? []) {
    if (!isAttached) self.push<LogWritten>(key, 'log.written', { lines });
    else for (const { stream, text } of lines) showLine(self, key, stream, text);
  }
}

function showLine(self: Me, key: Follower['key'], stream: LogLine['stream'], text: string): void {
  const isTerminal = self.memory.input.config.tty === true;
  const body: OutputWritten['body'] = isTerminal
    ? { stream: 'stdout', text: `${text}\r\n` }
    : { stream, text: `${text}\n` };
  self.push<OutputWritten>(key, 'output.written', body);
}

/** Ends all reading, as the container has ended. */
export function endFollowing(self: Me): void {
  const { memory } = self;
  tellFromAhead(self);
  for (const { key } of memory.followers ?? []) self.end(key, 'ended');
  memory.followers = undefined;
  memory.ahead = undefined;
}
