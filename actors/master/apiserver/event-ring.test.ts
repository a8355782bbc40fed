import { describe, expect, it } from 'vitest';
import type { CacheEvent, EventRing } from './event-ring.ts';
import { addEvent, eachEventAfter, makeEventRing, oldestResumable } from './event-ring.ts';

const event = (revision: number, atMs: number): CacheEvent => ({
  key: `k${revision}`,
  revision,
  deleted: false,
  object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
  old: undefined,
  atMs,
});

function seenAfter(ring: EventRing, revision: number): number[] {
  const seen: number[] = [];
  eachEventAfter(ring, revision, (one) => seen.push(one.revision));
  return seen;
}

describe('the ring of recent changes', () => {
  it('resumes from any revision since the list while nothing is dropped', () => {
    const ring = makeEventRing(4, 10);
    addEvent(ring, event(15, 0));
    addEvent(ring, event(17, 0));
    expect(oldestResumable(ring)).toBe(10);
    expect(seenAfter(ring, 10)).toEqual([15, 17]);
    expect(seenAfter(ring, 15)).toEqual([17]);
    expect(seenAfter(ring, 16)).toEqual([17]);
    expect(seenAfter(ring, 17)).toEqual([]);
  });

  it('grows while its oldest change is young', () => {
    const ring = makeEventRing(2, 0);
    for (let revision = 1; revision <= 9; revision++) addEvent(ring, event(revision, revision * 1000));
    expect(seenAfter(ring, 0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(oldestResumable(ring)).toBe(0);
  });

  it('drops its oldest change when that is no longer young', () => {
    const ring = makeEventRing(2, 0);
    addEvent(ring, event(1, 0));
    addEvent(ring, event(2, 80_000));
    addEvent(ring, event(3, 80_000));
    expect(oldestResumable(ring)).toBe(1);
    expect(seenAfter(ring, 1)).toEqual([2, 3]);
  });

  it('shrinks when most of it is old', () => {
    const ring = makeEventRing(2, 0);
    for (let revision = 1; revision <= 8; revision++) addEvent(ring, event(revision, 0));
    addEvent(ring, event(9, 200_000));
    expect(ring.slots.length).toBe(4);
    expect(seenAfter(ring, oldestResumable(ring))).toEqual([6, 7, 8, 9]);
  });
});
