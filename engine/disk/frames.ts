/** Frames: records as they lie in a real file, each with its length and checksums, so that a cut or a decay is seen. */

import { crc32 } from 'node:zlib';
import { Packr } from 'msgpackr';

/** `TRPF`, at the beginning of every frame: to find the next one after one whose length cannot be trusted. */
const magic = Buffer.from('TRPF', 'latin1');
/** Magic, kind, three bytes of nothing, length, checksum of what is in it, checksum of all that stands before. */
const headBytes = 20;

// Every frame stands alone, as any of them may be lost; Maps, Sets and undefined stay what they are.
const packr = new Packr({ moreTypes: true });

/** A frame found in a file. */
export interface Frame {
  readonly kind: number;
  /** Undefined where its checksum does not hold. */
  readonly payload: Buffer | undefined;
  /** Where the next one begins. */
  readonly end: number;
}

/** Encodes a value as a frame. `kind` is a number below 256. */
export function encodeFrame(kind: number, value: unknown): Buffer {
  const payload = packr.pack(value);
  const frame = Buffer.alloc(headBytes + payload.length);
  magic.copy(frame);
  frame.writeUInt8(kind, 4);
  frame.writeUInt32LE(payload.length, 8);
  frame.writeUInt32LE(crc32(payload), 12);
  frame.writeUInt32LE(crc32(frame.subarray(0, 16)), 16);
  payload.copy(frame, headBytes);
  return frame;
}

/** Decodes what is in a frame. */
export function decodePayload(payload: Buffer): unknown {
  return packr.unpack(payload);
}

/** Reads the frame at a place; undefined where none stands, or it goes on after the file's end. */
export function frameAt(bytes: Buffer, at: number): Frame | undefined {
  if (at + headBytes > bytes.length || !bytes.subarray(at, at + 4).equals(magic)) return undefined;
  if (crc32(bytes.subarray(at, at + 16)) !== bytes.readUInt32LE(at + 16)) return undefined;
  const begin = at + headBytes;
  const end = begin + bytes.readUInt32LE(at + 8);
  if (end > bytes.length) return undefined;
  const payload = bytes.subarray(begin, end);
  const isSound = crc32(payload) === bytes.readUInt32LE(at + 12);
  return { kind: bytes.readUInt8(at + 4), payload: isSound ? payload : undefined, end };
}

/** Finds where the next frame with a good head stands, from a place on; -1 where there is none. */
export function nextFrame(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(magic, from);
  while (at >= 0 && frameAt(bytes, at) === undefined) at = bytes.indexOf(magic, at + 1);
  return at;
}
