/**
 * The first bytes of a trace: what it is, in which version of the format. They are the same in all versions to come.
 *
 * And its last ones, in a file that was closed: where its index stands.
 */

import { crc32 } from 'node:zlib';
import { TraceError } from '../trace-error.ts';
import { formatVersion } from './layout.ts';

const signature = Buffer.from('TROUPE TRACE\n', 'latin1');
/** bytes: the signature, three of nothing, the version, a checksum of all of it. */
export const preambleBytes = 24;
const trailerMagic = Buffer.from('TRPE', 'latin1');
/** bytes: magic, where the index begins, a checksum of both. */
export const trailerBytes = 16;

/** Encodes what a file begins with. */
export function encodePreamble(version = formatVersion): Buffer {
  const bytes = Buffer.alloc(preambleBytes);
  signature.copy(bytes);
  bytes.writeUInt32LE(version, 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 20)), 20);
  return bytes;
}

/** Looks whether a file is a trace that can be read. @throws TraceError */
export function checkPreamble(path: string, bytes: Buffer): void {
  const start = bytes.subarray(0, Math.min(bytes.length, signature.length));
  if (bytes.length < preambleBytes && start.equals(signature.subarray(0, start.length))) {
    throw new TraceError(path, 'was cut off in its first bytes: nothing is in it', 'record it again');
  }
  const isSound = bytes.length >= preambleBytes && crc32(bytes.subarray(0, 20)) === bytes.readUInt32LE(20);
  if (!start.equals(signature)) {
    if (isSound) throw new TraceError(path, 'is no trace', otherFile);
    throw new TraceError(path, 'is no trace, or one whose first bytes are damaged', otherFile);
  }
  if (!isSound) throw new TraceError(path, 'is a trace whose first bytes are damaged', 'restore it from a copy');
  const version = bytes.readUInt32LE(16);
  if (version === formatVersion) return;
  const fix =
    version > formatVersion
      ? 'use the Troupe that wrote it, or a newer one'
      : 'use the Troupe that wrote it, or an older one';
  throw new TraceError(path, `is a trace of format ${version}; this Troupe reads format ${formatVersion}`, fix);
}

const otherFile = 'name a file that --record or troupe record has written';

/** Encodes what a file that was closed ends with. */
export function encodeTrailer(indexAt: number): Buffer {
  const bytes = Buffer.alloc(trailerBytes);
  trailerMagic.copy(bytes);
  bytes.writeDoubleLE(indexAt, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12);
  return bytes;
}

/** Where the index begins; undefined where these are not the last bytes of a file that was closed. */
export function decodeTrailer(bytes: Buffer): number | undefined {
  if (bytes.length !== trailerBytes || !bytes.subarray(0, 4).equals(trailerMagic)) return undefined;
  if (crc32(bytes.subarray(0, 12)) !== bytes.readUInt32LE(12)) return undefined;
  return bytes.readDoubleLE(4);
}
