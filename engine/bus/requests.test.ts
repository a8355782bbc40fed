/** Requests: answered once, tried again, refused, or expired. */

import { expect, test } from 'vitest';
import type { Message } from '../../protocol/message.ts';
import { Engine } from '../engine.ts';
import type { Puppet } from '../puppet.ts';

/** A world with an asker and a server on two machines. */
function world(serve?: (message: Message, server: Puppet) => void) {
  const engine = new Engine({ seed: 1, definitions: [], freeze: true });
  const server = engine.puppet('c.server', serve, { machine: 'm2' });
  const asker = engine.puppet('c.asker', undefined, { machine: 'm1' });
  return { engine, server, asker };
}

const typesOf = (puppet: Puppet): string[] => puppet.received.map(({ type }) => type);

test('an answer brings the note back and names the request', () => {
  const { engine, asker } = world((message, server) => server.answer(message, 'sum.given', 3));
  const request = asker.ask('c.server', 'sum.ask', [1, 2], { note: { why: 'test' } });
  engine.runFor(10);
  expect(asker.received).toMatchObject([
    { type: 'sum.given', body: 3, from: 'c.server', request, note: { why: 'test' }, causeFrom: 'c.asker' },
  ]);
});

test('a request that gets no answer expires at its deadline, by default after 30 s', () => {
  const { engine, asker } = world();
  asker.ask('c.server', 'sum.ask', 1, { note: 7 });
  asker.ask('c.server', 'sum.ask', 2, { deadlineMs: 5 });
  engine.runFor(29_999);
  expect(asker.take()).toMatchObject([
    { type: 'request.expired', body: { to: 'c.server', type: 'sum.ask', reason: 'deadline' }, request: 2 },
  ]);
  engine.runFor(1);
  expect(asker.take()).toMatchObject([{ type: 'request.expired', request: 1, note: 7 }]);
});

test('a request is tried again with the same number until it is answered', () => {
  const { engine, asker, server } = world();
  server.handler = (message) => {
    if (server.received.length === 3) server.answer(message, 'sum.given', 3);
  };
  asker.ask('c.server', 'sum.ask', 1, { retries: 5, retryMs: 100, deadlineMs: 10_000 });
  engine.runFor(60_000);
  expect(server.received.map(({ request, seq }) => [request, seq])).toEqual([
    [1, 1],
    [1, 2],
    [1, 3],
  ]);
  expect(typesOf(asker)).toEqual(['sum.given']);
});

test('the deadline holds however many tries are left', () => {
  const { engine, asker, server } = world();
  asker.ask('c.server', 'sum.ask', 1, { retries: 100, retryMs: 400, deadlineMs: 1000 });
  engine.runFor(999);
  expect(asker.received).toEqual([]);
  engine.runFor(1);
  expect(typesOf(asker)).toEqual(['request.expired']);
  engine.runFor(60_000);
  expect(server.received).toHaveLength(3);
});

test('late and second answers reach nobody', () => {
  const { engine, asker } = world((message, server) => {
    server.answer(message, 'sum.given', 1);
    server.answer(message, 'sum.given', 2);
  });
  const dropped: string[] = [];
  engine.record({ dropped: (message, _receiver, why) => dropped.push(`${message.body} ${why}`) });
  asker.ask('c.server', 'sum.ask', 0);
  engine.runFor(100);
  expect(asker.take()).toMatchObject([{ body: 1 }]);
  engine.fault({ type: 'sum.given' }, { delayMs: 2000 });
  asker.ask('c.server', 'sum.ask', 0, { deadlineMs: 1000 });
  engine.runFor(60_000);
  expect(typesOf(asker)).toEqual(['request.expired']);
  expect(dropped).toEqual([2, 1, 2].map((body) => `${body} nobody waits for this answer`));
});

test('two who ask each other under the same number get their own answers', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const names = ['c.a', 'c.b'];
  const [a, b] = names.map((name) =>
    engine.puppet(name, (message, puppet) => {
      if (message.type === 'name.ask') puppet.answer(message, 'name.given', puppet.address);
    }),
  ) as [Puppet, Puppet];
  expect(a.ask('c.b', 'name.ask', undefined)).toBe(b.ask('c.a', 'name.ask', undefined));
  engine.runFor(10);
  expect(a.take('name.given')).toMatchObject([{ body: 'c.b' }]);
  expect(b.take('name.given')).toMatchObject([{ body: 'c.a' }]);
});

test('a request to an address where nothing lives is refused at once while its machine is up, and lost when it is off', () => {
  const { engine, asker } = world();
  engine.crash('c.server');
  asker.ask('c.server', 'sum.ask', 1);
  asker.ask('c.never', 'sum.ask', 1);
  engine.runFor(10);
  expect(asker.take().map(({ body }) => body)).toMatchObject([{ reason: 'refused' }, { reason: 'refused' }]);
  engine.powerOff('m2');
  asker.ask('c.server', 'sum.ask', 1);
  engine.runFor(29_999);
  expect(asker.received).toEqual([]);
  engine.runFor(1);
  expect(asker.take()).toMatchObject([{ body: { reason: 'deadline' } }]);
});

test('a server that dies with the question is found out by the deadline only', () => {
  const { engine, asker } = world();
  asker.ask('c.server', 'sum.ask', 1, { deadlineMs: 500 });
  engine.runFor(100);
  engine.crash('c.server');
  engine.runFor(399);
  expect(asker.received).toEqual([]);
  engine.runFor(1);
  expect(asker.take()).toMatchObject([{ body: { reason: 'deadline' } }]);
});

test('a request passed on is answered to the first asker by the last', () => {
  const { engine, asker, server } = world();
  engine.puppet('c.expert', (message, expert) => expert.answer(message, 'sum.given', 3));
  server.handler = (message) => server.self.pass(message, 'c.expert');
  asker.ask('c.server', 'sum.ask', 1, { note: 'n' });
  engine.runFor(10);
  expect(asker.received).toMatchObject([{ type: 'sum.given', from: 'c.expert', note: 'n' }]);
});

test('a question that was saved as plain data can still be answered', () => {
  const { engine, asker, server } = world();
  asker.ask('c.server', 'sum.ask', 1);
  engine.runFor(10);
  const { role: _, ...saved } = structuredClone(server.received[0]) as Message & { role: number };
  server.answer(saved, 'sum.given', 3);
  engine.runFor(10);
  expect(typesOf(asker)).toEqual(['sum.given']);
});

test('a reply to what was no request is an ordinary message to its sender', () => {
  const { engine, asker } = world((message, server) => server.answer(message, 'thanks.said', undefined));
  asker.send('c.server', 'gift.given', undefined);
  engine.runFor(10);
  expect(asker.received).toMatchObject([{ type: 'thanks.said', request: 0 }]);
});

test('a forgotten request neither answers nor expires', () => {
  const { engine, asker } = world((message, server) => server.answer(message, 'sum.given', 3));
  const request = asker.ask('c.server', 'sum.ask', 1);
  asker.self.forget(request);
  engine.runFor(60_000);
  expect(asker.received).toEqual([]);
});
