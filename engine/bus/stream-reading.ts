/** The reader's side of a stream: it sees every message in its place, or learns that it did not. */

import type { StreamBroken } from '../../protocol/messages/host.ts';
import type { Host } from '../host/host.ts';
import type { Life } from '../host/life.ts';
import type { Seat } from '../host/seat.ts';
import type { Due } from '../host/timer.ts';
import { type Envelope, OPEN, told } from './envelope.ts';
import { cancel, end, isWithin, kept, openingUs, silenceUs } from './stream-words.ts';

/** A stream as its reader's host knows it. */
export class Reading implements Due {
  readonly life: Life;
  readonly stream: number;
  readonly to: string;
  readonly type: string;
  readonly note: unknown;
  /** The `seq` of the message that opened it. */
  readonly seq: number;
  /** Who serves it; empty until something came, since a queue group's member is not known before. */
  server = '';
  lastPlace = 0;
  /** µs; of the last word from the server. */
  heardUs: number;
  handle = -1;

  constructor(life: Life, stream: number, to: string, type: string, note: unknown, seq: number) {
    this.life = life;
    this.stream = stream;
    this.to = to;
    this.type = type;
    this.note = note;
    this.seq = seq;
    this.heardUs = life.host.nowUs;
  }

  /** Begins to wait for silence; not within one process, where nothing is lost. */
  watch(): void {
    if (!isWithin(this.life, this.life.host.seatOf(this.to))) this.arm();
  }

  /** Tells whether somebody is the server; the first to say something is. */
  isServedBy(from: string): boolean {
    if (this.server === '') this.server = from;
    return this.server === from;
  }

  disarm(): void {
    if (this.handle >= 0) this.life.host.queue.cancel(this.handle);
    this.handle = -1;
  }

  /** Looks, when silence could have lasted long enough, whether it has: words from the server touch no timer. */
  fire(): void {
    this.handle = -1;
    if (this.life.host.nowUs - this.heardUs >= this.patienceUs()) breakOff(this, 'silent');
    else this.arm();
  }

  private arm(): void {
    const { host, seat } = this.life;
    this.handle = host.queue.push(this.heardUs + this.patienceUs(), seat, ++seat.count, this, seat);
  }

  private patienceUs(): number {
    return this.server === '' ? openingUs : silenceUs;
  }
}

/** Opens a stream and gives its number. */
export function openStream(life: Life, to: string, type: string, body: unknown, note: unknown): number {
  const stream = ++life.seat.numbers;
  const sent = life.host.bus.send(life, to, type, body, OPEN, 0, stream, 0);
  const reading = new Reading(life, stream, to, type, note, sent.seq);
  life.reading ??= new Map();
  life.reading.set(stream, reading);
  reading.watch();
  return stream;
}

/** Ends a stream from the reader's side. */
export function closeStream(life: Life, stream: number): void {
  const reading = life.reading?.get(stream);
  if (reading === undefined) return;
  forgetReading(reading);
  cancelAtServer(life.host, life.seat, reading);
}

/** Takes a stream's next message; false when the reader must not see it. */
export function takePush(life: Life, push: Envelope): boolean {
  const reading = life.reading?.get(push.stream);
  if (reading === undefined || !reading.isServedBy(push.from)) {
    cancelBack(life.host, life.seat, push);
    return false;
  }
  reading.heardUs = life.host.nowUs;
  if (push.place <= reading.lastPlace) return false;
  if (push.place > reading.lastPlace + 1) {
    breakOff(reading, 'gap');
    return false;
  }
  reading.lastPlace = push.place;
  push.note = reading.note;
  return true;
}

/** Hears what the server's host says: that it is still there, or that nothing more comes. */
export function hearServer(life: Life, word: Envelope): void {
  const { host, seat } = life;
  const reading = life.reading?.get(word.stream);
  if (reading === undefined || !reading.isServedBy(word.from)) {
    if (word.type !== end) cancelBack(host, seat, word);
    return;
  }
  reading.heardUs = host.nowUs;
  if (word.place > reading.lastPlace) breakOff(reading, 'gap');
  else if (word.type === end) breakOff(reading, word.body as string);
  else host.bus.control(seat, word.from, kept, word.stream, 0, undefined);
}

/** Tells the server of a message that its reader does not read it, or no more. */
export function cancelBack(host: Host, reader: Seat, word: Envelope): void {
  host.bus.control(reader, word.from, cancel, word.stream, 0, 'closed');
}

/** Ends all that a life reads when that life has ended; with `isSeen` the servers hear of it. */
export function endReading(life: Life, isSeen: boolean): void {
  for (const reading of life.reading?.values() ?? []) {
    reading.disarm();
    if (isSeen) cancelAtServer(life.host, life.seat, reading);
  }
  life.reading = undefined;
}

/** Breaks what a life reads from servers that are gone. */
export function resetReading(life: Life, isGone: (address: string) => boolean): void {
  for (const reading of [...(life.reading?.values() ?? [])]) if (isGone(reading.server)) breakOff(reading, 'closed');
}

/** Tells the server that the reader is gone; one that is not known yet learns it from the answer to its first word. */
function cancelAtServer(host: Host, seat: Seat, reading: Reading): void {
  const server = host.seatOf(reading.server === '' ? reading.to : reading.server);
  const isReached = server.life !== undefined || (server.isElsewhere && reading.server !== '');
  if (isReached) host.bus.control(seat, server.address, cancel, reading.stream, 0, 'closed');
}

function breakOff(reading: Reading, reason: string): void {
  const { life, stream, to, type, note, lastPlace, server, seq } = reading;
  forgetReading(reading);
  if (reason === 'gap') cancelAtServer(life.host, life.seat, reading);
  const body: StreamBroken['body'] = { to, type, reason, lastPlace };
  life.host.enqueueLocal(
    told({
      type: 'stream.broken',
      body,
      from: server === '' ? to : server,
      to: life.address,
      causeFrom: life.address,
      causeSeq: seq,
      atMs: life.host.nowMs,
      stream,
      note,
    }),
    life.seat,
  );
}

function forgetReading(reading: Reading): void {
  reading.disarm();
  reading.life.reading?.delete(reading.stream);
}
