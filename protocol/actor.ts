/** The actor contract: what an actor is made of, and `self`, its only door to the world. */

import type { AnyStateMachine, MachineContext } from 'xstate';
import { isUnbound } from './chart.ts';
import type { Message } from './message.ts';

/** How long, and how often, a request is tried. */
export interface RequestOptions {
  /** ms from now until the asker is told `request.expired`; 30,000 unless told, as client-go's request timeout here. */
  deadlineMs?: number;
  /** How often it is sent again within the deadline when nothing comes back; 0 unless told. The server must be safe to ask twice. */
  retries?: number;
  /** ms between two tries; 5,000 unless told. */
  retryMs?: number;
  /** Plain data the answer brings back as `message.note`, so the asker knows what it was about. */
  note?: unknown;
}

/** What an append-only file or a replaced file of an actor's disk is called. */
export type FileName = string;

/**
 * Durable state: the only thing of an actor that outlives a crash.
 *
 * Writes are buffered until `sync`, whose end comes as an event; a crash may lose what was not synced.
 * Records are plain data, kept by reference in a simulation and encoded on a real disk.
 */
export interface Disk {
  /** Adds a record to a file, creating it. */
  append(file: FileName, record: unknown): void;
  /** Replaces all records of a file (write aside, then rename: after a crash it is the old or the new, never a mix). */
  replace(file: FileName, records: readonly unknown[]): void;
  /** Removes a file. */
  remove(file: FileName): void;
  /** Reads all records of a file, the unsynced ones too; empty where there is none. Bad ones are `DamagedRecord`s. */
  read(file: FileName): readonly unknown[];
  /** The names of all files, sorted. */
  files(): FileName[];
  /** Makes everything written so far durable; then `disk.synced` arrives with this note, or nothing where there is none. */
  sync(note?: unknown): void;
}

/**
 * Stands in a file for a record whose checksum does not hold: `torn`, half written when the power went, at the end of what
 * was appended; or `decayed`, good once. Each disk checks what it reads.
 */
export interface DamagedRecord {
  readonly damage: 'torn' | 'decayed';
}

/** Tells what is wrong with a record; undefined for a good one. */
export function damageOf(record: unknown): DamagedRecord['damage'] | undefined {
  return (record as DamagedRecord | undefined)?.damage;
}

/** How urgent a log line is; pino's levels. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** How an actor ended. */
export type StopReason = 'done' | 'stopped' | 'crashed';

/** Options of `self.spawn`. */
export interface SpawnOptions {
  /**
   * A detached child is a process of its own: it survives its parent, and messages to it take time and can be lost.
   * Any other child is a thread of its parent's process: it dies with it, and their messages arrive at once, in order, always.
   */
  detached?: boolean;
}

/**
 * An actor's door to the world, given to every piece of its behaviour.
 *
 * Nothing here waits: what it does takes effect after the statechart's step, and what comes back is an event.
 */
export interface Self<Memory = unknown, Context = unknown> {
  readonly address: string;
  /** The address of the actor that spawned this one; empty for one spawned by the host. */
  readonly parent: string;
  /** What the actor knows: plain data (Maps and Sets too) that only its own behaviour changes. */
  readonly memory: Memory;
  /** The statechart's context after the step. */
  readonly context: Context;
  /** Counts this actor's lives at this address, from 1. */
  readonly incarnation: number;

  /**
   * ms since the Unix epoch on this machine's clock, to stamp objects with; it may jump, either way. May have a fraction.
   *
   * Never for intervals: those are measured by `monotonic`, as Go's programs measure them.
   */
  now(): number;
  /**
   * ms since this machine booted, from 0 on, as its timers measure them: a clock set anew does not show, a drift does.
   *
   * For what is due, has lasted or is too old. It means nothing on another machine, or after a boot: no object or file has it.
   */
  monotonic(): number;
  /** Counts the boots of this machine, from 1: its kernel's boot id. */
  readonly boot: number;
  /** A number in [0, 1) from this actor's own stream. */
  random(): number;

  /** Sends once; at most one arrives. To a queue group, one member gets it. */
  send<M extends Message>(to: string, type: M['type'], body: M['body']): void;
  /**
   * Asks, and gives the request's number. The answer is an event of the type the other chose, with `note`;
   * when none comes, `request.expired` does. A request to an address where nothing lives, on a machine that is up, expires at once.
   */
  request<M extends Message>(to: string, type: M['type'], body: M['body'], options?: RequestOptions): number;
  /** Forgets a request: its answer and its expiry will not arrive. */
  forget(request: number): void;
  /** Answers a request. Where the message was no request, it is an ordinary `send` to its sender. */
  reply<M extends Message>(question: Message, type: M['type'], body: M['body']): void;
  /** Hands a request on: the other one's answer goes straight to the first asker. */
  pass(question: Message, to: string): void;

