/** The server's side of a stream: numbers what it pushes, keeps the stream alive, and notices when nobody reads. */

import type { StreamKey } from '../../protocol/actor.ts';
import type { StreamClosed } from '../../protocol/messages/host.ts';
import type { Host } from '../host/host.ts';
import type { Life } from '../host/life.ts';
import type { Seat } from '../host/seat.ts';
import type { Due } from '../host/timer.ts';
import { type Envelope, PUSH, told } from './envelope.ts';
import { cancel, end, isWithin, keepAlive, keepAliveUs, settleUs, silenceUs } from './stream-words.ts';

/** A stream as its server's host knows it. All times in µs. */
export class Served implements Due {
  readonly life: Life;
  readonly reader: string;
  readonly stream: number;
  place = 0;
  pushedUs: number;
  /** When the last keep-alive went. */
  keptUs: number;
  heardUs: number;
  /** Something was pushed since the last keep-alive; at first, that it is served at all is news. */
  hasNews = true;
  private armedUs = 0;
  handle = -1;

  constructor(life: Life, reader: string, stream: number) {
    const { nowUs } = life.host;
    this.life = life;
    this.reader = reader;
    this.stream = stream;
    this.pushedUs = nowUs;
    this.keptUs = nowUs;
    this.heardUs = nowUs;
  }

  /** Begins to keep it alive; not within one process, where nothing is lost. */
  watch(): void {
    if (!isWithin(this.life, this.life.host.seatOf(this.reader))) this.arm();
  }

  /** Notes a push; the timer is touched only when it would come too late, so a busy stream costs none. */
  notePush(): void {
    this.pushedUs = this.life.host.nowUs;
    this.hasNews = true;
    if (this.handle < 0 || this.armedUs <= this.pushedUs + settleUs) return;
    this.disarm();
    this.arm();
  }

  disarm(): void {
    if (this.handle >= 0) this.life.host.queue.cancel(this.handle);
    this.handle = -1;
  }

  fire(): void {
    this.handle = -1;
    const { host, seat } = this.life;
    if (host.nowUs - this.heardUs >= silenceUs) {
      lose(this, 'silent');
      return;
    }
    if (host.nowUs >= this.nextUs()) {
      this.keptUs = host.nowUs;
      this.hasNews = false;
      host.bus.control(seat, this.reader, keepAlive, this.stream, this.place, undefined);
    }
    this.arm();
  }

  private arm(): void {
    const { host, seat } = this.life;
    this.armedUs = Math.min(this.nextUs(), this.heardUs + silenceUs);
    this.handle = host.queue.push(this.armedUs, seat, ++seat.count, this, seat);
  }

  /** When the next keep-alive is due. */
  private nextUs(): number {
    const restUs = this.keptUs + keepAliveUs;
    return this.hasNews ? Math.min(this.pushedUs + settleUs, restUs) : restUs;
  }
}

/** Begins to serve a stream that was asked for; false when it was asked for already. */
export function acceptStream(life: Life, opening: StreamKey): boolean {
  if (findServed(life, opening) !== undefined) return false;
  addServed(life, new Served(life, opening.from, opening.stream));
  return true;
}

/** Puts a stream among those a life serves, and begins to keep it alive. */
export function addServed(life: Life, served: Served): void {
  life.served ??= new Map();
  const streams = life.served.get(served.reader) ?? new Map<number, Served>();
  life.served.set(served.reader, streams);
  streams.set(served.stream, served);
  served.watch();
}

/** Sends the next message of a stream; nothing happens when the reader has ended it meanwhile. */
export function pushStream(life: Life, opening: StreamKey, type: string, body: unknown): void {
  const served = findServed(life, opening);
  if (served === undefined) return;
  served.place++;
  life.host.bus.send(life, served.reader, type, body, PUSH, 0, served.stream, served.place);
  served.notePush();
}

/** Ends a stream from the server's side. */
export function endStream(life: Life, opening: StreamKey, reason: string): void {
  const served = findServed(life, opening);
  if (served === undefined) return;
  forgetServed(served);
  life.host.bus.control(life.seat, served.reader, end, served.stream, served.place, reason);
}

/** Stops serving a stream without a word, since another serves it now. */
export function dropServed(life: Life, opening: StreamKey): void {
  const served = findServed(life, opening);
  if (served !== undefined) forgetServed(served);
}

/** Hears what the reader's host says: that it still reads, or no more. */
export function hearReader(life: Life, word: Envelope): void {
  const served = findServed(life, word);
  if (served === undefined) return;
  served.heardUs = life.host.nowUs;
  if (word.type === cancel) lose(served, word.body as string);
}

/** Tells who asked for a stream that nobody serves it. */
export function refuseStream(host: Host, seat: Seat, opening: Envelope): void {
  host.bus.control(seat, opening.from, end, opening.stream, 0, 'refused');
}

/** Ends all that a life serves when that life has ended; with `isSeen` the readers hear of it. */
export function endServing(life: Life, isSeen: boolean): void {
  for (const streams of life.served?.values() ?? []) {
    for (const served of streams.values()) {
      served.disarm();
      if (isSeen) life.host.bus.control(life.seat, served.reader, end, served.stream, served.place, 'closed');
    }
  }
  life.served = undefined;
}

/** Ends what a life serves to readers that are gone. */
export function resetServing(life: Life, isGone: (address: string) => boolean): void {
  for (const [reader, streams] of [...(life.served ?? [])]) {
    if (isGone(reader)) for (const served of [...streams.values()]) lose(served, 'closed');
  }
}

function findServed(life: Life, { from, stream }: StreamKey): Served | undefined {
  return life.served?.get(from)?.get(stream);
}

/** Tells the server that it has lost its reader. */
function lose(served: Served, reason: string): void {
  const { life, reader, stream } = served;
  const { host } = life;
  forgetServed(served);
  const body: StreamClosed['body'] = { reason };
  const { causeFrom, causeSeq } = host;
  host.enqueueLocal(
    told({
      type: 'stream.closed',
      body,
      from: reader,
      to: life.address,
      causeFrom,
      causeSeq,
      atMs: host.nowMs,
      stream,
    }),
    life.seat,
  );
}

function forgetServed(served: Served): void {
  served.disarm();
  const streams = served.life.served?.get(served.reader);
  streams?.delete(served.stream);
  if (streams?.size === 0) served.life.served?.delete(served.reader);
}
