/** Two hosts: what one engine has for the actors of another, and what comes back. */

import { expect, test } from 'vitest';
import type { Message, Travelling } from '../../protocol/message.ts';
import { Engine } from '../engine.ts';
import type { OutsideInput } from '../inputs/deed.ts';
import type { Puppet, PuppetHandler } from '../puppet.ts';
import { closedUplink, type Uplink } from './uplink.ts';

/** Who is on which host: `c.a.*` on a, `c.b.*` on b, groups (`c.group`) nowhere. */
const belongs = (host: string) => ({
  isHere: (address: string) => address.split('.')[1] === host,
  machineOf: (address: string) => address.split('.')[1],
});

/** One of two hosts, with what it has sent away and what its actors subscribe. */
class Side {
  readonly sent: Travelling[] = [];
  readonly subjects = new Set<string>();
  readonly inputs: OutsideInput[] = [];
  readonly name: string;
  readonly engine: Engine;

  constructor(name: string, numbersFrom = 0) {
    this.name = name;
    const uplink: Uplink = {
      ...belongs(name),
      send: (envelope) => this.sent.push(envelope),
      subscribe: (subject) => this.subjects.add(subject),
      unsubscribe: (subject) => this.subjects.delete(subject),
    };
    this.engine = new Engine({ seed: name, definitions: [], freeze: true, uplink, numbersFrom });
    this.engine.record({ input: (input) => this.inputs.push(input) });
  }

  puppet(name: string, handler?: PuppetHandler): Puppet {
    return this.engine.puppet(`c.${this.name}.${name}`, handler, { machine: this.name });
  }
}

/** Lets both run for so many ms, and takes to each what the other has sent. */
function run(sides: readonly [Side, Side], ms: number): void {
  for (let i = 0; i < ms; i += 5) {
    for (const { engine } of sides) engine.runFor(5);
    for (const [from, to] of [sides, [...sides].reverse()] as [Side, Side][]) {
      const sent = from.sent.splice(0);
      if (sent.length > 0) to.engine.arrive(structuredClone(sent.map((one) => ({ ...one }))));
    }
  }
}

function pair(): [Side, Side] {
  return [new Side('a'), new Side('b')];
}

const bodies = (puppet: Puppet) => puppet.received.map(({ body }) => body);
const types = (puppet: Puppet) => puppet.received.map(({ type }) => type);

test('what is sent to an address of another host leaves at once, and is what it was when it arrives', () => {
  const [a, b] = pair();
  const reader = b.puppet('reader');
  const writer = a.puppet('writer');
  for (let i = 1; i <= 100; i++) writer.send('c.b.reader', 'thing.said', { i });
  expect(a.sent).toHaveLength(100);
  run([a, b], 10);
  expect(bodies(reader)).toEqual(Array.from({ length: 100 }, (_, i) => ({ i: i + 1 })));
  expect(reader.received[0]).toMatchObject({ from: 'c.a.writer', seq: 1, to: 'c.b.reader' });
});

test('a question is answered over two hosts, with its note', () => {
  const [a, b] = pair();
  b.puppet('server', (message, server) => server.answer(message, 'sum.given', 3));
  const asker = a.puppet('asker');
  asker.ask('c.b.server', 'sum.ask', [1, 2], { note: 'mine' });
  run([a, b], 20);
  expect(asker.received).toMatchObject([{ type: 'sum.given', body: 3, note: 'mine' }]);
});

test('a host refuses for its own addresses, and a host that is gone is silent', () => {
  const [a, b] = pair();
  const asker = a.puppet('asker');
  b.puppet('somebody');
  asker.ask('c.b.nobody', 'sum.ask', 1, { deadlineMs: 1000 });
  asker.ask('c.z.nobody', 'sum.ask', 1, { deadlineMs: 1000 });
  run([a, b], 100);
  expect(asker.take()).toMatchObject([{ body: { to: 'c.b.nobody', reason: 'refused' } }]);
  run([a, b], 1000);
  expect(asker.take()).toMatchObject([{ body: { to: 'c.z.nobody', reason: 'deadline' } }]);
});

test('a group is served on this host while it has a member here, and else on another', () => {
  const [a, b] = pair();
  const answer = (word: string) => (message: Message, server: Puppet) => {
    if (message.request > 0) server.answer(message, 'word.given', word);
  };
  const asker = a.puppet('asker');
  const here = a.puppet('member', answer('here'));
  b.puppet('member', answer('there')).self.subscribe('c.group', { queue: true });
  expect([...b.subjects]).toEqual(['c.group']);
  asker.ask('c.group', 'word.ask', 1);
  run([a, b], 20);
  here.self.subscribe('c.group', { queue: true });
  asker.ask('c.group', 'word.ask', 2);
  run([a, b], 20);
  here.self.unsubscribe('c.group');
  expect([...a.subjects]).toEqual([]);
  asker.ask('c.group', 'word.ask', 3);
  run([a, b], 20);
  expect(bodies(asker)).toEqual(['there', 'here', 'there']);
});

test('a question to a group without any member is refused when nobody hears it', () => {
  const [a] = pair();
  const asker = a.puppet('asker');
  asker.ask('c.group', 'word.ask', 1);
  asker.self.open('c.group', 'words.watch', 1);
  for (const envelope of a.sent.splice(0)) a.engine.refuse(envelope);
  a.engine.runFor(10);
  expect(asker.received).toMatchObject([
    { type: 'request.expired', body: { reason: 'refused' } },
    { type: 'stream.broken', body: { reason: 'refused' } },
  ]);
});

