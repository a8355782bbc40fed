/** A client's writes in the order they were made, held back to its rate (`--kube-api-qps`, `--kube-api-burst`). */

import { makeTokenBucket, type TokenBucket, takeAt } from './rate-limit.ts';

/** What waits to be sent, from `head` on; each when its token comes. */
export interface Outbox<Item> {
  bucket: TokenBucket;
  waiting: { item: Item; dueMs: number }[];
  head: number;
}

/** Makes an empty outbox of this rate. */
export function makeOutbox<Item>(qps: number, burst: number): Outbox<Item> {
  return { bucket: makeTokenBucket(qps, burst), waiting: [], head: 0 };
}

/** Takes an item in; true when it may leave at once, false when it waits for `takeReady`. */
export function post<Item>(outbox: Outbox<Item>, item: Item, nowMs: number): boolean {
  const waitMs = takeAt(outbox.bucket, nowMs);
  if (waitMs === 0 && outbox.head === outbox.waiting.length) return true;
  outbox.waiting.push({ item, dueMs: nowMs + waitMs });
  return false;
}

/** Takes out everything that may leave by now, in order. */
export function takeReady<Item>(outbox: Outbox<Item>, nowMs: number): Item[] {
  const ready: Item[] = [];
  for (
    let next = outbox.waiting[outbox.head];
    next !== undefined && next.dueMs <= nowMs;
    next = outbox.waiting[outbox.head]
  ) {
    ready.push(next.item);
    outbox.head += 1;
  }
  if (outbox.head === outbox.waiting.length) {
    outbox.waiting = [];
    outbox.head = 0;
  }
  return ready;
}

/** Tells when the next item may leave, in ms on the owner's clock; undefined where none waits. */
export function nextReadyMs<Item>(outbox: Outbox<Item>): number | undefined {
  return outbox.waiting[outbox.head]?.dueMs;
}
