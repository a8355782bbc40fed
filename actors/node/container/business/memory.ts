/** What a business container knows. */

import type { Self, StreamKey } from '../../../../protocol/actor.ts';
import type {
  ContainerInput,
  MemoryGrowth,
  ProcessStart,
  ProcessStatus,
  VolumeContents,
} from '../../../../protocol/messages/container.ts';
import type { ContainerExec } from '../../../../protocol/messages/cri.ts';
import type { Packet } from '../../../../protocol/messages/network.ts';
import type { LogLine } from '../../../../protocol/messages/streaming.ts';
import type { CpuAccount } from './cpu.ts';
import type { Plan } from './plan.ts';
import type { Answer, FileEffect, Inquiry, ShellState } from './run.ts';
import type { Terminal } from './terminal.ts';

/** Where a call goes. `NAME`: it only asks the DNS; `CONNECT`: it only opens a connection. */
export interface CallTarget {
  host: string;
  port: number;
  method: 'GET' | 'CONNECT' | 'NAME';
  path: string;
  timeoutMs: number;
}

/** A request the program is at, since when (ms on the monotonic clock). */
export interface Asked {
  readonly packet: Packet;
  readonly since: number;
}

/** What a call is for: the next dependency of a request, or a command that waits for what comes back. */
export type Purpose = { asked: Asked; dependency: number } | { session: Session };

/** A call under way. */
export interface Call {
  readonly number: number;
  readonly target: CallTarget;
  readonly purpose: Purpose;
  readonly startedAt: number;
  readonly timeout: Task;
  /** The request to the DNS under way; 0 for none. */
  lookup: number;
}

/** A command under way that may ask the cluster something: the container's own, or one run in it. */
export interface Session {
  readonly argv: readonly string[];
  readonly startedAt: number;
  /** What it was answered, in order. */
  answers: Answer[];
  /** How many of the files it writes are planned. */
  effects: number;
  readonly isMain: boolean;
  readonly exec?: { question: ContainerExec; timeout: Task };
  /** The number of who watches it from outside; and where it is a line typed into a shell, that shell. */
  readonly live?: number;
  readonly shell?: ShellState;
  /** How many answers it had when it asked last. */
  askedAt?: number;
}

/** A command that somebody outside watches, or a shell that runs one after the other. */
export interface Live {
  readonly number: number;
  /** Who is shown what it prints; and by which of its own streams the input comes (0 for none). */
  viewers: StreamKey[];
  input: number;
  readonly argv: readonly string[];
  readonly terminal: Terminal | undefined;
  /** What was typed and is not read yet. */
  typed: string;
  isInputOpen: boolean;
  /** The shell that waits for lines, between two of them. */
  shell: ShellState | undefined;
  /** What is under way, and how many characters of it were shown. */
  session: Session | undefined;
  shown: { stdout: number; stderr: number };
  /** When to look again, and what of its shown text is no whole line of the log yet. */
  due: Task | undefined;
  logged: string;
}

/** Who reads the log as it is written. */
export interface Follower {
  readonly key: StreamKey;
  /** An attached reader gets text, another one lines. */
  readonly isAttached: boolean;
}

/** Something to do at a time (ms on the monotonic clock). */
export type Task = { at: number } & (
  | { kind: 'answer'; asked: Asked }
  | { kind: 'timeout'; call: number }
  | { kind: 'file'; effect: FileEffect }
  | { kind: 'ask'; session: Session; inquiry: Inquiry }
  | { kind: 'exec-end'; question: ContainerExec; exitCode: number; output: string }
  | { kind: 'exec-timeout'; question: ContainerExec }
  | { kind: 'look'; live: number }
  | { kind: 'tell' }
);

/** A fault: probes that match fail until then. */
export interface FailingProbe {
  match: string;
  untilMs: number;
}

/** What a container knows. The tables that few containers need are made when one does. */
export interface BusinessMemory {
  readonly input: ContainerInput;
  /** Undefined until the process starts. */
  plan: Plan | undefined;
  question: ProcessStart | undefined;
  volumes: VolumeContents;
  /** When the process started, in ms since the epoch, as its status tells, and on the monotonic clock. */
  startedAt: number;
  startedMs: number;
  ended: Pick<ProcessStatus, 'finishedAt' | 'exitCode' | 'reason' | 'message'> | undefined;

  /** What is to be done, the earliest first. */
  due: Task[];
  /** Requests in work, and those that wait for one of them to end (`concurrency`). */
  active: number;
  queue: Asked[];
  calls: Map<number, Call> | undefined;
  callCount: number;
  /** Names found, as long as the DNS said they hold. */
  names: Map<string, { addresses: readonly string[]; untilMs: number }> | undefined;

  cpu: CpuAccount;
  /** The last reading of what it uses: `usedMs` at `atMs`. */
  usage: { atMs: number; usedMs: number } | undefined;
  growth: MemoryGrowth;
  failing: FailingProbe[] | undefined;
  written: Map<string, string | undefined> | undefined;

  /** The container's own command, where it has one. */
  main: Session | undefined;
  /** What the program has said, the latest of it, and its size in bytes. */
  log: LogLine[] | undefined;
  logBytes: number;
  followers: Follower[] | undefined;
  /** What followers will be told of what is foretold already, until a time (ms since the process started). */
  ahead: { lines: LogLine[]; untilMs: number } | undefined;
  lives: Map<number, Live> | undefined;
  liveCount: number;
}

/** What rounding may make a timer come early by, in ms. */
export const slackMs = 0.001;

/** A container, as its behaviour sees it. */
export type Me = Self<BusinessMemory>;

/** Makes the memory of a container that has not started. */
export function makeMemory(input: ContainerInput): BusinessMemory {
  return {
    input,
    plan: undefined,
    question: undefined,
    volumes: {},
    startedAt: 0,
    startedMs: 0,
    ended: undefined,
    due: [],
    active: 0,
    queue: [],
    calls: undefined,
    callCount: 0,
    names: undefined,
    cpu: { freeAt: 0, usedMs: 0 },
    usage: undefined,
    growth: { bytes: 0, bytesPerSecond: 0, sinceMs: 0 },
    failing: undefined,
    written: undefined,
    main: undefined,
    log: undefined,
    logBytes: 0,
    followers: undefined,
    ahead: undefined,
    lives: undefined,
    liveCount: 0,
  };
}

/** Plans a task; the chart is told when it is the next one. */
export function addTask(self: Me, task: Task): void {
  const { due } = self.memory;
  let at = due.length;
  while (at > 0 && (due[at - 1] as Task).at > task.at) at--;
  due.splice(at, 0, task);
  if (at === 0) self.raise({ type: 'work.hastened' });
}

/** Gives a task up. */
export function dropTask({ memory }: Me, task: Task): void {
  const at = memory.due.indexOf(task);
  if (at >= 0) memory.due.splice(at, 1);
}
