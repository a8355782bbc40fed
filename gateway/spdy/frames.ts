/** SPDY/3.1 frames as bytes, and back: the framing layer, which knows nothing of headers' compression. */

/** A frame. `headers` are compressed still; `isLast` is FLAG_FIN: its sender sends no more on that stream. */
export type Frame =
  | { kind: 'data'; stream: number; isLast: boolean; bytes: Buffer }
  | { kind: 'syn-stream'; stream: number; isLast: boolean; headers: Buffer }
  | { kind: 'syn-reply'; stream: number; isLast: boolean; headers: Buffer }
  | { kind: 'headers'; stream: number; isLast: boolean; headers: Buffer }
  | { kind: 'rst-stream'; stream: number; status: number }
  | { kind: 'settings'; entries: readonly { id: number; value: number }[] }
  | { kind: 'ping'; id: number }
  | { kind: 'go-away'; lastStream: number; status: number }
  | { kind: 'window-update'; stream: number; delta: number };

const version = 3;
const fin = 1;
const types = {
  'syn-stream': 1,
  'syn-reply': 2,
  'rst-stream': 3,
  settings: 4,
  ping: 6,
  'go-away': 7,
  headers: 8,
  'window-update': 9,
} as const;
const kinds = new Map<number, keyof typeof types>(
  Object.entries(types).map(([kind, type]) => [type, kind as keyof typeof types]),
);

/** bytes before the payload. */
const headBytes = 8;
/** bytes of payload taken; more is no frame of a peer that means well. */
const mostBytes = 1024 * 1024;
const idMask = 0x7fff_ffff;

/** What is wrong with bytes that are no SPDY/3.1. */
export class SpdyError extends Error {}

/** Cuts bytes into frames as they come. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Takes bytes, and gives the frames that are whole now. Frames of an unknown type are passed over. @throws SpdyError */
  take(bytes: Uint8Array): Frame[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    const frames: Frame[] = [];
    let at = 0;
    while (this.#rest.length - at >= headBytes) {
      const length = this.#rest.readUIntBE(at + 5, 3);
      if (length > mostBytes) throw new SpdyError(`a frame of ${length} bytes`);
      if (this.#rest.length - at < headBytes + length) break;
      const frame = parse(this.#rest.subarray(at, at + headBytes + length));
      if (frame !== undefined) frames.push(frame);
      at += headBytes + length;
    }
    this.#rest = this.#rest.subarray(at);
    return frames;
  }
}

function parse(frame: Buffer): Frame | undefined {
  const isLast = (frame.readUInt8(4) & fin) !== 0;
  const payload = frame.subarray(headBytes);
  if ((frame.readUInt8(0) & 0x80) === 0) return { kind: 'data', stream: frame.readUInt32BE(0), isLast, bytes: payload };
  const spoken = frame.readUInt16BE(0) & 0x7fff;
  if (spoken !== version) throw new SpdyError(`SPDY version ${spoken}`);
  const kind = kinds.get(frame.readUInt16BE(2));
  return kind === undefined ? undefined : parseControl(kind, isLast, payload);
}

function parseControl(kind: keyof typeof types, isLast: boolean, payload: Buffer): Frame {
  const least = { 'syn-stream': 10, ping: 4, settings: 4, 'syn-reply': 4, headers: 4 }[kind as string] ?? 8;
  if (payload.length < least) throw new SpdyError(`a ${kind} frame of ${payload.length} bytes`);
  const first = payload.readUInt32BE(0);
  const stream = first & idMask;
  switch (kind) {
    case 'syn-stream':
      return { kind, stream, isLast, headers: payload.subarray(10) };
    case 'syn-reply':
    case 'headers':
      return { kind, stream, isLast, headers: payload.subarray(4) };
    case 'rst-stream':
      return { kind, stream, status: payload.readUInt32BE(4) };
    case 'settings':
      return { kind, entries: entriesOf(payload, first) };
    case 'ping':
      return { kind, id: first };
    case 'go-away':
      return { kind, lastStream: stream, status: payload.readUInt32BE(4) };
    case 'window-update':
      return { kind, stream, delta: payload.readUInt32BE(4) & idMask };
  }
}

function entriesOf(payload: Buffer, count: number): { id: number; value: number }[] {
  if (payload.length < 4 + 8 * count) throw new SpdyError('a settings frame that is cut off');
  return Array.from({ length: count }, (_, i) => ({
    id: payload.readUInt32BE(4 + 8 * i) & 0xff_ffff,
    value: payload.readUInt32BE(8 + 8 * i),
  }));
}

/** Writes a frame. */
export function writeFrame(frame: Frame): Buffer {
  if (frame.kind === 'data') {
    const head = Buffer.alloc(headBytes);
    head.writeUInt32BE(frame.stream & idMask);
    head.writeUInt8(frame.isLast ? fin : 0, 4);
    head.writeUIntBE(frame.bytes.length, 5, 3);
    return Buffer.concat([head, frame.bytes]);
  }
  const payload = payloadOf(frame);
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(0x8000 | version);
  head.writeUInt16BE(types[frame.kind], 2);
  head.writeUInt8('isLast' in frame && frame.isLast ? fin : 0, 4);
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

function payloadOf(frame: Exclude<Frame, { kind: 'data' }>): Buffer {
  switch (frame.kind) {
    case 'syn-stream':
      // No stream it belongs to, the lowest priority, no slot.
      return Buffer.concat([words(frame.stream, 0), Buffer.alloc(2), frame.headers]);
    case 'syn-reply':
    case 'headers':
      return Buffer.concat([words(frame.stream), frame.headers]);
    case 'rst-stream':
      return words(frame.stream, frame.status);
    case 'settings':
      return words(frame.entries.length, ...frame.entries.flatMap(({ id, value }) => [id, value]));
    case 'ping':
      return words(frame.id);
    case 'go-away':
      return words(frame.lastStream, frame.status);
    case 'window-update':
      return words(frame.stream, frame.delta);
  }
}

function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number >>> 0, 4 * i);
  return bytes;
}
