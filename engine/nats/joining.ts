/** Joins the pieces of large frames again, within a bound of memory. */

import type { Piece } from './frame.ts';

/** A frame of which some pieces have come. */
interface Begun {
  readonly number: number;
  readonly whole: Uint8Array;
  /** How far it is complete: pieces of one source come in order, or not at all. */
  filled: number;
  touchedAt: number;
}

/** ms without a next piece after which a frame was lost. */
const patienceMs = 10_000;

/** What became of a piece. */
export interface Joined {
  /** The content of the frame that is now complete. */
  whole?: Uint8Array;
  /** Frames that will never be complete. */
  lost: number;
}

/** Keeps what has come of each source's large frame; a source sends one after the other, each in order. */
export class Joining {
  readonly #begun = new Map<bigint, Begun>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes kept for frames that are not complete. */
  get bytes(): number {
    return this.#bytes;
  }

  add({ source, number, length, offset, bytes }: Piece, nowMs: number): Joined {
    let lost = 0;
    let begun = this.#begun.get(source);
    if (begun !== undefined && (begun.number !== number || begun.filled !== offset || begun.whole.length !== length)) {
      this.#forget(source, begun);
      begun = undefined;
      lost++;
    }
    if (begun === undefined) {
      // The rest of a frame whose beginning was lost, and was counted then.
      if (offset !== 0) return { lost };
      lost += this.#makeRoom(length, nowMs);
      if (this.#bytes + length > this.#maxBytes) return { lost: lost + 1 };
      begun = { number, whole: new Uint8Array(length), filled: 0, touchedAt: nowMs };
      this.#begun.set(source, begun);
      this.#bytes += length;
    }
    begun.whole.set(bytes, offset);
    begun.filled += bytes.length;
    begun.touchedAt = nowMs;
    if (begun.filled < length) return { lost };
    this.#forget(source, begun);
    return { whole: begun.whole, lost };
  }

  /** Gives up what has waited too long; gives how many frames. */
  sweep(nowMs: number): number {
    let lost = 0;
    for (const [source, begun] of this.#begun) {
      if (nowMs - begun.touchedAt < patienceMs) continue;
      this.#forget(source, begun);
      lost++;
    }
    return lost;
  }

  #makeRoom(length: number, nowMs: number): number {
    return this.#bytes + length > this.#maxBytes ? this.sweep(nowMs) : 0;
  }

  #forget(source: bigint, begun: Begun): void {
    this.#begun.delete(source);
    this.#bytes -= begun.whole.length;
  }
}
