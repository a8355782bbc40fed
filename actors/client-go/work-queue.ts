/** A controller's work queue (client-go's rate-limiting, delaying queue), as plain data and pure functions. */

import { type DueHeap, dueOf, earliestDue, makeDueHeap, removeDue, setDue, takeDue } from './due-heap.ts';
import { makeTokenBucket, type TokenBucket, takeAt } from './rate-limit.ts';

/** What waits, what is worked on, and how often each key failed. A key is in the queue once, however often it is added. */
export interface WorkQueue {
  /** Keys ready to be taken, from `head` on, in the order they were added. */
  ready: string[];
  head: number;
  /** The keys that are ready, or taken and not yet done; `again`: added while they are worked on. */
  keys: Map<string, 'ready' | 'taken' | 'again'>;
  /** Keys to be added later. */
  delayed: DueHeap;
  /** Rate-limited adds per key since it was last forgotten. */
  failures: Map<string, number>;
  bucket: TokenBucket;
}

/** client-go's DefaultControllerRateLimiter. */
const baseDelayMs = 5;
const maxDelayMs = 1_000_000;
const bucketQps = 10;
const bucketBurst = 100;

/** Makes an empty queue. */
export function makeWorkQueue(): WorkQueue {
  return {
    ready: [],
    head: 0,
    keys: new Map(),
    delayed: makeDueHeap(),
    failures: new Map(),
    bucket: makeTokenBucket(bucketQps, bucketBurst),
  };
}

/** Adds a key, once; one that is worked on now comes again when it is done. */
export function add(queue: WorkQueue, key: string): void {
  const state = queue.keys.get(key);
  if (state === undefined) makeReady(queue, key);
  else if (state === 'taken') queue.keys.set(key, 'again');
}

function makeReady(queue: WorkQueue, key: string): void {
  queue.keys.set(key, 'ready');
  queue.ready.push(key);
}

/** Takes the next key to work on, which must be given back by `done`; undefined where none is ready. */
export function take(queue: WorkQueue): string | undefined {
  const key = queue.ready[queue.head];
  if (key === undefined) return undefined;
  queue.head += 1;
  if (queue.head > 1024 && queue.head * 2 > queue.ready.length) {
    queue.ready = queue.ready.slice(queue.head);
    queue.head = 0;
  }
  queue.keys.set(key, 'taken');
  return key;
}

/** Ends the work on a key; one that was added meanwhile is ready again. */
export function done(queue: WorkQueue, key: string): void {
  if (queue.keys.get(key) === 'again') makeReady(queue, key);
  else queue.keys.delete(key);
}

/** Adds a key after a delay; of two delays of one key the earlier counts. */
export function addAfter(queue: WorkQueue, key: string, delayMs: number, nowMs: number): void {
  const dueMs = nowMs + delayMs;
  const known = dueOf(queue.delayed, key);
  if (delayMs <= 0) add(queue, key);
  else if (known === undefined || dueMs < known) setDue(queue.delayed, key, dueMs);
}

/** Adds a key that failed: after 5 ms doubling to 1,000 s per key, and all keys together at 10 per second past a burst of 100. */
export function addRateLimited(queue: WorkQueue, key: string, nowMs: number, delayMsMax = maxDelayMs): void {
  const failures = queue.failures.get(key) ?? 0;
  queue.failures.set(key, failures + 1);
  const itemMs = Math.min(baseDelayMs * 2 ** failures, delayMsMax);
  addAfter(queue, key, Math.max(itemMs, takeAt(queue.bucket, nowMs)), nowMs);
}

/** Clears a key's failures, after it succeeded or was given up. */
export function forget(queue: WorkQueue, key: string): void {
  queue.failures.delete(key);
}

/** Counts how often a key was added rate-limited since it was forgotten. */
export function retriesOf(queue: WorkQueue, key: string): number {
  return queue.failures.get(key) ?? 0;
}

/** Takes a key out of everything but the work on it, for an object that is gone and needs no more. */
export function drop(queue: WorkQueue, key: string): void {
  queue.failures.delete(key);
  removeDue(queue.delayed, key);
}

/** Adds every delayed key that is due by now; call it when `nextDueMs` has come. */
export function addDue(queue: WorkQueue, nowMs: number): void {
  for (let key = takeDue(queue.delayed, nowMs); key !== undefined; key = takeDue(queue.delayed, nowMs)) add(queue, key);
}

/** Tells when the next delayed key is due, in ms on the owner's clock; undefined where none waits. */
export function nextDueMs(queue: WorkQueue): number | undefined {
  return earliestDue(queue.delayed);
}

/** Counts the keys ready to be taken. */
export function readyCount(queue: WorkQueue): number {
  return queue.ready.length - queue.head;
}
