/** Streams: every message in its place, or word that it is not so. */

import { expect, test } from 'vitest';
import type { Message } from '../../protocol/message.ts';
import { Engine } from '../engine.ts';
import type { Puppet } from '../puppet.ts';
import { pinger } from '../testing/actors.ts';

/** A world with a reader and a server on two machines; the stream is open. */
function world(to = 'c.server') {
  const engine = new Engine({ seed: 1, definitions: [], freeze: true });
  const server = engine.puppet('c.server', undefined, { machine: 'm2' });
  const reader = engine.puppet('c.reader', undefined, { machine: 'm1' });
  if (to !== 'c.server') server.self.subscribe(to, { queue: true });
  const stream = reader.open(to, 'log.watch', { from: 0 }, 'my log');
  engine.runFor(5);
  const opening = server.take()[0] as Message;
  const push = (line: string): void => server.push(opening, 'log.line', line);
  return { engine, server, reader, stream, opening, push };
}

/** What a puppet heard: lines, and ends with their reasons. */
function heard(puppet: Puppet): unknown[] {
  return puppet
    .take()
    .map(({ type, body }) => (type === 'log.line' ? body : `${type}: ${(body as { reason: string }).reason}`));
}

test('what is pushed arrives in order, numbered, with the note', () => {
  const { engine, reader, push, stream } = world();
  for (const line of ['a', 'b', 'c']) push(line);
  engine.runFor(5);
  expect(reader.take()).toMatchObject([
    { type: 'log.line', body: 'a', stream, place: 1, note: 'my log' },
    { body: 'b', place: 2 },
    { body: 'c', place: 3 },
  ]);
});

test('a stream at rest lives for hours on two small messages in half a minute', () => {
  const { engine, reader, server, push } = world();
  push('a');
  engine.runFor(60_000);
  let words = 0;
  const off = engine.record({ sent: () => words++ });
  engine.runFor(3_600_000);
  off();
  expect(words).toBe(240);
  push('b');
  engine.runFor(5);
  expect(heard(reader)).toEqual(['a', 'b']);
  expect(heard(server)).toEqual([]);
});

test('a lost message breaks the stream at the next one, and the server learns that nobody reads any more', () => {
  const { engine, reader, server, push } = world();
  push('a');
  engine.fault({ type: 'log.line', count: 1 }, 'drop');
  push('lost');
  push('c');
  push('d');
  engine.runFor(20);
  const [, broken] = reader.received;
  expect(broken).toMatchObject({
    type: 'stream.broken',
    body: { to: 'c.server', type: 'log.watch', reason: 'gap', lastPlace: 1 },
    note: 'my log',
  });
  expect(heard(reader)).toEqual(['a', 'stream.broken: gap']);
  expect(heard(server)).toEqual(['stream.closed: closed']);
});

test('a message lost at the tail is noticed a second later', () => {
  const { engine, reader, push } = world();
  push('a');
  engine.fault({ type: 'log.line', count: 1 }, 'drop');
  push('lost');
  engine.runFor(990);
  expect(heard(reader)).toEqual(['a']);
  engine.runFor(20);
  expect(heard(reader)).toEqual(['stream.broken: gap']);
});

test('a message that comes twice is seen once', () => {
  const { engine, reader, push } = world();
  engine.fault({ type: 'log.line' }, { duplicateAfterMs: 3 });
  for (const line of ['a', 'b']) push(line);
  engine.runFor(100);
  expect(heard(reader)).toEqual(['a', 'b']);
});

test('an opening that comes twice opens one stream', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const server = engine.puppet('c.server');
  const reader = engine.puppet('c.reader');
  engine.fault({ type: 'log.watch' }, { duplicateAfterMs: 3 });
  reader.open('c.server', 'log.watch', undefined);
  engine.runFor(100);
  expect(server.received).toHaveLength(1);
});

test('a message that is overtaken breaks the stream', () => {
  const { engine, reader, push } = world();
  engine.fault({ type: 'log.line', count: 1 }, { delayMs: 50, isOvertaken: true });
  for (const line of ['a', 'b']) push(line);
  engine.runFor(100);
  expect(heard(reader)).toEqual(['stream.broken: gap']);
});

test('each side sees the other crash at once', () => {
  const one = world();
  one.push('a');
  one.engine.crash('c.server');
  one.engine.runFor(5);
  expect(heard(one.reader)).toEqual(['a', 'stream.broken: closed']);
  const two = world();
  two.engine.crash('c.reader');
  two.engine.runFor(5);
  expect(heard(two.server)).toEqual(['stream.closed: closed']);
});

