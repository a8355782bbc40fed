/** The index at the end of a trace: where each block is, when, who acts in it, and what it counts up to. */

import { Packr, Unpackr } from 'msgpackr';
import { recordKinds, type TraceRecord } from '../../../protocol/trace/records.ts';
import type { BlockTables } from './block-writer.ts';
import type { FoundBlock } from './frame.ts';

const packr = new Packr({ moreTypes: true });
const unpackr = new Unpackr({ moreTypes: true });

/** Where a block of records is, and when. */
export type BlockPlace = Pick<FoundBlock, 'number' | 'at' | 'end' | 'records' | 'fromMs' | 'toMs'>;

/** What is told of a trace without reading its records. */
export interface TraceIndex {
  /** The blocks of records, in their order. */
  readonly blocks: readonly BlockPlace[];
  /** The places, in `blocks`, of those in which an address did anything; sorted by address. */
  readonly actors: ReadonlyMap<string, readonly number[]>;
  /** How often messages of a type were sent. */
  readonly types: ReadonlyMap<string, number>;
  /** How many records there are of each kind. */
  readonly kinds: ReadonlyMap<TraceRecord['what'], number>;
  readonly hosts: readonly string[];
}

/** Makes an index as blocks are written, or found. */
export class IndexMaker {
  readonly #blocks: BlockPlace[] = [];
  readonly #actors = new Map<string, number[]>();
  readonly #types = new Map<string, number>();
  readonly #kinds = new Map<TraceRecord['what'], number>();
  readonly #hosts = new Set<string>();

  add({ number, at, end, records, fromMs, toMs }: BlockPlace, tables: BlockTables): void {
    const place = this.#blocks.push({ number, at, end, records, fromMs, toMs }) - 1;
    for (const address of tables.actors) {
      const places = this.#actors.get(address);
      if (places === undefined) this.#actors.set(address, [place]);
      else places.push(place);
    }
    for (const [type, count] of tables.types) this.#types.set(type, (this.#types.get(type) ?? 0) + count);
    for (const [i, kind] of recordKinds.entries()) {
      const count = tables.kinds[i] ?? 0;
      if (count > 0) this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + count);
    }
    for (const { host } of tables.hosts) this.#hosts.add(host);
  }

  get index(): TraceIndex {
    return {
      blocks: this.#blocks,
      actors: new Map([...this.#actors].sort(([a], [b]) => (a < b ? -1 : 1))),
      types: new Map([...this.#types].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))),
      kinds: this.#kinds,
      hosts: [...this.#hosts].sort(),
    };
  }
}

/** Encodes an index; the places of an actor as the steps between them. */
export function encodeIndex({ blocks, actors, types, kinds, hosts }: TraceIndex): Buffer {
  const places = [...actors.values()].map((all) => all.map((place, i) => place - (all[i - 1] ?? 0)));
  return packr.pack([blocks, [...actors.keys()], places, [...types], [...kinds], hosts]);
}

/** Decodes an index. */
export function decodeIndex(content: Buffer): TraceIndex {
  const [blocks, addresses, places, types, kinds, hosts] = unpackr.unpack(content) as [
    BlockPlace[],
    string[],
    number[][],
    [string, number][],
    [TraceRecord['what'], number][],
    string[],
  ];
  const actors = addresses.map((address, i) => [address, summed(places[i] ?? [])] as const);
  return { blocks, actors: new Map(actors), types: new Map(types), kinds: new Map(kinds), hosts };
}

function summed(steps: readonly number[]): number[] {
  let at = 0;
  return steps.map((step) => {
    at += step;
    return at;
  });
}
