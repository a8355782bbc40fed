/** A stage for the tests of one actor: it plays itself, everybody else is a puppet, and messages take no time. */

import type { ActorDefinition, AnyEvent, LogLevel, Self, StopReason } from '../../protocol/actor.ts';
import type { Message } from '../../protocol/message.ts';
import { noLatency } from '../bus/latency.ts';
import { Engine } from '../engine.ts';
import type { Inspection } from '../host/inspection.ts';
import type { Puppet } from '../puppet.ts';
import type { Recorder } from '../recorder.ts';
import type { ChartMaker, StateValue } from '../stepper/chart.ts';

/** How a stage is set. */
export interface StageOptions<Input> {
  input: Input;
  /** Where the actor lives; `c.` and its kind unless told. */
  address?: string;
  /** Kinds that play themselves when the actor spawns them; every other kind is a puppet that tells nothing. */
  definitions?: readonly ActorDefinition[];
  charts?: ChartMaker;
  seed?: number | string;
  /** ms since the Unix epoch; 2026-01-01T00:00:00Z unless told. */
  epochMs?: number;
  /** The machine it stands on, to set clock and disk by; `machine` unless told. */
  machine?: string;
  /** ms that a sync takes; 1 unless told. */
  fsyncMs?: number;
}

/** An actor that the one on stage has spawned. */
export interface Spawned {
  readonly address: string;
  readonly kind: string;
  readonly input: AnyEvent;
  readonly isDetached: boolean;
}

/** A line that the one on stage has logged. */
export interface Logged {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Record<string, unknown> | undefined;
}

/** A message with a body of any shape, as tests look into it. */
export type Heard = Message<string, AnyEvent>;

/**
 * Puts an actor on a stage. It has taken its first step when this returns.
 *
 * @example
 * const s = stage(scheduler, { input: { apiserver: 'c.master.apiserver', config } });
 * const [opening] = s.take('api.watch');       // what it sent, to whomever
 * s.push(opening, 'api.watched', { ... });     // play the API server
 * s.advance(1_000);                            // let a second pass
 * expect(s.sent).toMatchObject([{ type: 'pod.bind', to: 'c.master.apiserver' }]);
 * s.answer(s.take('pod.bind')[0], 'pod.bound', {});
 * expect(s.state).toBe('leading');
 */
export function stage<Memory, Input, Context>(
  definition: ActorDefinition<Memory, Input, Context>,
  options: StageOptions<Input>,
): Stage<Memory, Context> {
  return new Stage(definition, options as StageOptions<unknown>);
}

/** One actor among puppets. Every verb here returns when all that it leads to at this very time has happened. */
// biome-ignore lint/suspicious/noExplicitAny: tests of actors whose memory has no name of its own.
export class Stage<Memory = any, Context = any> {
  readonly engine: Engine;
  readonly address: string;
  /** What the actor, and others that play themselves, sent to puppets, in order; `take` empties it. */
  sent: Heard[] = [];
  /** What it spawned, in order. */
  readonly spawned: Spawned[] = [];
  readonly logs: Logged[] = [];
  /** The actors that have ended, and how. */
  readonly ended: { address: string; reason: StopReason; error: string | undefined }[] = [];
  private readonly machine: string;

  constructor(definition: ActorDefinition, options: StageOptions<unknown>) {
    this.address = options.address ?? `c.${definition.kind}`;
    this.machine = options.machine ?? 'machine';
    const { charts, epochMs } = options;
    this.engine = new Engine({
      seed: options.seed ?? 1,
      definitions: [definition, ...(options.definitions ?? []).filter((other) => other.kind !== definition.kind)],
      latency: noLatency,
      freeze: true,
      eventsPerInstantMax: 100_000,
      recorder: this.recorder(),
      understudy: (message) => {
        this.sent.push(message as Heard);
      },
      ...(charts === undefined ? {} : { charts }),
      ...(epochMs === undefined ? {} : { epochMs }),
    });
    this.engine.place(this.machine, {});
    this.engine.setDisk(this.machine, { fsyncMs: options.fsyncMs ?? 1 });
    this.engine.spawn(this.address, definition.kind, options.input, { machine: this.machine });
    this.settle();
  }

  // Playing the others.

  /** Sends it a message from a puppet; `c.test` unless told. */
  send<M extends Message>(type: M['type'], body: M['body'], options: { from?: string } = {}): void {
    this.puppet(options.from).send<M>(this.address, type, body);
    this.settle();
  }

  /** Asks it as a puppet; its answer is among what was `sent`, with this number as its `request`. */
  ask<M extends Message>(
    type: M['type'],
    body: M['body'],
    options: { from?: string; deadlineMs?: number } = {},
  ): number {
    const { deadlineMs } = options;
    const asked = this.puppet(options.from).ask<M>(
      this.address,
      type,
      body,
      deadlineMs === undefined ? {} : { deadlineMs },
    );
    this.settle();
    return asked;
  }

