/** Keeps a cluster's clock from ever going back, whatever ends its process: what it may reach is written down before. */

import type { Engine } from '../../engine/engine.ts';
import type { DataFolder } from './data-folder.ts';

/** ms of real time between two looks at the clock. */
const lookEveryMs = 1_000;
/** How far ahead of the clock the written time is, in looks. */
const looksAhead = 3;
/** ms of virtual time written down ahead for a run as fast as it goes; it waits for more where that is not enough. */
const aheadAtMaxMs = 600_000;

/** Writes the clock down as it goes. */
export class ClockKeeper {
  readonly #engine: Engine;
  readonly #folder: DataFolder<unknown>;
  readonly #aheadMs: number;
  #hold: { release(): void } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: Engine, folder: DataFolder<unknown>, speed: number | 'max') {
    this.#engine = engine;
    this.#folder = folder;
    this.#aheadMs = speed === 'max' ? aheadAtMaxMs : lookEveryMs * looksAhead * speed;
  }

  start(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Ends with the very time; nothing may run any more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#folder.keepClock(this.#engine.now() + 1);
  }

  #look(): void {
    const beforeMs = this.#engine.now() + this.#aheadMs;
    this.#folder.keepClock(beforeMs);
    const last = this.#hold;
    this.#hold = this.#engine.holdAt(beforeMs);
    last?.release();
  }
}