test('a stream is read over two hosts: in order, with a gap noticed, and ended by its reader', () => {
  const [a, b] = pair();
  const server = b.puppet('server');
  const reader = a.puppet('reader');
  reader.self.open('c.b.server', 'words.watch', undefined);
  run([a, b], 10);
  const [opening] = server.take();
  for (const word of ['one', 'two']) server.push(opening as Message, 'word.said', word);
  run([a, b], 10);
  expect(bodies(reader)).toEqual(['one', 'two']);
  server.push(opening as Message, 'word.said', 'lost');
  b.sent.splice(0);
  server.push(opening as Message, 'word.said', 'four');
  run([a, b], 20);
  expect(reader.received.at(-1)).toMatchObject({ type: 'stream.broken', body: { reason: 'gap', lastPlace: 2 } });
  expect(types(server)).toEqual(['stream.closed']);
});

test('what is published reaches all who subscribe it, on every host', () => {
  const [a, b] = pair();
  const readers = [a.puppet('reader'), b.puppet('reader'), b.puppet('other')];
  for (const reader of readers) reader.self.subscribe('c.news.>');
  a.puppet('writer').self.publish('c.news.today', 'news.told', 'rain');
  run([a, b], 10);
  expect(readers.map(bodies)).toEqual([['rain'], ['rain'], ['rain']]);
});

test('links between hosts are cut, delayed and healed by the side that sends', () => {
  const [a, b] = pair();
  const reader = b.puppet('reader');
  const writer = a.puppet('writer');
  const cut = a.engine.cut('a', 'b');
  writer.send('c.b.reader', 'thing.said', 'dropped');
  run([a, b], 10);
  cut.heal();
  const delay = a.engine.fault({ type: 'thing.said' }, { delayMs: 50 });
  writer.send('c.b.reader', 'thing.said', 'late');
  run([a, b], 30);
  delay.heal();
  // No earlier than what went before it on its link.
  writer.send('c.b.reader', 'thing.said', 'later');
  run([a, b], 10);
  expect(bodies(reader)).toEqual([]);
  run([a, b], 50);
  expect(bodies(reader)).toEqual(['late', 'later']);
});

test('what goes to a group is cut off by the host that has the member, as only it knows which machine that is', () => {
  const [a, b] = pair();
  const member = b.puppet('member');
  member.self.subscribe('c.group', { queue: true });
  const asker = a.puppet('asker');
  for (const { engine } of [a, b]) engine.fault({ between: { a: ['a'], b: ['b'] } }, 'drop');
  asker.send('c.group', 'word.said', 'cut');
  run([a, b], 10);
  expect(bodies(member)).toEqual([]);
  for (const { engine } of [a, b]) engine.healAll();
  // What the sender's side has judged already is not judged again: it is late once.
  for (const { engine } of [a, b]) engine.fault({ to: 'c.group' }, { delayMs: 40 });
  asker.send('c.group', 'word.said', 'late');
  run([a, b], 55);
  expect(bodies(member)).toEqual(['late']);
});

test('what comes for an address of another host is dropped, not sent on', () => {
  const [a, b] = pair();
  a.puppet('writer').send('c.b.reader', 'thing.said', 1);
  a.engine.arrive(a.sent.splice(0));
  run([a, b], 10);
  expect([a.engine.statistics.dropped, a.sent.length]).toEqual([1, 0]);
});

test('what actors have with a host that has ended is reset: streams both ways, and questions', () => {
  const [a, b] = pair();
  const server = b.puppet('server');
  const [reader, asker] = [a.puppet('reader'), a.puppet('asker')];
  reader.self.open('c.b.server', 'words.watch', undefined);
  asker.ask('c.b.server', 'word.ask', 1);
  run([a, b], 10);
  const [opening] = server.take('words.watch');
  server.push(opening as Message, 'word.said', 'one');
  server.self.open('c.a.asker', 'asks.watch', undefined);
  run([a, b], 10);
  asker.take('asks.watch');
  reader.take();
  a.engine.reset(['c.node.other', 'c.b.server']);
  a.engine.runFor(1);
  expect(reader.take()).toMatchObject([{ type: 'stream.broken', body: { reason: 'closed', lastPlace: 1 } }]);
  expect(asker.take().map(({ type, body }) => [type, body])).toEqual(
    expect.arrayContaining([
      ['request.expired', expect.objectContaining({ reason: 'refused' })],
      ['stream.closed', { reason: 'closed' }],
    ]),
  );
});

test('an answer to an earlier process of a host finds no one', () => {
  const [before, b] = pair();
  const held: Message[] = [];
  const server = b.puppet('server', (message) => held.push(message));
  before.puppet('asker').ask('c.b.server', 'sum.ask', 1);
  run([before, b], 10);
  const after = new Side('a', 1000);
  const asker = after.puppet('asker');
  asker.ask('c.b.server', 'sum.ask', 2);
  run([after, b], 10);
  for (const question of held) server.answer(question, 'sum.given', question.body);
  run([after, b], 10);
  expect(bodies(asker)).toEqual([2]);
});

test('a host is played again by itself, from what came from the others', () => {
  const [a, b] = pair();
  b.puppet('server', (message, server) => server.answer(message, 'sum.given', message.body));
  const asker = a.puppet('asker');
  for (let i = 0; i < 20; i++) {
    asker.ask('c.b.server', 'sum.ask', i);
    run([a, b], 5);
  }
  const again = new Engine({ seed: 'a', definitions: [], uplink: closedUplink(belongs('a')) });
  const played = again.replay([...a.inputs, a.engine.mark()]);
  expect(played).toMatchObject({ marks: 1 });
  expect(again.fingerprint()).toBe(a.engine.fingerprint());
});
