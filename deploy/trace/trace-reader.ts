/** Reads a trace: from its beginning, or from any time, or only what is about one actor. */

import { Unpackr } from 'msgpackr';
import type { TraceRecord } from '../../protocol/trace/records.ts';
import { type Damage, damageOf, PlacedFile, scanBlocks } from './block-scan.ts';
import { readRecords, readTables } from './format/block-reader.ts';
import { decodeContent, decodeHead, headBytes } from './format/frame.ts';
import { type BlockPlace, decodeIndex, IndexMaker, type TraceIndex } from './format/index-block.ts';
import { checkPreamble, decodeTrailer, preambleBytes, trailerBytes } from './format/preamble.ts';
import type { TraceHeader } from './header.ts';
import { TraceError } from './trace-error.ts';

/** What of a trace is asked for; all of it unless told. */
export interface TraceRange {
  /** ms since the Unix epoch, by the common clock; both ends are in it. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Only blocks in which one of these does anything. */
  readonly actors?: (address: string) => boolean;
}

const unpackr = new Unpackr({ moreTypes: true });

/** A trace that is open. It is read block by block: no more than one of them is in memory. */
export class TraceReader {
  readonly path: string;
  /** Undefined where its block is damaged: the records can be read all the same. */
  readonly header: TraceHeader | undefined;
  readonly index: TraceIndex;
  /** False where the file was cut off, or is still written: it is read up to there. */
  readonly isWhole: boolean;
  readonly #damage = new Map<number, Damage>();
  readonly #file: PlacedFile;

  /** Opens a trace, and finds its blocks. @throws TraceError where it is none, or one of another format */
  constructor(path: string) {
    this.path = path;
    this.#file = openFile(path);
    try {
      checkPreamble(path, this.#file.read(0, preambleBytes));
      const index = this.#readIndex();
      const found = index === undefined ? this.#scan() : { index, header: this.#readHeader(), isWhole: true };
      this.header = found.header;
      this.index = found.index;
      this.isWhole = found.isWhole;
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** What was found damaged until now, in the order of blocks; `verify` looks at all. */
  get damage(): readonly Damage[] {
    return [...this.#damage.values()].sort((a, b) => a.block - b.block);
  }

  /** The earliest and the latest time of its records, by the common clock; undefined where there are none. */
  get span(): { readonly fromMs: number; readonly toMs: number } | undefined {
    const { blocks } = this.index;
    if (blocks.length === 0) return undefined;
    return {
      fromMs: blocks.reduce((least, { fromMs }) => Math.min(least, fromMs), Number.POSITIVE_INFINITY),
      toMs: blocks.reduce((most, { toMs }) => Math.max(most, toMs), Number.NEGATIVE_INFINITY),
    };
  }

  /** Reads records in their order; a damaged block is left out, and told in `damage`. */
  *records(range: TraceRange = {}): Generator<TraceRecord> {
    const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = range;
    for (const block of this.#blocksOf(range)) {
      for (const record of this.#recordsOf(block)) {
        if (record.clockMs >= fromMs && record.clockMs <= toMs) yield record;
      }
    }
  }

  /** Reads all records of some of the index's blocks. */
  *recordsIn(blocks: readonly BlockPlace[]): Generator<TraceRecord> {
    for (const block of blocks) yield* this.#recordsOf(block);
  }

  /** Looks at every block for damage. */
  verify(): readonly Damage[] {
    for (const block of this.index.blocks) this.#contentOf(block);
    return this.damage;
  }

  close(): void {
    this.#file.close();
  }

  #blocksOf({ fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, actors }: TraceRange): BlockPlace[] {
    const { blocks } = this.index;
    const inTime = (block: BlockPlace) => block.toMs >= fromMs && block.fromMs <= toMs;
    if (actors === undefined) return blocks.filter(inTime);
    const wanted = new Set<number>();
    for (const [address, places] of this.index.actors) {
      if (actors(address)) for (const place of places) wanted.add(place);
    }
    return blocks.filter((block, place) => wanted.has(place) && inTime(block));
  }

  #recordsOf(block: BlockPlace): TraceRecord[] {
    const content = this.#contentOf(block);
    if (content === undefined) return [];
    try {
      return readRecords(content);
    } catch (error) {
      this.#note({ block: block.number, what: `it is malformed: ${(error as Error).message}`, records: block.records });
      return [];
    }
  }

  #contentOf(place: BlockPlace): Buffer | undefined {
    const bytes = this.#file.read(place.at, place.end - place.at);
    const head = decodeHead(bytes.subarray(0, headBytes), place.at);
    const isThere = head?.number === place.number && head.end === place.end;
    const content = isThere ? decodeContent(bytes) : undefined;
    if (content === undefined) {
      const { number, records } = place;
      this.#note(
        isThere ? damageOf({ number, records, kind: 'records' }) : { block: number, what: headDamaged, records },
      );
    }
    return content;
  }

  /** The index, where the file was closed and both its last bytes and the index are sound. */
  #readIndex(): TraceIndex | undefined {
    const { size } = this.#file;
    if (size < preambleBytes + trailerBytes) return undefined;
    const at = decodeTrailer(this.#file.read(size - trailerBytes, trailerBytes));
    const head = at === undefined ? undefined : decodeHead(this.#file.read(at, headBytes), at);
    if (head?.kind !== 'index' || head.end !== size - trailerBytes) return undefined;
    const content = decodeContent(this.#file.read(head.at, head.end - head.at));
    return content && decodeIndex(content);
  }

  #readHeader(): TraceHeader | undefined {
    const head = decodeHead(this.#file.read(preambleBytes, headBytes), preambleBytes);
    const content = head && decodeContent(this.#file.read(head.at, head.end - head.at));
    if (content === undefined || head?.kind !== 'header') {
      this.#note({ block: 0, what: 'the header is damaged', records: 0 });
      return undefined;
    }
    return unpackr.unpack(content) as TraceHeader;
  }

  #scan(): { header: TraceHeader | undefined; index: TraceIndex; isWhole: boolean } {
    const maker = new IndexMaker();
    const blocks = scanBlocks(this.#file);
    let header: TraceHeader | undefined;
    let isClosed = false;
    for (;;) {
      const next = blocks.next();
      if (next.done) {
        const { index } = maker;
        if (isClosed && !next.value) this.#note({ ...lastBytesDamaged, block: index.blocks.length + 2 });
        return { header, index, isWhole: isClosed };
      }
      const found = next.value;
      if (found.damage !== undefined) this.#note(found.damage);
      else if (found.block.kind === 'records') maker.add(found.block, readTables(found.content));
      else if (found.block.kind === 'index') isClosed = true;
      else header = unpackr.unpack(found.content) as TraceHeader;
    }
  }

  #note(damage: Damage): void {
    if (!this.#damage.has(damage.block)) this.#damage.set(damage.block, damage);
  }
}

const headDamaged = 'its head is damaged';
const lastBytesDamaged = { what: 'the last bytes, after all blocks, are damaged', records: 0 };

function openFile(path: string): PlacedFile {
  try {
    const file = new PlacedFile(path);
    file.read(0, 1);
    return file;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'is not there' : `cannot be read: ${message}`;
    throw new TraceError(path, what, 'name a file that --record or troupe record has written');
  }
}
