/** When leases end: each lease's time, kept by the leader alone and never written down. */

/** One lease's place in the queue of times; stale where `dueAt` of that lease has moved on. */
interface Due {
  readonly at: number;
  readonly id: number;
}

/** The times at which leases end, in ms on the member's monotonic clock. */
export interface LeaseClock {
  readonly dueAt: Map<number, number>;
  /** A binary heap by time. A renewal leaves its old entry in place: it is put right when its time comes. */
  readonly queue: Due[];
  /** The leases whose end has been proposed. */
  readonly revoking: Set<number>;
}

/** How many leases are ended at once, and after which pause the next. As etcd: 1,000 a second, in two halves. */
export const revokeBatch = { count: 500, pauseMs: 500 };

/** After how long a lease whose end was proposed, but did not come, is proposed again. As etcd's `expiredLeaseRetryInterval`. */
export const revokeRetryMs = 3_000;

/** Makes a clock without leases. */
export function emptyClock(): LeaseClock {
  return { dueAt: new Map(), queue: [], revoking: new Set() };
}

/** Sets when a lease ends; true when it is now the first of all, so that whoever waits for the first must look again. */
export function setDue(clock: LeaseClock, id: number, at: number): boolean {
  const before = clock.dueAt.get(id);
  clock.dueAt.set(id, at);
  if (before !== undefined && before <= at) return false;
  push(clock.queue, { at, id });
  return clock.queue[0]!.id === id && clock.queue[0]!.at === at;
}

/** Forgets a lease that has ended. */
export function clearDue(clock: LeaseClock, id: number): void {
  clock.dueAt.delete(id);
  clock.revoking.delete(id);
}

/** When to look next; undefined where no lease is waited for. May be early, never late. */
export function nextDue(clock: LeaseClock): number | undefined {
  while (clock.queue.length > 0 && isStale(clock, clock.queue[0]!)) requeue(clock);
  return clock.queue[0]?.at;
}

/** Takes the leases that are over, at most `limit`, in the order of their times; each is due again after the retry time. */
export function takeExpired(clock: LeaseClock, now: number, limit: number): number[] {
  const ids: number[] = [];
  for (let at = nextDue(clock); at !== undefined && at <= now && ids.length < limit; at = nextDue(clock)) {
    const { id } = pop(clock.queue);
    ids.push(id);
    clock.revoking.add(id);
    clock.dueAt.delete(id);
    setDue(clock, id, now + revokeRetryMs);
  }
  return ids;
}

function isStale(clock: LeaseClock, due: Due): boolean {
  return clock.dueAt.get(due.id) !== due.at;
}

function requeue(clock: LeaseClock): void {
  const { id, at } = pop(clock.queue);
  const later = clock.dueAt.get(id);
  if (later !== undefined && later > at) push(clock.queue, { at: later, id });
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}

function push(heap: Due[], due: Due): void {
  let at = heap.length;
  heap.push(due);
  while (at > 0) {
    const up = (at - 1) >>> 1;
    if (!isBefore(due, heap[up]!)) break;
    heap[at] = heap[up]!;
    at = up;
  }
  heap[at] = due;
}

function pop(heap: Due[]): Due {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    if (down + 1 < heap.length && isBefore(heap[down + 1]!, heap[down]!)) down++;
    if (!isBefore(heap[down]!, last)) break;
    heap[at] = heap[down]!;
    at = down;
  }
  heap[at] = last;
  return first;
}
