/** The conversation about what a container says, and with what is run in it from outside (CRI's streaming role). */

import type { Message } from '../message.ts';

/** A line a container has said, without its end. */
export interface LogLine {
  /** ms since the epoch. */
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What somebody outside wants of a pod's container. */
export type Purpose = 'log' | 'exec' | 'attach' | 'portforward';

/** Asks a kubelet where a container is, or its log; for `portforward` where the pod's network namespace is. */
export type ContainerFind = Message<
  'container.find',
  { namespace: string; pod: string; container: string; purpose: Purpose; previous?: boolean }
>;
/** Where to open a stream: at the container's process, or (for the log of one that has ended) at its runtime. */
export type ContainerFound = Message<'container.found', { containerId: string; address: string; tty: boolean }>;
/** As the kubelet's server answers: an HTTP status, and what it says. */
export type ContainerUnfound = Message<'container.unfound', { code: number; message: string }>;

/**
 * Opens a stream that gives a container's log: `log.written` with lines, then, unless `follow`, its end (`ended`).
 * One that follows ends when the container does.
 */
export type LogRead = Message<
  'log.read',
  { containerId: string; tailLines?: number /** ms since the epoch. */; sinceMs?: number; follow: boolean }
>;
export type LogWritten = Message<'log.written', { lines: readonly LogLine[] }>;

/** What of a process's streams are wanted; `session` is the asker's own number, for the stream its input comes by. */
interface Streams {
  containerId: string;
  session: number;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}
/** Opens a stream at a container: runs a command in it, and pushes what it prints, then how it ended. */
export type ExecRun = Message<'exec.run', Streams & { command: readonly string[] }>;
/** Opens a stream at a container: pushes what its own process prints from now on, until that ends. */
export type AttachRun = Message<'attach.run', Streams>;
export type OutputWritten = Message<'output.written', { stream: 'stdout' | 'stderr'; text: string }>;
/** How a command ended; `error`: it could not be run at all. */
export type CommandEnded = Message<'command.ended', { exitCode: number; error?: string }>;

/** Opened by a container at whoever ran a command with `stdin`: what is typed there is pushed; its end is the end of the input. */
export type InputOpen = Message<'input.open', { session: number }>;
export type InputTyped = Message<'input.typed', { text: string }>;

/** A pod's use of its node, summed up from its start on. */
export interface ContainerStats {
  name: string;
  /** ms since the epoch. */
  startedAt: number;
  /** Core-milliseconds since then. */
  usedCpuMs: number;
  memoryBytes: number;
}
/** Asks a kubelet what its node and its pods use (`/metrics/resource`). */
export type NodeStats = Message<'node.stats', undefined>;
export type NodeStatsGiven = Message<
  'node.stats-given',
  {
    /** ms since the epoch. */
    at: number;
    pods: readonly { namespace: string; name: string; containers: readonly ContainerStats[] }[];
  }
>;
