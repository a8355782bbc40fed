/** The wall clock, with time told by the test. */

import { expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import { doer, pinger } from '../testing/actors.ts';
import type { TimeSource } from './wall-clock.ts';

/** Real time as the test wants it: every call of `pass` lets so many ms go by. */
class TestTime implements TimeSource {
  private ms = 1_000_000;
  private waiting: { at: number; call: () => void } | undefined;
  /** ms that every look at the clock takes: a slow machine. */
  costMs = 0;
  /** Called when the run lets the rest of the process have its turn. */
  onWait: () => void = () => {};

  now(): number {
    this.ms += this.costMs;
    return this.ms;
  }

  wait(ms: number, call: () => void): () => void {
    this.onWait();
    const mine = { at: this.ms + ms, call };
    this.waiting = mine;
    return () => {
      if (this.waiting === mine) this.waiting = undefined;
    };
  }

  yield(call: () => void): () => void {
    return this.wait(0, call);
  }

  pass(ms: number): void {
    const end = this.ms + ms;
    while (this.waiting !== undefined && this.waiting.at <= end) {
      const { at, call } = this.waiting;
      this.waiting = undefined;
      this.ms = Math.max(this.ms, at);
      call();
    }
    this.ms = Math.max(this.ms, end);
  }
}

function world(speed = 1) {
  const time = new TestTime();
  const engine = new Engine({ seed: 1, definitions: [doer, pinger], wall: { speed, time } });
  const began = engine.now();
  return { time, engine, elapsed: () => engine.now() - began };
}

test('virtual time keeps up with the clock, as fast as it is told to', async () => {
  const { time, engine, elapsed } = world(10);
  engine.spawn('c.d', 'doer', undefined);
  engine.inject('c.d', 'tick', undefined);
  const run = engine.start();
  time.pass(97);
  expect(engine.inspect('c.d')?.state).toBe('ticking');
  time.pass(2);
  expect(engine.inspect('c.d')?.state).toBe('ready');
  time.pass(60_000);
  expect(elapsed()).toBeGreaterThan(590_000);
  engine.halt();
  await run;
  time.pass(60_000);
  expect(elapsed()).toBeLessThan(602_000);
});

test('what comes from outside comes at the time it is', () => {
  const { time, engine, elapsed } = world();
  const puppet = engine.puppet('c.p');
  void engine.start();
  const times: number[] = [];
  puppet.handler = () => times.push(Math.floor(elapsed()));
  time.pass(500);
  engine.inject('c.p', 'a', undefined);
  time.pass(250);
  engine.puppet('c.q').send('c.p', 'b', undefined);
  time.pass(250);
  expect(times).toEqual([500, 750]);
});

test('a machine too slow for the run lags, and the run stays the same', () => {
  const play = (costMs: number): { fingerprint: string; elapsed: number } => {
    const { time, engine, elapsed } = world();
    engine.spawn('c.a', 'pinger', {});
    engine.spawn('c.b', 'pinger', { peer: 'c.a' });
    time.costMs = costMs;
    void engine.start();
    while (elapsed() < 500) time.pass(50);
    engine.halt();
    const reached = elapsed();
    engine.runUntil(Date.UTC(2026, 0, 1, 0, 0, 1));
    return { fingerprint: engine.fingerprint(), elapsed: reached };
  };
  expect(play(15).fingerprint).toBe(play(0).fingerprint);
});

test('a busy run lets the rest of the process have its turn again and again', () => {
  const { time, engine, elapsed } = world();
  engine.spawn('c.a', 'pinger', {});
  engine.spawn('c.b', 'pinger', { peer: 'c.a' });
  time.costMs = 15;
  let before = 0;
  let most = 0;
  time.onWait = () => {
    most = Math.max(most, engine.statistics.messages - before);
    before = engine.statistics.messages;
  };
  void engine.start();
  while (elapsed() < 500) time.pass(50);
  engine.halt();
  // Two looks at the clock of 15 ms each fill the slice, and between them it takes 64 events.
  expect(most).toBe(128);
});

test('an event is taken up to two ms early, so that no hop of a conversation waits for a timer', () => {
  const { time, engine, elapsed } = world();
  engine.puppet('c.a');
  engine.puppet('c.b', (message, b) => b.answer(message, 'pong', undefined));
  void engine.start();
  time.pass(100);
  let answeredAt = 0;
  engine.puppet('c.a', () => {
    answeredAt = time.now();
  });
  const [asked, began] = [time.now(), elapsed()];
  engine.findPuppet('c.a')?.ask('c.b', 'ping', undefined);
  time.pass(0);
  expect(answeredAt).toBe(asked);
  expect(elapsed() - began).toBeGreaterThan(0.4);
});

test('a run that cannot keep up says how far it is behind, now and then', () => {
  const time = new TestTime();
  const said: number[] = [];
  const engine = new Engine({
    seed: 1,
    definitions: [pinger],
    wall: { time, onLag: (behindMs) => said.push(Math.round(behindMs / 1000)) },
  });
  engine.spawn('c.a', 'pinger', {});
  engine.spawn('c.b', 'pinger', { peer: 'c.a' });
  time.costMs = 40;
  void engine.start();
  for (let i = 0; i < 100; i++) time.pass(500);
  expect(said.length).toBeGreaterThan(2);
  expect(said.length).toBeLessThan(8);
  expect(said[0]).toBeGreaterThanOrEqual(1);
});

test('as fast as it goes, a run yet lets the rest of the process have its turn', () => {
  const time = new TestTime();
  const engine = new Engine({ seed: 1, definitions: [pinger], wall: { speed: 'max', time } });
  const began = engine.now();
  engine.spawn('c.a', 'pinger', {});
  engine.spawn('c.b', 'pinger', { peer: 'c.a' });
  time.costMs = 1;
  let turns = 0;
  time.onWait = () => {
    if (++turns === 50) engine.halt();
  };
  void engine.start();
  time.pass(1000);
  expect(turns).toBe(50);
  expect(engine.now() - began).toBeGreaterThan(1000);
});

test('a run that fails says so to whoever started it', async () => {
  const { time, engine } = world();
  engine.spawn('c.d', 'doer', undefined);
  const run = engine.start();
  engine.inject('c.d', 'do', { do: 'fail', message: 'ouch' });
  time.pass(10);
  await expect(run).rejects.toThrow('doer c.d failed: Error: ouch');
});

test('an engine in virtual time cannot be started', () => {
  expect(() => new Engine({ seed: 1, definitions: [] }).start()).toThrow('runs in virtual time');
});
