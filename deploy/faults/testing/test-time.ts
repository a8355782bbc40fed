/** Real time as a test wants it; who waits is called as it passes. */

import type { TimeSource } from '../../../engine/time/wall-clock.ts';

/** A clock that stands still until it is told to pass. */
export class TestTime implements TimeSource {
  #ms = 500;
  readonly #waiting = new Set<{ at: number; call: () => void }>();

  now(): number {
    return this.#ms;
  }

  wait(ms: number, call: () => void): () => void {
    const mine = { at: this.#ms + ms, call };
    this.#waiting.add(mine);
    return () => this.#waiting.delete(mine);
  }

  yield(call: () => void): () => void {
    return this.wait(0, call);
  }

  /** Lets so many ms pass, calling each who waits at its time. */
  pass(ms: number): void {
    const end = this.#ms + ms;
    for (;;) {
      const [next] = [...this.#waiting].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > end) break;
      this.#waiting.delete(next);
      this.#ms = Math.max(this.#ms, next.at);
      next.call();
    }
    this.#ms = end;
  }

  /** Lets so many ms pass in which nobody is called, as while the process is stopped. */
  jump(ms: number): void {
    this.#ms += ms;
  }
}
