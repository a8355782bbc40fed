/** The recent changes of a resource, from which a watch resumes: a ring that grows while changes are young. */

import type { KubernetesObject } from '../../../protocol/objects.ts';

/** One change, as all watchers of an API server share it. */
export interface CacheEvent {
  readonly key: string;
  readonly revision: number;
  readonly deleted: boolean;
  /** What the object is now; of a deleted one what it last was, at the version of its deletion. */
  readonly object: KubernetesObject;
  /** What it was before; undefined for a new one. */
  readonly old: KubernetesObject | undefined;
  readonly atMs: number;
}

/** Changes in order, oldest at `start`. */
export interface EventRing {
  slots: (CacheEvent | undefined)[];
  start: number;
  size: number;
  readonly leastCapacity: number;
  /** Every change after this revision is in the ring, or was: `dropped` tells. */
  listedRevision: number;
  dropped: boolean;
}

/** How young the oldest change must be for the ring to grow rather than drop it (the watch cache's `eventFreshDuration`). */
const freshMs = 75_000;
const mostCapacity = 100 * 1024;

/** Makes a ring of the changes after a revision. */
export function makeEventRing(leastCapacity: number, listedRevision: number): EventRing {
  return { slots: new Array(leastCapacity), start: 0, size: 0, leastCapacity, listedRevision, dropped: false };
}

/** Adds the newest change; drops the oldest where the ring is full of changes that are no longer young. */
export function addEvent(ring: EventRing, event: CacheEvent): void {
  if (ring.size === ring.slots.length) makeRoom(ring, event.atMs);
  ring.slots[(ring.start + ring.size) % ring.slots.length] = event;
  ring.size++;
}

function makeRoom(ring: EventRing, nowMs: number): void {
  const capacity = ring.slots.length;
  if (nowMs - eventAt(ring, 0).atMs < freshMs && capacity < mostCapacity) {
    resize(ring, Math.min(capacity * 2, mostCapacity));
    return;
  }
  if (nowMs - eventAt(ring, Math.floor((capacity * 3) / 4)).atMs > freshMs && capacity > ring.leastCapacity) {
    const smaller = Math.max(Math.floor(capacity / 2), ring.leastCapacity);
    drop(ring, capacity - smaller);
    resize(ring, smaller);
  }
  if (ring.size === ring.slots.length) drop(ring, 1);
}

function drop(ring: EventRing, count: number): void {
  for (let i = 0; i < count; i++) ring.slots[(ring.start + i) % ring.slots.length] = undefined;
  ring.start = (ring.start + count) % ring.slots.length;
  ring.size -= count;
  ring.dropped = true;
}

function resize(ring: EventRing, capacity: number): void {
  const slots: EventRing['slots'] = new Array(capacity);
  for (let i = 0; i < ring.size; i++) slots[i] = eventAt(ring, i);
  ring.slots = slots;
  ring.start = 0;
}

function eventAt(ring: EventRing, place: number): CacheEvent {
  const event = ring.slots[(ring.start + place) % ring.slots.length];
  if (event === undefined) throw new Error(`no event at ${place} of ${ring.size}`);
  return event;
}

/** Gives the oldest revision a watch may resume from. */
export function oldestResumable(ring: EventRing): number {
  return ring.dropped && ring.size > 0 ? eventAt(ring, 0).revision - 1 : ring.listedRevision;
}

/** Visits the changes after a revision, in order. The caller has checked that it is not too old. */
export function eachEventAfter(ring: EventRing, revision: number, visit: (event: CacheEvent) => void): void {
  let low = 0;
  let high = ring.size;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (eventAt(ring, middle).revision <= revision) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < ring.size; i++) visit(eventAt(ring, i));
}
