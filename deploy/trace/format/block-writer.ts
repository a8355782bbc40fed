/** Writes records into a block, one after the other; a full one is taken away, and the next begins. */

import { Packr } from 'msgpackr';
import { type RecordedMessage, recordKinds, type TraceRecord } from '../../../protocol/trace/records.ts';
import { deliveryBits, messageBits, recordBits } from './layout.ts';
import { ValueWriter } from './value-writer.ts';

/** The clock of a host whose records these are. */
export interface HostClock {
  /** Empty where there is one host alone. */
  readonly host: string;
  /** ms since the Unix epoch: its times are written as µs from here. */
  readonly baseMs: number;
  /** ms that its clock is ahead of the common one, as measured. */
  readonly offsetMs: number;
}

/** What is in a block, beside its records. */
export interface BlockTables {
  readonly hosts: readonly HostClock[];
  /** The addresses of all who did anything in it. */
  readonly actors: readonly string[];
  /** How often a message of a type was sent. */
  readonly types: readonly (readonly [type: string, count: number])[];
  /** How many records there are of each kind, by its place in `recordKinds`. */
  readonly kinds: readonly number[];
}

/** A block that was taken away. */
export interface BlockContent extends BlockTables {
  readonly bytes: Uint8Array;
  readonly records: number;
  /** By the common clock. */
  readonly fromMs: number;
  readonly toMs: number;
}

interface HostState {
  readonly clock: HostClock;
  readonly index: number;
  lastUs: number;
  causeFrom: string;
  causeSeq: number;
}

const numberOf = Object.fromEntries(recordKinds.map((kind, i) => [kind, i])) as Record<TraceRecord['what'], number>;
const packr = new Packr({ moreTypes: true });

/** Collects records; what they hold on to is let go with the block. */
export class BlockWriter {
  readonly #values = new ValueWriter();
  #records = 0;
  #fromMs = Number.POSITIVE_INFINITY;
  #toMs = Number.NEGATIVE_INFINITY;
  #hosts: HostState[] = [];
  /** The host of the next record, and that of the last one. */
  #host: HostState | undefined;
  #lastHost = 0;
  #clock: HostClock;
  /** The messages that stand in the block, by their places among them. */
  #messages = new Map<RecordedMessage, number>();
  #messageCount = 0;
  /** By the number of the sender's address: the count of its last message. */
  #seqs: number[] = [];
  #actors: boolean[] = [];
  #types: number[] = [];
  #kinds: number[] = recordKinds.map(() => 0);

  constructor(clock: HostClock) {
    this.#clock = clock;
  }

  get records(): number {
    return this.#records;
  }

  /** Bytes it has grown to, about. */
  get weight(): number {
    return this.#values.weight;
  }

  /** Says whose records follow. */
  use(clock: HostClock): void {
    this.#clock = clock;
    this.#host = undefined;
  }

  sent(message: RecordedMessage, atMs: number): void {
    const host = this.#begin(numberOf['message.sent'], atMs);
    const type = this.#message(message, host, atMs);
    this.#types[type] = (this.#types[type] ?? 0) + 1;
  }

  delivered(message: RecordedMessage, receiver: string, atMs: number, isUnordered = false): void {
    const host = this.#arrived(numberOf['message.delivered'], message, atMs);
    const isElsewhere = receiver !== message.to;
    this.#values.byte((isElsewhere ? deliveryBits.receiver : 0) | (isUnordered ? deliveryBits.unordered : 0));
    if (isElsewhere) this.#actor(receiver);
    host.causeFrom = message.seq > 0 ? message.from : message.causeFrom;
    host.causeSeq = message.seq > 0 ? message.seq : message.causeSeq;
  }

  dropped(message: RecordedMessage, receiver: string, why: string, atMs: number): void {
    this.#arrived(numberOf['message.dropped'], message, atMs);
    this.#actor(receiver);
    this.#values.text(why);
  }

  timerFired(address: string, timer: string, seq: number, atMs: number): void {
    const host = this.#begin(numberOf['timer.fired'], atMs);
    this.#values.int(seq - this.#nextSeq(this.#actor(address), seq));
    this.#values.text(timer);
    host.causeFrom = address;
    host.causeSeq = seq;
  }

  stepped(address: string, event: string, isAnswered: boolean, state: unknown, atMs: number): void {
    this.#begin(numberOf['actor.stepped'], atMs);
    this.#actor(address);
    this.#values.text(event);
    this.#values.byte(isAnswered ? 1 : 0);
    this.#values.value(state);
  }

  /** Any record that is seldom: as a list of values. An address among them stands first. */
  rare(what: RareKind, values: readonly unknown[], atMs: number, address?: string): void {
    this.#begin(numberOf[what], atMs);
    if (address !== undefined) this.#actor(address);
    for (const value of values) this.#values.value(value);
  }

  /** A record whose data may change after it was written: what is done from outside. */
  changeable(what: RareKind, value: unknown, atMs: number): void {
    this.#begin(numberOf[what], atMs);
    this.#values.changeable(value);
  }