test('a server without power is given up after 45 s of silence', () => {
  const { engine, reader, push } = world();
  push('a');
  engine.runFor(10_000);
  engine.powerOff('m2');
  // The last word was the keep-alive a second after the push.
  engine.runFor(45_000 - 9_000 - 10);
  expect(heard(reader)).toEqual(['a']);
  engine.runFor(20);
  expect(heard(reader)).toEqual(['stream.broken: silent']);
});

test('an opening that is lost is noticed after 10 s, not after the silence a living stream may keep', () => {
  // It took 45 s: a reader that opened its stream just before a cut was healed went on to know nothing for so long.
  const { engine, reader } = world();
  reader.take();
  engine.fault({ type: 'log.watch', count: 1 }, 'drop');
  reader.open('c.server', 'log.watch', { from: 0 });
  engine.runFor(9_999);
  expect(heard(reader)).toEqual([]);
  engine.runFor(2);
  expect(heard(reader)).toEqual(['stream.broken: silent']);
});

test('a reader without power is given up after 45 s of silence, even while there is something to push all the time', () => {
  for (const everyMs of [100_000, 300]) {
    const { engine, server, push } = world();
    engine.runFor(10_000);
    engine.powerOff('m1');
    for (let ms = 0; ms < 75_000 && server.received.length === 0; ms += 300) {
      if (ms % everyMs === 0) push('x');
      engine.runFor(300);
    }
    expect(heard(server)).toEqual(['stream.closed: silent']);
    expect(engine.now() - Date.UTC(2026, 0, 1)).toBeLessThan(1_000 + 30_000 + 45_000 + 1_000);
  }
});

test('two machines cut from each other give the stream up on both sides', () => {
  const { engine, reader, server } = world();
  engine.runFor(10_000);
  engine.cut('m1', 'm2');
  engine.runFor(50_000);
  expect([heard(reader), heard(server)]).toEqual([['stream.broken: silent'], ['stream.closed: silent']]);
});

test('each side can end it, and the other hears why', () => {
  const one = world();
  one.reader.close(one.stream);
  one.engine.runFor(5);
  expect(heard(one.server)).toEqual(['stream.closed: closed']);
  one.push('nobody hears');
  const two = world();
  two.push('a');
  two.server.end(two.opening, 'too old');
  two.engine.runFor(5);
  expect(heard(two.reader)).toEqual(['a', 'stream.broken: too old']);
});

test('an end after a lost message is a gap', () => {
  const { engine, reader, server, opening, push } = world();
  engine.fault({ type: 'log.line', count: 1 }, 'drop');
  push('lost');
  server.end(opening);
  engine.runFor(5);
  expect(heard(reader)).toEqual(['stream.broken: gap']);
});

test('a stream asked for where nothing lives is refused', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const reader = engine.puppet('c.reader');
  reader.open('c.nobody', 'log.watch', undefined, 'n');
  engine.runFor(5);
  expect(heard(reader)).toEqual(['stream.broken: refused']);
});

test('a stream asked of a group is bound to the member that took it', () => {
  const { engine, reader, server, push } = world('c.group');
  engine.puppet('c.other').self.subscribe('c.group', { queue: true });
  push('a');
  engine.crash('c.other');
  engine.runFor(5);
  expect(heard(reader)).toEqual(['a']);
  engine.crash(server.address);
  engine.runFor(5);
  expect(heard(reader)).toEqual(['stream.broken: closed']);
});

test('a stream passed on is served by the other, and the first has nothing more to do with it', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const reader = engine.puppet('c.reader');
  const worker = engine.puppet('c.worker', (message, self) => self.push(message, 'log.line', 'a'));
  const server = engine.puppet('c.server', (message, self) => self.self.pass(message, 'c.worker'));
  reader.open('c.server', 'log.watch', undefined);
  engine.runFor(3_600_000);
  engine.crash('c.server');
  engine.runFor(10);
  expect(heard(reader)).toEqual(['a']);
  expect([server.received.length, worker.received.length]).toEqual([1, 1]);
});

test('a stream asked of an actor whose chart has nothing for it is refused', () => {
  const engine = new Engine({ seed: 1, definitions: [pinger] });
  engine.spawn('c.server', 'pinger', {});
  const reader = engine.puppet('c.reader');
  reader.open('c.server', 'log.watch', undefined);
  engine.runFor(5);
  expect(heard(reader)).toEqual(['stream.broken: refused']);
});

test('a push to a reader that began a new life tells the server that nobody reads', () => {
  const { engine, server, push } = world();
  engine.crash('c.reader', { silent: true });
  engine.restart('c.reader');
  push('a');
  engine.runFor(5);
  expect(heard(server)).toEqual(['stream.closed: closed']);
});
