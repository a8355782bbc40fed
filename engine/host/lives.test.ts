/** Births and deaths: processes, their parts, their parents and their machines. */

import { expect, test } from 'vitest';
import { Engine } from '../engine.ts';
import { type Deed, type DoerMemory, doer } from '../testing/actors.ts';

function world() {
  const engine = new Engine({ seed: 1, definitions: [doer], freeze: true });
  engine.spawn('c.parent', 'doer', undefined, { machine: 'm' });
  const tell = (to: string, ...deeds: Deed[]): void => {
    engine.inject(to, 'do', deeds);
    engine.runFor(10);
  };
  const memory = (address: string): DoerMemory => engine.doorOf(address).memory as DoerMemory;
  const heard = (address: string): unknown[] =>
    memory(address).heard.map(({ type, body }) =>
      type === 'actor.ended' ? `${(body as { address: string }).address} ${(body as { reason: string }).reason}` : type,
    );
  return { engine, tell, heard, memory };
}

const attached: Deed = { do: 'spawn', address: 'c.parent.child', kind: 'doer' };
const detached: Deed = { do: 'spawn', address: 'c.free', kind: 'doer', options: { detached: true } };

test('a parent hears how its children end, unless it ended them itself', () => {
  const { engine, tell, heard } = world();
  tell('c.parent', attached, detached);
  engine.inject('c.parent.child', 'end', undefined);
  engine.runFor(10);
  engine.crash('c.free');
  engine.runFor(10);
  expect(heard('c.parent')).toEqual(['c.parent.child done', 'c.free crashed']);
  tell('c.parent', attached, detached);
  tell('c.parent', { do: 'stop', address: 'c.parent.child' }, { do: 'stop', address: 'c.free' });
  expect(heard('c.parent')).toHaveLength(2);
  expect(engine.actors('c.>')).toEqual(['c.parent']);
});

test('an actor is of the process of the root it is attached to, as long as it lives', () => {
  const { engine, tell } = world();
  tell('c.parent', attached, detached);
  const processes = ['c.parent', 'c.parent.child', 'c.free', 'c.nobody'].map((address) => engine.processOf(address));
  expect(processes).toEqual(['c.parent', 'c.parent', 'c.free', '']);
  engine.crash('c.parent');
  expect(engine.processOf('c.parent.child')).toBe('');
});

test('an actor can be looked at from its birth on, though it has no state before its first step', () => {
  const { engine, tell } = world();
  const seen: unknown[] = [];
  engine.record({
    spawned: ({ address }) => seen.push(engine.inspect(address)?.isAlive, engine.inspect(address)?.state),
  });
  tell('c.parent', attached);
  expect(seen).toEqual([true, undefined]);
  expect(engine.inspect('c.parent.child')?.state).toBe('ready');
});

test('what is said within a process arrives at the same instant, in order, whatever faults there are', () => {
  const { engine, tell, heard } = world();
  tell('c.parent', attached);
  engine.fault({ from: 'c.parent' }, 'drop');
  engine.inject(
    'c.parent',
    'do',
    ['a', 'b'].map((type) => ({ do: 'send', to: 'c.parent.child', type })),
  );
  engine.runFor(0);
  expect(heard('c.parent.child')).toEqual(['a', 'b']);
});

test('what is said to a process of its own takes time and can be lost', () => {
  const { engine, tell, heard } = world();
  tell('c.parent', detached);
  const send = { do: 'send', to: 'c.free', type: 'a' } as const;
  engine.inject('c.parent', 'do', [send]);
  engine.runFor(0);
  expect(heard('c.free')).toEqual([]);
  engine.runFor(1);
  expect(heard('c.free')).toEqual(['a']);
  engine.fault({ to: 'c.free', from: 'c.parent' }, 'drop');
  tell('c.parent', send);
  expect(heard('c.free')).toEqual(['a']);
});

test('a crash takes the whole process, wherever in it it begins, and nothing detached', () => {
  const { engine, tell } = world();
  tell('c.parent', attached, detached);
  tell('c.parent.child', { do: 'spawn', address: 'c.parent.child.child', kind: 'doer' });
  expect(engine.crash('c.parent.child.child')).toBe(true);
  expect(engine.actors('c.>')).toEqual(['c.free']);
  expect(engine.crash('c.parent')).toBe(false);
});

test('a restart is the next life: same kind and input, other memory, no timers of the old one', () => {
  const { engine, tell, heard } = world();
  engine.inject('c.parent', 'tick', undefined);
  engine.runFor(500);
  engine.restart('c.parent');
  engine.inject('c.parent', 'hello', undefined);
  engine.runFor(2000);
  expect(engine.statistics.timers).toBe(0);
  expect(engine.inspect('c.parent')).toMatchObject({ isAlive: true, incarnation: 2, kind: 'doer', timers: [] });
  expect(heard('c.parent')).toEqual(['hello']);
  tell('c.parent', attached);
  expect(() => engine.restart('c.parent.child')).toThrow("a part of c.parent's process");
  expect(() => engine.restart('c.nobody')).toThrow('nothing was ever spawned');
});

