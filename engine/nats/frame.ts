/** What one NATS message holds: a header that guards it against damage, then envelopes, a piece of some, or a question. */

import { crc32 } from 'node:zlib';

/** Envelopes to one subject, as the codec writes them. */
export const WHOLE = 0;
/** As `WHOLE`, for all who subscribe the subject. */
export const TO_ALL = 1;
/** A part of a `WHOLE` that is larger than the server takes. */
export const PIECE = 2;
/** As `PIECE`, of a `TO_ALL`. */
export const PIECE_TO_ALL = 3;
/** Asks one of a queue group where the pieces of a large frame shall go. */
export const WHERE = 4;

/** What a frame is. */
export type FrameKind = 0 | 1 | 2 | 3 | 4;

/** The version of the format: of the header and of the envelopes' fields. A change of either changes it. */
const version = 1;

/** Bytes of the header: version and kind, and the checksum of them and of all that follows. */
export const headerBytes = 5;
/** Bytes that a piece has besides: where it comes from, its frame's number and length, and its place in it. */
const pieceBytes = 8 + 4 + 4 + 4;

/** Bytes that are no frame of this version, or were damaged on their way. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** A frame as it comes. */
export interface Arrived {
  readonly kind: FrameKind;
  /** What follows the header; shares the memory of what came. */
  readonly content: Uint8Array;
}

/** A part of a large frame. */
export interface Piece {
  /** Tells the connection it comes from; unlike any other. */
  readonly source: bigint;
  /** Counts the large frames of the source. */
  readonly number: number;
  /** Bytes of the whole. */
  readonly length: number;
  /** Where its bytes belong. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Writes the header into the first `headerBytes` of a frame, which are free for it. */
export function seal(frame: Uint8Array, kind: FrameKind): Uint8Array {
  const first = (version << 4) | kind;
  // The first byte begins the sum, so that it is guarded too.
  const sum = crc32(frame.subarray(headerBytes), first);
  frame[0] = first;
  frame[1] = sum & 0xff;
  frame[2] = (sum >>> 8) & 0xff;
  frame[3] = (sum >>> 16) & 0xff;
  frame[4] = sum >>> 24;
  return frame;
}

/** Reads the header. @throws FrameError where it does not fit what follows */
export function open(frame: Uint8Array): Arrived {
  const first = frame[0];
  if (first === undefined || frame.length < headerBytes) throw new FrameError('too short to be a frame');
  if (first >> 4 !== version) throw new FrameError(`no frame of version ${version}: it begins with ${first}`);
  const kind = first & 0xf;
  if (kind > WHERE) throw new FrameError(`a frame of an unknown kind, ${kind}`);
  const content = frame.subarray(headerBytes);
  const sum = (byte(frame, 1) | (byte(frame, 2) << 8) | (byte(frame, 3) << 16) | (byte(frame, 4) << 24)) >>> 0;
  if (crc32(content, first) !== sum) throw new FrameError('damaged on its way: its checksum does not fit');
  return { kind: kind as FrameKind, content };
}

/** Cuts the content of a large frame into sealed frames of at most `maxBytes` each. */
export function cutUp(
  content: Uint8Array,
  from: { source: bigint; number: number },
  kind: FrameKind,
  maxBytes: number,
): Uint8Array[] {
  const room = maxBytes - headerBytes - pieceBytes;
  const frames: Uint8Array[] = [];
  for (let offset = 0; offset < content.length; offset += room) {
    const bytes = content.subarray(offset, offset + room);
    const frame = new Uint8Array(headerBytes + pieceBytes + bytes.length);
    const view = new DataView(frame.buffer, headerBytes);
    view.setBigUint64(0, from.source);
    view.setUint32(8, from.number);
    view.setUint32(12, content.length);
    view.setUint32(16, offset);
    frame.set(bytes, headerBytes + pieceBytes);
    frames.push(seal(frame, kind));
  }
  return frames;
}

/** Reads what a frame of kind `PIECE` holds. @throws FrameError where it is none */
export function readPiece(content: Uint8Array): Piece {
  if (content.length <= pieceBytes) throw new FrameError('too short to be a piece of a frame');
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const [length, offset] = [view.getUint32(12), view.getUint32(16)];
  const bytes = content.subarray(pieceBytes);
  if (offset + bytes.length > length) throw new FrameError('a piece that reaches over the end of its frame');
  return { source: view.getBigUint64(0), number: view.getUint32(8), length, offset, bytes };
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] as number;
}
