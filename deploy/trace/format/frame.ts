/**
 * The blocks of a trace as they lie in a file: a head with its own checksum, and what is in it, packed.
 *
 * A reader finds each block, its number and its time without unpacking anything, and the next one after damage.
 */

import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';

/** What a block is. */
export type BlockKind = 'header' | 'records' | 'index';

const kinds = ['header', 'records', 'index'] as const satisfies readonly BlockKind[];
/** `TRPB`, at the beginning of every block. */
const magic = Buffer.from('TRPB', 'latin1');
/** bytes of a block's head. */
export const headBytes = 56;
/** bytes; a head that says more is damaged, as no writer makes such blocks. */
export const blockBytesMax = 512 * 1024 * 1024;
/** Level of deflate: 1 takes a third of the time of 6 and gives a third more bytes (docs/trace-format.md). */
const level = 1;

/** What stands in a block's head. */
export interface BlockHead {
  readonly kind: BlockKind;
  /** Counts the writer's blocks from 0: the header's own is 0. */
  readonly number: number;
  /** How many records it has, and how many stood before it. */
  readonly records: number;
  readonly recordsBefore: number;
  /** ms since the Unix epoch, by the common clock: the earliest and the latest of its records. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A block that was found. */
export interface FoundBlock extends BlockHead {
  /** Where its head begins, and where what follows it does. */
  readonly at: number;
  readonly end: number;
}

/** Packs a block; the bytes are the caller's. */
export function encodeBlock(head: BlockHead, content: Uint8Array): Buffer {
  const packed = deflateRawSync(content, { level });
  const block = Buffer.allocUnsafe(headBytes + packed.length);
  magic.copy(block);
  block.writeUInt32LE(kinds.indexOf(head.kind), 4);
  block.writeUInt32LE(packed.length, 8);
  block.writeUInt32LE(content.length, 12);
  block.writeUInt32LE(head.number, 16);
  block.writeUInt32LE(head.records, 20);
  block.writeDoubleLE(head.recordsBefore, 24);
  block.writeDoubleLE(head.fromMs, 32);
  block.writeDoubleLE(head.toMs, 40);
  block.writeUInt32LE(crc32(packed), 48);
  block.writeUInt32LE(crc32(block.subarray(0, 52)), 52);
  block.set(packed, headBytes);
  return block;
}

/** Reads a head; undefined where none stands, or a damaged one. `at` is where these bytes stand. */
export function decodeHead(bytes: Buffer, at: number): FoundBlock | undefined {
  if (bytes.length < headBytes || !bytes.subarray(0, 4).equals(magic)) return undefined;
  if (crc32(bytes.subarray(0, 52)) !== bytes.readUInt32LE(52)) return undefined;
  const kind = kinds[bytes.readUInt32LE(4)];
  const length = bytes.readUInt32LE(8);
  if (kind === undefined || length > blockBytesMax) return undefined;
  return {
    kind,
    number: bytes.readUInt32LE(16),
    records: bytes.readUInt32LE(20),
    recordsBefore: bytes.readDoubleLE(24),
    fromMs: bytes.readDoubleLE(32),
    toMs: bytes.readDoubleLE(40),
    at,
    end: at + headBytes + length,
  };
}

/** Unpacks a block, head and all; undefined where its checksum does not hold. */
export function decodeContent(block: Buffer): Buffer | undefined {
  const packed = block.subarray(headBytes);
  if (packed.length !== block.readUInt32LE(8) || crc32(packed) !== block.readUInt32LE(48)) return undefined;
  try {
    const content = inflateRawSync(packed, { maxOutputLength: Math.max(block.readUInt32LE(12), 1) });
    return content.length === block.readUInt32LE(12) ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Finds where the next head may stand, from a place on; -1 where none does. */
export function nextMagic(bytes: Buffer, from: number): number {
  return bytes.indexOf(magic, from);
}
