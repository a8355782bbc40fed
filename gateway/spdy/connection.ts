/** The serving side of a SPDY/3.1 connection: streams that the other side opens, over any duplex of bytes. */

import type { Duplex } from 'node:stream';
import { type Frame, FrameReader, writeFrame } from './frames.ts';
import { HeaderPacker, type Headers, HeaderUnpacker } from './headers.ts';

/** A stream the client opened. */
export interface SpdyStream {
  readonly id: number;
  readonly headers: Headers;
  /** Called with what comes, and once at the end of it. */
  onBytes: ((bytes: Buffer) => void) | undefined;
  onEnd: (() => void) | undefined;
  /** Called when the client gives the stream up, or the connection is gone. */
  onReset: (() => void) | undefined;
  write(bytes: Uint8Array | string): void;
  /** Writes no more. */
  end(): void;
  /** Gives the stream up. */
  reset(): void;
}

/** The status of a stream that was given up (`CANCEL`). */
const cancelled = 5;
const goAwayOk = 0;

/** A connection; bytes that came with the request for it are given as `head`. */
export class SpdyConnection {
  /** Called with each stream that is opened, once it is answered. */
  onStream: ((stream: SpdyStream) => void) | undefined;
  /** Called once when the connection is gone. */
  onClose: (() => void) | undefined;
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  readonly #unpacker = new HeaderUnpacker();
  readonly #packer = new HeaderPacker();
  readonly #streams = new Map<number, Stream>();
  #last = 0;
  /** What came is worked off one after the other: headers unpack in their order. */
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(socket: Duplex, head?: Uint8Array) {
    this.#socket = socket;
    if (head !== undefined && head.length > 0) this.#take(head);
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('end', () => this.close());
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
  }

  /** Ends the connection, after what was written. */
  close(): void {
    if (this.#isClosed) return;
    this.#send({ kind: 'go-away', lastStream: this.#last, status: goAwayOk });
    this.#isClosed = true;
    this.#socket.end();
    for (const stream of [...this.#streams.values()]) stream.onReset?.();
    this.#streams.clear();
    this.#unpacker.close();
    this.#packer.close();
    this.onClose?.();
  }

  #take(bytes: Uint8Array): void {
    let frames: Frame[];
    try {
      frames = this.#reader.take(bytes);
    } catch {
      this.close();
      return;
    }
    for (const frame of frames) {
      this.#work = this.#work.then(() => this.#handle(frame)).catch(() => this.close());
    }
  }

  async #handle(frame: Frame): Promise<void> {
    if (this.#isClosed) return;
    switch (frame.kind) {
      case 'syn-stream':
        await this.#open(frame);
        break;
      case 'headers':
        await this.#unpacker.unpack(frame.headers);
        break;
      case 'data':
        this.#deliver(frame);
        break;
      case 'rst-stream':
        this.#streams.get(frame.stream)?.onReset?.();
        this.#streams.delete(frame.stream);
        break;
      case 'ping':
        this.#send(frame);
        break;
      case 'go-away':
        break;
      default: // Settings and windows: the clients that speak SPDY to Kubernetes do not hold back for them.
    }
  }

  async #open(frame: Extract<Frame, { kind: 'syn-stream' }>): Promise<void> {
    const headers = await this.#unpacker.unpack(frame.headers);
    const packed = await this.#packer.pack({});
    const { stream: id } = frame;
    this.#last = id;
    this.#send({ kind: 'syn-reply', stream: id, isLast: false, headers: packed });
    const stream = new Stream(id, headers, (sent) => this.#sendFor(sent));
    this.#streams.set(id, stream);
    this.onStream?.(stream);
    if (frame.isLast) stream.finishReading();
  }

  #deliver({ stream: id, bytes, isLast }: Extract<Frame, { kind: 'data' }>): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) {
      this.#send({ kind: 'rst-stream', stream: id, status: 2 });
      return;
    }
    if (bytes.length > 0) stream.take(bytes);
    if (isLast) stream.finishReading();
    if (stream.isOver) this.#streams.delete(id);
  }

  #sendFor(frame: Frame): void {
    this.#send(frame);
    if (frame.kind === 'rst-stream') this.#streams.delete(frame.stream);
    if (frame.kind === 'data' && this.#streams.get(frame.stream)?.isOver) this.#streams.delete(frame.stream);
  }

  #send(frame: Frame): void {
    if (!this.#isClosed && this.#socket.writable) this.#socket.write(writeFrame(frame));
  }
}

/** bytes of a data frame that is written. */
const chunkBytes = 32 * 1024;

class Stream implements SpdyStream {
  readonly id: number;
  readonly headers: Headers;
  onReset: (() => void) | undefined;
  readonly #send: (frame: Frame) => void;
  #onBytes: ((bytes: Buffer) => void) | undefined;
  #onEnd: (() => void) | undefined;
  /** What came before anybody wanted it. */
  #early: Buffer[] = [];
  #isRead = false;
  #isWritten = false;

  constructor(id: number, headers: Headers, send: (frame: Frame) => void) {
    this.id = id;
    this.headers = headers;
    this.#send = send;
  }

  get isOver(): boolean {
    return this.#isRead && this.#isWritten;
  }

  set onBytes(take: ((bytes: Buffer) => void) | undefined) {
    this.#onBytes = take;
    if (take !== undefined) for (const bytes of this.#early.splice(0)) take(bytes);
  }

  set onEnd(take: (() => void) | undefined) {
    this.#onEnd = take;
    if (this.#isRead) take?.();
  }

  take(bytes: Buffer): void {
    if (this.#onBytes === undefined) this.#early.push(bytes);
    else this.#onBytes(bytes);
  }

  finishReading(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    this.#onEnd?.();
  }

  write(data: Uint8Array | string): void {
    if (this.#isWritten) return;
    const all = Buffer.from(data as Uint8Array);
    for (let at = 0; at < all.length; at += chunkBytes) {
      const bytes = all.subarray(at, at + chunkBytes);
      this.#send({ kind: 'data', stream: this.id, isLast: false, bytes });
    }
  }

  end(): void {
    if (this.#isWritten) return;
    this.#isWritten = true;
    this.#send({ kind: 'data', stream: this.id, isLast: true, bytes: Buffer.alloc(0) });
  }

  reset(): void {
    this.#isWritten = true;
    this.#isRead = true;
    this.#send({ kind: 'rst-stream', stream: this.id, status: cancelled });
  }
}
