/** A process that is paused: nothing of it runs, and nothing that comes to it is lost. */

import { describe, expect, test } from 'vitest';
import { noLatency } from '../bus/latency.ts';
import { Engine } from '../engine.ts';

describe('a process that is paused', () => {
  /** Two who talk to each other without delay; one of them tells when it hears what. */
  function world() {
    const engine = new Engine({ seed: 1, definitions: [], latency: noLatency });
    const other = engine.puppet('c.other', undefined, { machine: 'm1' });
    const heard: string[] = [];
    const paused = engine.puppet('c.paused', ({ type }) => heard.push(`${type} ${engine.now() - epoch}`), {
      machine: 'm2',
    });
    const epoch = engine.now();
    return { engine, other, paused, heard };
  }

  test('hears nothing until it goes on, and then everything, in its order', () => {
    const { engine, other, heard } = world();
    expect(engine.pause('c.paused', 500)).toBe(true);
    for (const type of ['a', 'b', 'c']) {
      other.send('c.paused', type, undefined);
      engine.runFor(100);
    }
    expect(heard).toEqual([]);
    engine.runFor(200);
    expect(heard).toEqual(['a 500', 'b 500', 'c 500']);
    other.send('c.paused', 'd', undefined);
    engine.runFor(1);
    expect(heard.at(-1)).toBe('d 500');
  });

  test('is late with its own requests, and misses no answer that came meanwhile', () => {
    const { engine, other, paused } = world();
    const request = paused.ask('c.other', 'question', undefined, { deadlineMs: 200 });
    engine.pause('c.paused', 1_000);
    engine.runFor(100);
    const question = other.take().find(({ type }) => type === 'question');
    other.answer(question!, 'answer', undefined);
    engine.runFor(899);
    expect(paused.received).toEqual([]);
    engine.runFor(1);
    expect(paused.received.map((message) => `${message.type} ${message.request === request}`)).toEqual(['answer true']);
  });

  test('dies as any other, and its next life is not paused', () => {
    const { engine, other, heard } = world();
    engine.pause('c.paused', 500);
    engine.crash('c.paused');
    engine.restart('c.paused');
    other.send('c.paused', 'a', undefined);
    engine.runFor(1);
    expect(heard).toEqual(['a 0']);
    expect(engine.pause('c.nobody', 1)).toBe(false);
  });
});

describe('a process that is told to go on before its time', () => {
  test('gets what has waited at once, in its order, and its own timers too', () => {
    const engine = new Engine({ seed: 1, definitions: [], latency: noLatency });
    const epoch = engine.now();
    const heard: string[] = [];
    const other = engine.puppet('c.other');
    const paused = engine.puppet('c.paused', ({ type }) => heard.push(`${type} ${engine.now() - epoch}`));
    paused.ask('c.other', 'question', undefined, { deadlineMs: 150 });
    engine.pause('c.paused', 1_000);
    for (const type of ['a', 'b']) {
      other.send('c.paused', type, undefined);
      engine.runFor(100);
    }
    expect(heard).toEqual([]);
    expect(engine.resume('c.paused')).toBe(true);
    engine.runFor(1);
    expect(heard).toEqual(['a 200', 'b 200', 'request.expired 200']);
    other.send('c.paused', 'c', undefined);
    engine.runFor(1_000);
    expect(heard.at(-1)).toBe('c 201');
    expect(heard).toHaveLength(4);
  });

  test('keeps to its timers that are not due yet, also one due just when the pause was to end', () => {
    const engine = new Engine({ seed: 1, definitions: [], latency: noLatency });
    const epoch = engine.now();
    const heard: string[] = [];
    const paused = engine.puppet('c.paused', ({ type }) => heard.push(`${type} ${engine.now() - epoch}`));
    const silent = engine.puppet('c.silent');
    paused.ask('c.silent', 'question', undefined, { deadlineMs: 500 });
    engine.pause('c.paused', 500);
    silent.send('c.paused', 'a', undefined);
    engine.runFor(100);
    engine.resume('c.paused');
    engine.runFor(1_000);
    expect(heard).toEqual(['a 100', 'request.expired 500']);
    expect(engine.resume('c.paused')).toBe(false);
    expect(engine.resume('c.nobody')).toBe(false);
  });

  test('may be paused longer meanwhile, and still gets each message once', () => {
    const engine = new Engine({ seed: 1, definitions: [], latency: noLatency });
    const heard: unknown[] = [];
    const other = engine.puppet('c.other');
    engine.puppet('c.paused', ({ body }) => heard.push(body));
    engine.pause('c.paused', 100);
    other.send('c.paused', 'n', 1);
    engine.runFor(50);
    engine.pause('c.paused', 500);
    other.send('c.paused', 'n', 2);
    engine.runFor(200);
    expect(heard).toEqual([]);
    engine.runFor(1_000);
    expect(heard).toEqual([1, 2]);
  });
});
