/** Writes a trace: header, blocks as they come, the index when it is closed. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { Packr } from 'msgpackr';
import type { BlockContent } from './format/block-writer.ts';
import { type BlockHead, encodeBlock } from './format/frame.ts';
import { encodeIndex, IndexMaker } from './format/index-block.ts';
import { encodePreamble, encodeTrailer } from './format/preamble.ts';
import type { TraceHeader } from './header.ts';

const packr = new Packr({ moreTypes: true });

/** A trace that is being written. Every block is with the system once it was added. */
export class TraceFile {
  readonly path: string;
  readonly #file: number;
  readonly #index = new IndexMaker();
  #bytes = 0;
  #blocks = 0;
  #records = 0;

  /** Begins a file; one that is there is overwritten. @throws the system's error */
  constructor(path: string, header: TraceHeader) {
    this.path = path;
    this.#file = openSync(path, 'w', 0o600);
    this.#write(encodePreamble());
    const { epochMs } = header;
    this.#block({ kind: 'header', records: 0, fromMs: epochMs, toMs: epochMs }, packr.pack(header));
  }

  /** Bytes until now. */
  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  add(block: BlockContent): void {
    const { bytes, records, fromMs, toMs } = block;
    const at = this.#bytes;
    const number = this.#blocks;
    this.#block({ kind: 'records', records, fromMs, toMs }, bytes);
    this.#records += records;
    this.#index.add({ number, at, end: this.#bytes, records, fromMs, toMs }, block);
  }

  /** Writes the index, and ends. */
  close(): void {
    const at = this.#bytes;
    const { index } = this.#index;
    const fromMs = index.blocks[0]?.fromMs ?? 0;
    this.#block({ kind: 'index', records: 0, fromMs, toMs: index.blocks.at(-1)?.toMs ?? 0 }, encodeIndex(index));
    this.#write(encodeTrailer(at));
    closeSync(this.#file);
  }

  #block(head: Omit<BlockHead, 'number' | 'recordsBefore'>, content: Uint8Array): void {
    this.#write(encodeBlock({ ...head, number: this.#blocks, recordsBefore: this.#records }, content));
    this.#blocks++;
  }

  #write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    this.#bytes += bytes.length;
  }
}
