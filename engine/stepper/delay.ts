/** What a delay may be. */

/**
 * Gives a delay back when it is one.
 *
 * XState would take anything but a number for "now" and so hide the mistake.
 *
 * @throws Error when a delay's behaviour gave something else than a number of ms.
 */
export function checkedDelay(delayMs: unknown, kind: string, name: string): number {
  if (typeof delayMs === 'number' && !Number.isNaN(delayMs)) return delayMs;
  throw new Error(`the delay "${name}" of "${kind}" gave ${String(delayMs)}; it must give a number of milliseconds`);
}
