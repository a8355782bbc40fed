/** client-go's exponential back-off manager, as plain data. */

/** Where a back-off stands. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
  /** A pause as long as this starts it over. */
  readonly resetMs: number;
  nextMs: number;
  lastAt: number;
}

/** Makes a back-off; a reflector's (800 ms doubling to 30 s, over after 2 min) unless told. */
export function makeBackoff(initialMs = 800, maxMs = 30_000, resetMs = 120_000): Backoff {
  return { initialMs, maxMs, resetMs, nextMs: initialMs, lastAt: Number.NEGATIVE_INFINITY };
}

/** Takes the next step: ms to wait, with a jitter of up to as much again; `random` in [0, 1). */
export function stepBackoff(backoff: Backoff, nowMs: number, random: number): number {
  if (nowMs - backoff.lastAt > backoff.resetMs) backoff.nextMs = backoff.initialMs;
  const ms = backoff.nextMs;
  backoff.nextMs = Math.min(ms * 2, backoff.maxMs);
  backoff.lastAt = nowMs;
  return ms * (1 + random);
}
