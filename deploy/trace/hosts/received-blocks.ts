/** Turns the blocks that hosts published into records, and notices what is missing between them. */

import type { RecordsLost, TraceRecord } from '../../../protocol/trace/records.ts';
import { readRecords } from '../format/block-reader.ts';
import { decodeContent, decodeHead, headBytes } from '../format/frame.ts';

/** A block as it was published, and what its headers say. */
export interface PublishedBlock {
  readonly host: string;
  readonly recording: string;
  readonly reachedMs: number;
  readonly epochMs: number;
  /** How many blocks and records the recording had then. */
  readonly blocks: number;
  readonly records: number;
  /** Empty where nothing new was recorded. */
  readonly bytes: Uint8Array;
}

/** Where a host's recording is. */
interface Place {
  recording: string;
  blocks: number;
  records: number;
  /** ms since the Unix epoch on the host's clock, when its last records came. */
  atMs: number;
  offsetMs: number;
  /** It has said that nothing more follows. */
  hasEnded: boolean;
}

const notStored = 'NATS has not stored them, or has discarded them';

/** What is known of each host's recording. */
export class ReceivedBlocks {
  readonly #places = new Map<string, Place>();
  #lost = 0;

  /** How many records are known to be missing. */
  get lost(): number {
    return this.#lost;
  }

  /** Tells whether all of a recording until a block is here, or told as lost. */
  hasCome(host: string, recording: string, blocks: number): boolean {
    const place = this.#places.get(host);
    return place?.recording === recording && place.blocks >= blocks;
  }

  /** A host has said where its recording is: what was before is nobody's loss, and what follows is to come. */
  expect(
    host: string,
    told: { recording: string; blocks: number; records: number; atMs: number },
    offsetMs: number,
  ): void {
    if (this.#places.has(host)) return;
    const { recording, blocks, records, atMs } = told;
    this.#places.set(host, { recording, blocks, records, atMs, offsetMs, hasEnded: false });
  }

  /**
   * Takes a block; gives its records, after one that tells what should stand before them and does not. A recording that
   * was on before anybody looked begins with the first block of it. `offsetMs` is what the host's clock is ahead.
   */
  take(block: PublishedBlock, offsetMs: number): TraceRecord[] {
    const { host, bytes, blocks, records } = block;
    const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const head = whole.length === 0 ? undefined : decodeHead(whole.subarray(0, headBytes), 0);
    const content = head && decodeContent(whole);
    const fresh = this.#begin(block, offsetMs, head?.number ?? blocks, head?.recordsBefore ?? records);
    const place = this.#places.get(host) as Place;
    place.offsetMs = offsetMs;
    if (head === undefined || content === undefined) {
      const why = whole.length === 0 ? notStored : 'a block came damaged';
      return [...fresh, ...this.#account(host, place, blocks, records, why)];
    }
    // What comes again is here.
    if (head.number < place.blocks) return fresh;
    const gap = this.#account(host, place, head.number, head.recordsBefore, notStored);
    const found = readRecords(content).map((record) => ({ ...record, host, clockMs: record.atMs - offsetMs }));
    place.blocks = head.number + 1;
    place.records = head.recordsBefore + head.records;
    place.atMs = block.reachedMs;
    place.hasEnded = found.at(-1)?.what === 'host.ended';
    return [...fresh, ...gap, ...found];
  }

  /** A recording is over, and was this large: nothing is missing of it, or what is. */
  close(host: string, told: { recording: string; blocks: number; records: number }): TraceRecord[] {
    const place = this.#places.get(host);
    if (place?.recording !== told.recording) return [];
    return this.#account(host, place, told.blocks, told.records, notStored);
  }

  /** A host is gone; where it has not said that its recording ends, nobody knows what is missing. */
  vanish(host: string, why: string): TraceRecord[] {
    const place = this.#places.get(host);
    if (place === undefined || place.hasEnded) return [];
    place.hasEnded = true;
    return [lostAt(host, place, -1, why)];
  }

  /** Begins with a recording at a place in it, where it is another one than the host's last. */
  #begin(
    { host, recording, reachedMs }: PublishedBlock,
    offsetMs: number,
    blocks: number,
    records: number,
  ): RecordsLost[] {
    const known = this.#places.get(host);
    if (known?.recording === recording) return [];
    const before = this.vanish(host, 'the host ended without a word: nobody knows what it recorded last');
    // One that began while somebody looked is looked at from its beginning.
    const from = known === undefined ? { blocks, records } : { blocks: 0, records: 0 };
    this.#places.set(host, { recording, ...from, atMs: reachedMs, offsetMs, hasEnded: false });
    return before as RecordsLost[];
  }

  /** Comes to a place in a recording; what lies between is lost. */
  #account(host: string, place: Place, blocks: number, records: number, why: string): RecordsLost[] {
    if (blocks <= place.blocks) return [];
    const count = records - place.records;
    Object.assign(place, { blocks, records });
    this.#lost += count;
    return [lostAt(host, place, count, why)];
  }
}

function lostAt(host: string, { atMs, offsetMs }: Place, count: number, why: string): RecordsLost {
  return { what: 'records.lost', count, why, atMs, clockMs: atMs - offsetMs, host };
}
