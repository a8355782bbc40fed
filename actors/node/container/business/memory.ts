/** What a business container knows. */

import type { Self } from '../../../../protocol/actor.ts';
import type {
  ContainerInput,
  MemoryGrowth,
  ProcessStart,
  ProcessStatus,
  VolumeContents,
} from '../../../../protocol/messages/container.ts';
import type { ContainerExec } from '../../../../protocol/messages/cri.ts';
import type { Packet } from '../../../../protocol/messages/network.ts';
import type { CpuAccount } from './cpu.ts';
import type { Plan } from './plan.ts';
import type { Answer, FileEffect, Inquiry } from './run.ts';

/** Where a call goes. `NAME`: it only asks the DNS; `CONNECT`: it only opens a connection. */
export interface CallTarget {
  host: string;
  port: number;
  method: 'GET' | 'CONNECT' | 'NAME';
  path: string;
  timeoutMs: number;
}

/** What a call is for: the next dependency of a request, or a command that waits for what comes back. */
export type Purpose = { packet: Packet; dependency: number } | { session: Session };

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
}

/** Something to do at a time (ms on the monotonic clock). */
export type Task = { at: number } & (
  | { kind: 'answer'; packet: Packet }
  | { kind: 'timeout'; call: number }
  | { kind: 'file'; effect: FileEffect }
  | { kind: 'ask'; session: Session; inquiry: Inquiry }
  | { kind: 'exec-end'; question: ContainerExec; exitCode: number; output: string }
  | { kind: 'exec-timeout'; question: ContainerExec }
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
  queue: Packet[];
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
