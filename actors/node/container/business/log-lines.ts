/** A container's log put together: what its command prints, what its program says by itself, and what it said as it served. */

import type { ContainerConfig } from '../../../../protocol/messages/cri.ts';
import type { LogLine, LogRead } from '../../../../protocol/messages/streaming.ts';
import type { Workload } from '../../../../protocol/workload.ts';
import { foretell } from './command.ts';
import { commandOf } from './plan.ts';
import type { Answer, Printed, Surroundings } from './run.ts';

/** What a log is put together from. What is foretold is not kept: it is foretold again when somebody reads it. */
export interface LogFacts {
  config: ContainerConfig;
  /** What the program in the image does. */
  image: Workload;
  hostname: string;
  /** ms since the epoch. */
  startedAt: number;
  /** ms since then until which lines are wanted. */
  untilMs: number;
  hasEnded: boolean;
  answers: readonly Answer[];
  readFile: Surroundings['readFile'];
  /** What was said while it ran. */
  lines: readonly LogLine[];
}

/** Lines of one kind that a program says at intervals, at most: the latest ones. */
const spokenMax = 2000;

/** Puts a log together, in the order of time. */
export function composeLog(facts: LogFacts): readonly LogLine[] {
  const { config, image, lines } = facts;
  const argv = commandOf(config);
  if (argv === undefined) return merge(spokenLines(config.workload ?? image, facts, 0), lines);
  const outcome = foretell(argv, {
    env: { HOSTNAME: facts.hostname, ...config.env },
    readFile: facts.readFile,
    answers: facts.answers,
    startedAt: facts.startedAt,
    untilMs: facts.untilMs,
    repeatsAnswers: true,
  });
  const isOver = outcome.end === 'exits' || facts.hasEnded;
  const printed = printedLines(outcome.printed, facts, isOver);
  return merge(outcome.end === 'serves' ? [...printed, ...spokenLines(image, facts, outcome.atMs)] : printed, lines);
}

/** Makes lines of what was printed until now; a last one without end is held back while more may come. */
function printedLines(pieces: readonly Printed[], { startedAt, untilMs }: LogFacts, isOver: boolean): LogLine[] {
  const lines: LogLine[] = [];
  const open = { stdout: '', stderr: '' };
  let at = startedAt;
  for (const { atMs, stream, text } of pieces) {
    if (atMs > untilMs) continue;
    at = startedAt + atMs;
    const parts = (open[stream] + text).split('\n');
    open[stream] = parts.pop() ?? '';
    for (const part of parts) lines.push({ at, stream, text: part });
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    if (isOver && open[stream] !== '') lines.push({ at, stream, text: open[stream] });
  }
  return lines;
}

/** Makes the lines that a program says by itself, from a time in its life on. */
function spokenLines({ says }: Workload, { startedAt, untilMs }: LogFacts, fromMs: number): LogLine[] {
  if (says === undefined) return [];
  const lines: LogLine[] = [];
  for (const { line, afterMs = 0, everyMs = 0, stream = 'stdout' } of says) {
    const first = fromMs + afterMs;
    if (first > untilMs) continue;
    const last = everyMs > 0 ? Math.floor((untilMs - first) / everyMs) : 0;
    for (let turn = Math.max(0, last - spokenMax); turn <= last; turn++) {
      lines.push({ at: startedAt + first + turn * everyMs, stream, text: line });
    }
  }
  return lines.sort((a, b) => a.at - b.at);
}

function merge(a: readonly LogLine[], b: readonly LogLine[]): readonly LogLine[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return [...a, ...b].sort((one, other) => one.at - other.at);
}

/** Picks the lines that are asked for: of the last so many, those since a time, as the kubelet reads its files. */
export function selectLines(lines: readonly LogLine[], { tailLines, sinceMs }: LogRead['body']): readonly LogLine[] {
  const last = tailLines === undefined ? lines : tailLines === 0 ? [] : lines.slice(-tailLines);
  return sinceMs === undefined ? last : last.filter(({ at }) => at >= sinceMs);
}
