/** Puppets: addresses played by a test, by a story or by the outside world instead of by a statechart. */

import type { ActorDefinition, AnyEvent, RequestOptions, Self, StreamKey } from '../protocol/actor.ts';
import type { Message } from '../protocol/message.ts';
import type { Host } from './host/host.ts';
import type { Life } from './host/life.ts';
import type { Machine } from './host/machines.ts';
import type { Seat } from './host/seat.ts';
import type { Question, Saying } from './inputs/deed.ts';
import type { Cell, Chart, StateValue } from './stepper/chart.ts';

/** The kind of every puppet; no component of Kubernetes is called so. */
export const puppetKind = 'puppet';

/** Does something with what a puppet receives: a message, an answer, the end of a stream. */
export type PuppetHandler = (message: Message, puppet: Puppet) => void;

/** Someone at an address that takes everything and can say everything an actor can. */
export class Puppet {
  readonly address: string;
  /** All it got since `take` emptied it, in order. */
  received: Message[] = [];
  /** How many messages it has taken. */
  heard = 0;
  /** Whether `received` is kept; where nobody ever takes it, it would only grow. */
  keeps = true;
  /** Called with each message, after it was added to `received`. */
  handler: PuppetHandler | undefined;
  private readonly host: Host;

  constructor(host: Host, address: string, handler?: PuppetHandler) {
    this.host = host;
    this.address = address;
    this.handler = handler;
  }

  /** The door to the world that an actor at this address would have. */
  get self(): Self {
    const life = this.host.seatOf(this.address).life;
    if (life === undefined) throw new Error(`the puppet ${this.address} has ended`);
    return life;
  }

  /** Gives what it received, or what of it has this type, and forgets that. */
  take(type?: string): Message[] {
    const taken = this.received.filter((message) => type === undefined || message.type === type);
    this.received = this.received.filter((message) => type !== undefined && message.type !== type);
    return taken;
  }

  send<M extends Message>(to: string, type: M['type'], body: M['body']): void {
    this.say({ by: this.address, say: 'send', args: [to, type, body] }, (self) => self.send<M>(to, type, body));
  }

  /** Asks; the answer comes into `received`, with the note. Gives the request's number. */
  ask<M extends Message>(to: string, type: M['type'], body: M['body'], options?: RequestOptions): number {
    const { address: by } = this;
    return this.say({ by, say: 'ask', args: [to, type, body, options] }, (self) =>
      self.request<M>(to, type, body, options),
    );
  }

  /** Answers a request (or tells the sender of what was none). */
  answer<M extends Message>(question: Message, type: M['type'], body: M['body']): void {
    const { address: by } = this;
    this.say({ by, say: 'answer', args: [questionOf(question), type, body] }, (self) =>
      self.reply<M>(question, type, body),
    );
  }

  /** Opens a stream and gives its number; what is pushed comes into `received`. */
  open<M extends Message>(to: string, type: M['type'], body: M['body'], note?: unknown): number {
    const { address: by } = this;
    return this.say({ by, say: 'open', args: [to, type, body, note] }, (self) => self.open<M>(to, type, body, note));
  }

  close(stream: number): void {
    this.say({ by: this.address, say: 'close', args: [stream] }, (self) => self.close(stream));
  }

  /** Pushes to a stream that was opened here. */
  push<M extends Message>(opening: StreamKey, type: M['type'], body: M['body']): void {
    const { address: by } = this;
    this.say({ by, say: 'push', args: [keyOf(opening), type, body] }, (self) => self.push<M>(opening, type, body));
  }

  /** Ends a stream that was opened here. */
  end(opening: StreamKey, reason?: string): void {
    this.say({ by: this.address, say: 'end', args: [keyOf(opening), reason] }, (self) => self.end(opening, reason));
  }

  publish<M extends Message>(subject: string, type: M['type'], body: M['body']): void {
    const { address: by } = this;
    this.say({ by, say: 'publish', args: [subject, type, body] }, (self) => self.publish<M>(subject, type, body));
  }

  private say<Result>(saying: Saying, act: (self: Self) => Result): Result {
    this.host.enter(saying);
    const result = act(this.self);
    this.host.flush();
    return result;
  }
}

function questionOf({ from, request }: Message): Question {
  return { from, request };
}

function keyOf({ from, stream }: StreamKey): StreamKey {
  return { from, stream };
}

/** Steps puppets: hands on whatever comes. */
class PuppetChart implements Chart {
  readonly definition: ActorDefinition = {
    kind: puppetKind,
    // A puppet has no statechart: its chart is this object, and nobody reads its machine.
    machine: undefined as never,
    behaviour: {},
    memory: () => undefined,
  };
  private readonly puppets: Puppets;

  constructor(puppets: Puppets) {
    this.puppets = puppets;
  }

  start(cell: Cell): void {
    cell.state = 'played';
    this.puppets.player(cell.self.address);
  }

  step(cell: Cell, event: AnyEvent): boolean {
    const puppet = this.puppets.player(cell.self.address);
    if (puppet.keeps) puppet.received.push(event);
    puppet.heard++;
    if (puppet.handler !== undefined) this.puppets.let(puppet, event);
    return true;
  }

  value(): StateValue {
    return 'played';
  }

  restore(cell: Cell): void {
    cell.state = 'played';
  }
}

/** Everybody who is played, of one engine. */
export class Puppets {
  readonly chart: Chart = new PuppetChart(this);
  private readonly host: Host;
  private readonly players = new Map<string, Puppet>();
  /** Given to puppets that nobody asked for. */
  private readonly understudy: PuppetHandler | undefined;

  constructor(host: Host, understudy: PuppetHandler | undefined) {
    this.host = host;
    this.understudy = understudy;
    host.useChart(puppetKind, this.chart);
  }

  /** Puts a puppet at an address, or gives a handler to the one that is there. */
  at(address: string, handler?: PuppetHandler, machine?: Machine): Puppet {
    const puppet = this.player(address);
    puppet.handler = handler ?? puppet.handler;
    if (this.host.seatOf(address).life === undefined) {
      this.host.lives.spawnRoot(address, puppetKind, undefined, machine);
      this.host.flush();
    }
    return puppet;
  }

  /** Lets a puppet's handler take a message; what it does meanwhile is of that place in the run. */
  let(puppet: Puppet, message: Message): void {
    const { host } = this;
    const before = host.hearing;
    host.hearing = { address: puppet.address, count: puppet.heard };
    try {
      puppet.handler?.(message, puppet);
    } finally {
      host.hearing = before;
    }
  }

  find(address: string): Puppet | undefined {
    return this.players.get(address);
  }

  /** Who plays an address; an understudy when nobody was asked to. */
  player(address: string): Puppet {
    const known = this.players.get(address);
    if (known !== undefined) return known;
    const puppet = new Puppet(this.host, address, this.understudy);
    this.players.set(address, puppet);
    return puppet;
  }

  /** Puts an understudy where a message has come and nobody lives; it takes the message at once. */
  stray(seat: Seat): Life {
    return this.host.lives.spawnRoot(seat.address, puppetKind, undefined, this.host.machineOf(seat));
  }
}