test('a detached child belongs to whoever lives at its parent’s address', () => {
  const { engine, tell, heard } = world();
  tell('c.parent', detached);
  engine.restart('c.parent');
  engine.runFor(1);
  expect(engine.doorOf('c.parent').isAlive('c.free')).toBe(true);
  tell('c.parent', { do: 'stop', address: 'c.free' });
  expect(engine.doorOf('c.parent').isAlive('c.free')).toBe(false);
  tell('c.parent', detached);
  engine.crash('c.free');
  engine.runFor(1);
  expect(heard('c.parent')).toEqual(['c.free crashed']);
});

test('an actor may end itself in the middle of a step; the step ends first', () => {
  const { engine, tell, heard } = world();
  const listener = engine.puppet('c.listener');
  tell('c.parent', attached);
  const last = { do: 'send', to: 'c.listener', type: 'last.said' } as const;
  tell('c.parent.child', { do: 'stop', address: 'c.parent.child' }, last);
  expect(listener.received).toHaveLength(1);
  expect(heard('c.parent')).toEqual(['c.parent.child stopped']);
});

test('an actor may stop only what it spawned, and spawn only where nothing lives', () => {
  const { engine } = world();
  engine.spawn('c.other', 'doer', undefined, { machine: 'm' });
  engine.inject('c.parent', 'do', { do: 'stop', address: 'c.other' });
  expect(() => engine.runFor(1)).toThrow('c.parent may stop only what it spawned, not c.other');
  const again = world();
  again.engine.inject('c.parent', 'do', [attached, attached]);
  expect(() => again.engine.runFor(1)).toThrow('an actor lives at c.parent.child already');
  expect(() => world().engine.spawn('c.x', 'unknown', undefined)).toThrow(
    'no actor of kind "unknown" is defined; there are: doer',
  );
});

test('a machine without power is dead in silence; with power again, what the host had started starts', () => {
  const { engine, tell, heard } = world();
  engine.spawn('c.ended', 'doer', undefined, { machine: 'm' });
  engine.stop('c.ended');
  engine.spawn('c.watcher', 'doer', undefined, { machine: 'other' });
  engine.spawn('c.crashed', 'doer', undefined, { machine: 'm' });
  engine.crash('c.crashed');
  tell('c.parent', attached, detached);
  tell('c.watcher', { do: 'request', to: 'c.parent', type: 'a', options: { deadlineMs: 100 } });
  engine.powerOff('m');
  engine.runFor(1000);
  expect(engine.actors('c.>')).toEqual(['c.watcher']);
  expect(heard('c.watcher')).toEqual(['request.expired']);
  expect(() => engine.spawn('c.new', 'doer', undefined, { machine: 'm' })).toThrow('m is off');
  engine.powerOn('m');
  expect(engine.actors('c.>')).toEqual(['c.crashed', 'c.parent', 'c.watcher']);
  expect(engine.inspect('c.parent')?.incarnation).toBe(2);
});

test('each life draws its own random numbers', () => {
  const { engine, tell, memory } = world();
  const drawn = (): number[] => memory('c.parent').drawn;
  tell('c.parent', { do: 'draw' }, { do: 'draw' });
  const first = drawn();
  engine.restart('c.parent');
  tell('c.parent', { do: 'draw' }, { do: 'draw' });
  expect(drawn()).toHaveLength(2);
  expect(drawn()).not.toEqual(first);
});

test('an actor can be crashed by whoever watches, before or within the very step', () => {
  for (const hook of ['delivered', 'sent'] as const) {
    const { engine, tell } = world();
    const listener = engine.puppet('c.listener');
    const strike = (message: { type: string }): void => {
      if (message.type === (hook === 'sent' ? 'first.said' : 'do')) engine.crash('c.parent');
    };
    engine.record({ [hook]: strike });
    const say = (type: string): Deed => ({ do: 'send', to: 'c.listener', type });
    tell('c.parent', say('first.said'), say('second.said'));
    expect(engine.actors('c.parent')).toEqual([]);
    expect(listener.received).toHaveLength(hook === 'sent' ? 2 : 0);
  }
});

test('a restart asked for within a step comes after it', () => {
  const { engine, tell } = world();
  engine.record({ sent: ({ type }) => type === 'a.said' && engine.restart('c.parent') });
  tell('c.parent', { do: 'send', to: 'c.nobody', type: 'a.said' });
  expect(engine.inspect('c.parent')).toMatchObject({ isAlive: true, incarnation: 2 });
});
