/** What machines measure: clocks that jump, clocks that drift, and the timers that go by them. */

import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineActor, type Self } from '../../protocol/actor.ts';
import { actions, delays, guards } from '../../protocol/chart.ts';
import { Engine } from '../engine.ts';
import { doer } from '../testing/actors.ts';

/** Waits until something is due by its machine's measure, looks, and ends when it is. */
const waiter = defineActor({
  kind: 'waiter',
  machine: setup({
    actions: actions('plans', 'looks'),
    guards: guards('isDue'),
    delays: delays('untilDue'),
  }).createMachine({
    initial: 'waiting',
    entry: 'plans',
    states: {
      waiting: { after: { untilDue: 'looking' } },
      looking: { entry: 'looks', always: [{ guard: 'isDue', target: 'ended' }, { target: 'waiting' }] },
      ended: { type: 'final' },
    },
  }),
  behaviour: {
    actions: {
      plans: (self: Self<Waiting>) => {
        self.memory.dueMs = self.monotonic() + self.memory.waitMs;
      },
      looks: (self: Self<Waiting>) => self.send('c.test', 'waiter.looked', undefined),
    },
    guards: { isDue: (self: Self<Waiting>) => self.monotonic() >= self.memory.dueMs },
    delays: { untilDue: (self: Self<Waiting>) => Math.max(0, self.memory.dueMs - self.monotonic()) },
  },
  memory: (waitMs: number): Waiting => ({ waitMs, dueMs: 0 }),
});

interface Waiting {
  waitMs: number;
  dueMs: number;
}

function world() {
  const engine = new Engine({ seed: 1, definitions: [doer, waiter] });
  engine.spawn('c.doer', 'doer', undefined, { machine: 'm1' });
  return { engine, self: () => engine.doorOf('c.doer') };
}

test('what a machine measures goes on evenly while its clock jumps forward and backward', () => {
  const { engine, self } = world();
  engine.setClock('m1', { offsetMs: 3_600_000 });
  engine.runFor(10_000);
  engine.setClock('m1', { offsetMs: -3_600_000 });
  engine.runFor(10_000);
  expect(self().monotonic()).toBe(20_000);
});

test('a drift shows in all that a machine measures: its clock, its intervals and its timers', () => {
  const { engine, self } = world();
  const begun = self().now();
  const isTicking = (): boolean => engine.inspect('c.doer')?.state === 'ticking';
  engine.setClock('m1', { driftPpm: 250_000 });
  engine.inject('c.doer', 'tick', undefined);
  engine.runFor(799);
  expect(isTicking()).toBe(true);
  engine.runFor(1);
  expect(isTicking()).toBe(false);
  expect(self().monotonic()).toBe(1000);
  expect(self().now() - begun).toBe(1000);
  engine.setClock('m1', { offsetMs: 0, driftPpm: 0 });
  engine.runFor(200);
  expect(self().monotonic()).toBe(1200);
  expect(self().now() - begun).toBe(1000);
});

test('a clock that would stand still or run backward is refused', () => {
  const { engine } = world();
  expect(() => engine.setClock('m1', { driftPpm: -1e6 })).toThrow(
    'a clock cannot drift by -1000000 ppm: give more than -1000000',
  );
});

test.each([0, 37, -41, 123_456, -654_321])(
  'who waits until something is due finds it due, at a drift of %i',
  (drift) => {
    const { engine } = world();
    const looked = engine.puppet('c.test');
    engine.setClock('m1', { driftPpm: drift });
    const waits = Array.from({ length: 200 }, (_, n) => 1 + n * 0.7777);
    for (const [n, waitMs] of waits.entries()) engine.spawn(`c.waiter-${n}`, 'waiter', waitMs, { machine: 'm1' });
    engine.runFor(1000);
    // What is written in binary fractions may be a hair short at the first look, never at the second.
    expect(engine.actors('c.waiter-*')).toEqual([]);
    expect(looked.take().length).toBeLessThan(waits.length * 2);
  },
);

test('a machine measures from its boot on, and a process that restarts does not boot it', () => {
  const { engine, self } = world();
  engine.runFor(5000);
  engine.crash('c.doer');
  engine.restart('c.doer');
  expect(self().monotonic()).toBe(5000);
  expect(self().boot).toBe(1);
  engine.powerOff('m1');
  engine.runFor(60_000);
  engine.powerOn('m1');
  engine.runFor(7);
  expect(self().monotonic()).toBe(7);
  expect(self().boot).toBe(2);
});
