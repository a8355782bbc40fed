/** One life of an actor: what its chart sees as its cell, and its behaviour as `self`. */

import type {
  ActorDefinition,
  AnyEvent,
  Disk,
  LogLevel,
  RequestOptions,
  Self,
  SpawnOptions,
  StreamKey,
} from '../../protocol/actor.ts';
import type { Message } from '../../protocol/message.ts';
import { SEND } from '../bus/envelope.ts';
import { ask, forget, type Pending, passOn, reply } from '../bus/requests.ts';
import { closeStream, openStream, type Reading } from '../bus/stream-reading.ts';
import { endStream, pushStream, type Served } from '../bus/stream-serving.ts';
import { type Random, splitRandom } from '../random.ts';
import type { Cell, Chart } from '../stepper/chart.ts';
import type { Host } from './host.ts';
import type { PutOff } from './pausing.ts';
import type { Seat } from './seat.ts';
import { Timer } from './timer.ts';

/** Salts an actor's own random stream apart from its links'; added to the incarnation. */
const actorSalt = 0x61637401;

/** The record the engine keeps of a living actor. Methods lie on the prototype: no actor has functions of its own. */
export class Life implements Cell, Self {
  readonly host: Host;
  readonly seat: Seat;
  readonly chart: Chart;
  readonly address: string;
  readonly parent: string;
  readonly incarnation: number;
  /** The attached actor above it in its process; undefined for the process's root. */
  above: Life | undefined;
  root: Life;

  memory: unknown;
  state: unknown = undefined;
  context: unknown = undefined;
  done = false;
  /** Of a process's root: µs; until then nothing of it runs. */
  pausedUntilUs = 0;
  /** Of a process's root that is paused: what waits for it. */
  putOff: PutOff | undefined;
  /** False once it has ended; `done` only says that its chart has. */
  isLiving = true;

  raised: AnyEvent[] = [];
  children: Set<Life> | undefined;
  timers: Map<string, Timer> | undefined;
  pending: Map<number, Pending> | undefined;
  reading: Map<number, Reading> | undefined;
  /** The streams it serves, by reader and then by number. */
  served: Map<string, Map<number, Served>> | undefined;
  subscriptions: Map<string, boolean> | undefined;
  randomStream: Random | undefined;

  constructor(host: Host, seat: Seat, chart: Chart, memory: unknown, above: Life | undefined) {
    this.host = host;
    this.seat = seat;
    this.chart = chart;
    this.address = seat.address;
    this.parent = seat.parent;
    this.incarnation = seat.incarnation;
    this.above = above;
    this.root = above === undefined ? this : above.root;
    this.memory = memory;
  }

  get self(): Self {
    return this;
  }

  get definition(): ActorDefinition {
    return this.chart.definition;
  }

  // The cell's part.

  schedule(name: string, delayMs: number, event: AnyEvent): void {
    this.timers ??= new Map();
    let timer = this.timers.get(name);
    if (timer === undefined) {
      timer = new Timer(this, name);
      this.timers.set(name, timer);
    }
    timer.arm(delayMs, event);
  }

  cancel(name: string): void {
    this.timers?.get(name)?.disarm();
  }

  // The behaviour's part.

  now(): number {
    const machine = this.seat.machine;
    const nowMs = this.host.nowMs;
    return machine === undefined ? nowMs : machine.clock(nowMs);
  }

  monotonic(): number {
    const { host } = this;
    const machine = this.seat.machine;
    return machine === undefined ? host.nowMs - host.settings.epochMs : machine.monotonic(host.nowMs);
  }

  get boot(): number {
    return this.seat.machine?.boots ?? 1;
  }

  random(): number {
    this.randomStream ??= splitRandom(this.host.seed, this.seat.low, this.seat.high, actorSalt + this.incarnation);
    return this.randomStream.next();
  }

  send<M extends Message>(to: string, type: M['type'], body: M['body']): void {
    this.host.bus.send(this, to, type, body, SEND, 0, 0, 0);
  }

  request<M extends Message>(to: string, type: M['type'], body: M['body'], options?: RequestOptions): number {
    return ask(this, to, type, body, options);
  }

  forget(request: number): void {
    forget(this, request);
  }

  reply<M extends Message>(question: Message, type: M['type'], body: M['body']): void {
    reply(this, question, type, body);
  }

  pass(question: Message, to: string): void {
    passOn(this, question, to);
  }

  open<M extends Message>(to: string, type: M['type'], body: M['body'], note?: unknown): number {
    return openStream(this, to, type, body, note);
  }

  close(stream: number): void {
    closeStream(this, stream);
  }

  push<M extends Message>(opening: StreamKey, type: M['type'], body: M['body']): void {
    pushStream(this, opening, type, body);
  }

  end(opening: StreamKey, reason?: string): void {
    endStream(this, opening, reason ?? 'closed');
  }

  publish<M extends Message>(subject: string, type: M['type'], body: M['body']): void {
    this.host.bus.publish(this, subject, type, body);
  }

  subscribe(pattern: string, options?: { queue?: boolean }): void {
    this.host.routes.subscribe(this, pattern, options?.queue === true);
  }

  unsubscribe(pattern: string): void {
    this.host.routes.unsubscribe(this, pattern);
  }

  raise<E extends { type: string }>(event: E): void {
    this.raised.push(event);
  }

  spawn(address: string, kind: string, input: unknown, options?: SpawnOptions): void {
    this.host.lives.spawnChild(this, address, kind, input, options?.detached === true);
  }

  stop(address: string): void {
    this.host.lives.stopChild(this, address);
  }

  isAlive(address: string): boolean {
    const seat = this.host.seats.get(address);
    return seat?.life !== undefined && (seat.parent === this.address || seat === this.seat);
  }

  get disk(): Disk {
    return this.host.diskOf(this.seat);
  }

  log(level: LogLevel, message: string, fields?: Record<string, unknown>): void {
    this.host.recorder?.logged?.(this.address, level, message, fields, this.host.nowMs);
  }
}