  /** Takes the block away, and begins the next; undefined where nothing is in it. */
  take(): BlockContent | undefined {
    if (this.#records === 0) return undefined;
    const { bytes, texts, shapes } = this.#values.finish();
    const tables: BlockTables = {
      hosts: this.#hosts.map(({ clock }) => clock),
      actors: texts.filter((_, id) => this.#actors[id]),
      types: this.#types.flatMap((count, id) => (count > 0 ? [[texts[id] as string, count] as const] : [])),
      kinds: this.#kinds,
    };
    const packed = packr.pack([texts, shapes, tables]);
    const content = new Uint8Array(4 + bytes.length + packed.length);
    new DataView(content.buffer).setUint32(0, bytes.length, true);
    content.set(bytes, 4);
    content.set(packed, 4 + bytes.length);
    const block = { bytes: content, records: this.#records, fromMs: this.#fromMs, toMs: this.#toMs, ...tables };
    this.#clear();
    return block;
  }

  #clear(): void {
    this.#values.clear();
    this.#records = 0;
    this.#fromMs = Number.POSITIVE_INFINITY;
    this.#toMs = Number.NEGATIVE_INFINITY;
    this.#hosts = [];
    this.#host = undefined;
    this.#lastHost = 0;
    this.#messages = new Map();
    this.#messageCount = 0;
    this.#seqs = [];
    this.#actors = [];
    this.#types = [];
    this.#kinds = recordKinds.map(() => 0);
  }

  /** Writes a record's first byte, its host and its time. */
  #begin(kind: number, atMs: number, isKnown = false): HostState {
    const values = this.#values;
    this.#host ??= this.#findHost();
    const host = this.#host;
    const { baseMs, offsetMs } = host.clock;
    const us = Math.round((atMs - baseMs) * 1000);
    const isExact = baseMs + us / 1000 !== atMs;
    const isOther = host.index !== this.#lastHost;
    values.byte(
      kind | (isOther ? recordBits.host : 0) | (isExact ? recordBits.exactTime : 0) | (isKnown ? recordBits.known : 0),
    );
    if (isOther) values.uint(host.index);
    this.#lastHost = host.index;
    if (isExact) {
      values.float(atMs);
    } else {
      values.int(us - host.lastUs);
      host.lastUs = us;
    }
    const clockMs = atMs - offsetMs;
    if (clockMs < this.#fromMs) this.#fromMs = clockMs;
    if (clockMs > this.#toMs) this.#toMs = clockMs;
    this.#records++;
    (this.#kinds[kind] as number)++;
    return host;
  }

  #findHost(): HostState {
    const clock = this.#clock;
    const known = this.#hosts.find((state) => isSame(state.clock, clock));
    if (known !== undefined) return known;
    const state = { clock, index: this.#hosts.length, lastUs: 0, causeFrom: '', causeSeq: 0 };
    this.#hosts.push(state);
    return state;
  }

  /** A record of what became of a message: by its place in the block, or with all of it. */
  #arrived(kind: number, message: RecordedMessage, atMs: number): HostState {
    const place = this.#messages.get(message);
    const host = this.#begin(kind, atMs, place !== undefined);
    if (place === undefined) this.#message(message, host, atMs);
    else this.#values.uint(this.#messageCount - 1 - place);
    return host;
  }

  /** Writes all of a message, and gives the number of its type. */
  #message(message: RecordedMessage, host: HostState, atMs: number): number {
    const values = this.#values;
    this.#messages.set(message, this.#messageCount++);
    const { causeFrom, causeSeq, request, stream, place, sentAt } = message;
    const causeIsLast = causeSeq === host.causeSeq && causeFrom === host.causeFrom;
    const hasNoCause = causeFrom === '' && causeSeq === 0;
    values.byte(
      (message.role & messageBits.role) |
        (sentAt !== atMs ? messageBits.sentAt : 0) |
        (request !== 0 ? messageBits.request : 0) |
        (stream !== 0 || place !== 0 ? messageBits.stream : 0) |
        (hasNoCause ? messageBits.noCause : causeIsLast ? messageBits.causeIsLast : 0),
    );
    const from = this.#actor(message.from);
    this.#actor(message.to);
    const type = values.text(message.type);
    values.int(message.seq - this.#nextSeq(from, message.seq));
    if (!hasNoCause && !causeIsLast) {
      values.text(causeFrom);
      values.uint(causeSeq);
    }
    if (sentAt !== atMs) values.float(sentAt);
    if (request !== 0) values.uint(request);
    if (stream !== 0 || place !== 0) {
      values.uint(stream);
      values.uint(place);
    }
    values.value(message.body);
    return type;
  }

  #actor(address: string): number {
    const id = this.#values.text(address);
    this.#actors[id] = true;
    return id;
  }

  /** The count that the next message of an address is held against; remembers this one. */
  #nextSeq(id: number, seq: number): number {
    const last = this.#seqs[id] ?? 0;
    this.#seqs[id] = seq;
    return last + 1;
  }
}

function isSame(one: HostClock, other: HostClock): boolean {
  return one.host === other.host && one.baseMs === other.baseMs && one.offsetMs === other.offsetMs;
}

/** The records that are seldom. */
export type RareKind = Exclude<
  TraceRecord['what'],
  'message.sent' | 'message.delivered' | 'message.dropped' | 'timer.fired' | 'actor.stepped'
>;
