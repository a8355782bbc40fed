/** How long work takes on a container's share of the CPU. */

/** What a container has used of its CPU, and until when that is spoken for. */
export interface CpuAccount {
  /** ms on the monotonic clock when the work taken on so far is done. */
  freeAt: number;
  /** Core-milliseconds taken on in all. */
  usedMs: number;
}

/**
 * Takes work on, and gives when it is done, in ms on the monotonic clock.
 *
 * A thread runs on one core at most; all of them together on no more than the limit (CFS quota, its periods of 100 ms
 * averaged out), in the order they came: half a core takes twice as long, and what comes faster than the limit queues.
 */
export function spendCpu(account: CpuAccount, nowMs: number, workMs: number, limitMilli: number | undefined): number {
  account.usedMs += workMs;
  const alone = nowMs + workMs;
  if (limitMilli === undefined || limitMilli <= 0) return alone;
  account.freeAt = Math.max(account.freeAt, nowMs) + (workMs * 1000) / limitMilli;
  return Math.max(account.freeAt, alone);
}
