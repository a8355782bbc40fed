/** The back-off of crashing containers and failing image pulls: 10 s doubling to 5 min, forgotten after 10 min. */

/** One key's back-off (client-go's flowcontrol.Backoff entry). Times in ms. */
export interface BackOffEntry {
  readonly durationMs: number;
  readonly lastUpdateMs: number;
}

/** kubelet's containerBackOffPeriod and MaxContainerBackOff. */
export const initialBackOffMs = 10_000;
export const maxBackOffMs = 300_000;

/** An entry that was not touched for twice the longest back-off counts no more. */
function isExpired(entry: BackOffEntry, nowMs: number): boolean {
  return nowMs - entry.lastUpdateMs > 2 * maxBackOffMs;
}

/** Counts one more attempt: the first waits 10 s, each further one twice as long as the one before. */
export function nextBackOff(entry: BackOffEntry | undefined, nowMs: number): BackOffEntry {
  const startsOver = entry === undefined || isExpired(entry, nowMs);
  const durationMs = startsOver ? initialBackOffMs : Math.min(entry.durationMs * 2, maxBackOffMs);
  return { durationMs, lastUpdateMs: nowMs };
}

/** Tells how many ms of back-off are left, counted from an event such as a container's end; 0 when it may go on now. */
export function backOffLeftMs(entry: BackOffEntry | undefined, eventMs: number, nowMs: number): number {
  if (entry === undefined || isExpired(entry, eventMs)) return 0;
  return Math.max(0, entry.durationMs - (nowMs - eventMs));
}
