/** Snapshots: an actor as plain data, and put back as if nothing had been. */

import { expect, test } from 'vitest';
import type { Message } from '../../protocol/message.ts';
import { Engine } from '../engine.ts';
import { type Deed, type DoerMemory, doer } from '../testing/actors.ts';

function world() {
  const engine = new Engine({ seed: 1, definitions: [doer] });
  engine.spawn('c.doer', 'doer', undefined, { machine: 'm1' });
  const friend = engine.puppet('c.friend', undefined, { machine: 'm2' });
  const tell = (...deeds: Deed[]): void => {
    engine.inject('c.doer', 'do', deeds);
    engine.runFor(5);
  };
  const memory = (): DoerMemory => engine.inspect('c.doer')?.memory as DoerMemory;
  return { engine, friend, tell, memory };
}

test('an actor put back has its state, memory, random stream and waits again', () => {
  const { engine, friend, tell, memory } = world();
  tell(
    { do: 'draw' },
    { do: 'request', to: 'c.friend', type: 'a', options: { note: 'n', deadlineMs: 3000, retries: 1, retryMs: 2000 } },
  );
  engine.inject('c.doer', 'tick', undefined);
  engine.runFor(5);
  const taken = JSON.parse(JSON.stringify(engine.snapshot('c.doer')));
  expect(taken).toMatchObject({
    address: 'c.doer',
    kind: 'doer',
    state: 'ticking',
    timers: [{}],
    requests: [{ note: 'n' }],
  });

  const goOn = (): unknown => {
    tell({ do: 'draw' });
    engine.runFor(5000);
    const { heard, drawn } = structuredClone(memory());
    return { heard, drawn, state: engine.inspect('c.doer')?.state, tries: friend.take('a').length };
  };
  const once = goOn();
  expect(once).toMatchObject({
    heard: [{ type: expect.stringContaining('after') }, { type: 'request.expired', note: 'n' }],
  });
  engine.restore(taken);
  expect(engine.inspect('c.doer')).toMatchObject({
    state: 'ticking',
    memory: { heard: [], drawn: [expect.any(Number)] },
  });
  const again = goOn() as { tries: number };
  // The first try went before the snapshot.
  expect(again).toEqual({ ...(once as object), tries: 1 });
});

test('a reader put back sees the gap that its absence made; a server put back goes on pushing', () => {
  const { engine, friend, tell, memory } = world();
  tell({ do: 'open', to: 'c.friend', type: 'log.watch' });
  const opening = friend.take()[0] as Message;
  friend.push(opening, 'log.line', 1);
  engine.runFor(5);
  const taken = engine.snapshot('c.doer');
  friend.push(opening, 'log.line', 2);
  engine.runFor(5);
  engine.restore(taken);
  friend.push(opening, 'log.line', 3);
  engine.runFor(5);
  expect(memory().heard.map(({ type }) => type)).toEqual(['log.line', 'stream.broken']);

  const reader = engine.puppet('c.reader');
  reader.open('c.doer', 'log.watch', undefined);
  engine.runFor(5);
  engine.restore(engine.snapshot('c.doer'));
  engine.doorOf('c.doer').push({ from: 'c.reader', stream: 1 }, 'log.line', 1);
  engine.runFor(3_600_000);
  expect(reader.take()).toMatchObject([{ type: 'log.line', place: 1 }]);
});

test('a member of a group put back is one member', () => {
  const { engine, friend, tell, memory } = world();
  tell({ do: 'subscribe', pattern: 'c.group', queue: true });
  engine.restore(engine.snapshot('c.doer'));
  friend.send('c.group', 'a', 1);
  engine.runFor(5);
  expect(memory().heard).toHaveLength(1);
});

test('children stay with the actor put back', () => {
  const { engine, tell, memory } = world();
  tell({ do: 'spawn', address: 'c.doer.child', kind: 'doer' });
  engine.restore(engine.snapshot('c.doer'));
  engine.inject('c.doer.child', 'do', { do: 'send', to: 'c.doer', type: 'a' });
  engine.runFor(0);
  expect(memory().heard).toHaveLength(1);
  engine.crash('c.doer.child');
  expect(engine.actors('c.doer.>')).toEqual([]);
});

test('an actor goes on in another engine, under ids it has not used', () => {
  const { engine, friend, tell } = world();
  tell({ do: 'send', to: 'c.friend', type: 'a' }, { do: 'draw' });
  const other = new Engine({ seed: 2, definitions: [doer] });
  other.restore(engine.snapshot('c.doer'));
  const there = other.puppet('c.friend');
  other.inject('c.doer', 'do', [{ do: 'send', to: 'c.friend', type: 'b' }]);
  other.runFor(5);
  expect(there.received[0]?.seq).toBe((friend.received[0]?.seq ?? 0) + 1);
  other.restart('c.doer');
  expect(other.inspect('c.doer')).toMatchObject({ incarnation: 2, memory: { heard: [], drawn: [] } });
});

test('a copy taken changes nothing and is not changed', () => {
  const { engine, tell } = world();
  const before = engine.fingerprint();
  const taken = engine.snapshot('c.doer');
  expect(engine.fingerprint()).toBe(before);
  tell({ do: 'draw' });
  expect(taken.memory).toEqual({ heard: [], drawn: [], read: [] });
  expect(() => engine.snapshot('c.nobody')).toThrow('nothing lives at c.nobody');
});
