/** A seed is a run: the same one twice, another one otherwise. */

import { expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import { pinger } from '../testing/actors.ts';

interface World {
  seed?: number;
  order?: 'forward' | 'backward';
  /** Runs in steps of this many ms. */
  stepMs?: number;
  drop?: number;
}

/** Twenty pairs on five machines in two zones play for half a second; gives the fingerprint and every message seen. */
function play({ seed = 1, order = 'forward', stepMs = 10_000, drop = 0 }: World = {}) {
  const messages: string[] = [];
  const engine = new Engine({
    seed,
    definitions: [pinger],
    recorder: { delivered: (message, receiver, atMs) => messages.push(`${atMs} ${message.from} ${receiver}`) },
  });
  for (let i = 0; i < 5; i++) engine.place(`m${i}`, { zone: i < 3 ? 'east' : 'west' });
  if (drop > 0) engine.fault({ probability: drop }, 'drop');
  const pairs = Array.from({ length: 20 }, (_, i) => i);
  if (order === 'backward') pairs.reverse();
  for (const i of pairs) {
    engine.spawn(`c.a.${i}`, 'pinger', {}, { machine: `m${i % 5}` });
    engine.spawn(`c.b.${i}`, 'pinger', { peer: `c.a.${i}` }, { machine: `m${(i * 3 + 1) % 5}` });
  }
  const begin = engine.now();
  for (let ms = 0; ms < 500; ms += stepMs) engine.runUntil(begin + Math.min(ms + stepMs, 500));
  return { fingerprint: engine.fingerprint(), messages };
}

test('the same seed gives the same fingerprint and the same messages at the same times', () => {
  const first = play();
  expect(first.messages.length).toBeGreaterThan(5_000);
  expect(play()).toEqual(first);
});

test('another seed gives another run', () => {
  expect(play({ seed: 2 }).fingerprint).not.toBe(play().fingerprint);
});

test('neither the order of births nor the size of the steps changes a run', () => {
  const first = play();
  expect(play({ order: 'backward' }).fingerprint).toBe(first.fingerprint);
  expect(play({ stepMs: 7 }).fingerprint).toBe(play({ stepMs: 1 }).fingerprint);
});

test('a fault by chance is a part of the run', () => {
  const first = play({ drop: 0.01 });
  expect(first.fingerprint).not.toBe(play().fingerprint);
  expect(play({ drop: 0.01 })).toEqual(first);
});

test('the fingerprint differs when only a body differs', () => {
  const say = (body: unknown): string => {
    const engine = new Engine({ seed: 1, definitions: [] });
    engine.puppet('c.a').send('c.b', 'n', body);
    engine.runFor(1);
    return engine.fingerprint();
  };
  expect(say({ a: [1, { b: 2 }] })).toBe(say({ a: [1, { b: 2 }] }));
  expect(say({ a: [1, { b: 2 }] })).not.toBe(say({ a: [1, { b: 3 }] }));
  expect(say({ a: [1, { b: 2 }] })).toMatch(/^[0-9a-f]{16}$/);
});

test('a run without fingerprint refuses to show one', () => {
  const engine = new Engine({ seed: 1, definitions: [], fingerprint: false });
  expect(() => engine.fingerprint()).toThrow('keeps no fingerprint');
});
