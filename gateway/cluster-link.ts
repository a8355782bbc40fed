/** How the gateway speaks with the cluster: the messages of a puppet on its engine, as promises and async iterables. */

import type { Engine } from '../engine/engine.ts';
import type { Puppet } from '../engine/puppet.ts';
import type { StreamKey } from '../protocol/actor.ts';
import type { Message } from '../protocol/message.ts';
import type { RequestExpired, StreamBroken, StreamClosed } from '../protocol/messages/host.ts';

/**
 * What is read of a stream: its messages in order, one by one, or all that have come by `next`. Ends without error however
 * the stream ends; `ending` then says how.
 */
export interface StreamReading extends AsyncIterable<Message> {
  /** Gives what has come since, waiting for it; nothing at the end. */
  next(): Promise<readonly Message[]>;
  /** The reason the stream broke: `gap`, `silent`, `closed`, `refused`, or the server's own word; undefined while it stands. */
  readonly ending: string | undefined;
  /** Ends it from the reader's side. */
  close(): void;
}

/** What is written to somebody who opened a stream here. */
export interface StreamWriting {
  push<M extends Message>(type: M['type'], body: M['body']): void;
  end(reason?: string): void;
  /** Called once when the reader has gone. */
  onClose: (() => void) | undefined;
}

/** Takes a stream that an actor opens to the gateway. */
export type StreamTaker = (opening: Message, writing: StreamWriting) => void;

/** Takes messages that are neither answers nor of a stream. */
export type MessageTaker = (message: Message) => void;

/** One end of a conversation with the cluster; whatever is said here is an input from outside. */
export class ClusterLink {
  readonly address: string;
  readonly #engine: Engine;
  readonly #puppet: Puppet;
  readonly #answers = new Map<number, (answer: Message) => void>();
  readonly #readings = new Map<number, Reading>();
  readonly #writings = new Map<string, StreamWriting>();
  readonly #takers = new Map<string, StreamTaker>();
  readonly #messageTakers = new Map<string, MessageTaker>();

  /** Puts a puppet at an address, on a machine. */
  constructor(engine: Engine, address: string, machine: string) {
    this.#engine = engine;
    this.address = address;
    this.#puppet = engine.puppet(address, (message) => this.#take(message), { machine });
    this.#puppet.keeps = false;
  }

  /** ms since the Unix epoch, on the cluster's clock. */
  now(): number {
    return this.#engine.now();
  }

  /** Asks; gives the answer, or `request.expired` where none came in time (30 s unless told). Never fails. */
  ask<M extends Message>(
    to: string,
    type: M['type'],
    body: M['body'],
    options: { deadlineMs?: number } = {},
  ): Promise<Message | RequestExpired> {
    return new Promise((resolve) => {
      const request = this.#puppet.ask<M>(to, type, body, options);
      this.#answers.set(request, resolve);
    });
  }

  /** Tells something that needs no answer. */
  tell<M extends Message>(to: string, type: M['type'], body: M['body']): void {
    this.#puppet.send<M>(to, type, body);
  }

  /** Opens a stream, and reads it. */
  open<M extends Message>(to: string, type: M['type'], body: M['body']): StreamReading {
    const reading = new Reading((stream) => {
      this.#readings.delete(stream);
      this.#puppet.close(stream);
    });
    reading.stream = this.#puppet.open<M>(to, type, body);
    this.#readings.set(reading.stream, reading);
    return reading;
  }

  /** Says who takes the streams that actors open here with messages of a type. */
  takeStreams(type: string, taker: StreamTaker): void {
    this.#takers.set(type, taker);
  }

  /** Says who takes the messages of a type that are neither answers nor of a stream. */
  takeMessages(type: string, taker: MessageTaker): void {
    this.#messageTakers.set(type, taker);
  }

  #take(message: Message): void {
    if (message.type === 'stream.closed') this.#closeWriting(message as StreamClosed);
    else if (message.stream !== 0 && message.place === 0 && this.#takers.has(message.type)) this.#begin(message);
    else if (message.stream !== 0) this.#read(message);
    else if (message.request !== 0) this.#answer(message);
    else this.#messageTakers.get(message.type)?.(message);
  }

  #answer(message: Message): void {
    const resolve = this.#answers.get(message.request);
    this.#answers.delete(message.request);
    resolve?.(message);
  }

  #read(message: Message): void {
    const reading = this.#readings.get(message.stream);
    if (reading === undefined) return;
    if (message.type !== 'stream.broken') reading.add(message);
    else {
      this.#readings.delete(message.stream);
      reading.finish((message as StreamBroken).body.reason);
    }
  }

  #begin(opening: Message): void {
    const key: StreamKey = { from: opening.from, stream: opening.stream };
    const writing: StreamWriting = {
      push: (type, body) => this.#puppet.push(key, type, body),
      end: (reason) => {
        this.#writings.delete(keyOf(key));
        this.#puppet.end(key, reason);
      },
      onClose: undefined,
    };
    this.#writings.set(keyOf(key), writing);
    this.#takers.get(opening.type)?.(opening, writing);
  }

  #closeWriting(message: StreamClosed): void {
    const writing = this.#writings.get(keyOf(message));
    this.#writings.delete(keyOf(message));
    writing?.onClose?.();
  }
}

function keyOf({ from, stream }: StreamKey): string {
  return `${from}#${stream}`;
}

/** Messages a reader may be behind before its stream is ended: it would only fill the memory. */
const mostWaiting = 20_000;

/** Messages that wait for their reader, and a reader that waits for messages. */
class Reading implements StreamReading {
  stream = 0;
  ending: string | undefined;
  readonly #close: (stream: number) => void;
  #waiting: Message[] = [];
  #wake: (() => void) | undefined;

  constructor(close: (stream: number) => void) {
    this.#close = close;
  }

  add(message: Message): void {
    this.#waiting.push(message);
    if (this.#waiting.length > mostWaiting) this.#stop('slow reader');
    this.#wake?.();
  }

  finish(reason: string): void {
    this.ending = reason;
    this.#wake?.();
  }

  close(): void {
    this.#stop('closed by the reader');
  }

  async next(): Promise<readonly Message[]> {
    if (this.#waiting.length === 0 && this.ending === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const come = this.#waiting;
    this.#waiting = [];
    return come;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    try {
      for (let come = await this.next(); come.length > 0; come = await this.next()) yield* come;
    } finally {
      this.close();
    }
  }

  #stop(reason: string): void {
    if (this.ending !== undefined) return;
    this.#close(this.stream);
    this.finish(reason);
  }
}
