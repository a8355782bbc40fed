/** What has come and waits until the engine can take it: bounded, in the order it came. */

import type { Travelling } from '../../protocol/message.ts';
import type { Losses } from './losses.ts';

/** What the intake needs of its wire. */
export interface IntakeUse {
  decode(content: Uint8Array): Travelling[] | undefined;
  arrive(envelopes: readonly Travelling[]): void;
  /** Tells whether the engine has more to do than it can, so that more would only fill the memory. */
  isBehind(): boolean;
}

/** Hands frames to the engine, as they come or when it has caught up. */
export class Intake {
  readonly #use: IntakeUse;
  readonly #losses: Losses;
  readonly #maxBytes: number;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #next: NodeJS.Immediate | undefined;

  constructor(use: IntakeUse, losses: Losses, maxBytes: number) {
    this.#use = use;
    this.#losses = losses;
    this.#maxBytes = maxBytes;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  add(content: Uint8Array): void {
    if (this.#waiting.length === 0 && !this.#use.isBehind()) {
      this.#hand(content);
      return;
    }
    if (this.#bytes + content.length > this.#maxBytes) {
      this.#losses.add('engine behind', 1, `${this.#bytes} bytes wait for it`);
      return;
    }
    this.#waiting.push(content);
    this.#bytes += content.length;
    this.#next ??= setImmediate(() => this.#drain());
  }

  close(): void {
    if (this.#next !== undefined) clearImmediate(this.#next);
    this.#next = undefined;
    this.#waiting = [];
    this.#bytes = 0;
  }

  #drain(): void {
    this.#next = undefined;
    let taken = 0;
    while (taken < this.#waiting.length && !this.#use.isBehind()) {
      const content = this.#waiting[taken++] as Uint8Array;
      this.#bytes -= content.length;
      this.#hand(content);
    }
    this.#waiting.splice(0, taken);
    if (this.#waiting.length > 0) this.#next = setImmediate(() => this.#drain());
  }

  #hand(content: Uint8Array): void {
    const envelopes = this.#use.decode(content);
    if (envelopes !== undefined) this.#use.arrive(envelopes);
  }
}
