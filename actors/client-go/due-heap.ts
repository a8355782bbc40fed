/** Keys by the time they are due, as plain data: the earliest is found at once. */

import { popHeap, pushHeap } from './heap.ts';

/** When a key is due, and the count that orders those due at the same time. */
interface DueEntry {
  key: string;
  dueMs: number;
  order: number;
}

/** A heap of entries and, per key, the time that counts; an entry with another time is a stale one. */
export interface DueHeap {
  entries: DueEntry[];
  due: Map<string, number>;
  count: number;
}

/** Makes an empty heap. */
export function makeDueHeap(): DueHeap {
  return { entries: [], due: new Map(), count: 0 };
}

/** Sets when a key is due, in place of what was set before. */
export function setDue(heap: DueHeap, key: string, dueMs: number): void {
  if (heap.due.get(key) === dueMs) return;
  heap.due.set(key, dueMs);
  pushHeap(heap.entries, { key, dueMs, order: heap.count++ }, isBefore);
}

/** Tells when a key is due; undefined where it is not in the heap. */
export function dueOf(heap: DueHeap, key: string): number | undefined {
  return heap.due.get(key);
}

/** Takes a key out; true when it was in. */
export function removeDue(heap: DueHeap, key: string): boolean {
  return heap.due.delete(key);
}

/** Tells when the earliest key is due; undefined in an empty heap. */
export function earliestDue(heap: DueHeap): number | undefined {
  return first(heap)?.dueMs;
}

/** Takes out the earliest key if it is due by `nowMs`. */
export function takeDue(heap: DueHeap, nowMs: number): string | undefined {
  const entry = first(heap);
  if (entry === undefined || entry.dueMs > nowMs) return undefined;
  heap.due.delete(entry.key);
  popHeap(heap.entries, isBefore);
  return entry.key;
}

function first(heap: DueHeap): DueEntry | undefined {
  for (let entry = heap.entries[0]; entry !== undefined; entry = heap.entries[0]) {
    if (heap.due.get(entry.key) === entry.dueMs) return entry;
    popHeap(heap.entries, isBefore);
  }
  return undefined;
}

function isBefore(a: DueEntry, b: DueEntry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
