/** What comes from outside is recorded with its exact place: put in again there, it makes the very same run. */

import { expect, test } from 'vitest';
import type { Message } from '../../protocol/message.ts';
import { Engine } from '../engine.ts';
import { doer, pinger } from '../testing/actors.ts';
import type { OutsideInput } from './deed.ts';
import { type Mark, RunParted } from './replay.ts';

const definitions = [doer, pinger];

function setUp(recorded?: (OutsideInput | Mark)[]): Engine {
  const engine = new Engine({ seed: 7, definitions, onFailure: 'crash' });
  engine.spawn('c.a', 'pinger', {}, { machine: 'm' });
  engine.spawn('c.b', 'pinger', { peer: 'c.a' }, { machine: 'n' });
  engine.spawn('c.d', 'doer', undefined, { machine: 'm' });
  if (recorded !== undefined) engine.record({ input: (input) => recorded.push(structuredClone(input)) });
  return engine;
}

/** A session of somebody who asks, listens, answers from within a handler, and breaks things, at odd moments. */
function session(engine: Engine, mark: () => void): void {
  let asked = 0;
  const answering = (message: Message): void => {
    if (message.type === 'ping') user.answer(message, 'pong', { asked: ++asked });
    if (message.type === 'do-more') user.send('c.d', 'heard', { asked });
  };
  const user = engine.puppet('c.user', answering, { machine: 'x' });
  const other = engine.puppet('c.other', (message) => user.send('c.d', 'gossip', { of: message.type }));
  for (let i = 0; i < 40; i++) {
    engine.runFor(3.137 * (i % 5));
    user.ask('c.d', 'question', { i }, { deadlineMs: 40 });
    user.send('c.d', 'do', { do: 'request', to: 'c.user', type: 'ping', body: { i } });
    if (i % 3 === 0) user.send('c.d', 'do', { do: 'send', to: 'c.user', type: 'do-more' });
    if (i % 4 === 0) engine.runUntil(() => asked > i / 2, { withinMs: 20 });
    if (i % 5 === 0) other.send('c.other', 'rumour', new Map([['i', i]]));
    if (i === 11) engine.step();
    if (i % 7 === 0) user.close(user.open('c.d', 'watch', undefined));
    if (i === 12) engine.fault({ type: 'ping', probability: 0.3 }, 'drop');
    if (i === 18) engine.cut('m', 'x').heal();
    if (i === 20) engine.crash('c.d');
    if (i === 21) engine.restart('c.d');
    if (i === 25) engine.powerOff('n');
    if (i === 27) engine.powerOn('n');
    if (i === 30) engine.healAll();
    if (i === 31) engine.setClock('m', { driftPpm: 500 });
    if (i === 33) engine.inject('c.d', 'do', { do: 'fail', message: 'ouch' });
    if (i === 34) expect(() => user.send('', 'nowhere', undefined)).toThrow();
    if (i % 10 === 9) mark();
  }
}

test('a session put in again makes the same run, to the bit', () => {
  const entries: (OutsideInput | Mark)[] = [];
  const engine = setUp(entries);
  session(engine, () => entries.push(engine.mark()));
  const again = setUp();
  expect(again.replay(entries)).toMatchObject({ inputs: entries.length - 4, marks: 4 });
  expect(again.fingerprint()).toBe(engine.fingerprint());
  expect(entries.some((entry) => 'deed' in entry && entry.during !== undefined)).toBe(true);
});

test('a run that is another one is told by the last moment at which it was the same', () => {
  const entries: (OutsideInput | Mark)[] = [];
  const engine = setUp(entries);
  session(engine, () => entries.push(engine.mark()));
  const place = entries.findIndex((entry) => 'deed' in entry && 'say' in entry.deed && entry.deed.say === 'ask');
  const later = entries.findIndex((entry, i) => i > entries.length / 2 && 'deed' in entry && !entry.during);
  expect(place).toBeGreaterThanOrEqual(0);
  const replay = () => setUp().replay(entries.filter((_, i) => i !== later));
  expect(replay).toThrow(RunParted);
  expect(replay).toThrow(/^the run parts from the recorded one after 2026-01-01T00:00:00\.\d+Z: recorded is/);
});

test('what the run’s own set-up does is no input, and comes at its time', () => {
  const inputs: OutsideInput[] = [];
  const engine = new Engine({ seed: 1, definitions, recorder: { input: (input) => inputs.push(input) } });
  engine.spawn('c.d', 'doer', undefined);
  let doneAt = 0;
  const began = engine.now();
  engine.after(250, 'c.supervisor', () => {
    doneAt = engine.now() - began;
    engine.restart('c.d');
  });
  engine.runFor(1000);
  expect(doneAt).toBe(250);
  expect(engine.inspect('c.d')?.incarnation).toBe(2);
  expect(inputs.map(({ deed }) => deed)).toMatchObject([{ do: 'spawn' }]);
});
