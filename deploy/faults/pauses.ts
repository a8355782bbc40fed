/** Processes that are paused by one fault or by several: each goes on when the last of them has ended. */

import type { Engine } from '../../engine/engine.ts';

/** The pauses of one host. */
export class Pauses {
  readonly #engine: Engine;
  /** When each pause of a process ends, in ms since the Unix epoch of the run. */
  readonly #ends = new Map<string, Map<object, number>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Pauses the processes at some addresses for so many ms; gives those that live, and what lets them go on. */
  pause(addresses: readonly string[], ms: number): { met: string[]; end: () => void } {
    const me = {};
    const met = addresses.filter((address) => this.#engine.pause(address, ms));
    const endsAtMs = this.#engine.now() + ms;
    for (const address of met) {
      const ends = this.#ends.get(address) ?? new Map<object, number>();
      this.#ends.set(address, ends.set(me, endsAtMs));
    }
    const end = () => {
      for (const address of met) this.#end(address, me);
    };
    return { met, end };
  }

  #end(address: string, me: object): void {
    const ends = this.#ends.get(address);
    if (!ends?.delete(me)) return;
    if (ends.size === 0) this.#ends.delete(address);
    this.#engine.resume(address, Math.max(0, ...[...ends.values()].map((endsAtMs) => endsAtMs - this.#engine.now())));
  }
}
