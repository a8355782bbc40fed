/** Reads the records of a block. */

import { Unpackr } from 'msgpackr';
import { type RecordedMessage, recordKinds, type TraceRecord } from '../../../protocol/trace/records.ts';
import type { BlockTables, HostClock } from './block-writer.ts';
import { deliveryBits, messageBits, recordBits } from './layout.ts';
import { MalformedError, ValueReader } from './value-reader.ts';

interface HostState {
  readonly clock: HostClock;
  lastUs: number;
  causeFrom: string;
  causeSeq: number;
}

/** A record without the time and place that all have. */
type Fields<T> = T extends TraceRecord ? Omit<T, 'atMs' | 'clockMs' | 'host'> : never;

const unpackr = new Unpackr({ moreTypes: true });

/** Reads what stands beside a block's records. @throws MalformedError */
export function readTables(content: Buffer): BlockTables {
  return open(content).tables;
}

/** Reads all records of a block, in their order. @throws MalformedError where it is not what it says */
export function readRecords(content: Buffer): TraceRecord[] {
  const { values, tables } = open(content);
  const reader = new BlockReader(values, tables.hosts);
  const records: TraceRecord[] = [];
  while (!values.isAtEnd) records.push(reader.next());
  return records;
}

function open(content: Buffer): { values: ValueReader; tables: BlockTables } {
  const end = content.length < 4 ? Number.NaN : 4 + content.readUInt32LE(0);
  if (!(end <= content.length)) throw new MalformedError('a block is shorter than it says');
  const [texts, shapes, tables] = unpackr.unpack(content.subarray(end)) as [string[], number[][], BlockTables];
  return { values: new ValueReader(content.subarray(4, end), texts, shapes), tables };
}

class BlockReader {
  readonly #values: ValueReader;
  readonly #hosts: HostState[];
  #host = 0;
  readonly #messages: RecordedMessage[] = [];
  readonly #seqs = new Map<string, number>();

  constructor(values: ValueReader, hosts: readonly HostClock[]) {
    this.#values = values;
    this.#hosts = hosts.map((clock) => ({ clock, lastUs: 0, causeFrom: '', causeSeq: 0 }));
  }

  next(): TraceRecord {
    const values = this.#values;
    const first = values.byte();
    const what = recordKinds[first & recordBits.kind];
    if (what === undefined) throw new MalformedError(`no record begins with ${first}`);
    if (first & recordBits.host) this.#host = values.uint();
    const host = this.#hosts[this.#host];
    if (host === undefined) throw new MalformedError('a record is of a host that its block does not know');
    const atMs = this.#time(host, (first & recordBits.exactTime) !== 0);
    const fields = this.#fields(what, (first & recordBits.known) !== 0, host, atMs);
    const { host: name, offsetMs } = host.clock;
    return Object.assign({ atMs, clockMs: atMs - offsetMs, host: name }, fields) as TraceRecord;
  }

  #time(host: HostState, isExact: boolean): number {
    if (isExact) return this.#values.float();
    host.lastUs += this.#values.int();
    return host.clock.baseMs + host.lastUs / 1000;
  }

  #fields(what: TraceRecord['what'], isKnown: boolean, host: HostState, atMs: number): Fields<TraceRecord> {
    const values = this.#values;
    switch (what) {
      case 'message.sent':
        return { what, message: this.#message(host, atMs) };
      case 'message.delivered':
        return this.#delivered(isKnown, host, atMs);
      case 'message.dropped':
        return { what, message: this.#arrived(isKnown, host, atMs), receiver: values.text(), why: values.text() };
      case 'timer.fired':
        return this.#timer(host);
      case 'actor.stepped':
        return {
          what,
          address: values.text(),
          event: values.text(),
          isAnswered: values.byte() === 1,
          state: values.value(),
        };
      default:
        return this.#rare(what);
    }
  }

  #rare(what: TraceRecord['what']): Fields<TraceRecord> {
    const values = this.#values;
    const value = <T>() => values.value() as T;
    switch (what) {
      case 'input.entered':
        return { what, input: value() };
      case 'run.marked':
        return { what, mark: value() };
      case 'actor.spawned':
        return {
          what,
          address: values.text(),
          kind: value(),
          incarnation: value(),
          machine: value(),
          parent: value(),
          isDetached: value(),
          input: value(),
        };
      case 'actor.ended':
        return { what, address: values.text(), kind: value(), reason: value(), error: value() };
      case 'disk.written':
        return { what, address: values.text(), operation: value(), file: value(), records: value() };
      case 'line.logged':
        return { what, address: values.text(), level: value(), message: value(), fields: value() };
      case 'fault.told':
        return { what, fault: value() };
      case 'host.begun':
        return { what, about: value() };
      case 'host.ended':
        return { what, why: value() };
      case 'records.lost':
        return { what, count: value(), why: value() };
      default:
        throw new MalformedError(`no rare record is a ${what}`);
    }
  }

  #timer(host: HostState): Fields<TraceRecord> {
    const address = this.#values.text();
    const seq = this.#seq(address);
    host.causeFrom = address;
    host.causeSeq = seq;
    return { what: 'timer.fired', address, timer: this.#values.text(), seq };
  }

  #delivered(isKnown: boolean, host: HostState, atMs: number): Fields<TraceRecord> {
    const message = this.#arrived(isKnown, host, atMs);
    const bits = this.#values.byte();
    const receiver = bits & deliveryBits.receiver ? this.#values.text() : message.to;
    host.causeFrom = message.seq > 0 ? message.from : message.causeFrom;
    host.causeSeq = message.seq > 0 ? message.seq : message.causeSeq;
    return { what: 'message.delivered', message, receiver, isUnordered: (bits & deliveryBits.unordered) !== 0 };
  }

  #arrived(isKnown: boolean, host: HostState, atMs: number): RecordedMessage {
    if (!isKnown) return this.#message(host, atMs);
    const message = this.#messages[this.#messages.length - 1 - this.#values.uint()];
    if (message === undefined) throw new MalformedError('a message stands for one that its block does not have');
    return message;
  }

  #message(host: HostState, atMs: number): RecordedMessage {
    const values = this.#values;
    const bits = values.byte();
    const [from, to, type] = [values.text(), values.text(), values.text()];
    const seq = this.#seq(from);
    let { causeFrom, causeSeq } = host;
    if (bits & messageBits.noCause) [causeFrom, causeSeq] = ['', 0];
    else if (!(bits & messageBits.causeIsLast)) [causeFrom, causeSeq] = [values.text(), values.uint()];
    const sentAt = bits & messageBits.sentAt ? values.float() : atMs;
    const request = bits & messageBits.request ? values.uint() : 0;
    const [stream, place] = bits & messageBits.stream ? [values.uint(), values.uint()] : [0, 0];
    const role = bits & messageBits.role;
    const body = values.value();
    const message = { type, body, from, to, seq, causeFrom, causeSeq, sentAt, request, stream, place, role };
    this.#messages.push(message);
    return message;
  }

  #seq(address: string): number {
    const seq = (this.#seqs.get(address) ?? 0) + 1 + this.#values.int();
    this.#seqs.set(address, seq);
    return seq;
  }
}
