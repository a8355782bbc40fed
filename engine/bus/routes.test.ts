/** Subscriptions: groups, patterns, and who gets what is sent and published. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesSubject } from '../../protocol/subjects.ts';
import { Engine } from '../engine.ts';
import type { Puppet } from '../puppet.ts';

function puppets(engine: Engine, ...names: string[]): Puppet[] {
  return names.map((name) => engine.puppet(name, undefined, { machine: `m-${name}` }));
}

test('what is sent to a group reaches one member; over many, all of them', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const [asker, ...members] = puppets(engine, 'c.asker', 'c.api.0', 'c.api.1', 'c.api.2') as [Puppet, ...Puppet[]];
  for (const member of members) member.self.subscribe('c.api', { queue: true });
  for (let i = 0; i < 300; i++) asker.send('c.api', 'n', i);
  engine.runFor(100);
  const shares = members.map((member) => member.received.length);
  expect(shares.reduce((a, b) => a + b)).toBe(300);
  for (const share of shares) expect(share).toBeGreaterThan(70);
  expect(members[0]?.received[0]).toMatchObject({ to: 'c.api', from: 'c.asker' });
});

test('a dead or leaving member of a group gets nothing more', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const [asker, a, b, c] = puppets(engine, 'c.asker', 'c.api.0', 'c.api.1', 'c.api.2') as [
    Puppet,
    Puppet,
    Puppet,
    Puppet,
  ];
  for (const member of [a, b, c]) member.self.subscribe('c.api', { queue: true });
  engine.crash('c.api.0');
  b.self.unsubscribe('c.api');
  for (let i = 0; i < 20; i++) asker.send('c.api', 'n', i);
  engine.runFor(100);
  expect([a, b, c].map((member) => member.received.length)).toEqual([0, 0, 20]);
});

test('a request to a group without members is refused, or lost when its last member lost its power', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const [asker, a] = puppets(engine, 'c.asker', 'c.api.0') as [Puppet, Puppet];
  a.self.subscribe('c.api', { queue: true });
  engine.crash('c.api.0');
  asker.ask('c.api', 'n', 1);
  engine.runFor(10);
  expect(asker.take()).toMatchObject([{ type: 'request.expired', body: { to: 'c.api', reason: 'refused' } }]);
  engine.powerOff('m-c.api.0');
  asker.ask('c.api', 'n', 1);
  engine.runFor(10);
  expect(asker.take()).toEqual([]);
});

test('what is sent to a subject that a queue serves goes to the queue', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const [asker, plain, queue, wild] = puppets(engine, 'c.asker', 'c.a', 'c.b', 'c.c') as [
    Puppet,
    Puppet,
    Puppet,
    Puppet,
  ];
  plain.self.subscribe('c.api');
  wild.self.subscribe('c.*');
  queue.self.subscribe('c.api', { queue: true });
  for (let i = 0; i < 20; i++) asker.send('c.api', 'n', i);
  engine.runFor(10);
  expect([plain, queue, wild].map((one) => one.received.length)).toEqual([0, 20, 0]);
  engine.crash('c.b');
  asker.send('c.api', 'n', 20);
  engine.crash('c.a');
  asker.send('c.api', 'n', 21);
  engine.runFor(10);
  // The first went to the plain subscriber, which died before it came.
  expect(wild.take()).toMatchObject([{ body: 21 }]);
});

test('what is published reaches every subscriber and one of each queue', () => {
  const engine = new Engine({ seed: 1, definitions: [] });
  const names = ['c.exact', 'c.wild', 'c.rest', 'c.q1', 'c.q2', 'c.other'];
  const [exact, wild, rest, q1, q2, other] = puppets(engine, ...names) as Puppet[];
  exact?.self.subscribe('news.sport.ball');
  wild?.self.subscribe('news.*.ball');
  rest?.self.subscribe('news.>');
  q1?.self.subscribe('news.sport.>', { queue: true });
  q2?.self.subscribe('news.sport.>', { queue: true });
  other?.self.subscribe('news.*');
  other?.publish('news.sport.ball', 'goal.shot', 1);
  engine.runFor(10);
  const counts = [exact, wild, rest, other].map((puppet) => puppet?.received.length);
  expect(counts).toEqual([1, 1, 1, 0]);
  expect((q1?.received.length ?? 0) + (q2?.received.length ?? 0)).toBe(1);
});

test('an index of patterns finds what matching them one by one finds', () => {
  const token = fc.constantFrom('a', 'b', 'c');
  const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join('.'));
  const pattern = fc
    .tuple(fc.array(fc.oneof(token, fc.constant('*')), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([tokens, isOpen]) => [...tokens, ...(isOpen ? ['>'] : [])].join('.'));
  fc.assert(
    fc.property(fc.uniqueArray(pattern, { maxLength: 8 }), subject, (patterns, published) => {
      const engine = new Engine({ seed: 1, definitions: [] });
      const readers = patterns.map((one, i) => {
        const reader = engine.puppet(`reader.${i}`);
        reader.self.subscribe(one);
        return reader;
      });
      engine.puppet('publisher').publish(published, 'news', undefined);
      engine.runFor(10);
      const reached = readers.map((reader) => reader.received.length === 1);
      expect(reached).toEqual(patterns.map((one) => matchesSubject(one, published)));
    }),
    { numRuns: 200 },
  );
});
