/** Finds the blocks of a trace from its beginning on, over whatever is damaged, up to its end or its cut. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { decodeContent, decodeHead, type FoundBlock, headBytes, nextMagic } from './format/frame.ts';
import { decodeTrailer, preambleBytes, trailerBytes } from './format/preamble.ts';

/** What of a trace cannot be read. */
export interface Damage {
  /** The number of its block. */
  readonly block: number;
  readonly what: string;
  /** How many records are lost; -1 where nobody knows. */
  readonly records: number;
}

/** A block that was found, with what is in it, or the damage in its place. */
export type Scanned =
  | { readonly block: FoundBlock; readonly content: Buffer; readonly damage?: undefined }
  | { readonly damage: Damage; readonly block?: undefined };

/** bytes that are looked through at once for the next block after damage. */
const searchBytes = 1024 * 1024;

/** A file that is read by places. */
export class PlacedFile {
  readonly #file: number;

  /** @throws the system's error */
  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  get size(): number {
    return fstatSync(this.#file).size;
  }

  /** Reads from a place on; fewer bytes where the file ends. */
  read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.size - at)));
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(this.#file, bytes, done, bytes.length - done, at + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Gives all blocks in their order; the value it ends with is false where the file ends within a block. */
export function* scanBlocks(file: PlacedFile): Generator<Scanned, boolean> {
  let at = preambleBytes;
  let [number, records] = [0, 0];
  for (;;) {
    const block = decodeHead(file.read(at, headBytes), at);
    if (block === undefined) {
      const next = findHead(file, at + 1);
      const left = file.size - at;
      if (next === undefined) {
        if (left === 0 || isTrailer(file, at)) return true;
        if (left >= headBytes) yield { damage: { block: number, what: 'its head is damaged', records: -1 } };
        return false;
      }
      const lost = next.recordsBefore - records;
      const many = next.number - number > 1;
      const what = many ? `it and those up to ${next.number - 1} are damaged` : 'its head is damaged';
      yield { damage: { block: number, what, records: lost } };
      [at, number, records] = [next.at, next.number, next.recordsBefore];
      continue;
    }
    if (block.end > file.size) return false;
    const content = decodeContent(file.read(at, block.end - at));
    if (content === undefined) yield { damage: damageOf(block) };
    else yield { block, content };
    [at, number, records] = [block.end, block.number + 1, block.recordsBefore + block.records];
  }
}

/** The damage of a block whose head is sound. */
export function damageOf({ number, kind, records }: Pick<FoundBlock, 'number' | 'kind' | 'records'>): Damage {
  const what = kind === 'records' ? 'its checksum does not hold' : `the checksum of the ${kind} does not hold`;
  return { block: number, what, records };
}

function isTrailer(file: PlacedFile, at: number): boolean {
  return file.size - at === trailerBytes && decodeTrailer(file.read(at, trailerBytes)) !== undefined;
}

/** The next sound head from a place on. */
function findHead(file: PlacedFile, from: number): FoundBlock | undefined {
  for (let at = from; at + headBytes <= file.size; at += searchBytes) {
    const bytes = file.read(at, searchBytes + headBytes);
    for (let i = nextMagic(bytes, 0); i >= 0 && i < searchBytes; i = nextMagic(bytes, i + 1)) {
      const head = decodeHead(bytes.subarray(i, i + headBytes), at + i);
      if (head !== undefined) return head;
    }
  }
  return undefined;
}