  /** Opens a numbered stream and gives its number; the other side pushes, and `stream.broken` tells of a gap, a silence, or its end. */
  open<M extends Message>(to: string, type: M['type'], body: M['body'], note?: unknown): number;
  /** Ends a stream from the reader's side; the other side gets `stream.closed`. */
  close(stream: number): void;
  /** Sends the next message of a stream this actor was asked to open; `opening` is the message that asked (or its `StreamKey`). */
  push<M extends Message>(opening: StreamKey, type: M['type'], body: M['body']): void;
  /** Ends a stream from the server's side; the reader gets `stream.broken` with this reason. */
  end(opening: StreamKey, reason?: string): void;

  /** Sends to every actor that subscribes a matching pattern. */
  publish<M extends Message>(subject: string, type: M['type'], body: M['body']): void;
  /** Receives what is sent to a subject or published to a pattern; with a queue, one subscriber of that queue does. */
  subscribe(pattern: string, options?: { queue?: boolean }): void;
  unsubscribe(pattern: string): void;

  /** Steps this actor itself with one more event, before anything else reaches it; for verdicts its chart moves on. */
  raise<E extends { type: string }>(event: E): void;

  /** Starts an actor. When it ends other than by `stop` from here, this one gets `actor.ended`. */
  spawn(address: string, kind: string, input: unknown, options?: SpawnOptions): void;
  /** Ends an actor, and its attached children, at once; nothing of it runs any more. Nothing happens where none lives. */
  stop(address: string): void;
  /** Tells whether an actor this one spawned still lives, as a parent process knows of its children. */
  isAlive(address: string): boolean;

  readonly disk: Disk;
  log(level: LogLevel, message: string, fields?: Record<string, unknown>): void;
}

/** What tells a stream from all others on its serving side: who opened it, and that one's number for it. */
export interface StreamKey {
  readonly from: string;
  readonly stream: number;
}

/** The event that steps an actor: a message, one of its timers, or one it raised. */
// biome-ignore lint/suspicious/noExplicitAny: behaviour is bound by name; each function states the event it is for.
export type AnyEvent = any;

/** Does what an action's name says: sends, remembers, raises. `params` are the ones the chart gives, if any. */
export type Action<Memory, Context> = (
  self: Self<Memory, Context>,
  event: AnyEvent,
  params: AnyEvent,
  /** The chart's context when the action was reached, before later `assign`s of the same step. */
  context: Context,
) => void;

/** Answers a guard's question; changes nothing and sends nothing. */
export type Guard<Memory, Context> = (
  self: Self<Memory, Context>,
  event: AnyEvent,
  params: AnyEvent,
  context: Context,
) => boolean;

/** Gives a delay in ms; changes nothing and sends nothing. */
export type Delay<Memory, Context> = (self: Self<Memory, Context>, event: AnyEvent, context: Context) => number;

/** What stands behind the names of a chart. Functions only, shared by all actors of the kind. */
export interface Behaviour<Memory, Context> {
  actions?: Record<string, Action<Memory, Context>>;
  guards?: Record<string, Guard<Memory, Context>>;
  delays?: Record<string, Delay<Memory, Context>>;
}

/** One kind of actor: a statechart, the behaviour of its names, and what it knows at birth. */
// biome-ignore lint/suspicious/noExplicitAny: a registry holds actors of all kinds of memory.
export interface ActorDefinition<Memory = any, Input = any, Context = any> {
  /** The component's name, as Kubernetes spells it: `kubelet`, `pod`, `informer`. */
  readonly kind: string;
  readonly machine: AnyStateMachine;
  readonly behaviour: Behaviour<Memory, Context>;
  /** Makes the memory of a new actor. Pure: it reads neither clock nor disk; the first entry action can. */
  readonly memory: (input: Input) => Memory;
}

/**
 * Makes an actor of a machine and the behaviour of the names it declares.
 *
 * @throws Error when a name of the chart has no behaviour or a behaviour no name, naming each.
 */
export function defineActor<Memory, Input, Context extends MachineContext = MachineContext>(
  definition: ActorDefinition<Memory, Input, Context>,
): ActorDefinition<Memory, Input, Context> {
  const { kind, machine, behaviour } = definition;
  const wrong = (['actions', 'guards', 'delays'] as const).flatMap((part) =>
    mismatches(part, machine.implementations[part], behaviour[part] ?? {}),
  );
  if (wrong.length > 0) throw new Error(`the actor "${kind}" does not fit together: ${wrong.join('; ')}`);
  return definition;
}

function mismatches(part: string, declared: Record<string, unknown>, given: Record<string, unknown>): string[] {
  const named = Object.keys(declared).filter((name) => isUnbound(declared[name]));
  const missing = named.filter((name) => !(name in given)).map((name) => `${part}.${name} has no behaviour`);
  const stray = Object.keys(given)
    .filter((name) => !named.includes(name))
    .map((name) => `${part}.${name} is not named by the machine`);
  return [...missing, ...stray];
}
