/** How far the clock of a host's engine is ahead of one's own, from what the host says it is whenever it answers. */

/** Answers that count: the engine's clock may be set, or lag, so old ones do not. */
const samplesMax = 8;

/** An estimate that gets better with every answer. */
export class ClockEstimate {
  #offsets: number[] = [];

  /** Takes an answer: what the host's clock was, when one asked by one's own clock, and how long that took, in ms. */
  add(atMs: number, askedAtMs: number, tookMs: number): void {
    if (Number.isFinite(atMs)) this.#offsets = [...this.#offsets, atMs - (askedAtMs + tookMs / 2)].slice(-samplesMax);
  }

  /**
   * ms that the host's clock is ahead. An engine's clock stands still while nothing happens, and an answer may be late:
   * each makes it seem behind, so the largest is nearest the truth.
   */
  get offsetMs(): number {
    return this.#offsets.length === 0 ? 0 : Math.max(...this.#offsets);
  }
}
