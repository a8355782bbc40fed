/** Faults of links and messages, and the latency they come on top of. */

import { expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import type { Puppet } from '../puppet.ts';

/** Three puppets on three machines, in two zones. */
function world(options: { seed?: number } = {}) {
  const engine = new Engine({ seed: options.seed ?? 1, definitions: [] });
  engine.place('m1', { zone: 'east' });
  engine.place('m2', { zone: 'east' });
  engine.place('m3', { zone: 'west' });
  const [a, b, c] = ['m1', 'm2', 'm3'].map((machine, i) => engine.puppet(`c.p${i + 1}`, undefined, { machine })) as [
    Puppet,
    Puppet,
    Puppet,
  ];
  return { engine, a, b, c };
}

const bodies = (puppet: Puppet): unknown[] => puppet.take().map(({ body }) => body);

/** Sends one message and tells how long it took. */
function travelMs(engine: Engine, from: Puppet, to: Puppet): number {
  const begun = engine.now();
  from.send(to.address, 'n', 0);
  engine.runUntil(() => to.received.length > 0);
  to.take();
  return engine.now() - begun;
}

test('a message takes as long as its way is far, and a little longer, never much', () => {
  const { engine, a, b, c } = world();
  const near = engine.puppet('c.p1.neighbour', undefined, { machine: 'm1' });
  for (const [to, baseMs] of [
    [near, 0.05],
    [b, 0.25],
    [c, 1],
  ] as const) {
    const times = Array.from({ length: 500 }, () => travelMs(engine, a, to));
    const mean = times.reduce((sum, ms) => sum + ms) / times.length;
    expect(Math.min(...times)).toBeGreaterThanOrEqual(baseMs - 1e-3);
    expect(Math.max(...times)).toBeLessThan(baseMs * (1 + 0.2 * 17));
    expect(mean / baseMs).toBeGreaterThan(1.1);
    expect(mean / baseMs).toBeLessThan(1.35);
  }
});

test('messages of one sender to one receiver keep their order whatever the jitter', () => {
  const { engine, a, c } = world();
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  for (const i of numbers) a.send(c.address, 'n', i);
  engine.runFor(100);
  expect(bodies(c)).toEqual(numbers);
});

test('a cut stops messages both ways between two machines and no others, until it heals', () => {
  const { engine, a, b, c } = world();
  const cut = engine.cut('m1', 'm2');
  a.send('c.p2', 'n', 1);
  b.send('c.p1', 'n', 2);
  a.send('c.p3', 'n', 3);
  engine.runFor(10);
  expect([bodies(a), bodies(b), bodies(c)]).toEqual([[], [], [3]]);
  expect(cut.touched).toBe(2);
  expect(engine.heal('m2', 'm1')).toBe(2);
  a.send('c.p2', 'n', 4);
  engine.runFor(10);
  expect(bodies(b)).toEqual([4]);
});

test('a cut can go one way, or around one machine', () => {
  const { engine, a, b, c } = world();
  engine.cut('m1', 'm2', { oneWay: true });
  a.send('c.p2', 'n', 1);
  b.send('c.p1', 'n', 2);
  engine.runFor(10);
  expect([bodies(a), bodies(b)]).toEqual([[2], []]);
  engine.heal();
  engine.cut('m1');
  engine.puppet('c.p1.neighbour', undefined, { machine: 'm1' }).send('c.p1', 'n', 3);
  a.send('c.p3', 'n', 4);
  c.send('c.p1', 'n', 5);
  c.send('c.p2', 'n', 6);
  engine.runFor(10);
  expect([bodies(a), bodies(b), bodies(c)]).toEqual([[3], [6], []]);
});

test('messages are chosen by type, sender, receiver, count and time', () => {
  const { engine, a, b, c } = world();
  const fault = engine.fault({ type: 'x', from: 'c.*', to: 'c.p3', skip: 1, count: 2 }, 'drop');
  for (const i of [1, 2, 3, 4]) a.send('c.p3', 'x', i);
  a.send('c.p3', 'y', 5);
  a.send('c.p2', 'x', 6);
  engine.runFor(10);
  expect([bodies(c), bodies(b)]).toEqual([[1, 4, 5], [6]]);
  expect(fault.heal()).toBe(2);
  engine.fault({ fromMs: engine.now() + 1000, untilMs: engine.now() + 2000 }, 'drop');
  for (const i of [0, 1, 2]) {
    a.send('c.p2', 'z', i);
    engine.runFor(1000);
  }
  expect(bodies(b)).toEqual([0, 2]);
});

test('chance touches its share of the messages, and the same ones in the same run', () => {
  const run = (seed: number): unknown[] => {
    const { engine, a, b } = world({ seed });
    engine.fault({ probability: 0.3 }, 'drop');
    for (let i = 0; i < 2000; i++) a.send('c.p2', 'n', i);
    engine.runFor(100);
    return bodies(b);
  };
  const kept = run(1);
  // 1,400 expected, standard deviation 20: six of them.
  expect(Math.abs(kept.length - 1400)).toBeLessThan(125);
  expect(run(1)).toEqual(kept);
  expect(run(2)).not.toEqual(kept);
});

test('a delay keeps the order of its link, unless the message may be overtaken', () => {
  const { engine, a, b } = world();
  const delay = engine.fault({ type: 'slow' }, { delayMs: 100 });
  a.send('c.p2', 'slow', 1);
  a.send('c.p2', 'n', 2);
  engine.runFor(99);
  expect(bodies(b)).toEqual([]);
  engine.runFor(10);
  expect(bodies(b)).toEqual([1, 2]);
  delay.heal();
  engine.fault({ type: 'slow' }, { delayMs: 100, isOvertaken: true });
  a.send('c.p2', 'slow', 3);
  a.send('c.p2', 'n', 4);
  engine.runFor(200);
  expect(bodies(b)).toEqual([4, 3]);
});

test('held messages wait, then go on in order', () => {
  const { engine, a, b } = world();
  const held = engine.hold({ to: 'c.p2' });
  for (const i of [1, 2, 3]) a.send('c.p2', 'n', i);
  engine.runFor(60_000);
  expect(bodies(b)).toEqual([]);
  expect(held.heal()).toBe(3);
  engine.runFor(10);
  expect(bodies(b)).toEqual([1, 2, 3]);
});

test('the first verdict other than pass counts', () => {
  const { engine, a, b } = world();
  const seen: string[] = [];
  engine.intercept((message) => (message.body === 1 ? 'drop' : 'pass'));
  engine.intercept((message, way) => {
    seen.push(`${message.body} ${way.from?.name} ${way.to?.name} ${way.receiver}`);
    return { duplicateAfterMs: 1 };
  });
  a.send('c.p2', 'n', 1);
  a.send('c.p2', 'n', 2);
  engine.runFor(10);
  expect(bodies(b)).toEqual([2, 2]);
  expect(seen).toEqual(['2 m1 m2 c.p2']);
});

test('a clock that is off shows in the time an actor is told, and nowhere else', () => {
  const { engine, a, b } = world();
  const begun = engine.now();
  engine.setClock('m1', { offsetMs: 5000, driftPpm: 1000 });
  expect(a.self.now() - begun).toBe(5000);
  engine.runFor(10_000);
  expect(a.self.now() - begun).toBe(15_010);
  expect(b.self.now() - begun).toBe(10_000);
  engine.setClock('m1', { driftPpm: 0 });
  engine.runFor(10_000);
  expect(a.self.now() - begun).toBe(25_010);
  engine.setClock('m1', { offsetMs: -3_600_000 });
  expect(a.self.now() - begun).toBe(20_000 - 3_600_000);
});

test('a fault can be of the ways between two sets of machines: one way or both, and never within a machine', () => {
  const { engine, a, b, c } = world();
  const near = engine.puppet('c.p1.neighbour', undefined, { machine: 'm1' });
  const fault = engine.fault({ between: { a: ['m1', 'm2'], b: ['m3'], isOneWay: true } }, 'drop');
  a.send('c.p3', 'n', 1);
  b.send('c.p3', 'n', 2);
  c.send('c.p1', 'n', 3);
  a.send('c.p2', 'n', 4);
  near.send('c.p1', 'n', 5);
  engine.runFor(10);
  expect([bodies(c), bodies(b)]).toEqual([[], [4]]);
  expect(bodies(a).sort()).toEqual([3, 5]);
  expect(fault.heal()).toBe(2);
  const around = engine.fault({ between: { a: ['m1', 'm2'], b: ['*'] } }, 'drop');
  a.send('c.p2', 'n', 'inside');
  c.send('c.p2', 'n', 'from outside');
  engine.runFor(10);
  expect(bodies(b)).toEqual(['inside']);
  around.heal();
  engine.fault({ between: { a: ['m1'], b: ['*'] } }, { delayMs: 50 });
  near.send('c.p1', 'n', 6);
  c.send('c.p1', 'n', 7);
  engine.runFor(10);
  expect(bodies(a)).toEqual([6]);
  engine.runFor(50);
  expect(bodies(a)).toEqual([7]);
});