  /** Opens a stream of it as a puppet and gives its number; what it pushes is among what was `sent`. */
  open<M extends Message>(type: M['type'], body: M['body'], options: { from?: string } = {}): number {
    const stream = this.puppet(options.from).open<M>(this.address, type, body);
    this.settle();
    return stream;
  }

  /** Ends, as a puppet, a stream that was opened with `open`. */
  close(stream: number, options: { from?: string } = {}): void {
    this.puppet(options.from).close(stream);
    this.settle();
  }

  /** Answers a message it sent, as the one it was sent to. */
  answer<M extends Message>(question: Message | undefined, type: M['type'], body: M['body']): void {
    const asked = this.given(question, `answer with "${type}"`);
    this.player(asked).answer<M>(asked, type, body);
    this.settle();
  }

  /** Pushes to a stream it opened, as the one it was opened at. */
  push<M extends Message>(opening: Message | undefined, type: M['type'], body: M['body']): void {
    const opened = this.given(opening, `push "${type}" to`);
    this.player(opened).push<M>(opened, type, body);
    this.settle();
  }

  /** Ends a stream it opened, as the one it was opened at. */
  end(opening: Message | undefined, reason?: string): void {
    const opened = this.given(opening, 'end');
    this.player(opened).end(opened, reason);
    this.settle();
  }

  /** The puppet at an address, for all that it can do besides; what it receives is among what was `sent`. */
  puppet(address = 'c.test'): Puppet {
    return this.engine.puppet(address, undefined, { machine: this.machine });
  }

  // Time, and what breaks.

  /** Lets so many ms pass. */
  advance(ms: number): void {
    this.engine.runFor(ms);
  }

  /** ms since the Unix epoch. */
  get now(): number {
    return this.engine.now();
  }

  /** Crashes it; what it wrote to its disk stays. */
  crash(): void {
    this.engine.crash(this.address);
    this.settle();
  }

  /** Cuts its power: what it had not synced is lost. */
  losePower(): void {
    this.engine.crash(this.address, { silent: true, loseUnsynced: true });
    this.settle();
  }

  /** Starts it again, as its next life. */
  restart(): void {
    this.engine.restart(this.address);
    this.settle();
  }

  // Looking.

  /** Gives what it sent, or what of it has this type, in order, and forgets that. */
  take(type?: string): Heard[] {
    const taken = this.sent.filter((message) => type === undefined || message.type === type);
    this.sent = this.sent.filter((message) => type !== undefined && message.type !== type);
    return taken;
  }

  /** Gives the one message of this type that it sent, and forgets it. @throws Error when there is none, or more. */
  takeOne(type: string): Heard {
    const taken = this.take(type);
    if (taken.length !== 1) {
      const types = [...taken, ...this.sent].map((message) => message.type).join(', ');
      throw new Error(`it sent ${taken.length} messages "${type}", not one; all it sent: ${types || 'nothing'}`);
    }
    return taken[0] as Heard;
  }

  get isAlive(): boolean {
    return this.engine.inspect(this.address)?.isAlive === true;
  }

  get state(): StateValue {
    return this.living().state as StateValue;
  }

  /** Tells whether its chart is in a state, given by its path from the top: `matches('leading.renewing')`. */
  matches(path: string): boolean {
    let at: StateValue | undefined = this.state;
    for (const name of path.split('.')) {
      if (typeof at === 'string') return at === name;
      at = at?.[name];
      if (at === undefined) return false;
    }
    return true;
  }

  get memory(): Memory {
    return this.living().memory as Memory;
  }

  get context(): Context {
    return this.living().context as Context;
  }

  /** Everything that can be seen of it. */
  inspect(): Inspection {
    return this.living();
  }

  /** Its own door to the world, to call pure decisions with that take a `self`. */
  get self(): Self<Memory, Context> {
    return this.engine.doorOf(this.address) as Self<Memory, Context>;
  }

  private living(): Inspection {
    const seen = this.engine.inspect(this.address);
    if (seen?.isAlive !== true) throw new Error(`${this.address} has ended: ${JSON.stringify(this.ended)}`);
    return seen;
  }

  private player(question: Message): Puppet {
    const puppet = this.engine.findPuppet(question.to);
    if (puppet === undefined) throw new Error(`${question.to} is not played by a puppet`);
    return puppet;
  }

  private given(message: Message | undefined, what: string): Message {
    if (message !== undefined) return message;
    throw new Error(`there is no message to ${what}: it never sent it`);
  }

  /** Lets all happen that happens at this very time. */
  private settle(): void {
    this.engine.runFor(0);
  }

  private recorder(): Recorder {
    return {
      spawned: ({ address, kind, input, isDetached }) => {
        if (address !== this.address && kind !== 'puppet') this.spawned.push({ address, kind, input, isDetached });
      },
      ended: (address, _kind, reason, error) => this.ended.push({ address, reason, error }),
      logged: (_address, level, message, fields) => this.logs.push({ level, message, fields }),
    };
  }
}
