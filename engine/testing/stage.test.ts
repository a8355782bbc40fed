/** The stage, as tests of components use it. */

import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { type Action, defineActor, type Self } from '../../protocol/actor.ts';
import { actions } from '../../protocol/chart.ts';
import type { Message } from '../../protocol/message.ts';
import { stage } from './stage.ts';

interface Memory {
  answers: unknown[];
}

const asks: Action<Memory, unknown> = (self, event) => {
  self.request('c.oracle', 'oracle.ask', { about: event.body }, { deadlineMs: 1000, note: 'why' });
};

/** Asks an oracle whatever it is told, and remembers the answers. */
const asker = defineActor({
  kind: 'asker',
  machine: setup({ actions: { ...actions('asks', 'remembers', 'greets', 'spawns') } }).createMachine({
    initial: 'idle',
    entry: 'greets',
    states: {
      idle: { on: { 'asker.wonder': { target: 'waiting', actions: 'asks' }, 'asker.bear': { actions: 'spawns' } } },
      waiting: {
        on: {
          'oracle.answered': { target: 'idle', actions: 'remembers' },
          'request.expired': { target: 'idle', actions: 'remembers' },
        },
        after: { 500: { actions: 'greets' } },
      },
    },
  }),
  behaviour: {
    actions: {
      asks,
      remembers: (self: Self<Memory>, event: Message) => self.memory.answers.push([event.type, event.body, event.note]),
      greets: (self: Self<Memory>) => self.send('c.world', 'world.greeted', { at: self.now() }),
      spawns: (self: Self<Memory>) => self.spawn('c.asker.child', 'child', { size: 3 }),
    },
  },
  memory: (): Memory => ({ answers: [] }),
});

test('what an actor sends to anybody is seen, in order, and answered in their name', () => {
  const s = stage(asker, { input: undefined });
  expect(s.takeOne('world.greeted')).toMatchObject({ from: 'c.asker', to: 'c.world', body: { at: s.now } });
  s.send('asker.wonder', 'life');
  expect(s.state).toBe('waiting');
  s.answer(s.takeOne('oracle.ask'), 'oracle.answered', 42);
  expect(s.memory.answers).toEqual([['oracle.answered', 42, 'why']]);
  expect(s.state).toBe('idle');
});

test('a request that nobody answers expires when its time is over', () => {
  const s = stage(asker, { input: undefined });
  s.send('asker.wonder', 'life');
  s.advance(999);
  expect(s.state).toBe('waiting');
  expect(s.take().map((message) => message.type)).toEqual(['world.greeted', 'oracle.ask', 'world.greeted']);
  s.advance(1);
  expect(s.memory.answers).toEqual([
    ['request.expired', { to: 'c.oracle', type: 'oracle.ask', reason: 'deadline' }, 'why'],
  ]);
});

test('a kind that is not defined is played by a puppet', () => {
  const s = stage(asker, { input: undefined });
  s.send('asker.bear', undefined);
  expect(s.spawned).toEqual([{ address: 'c.asker.child', kind: 'child', input: { size: 3 }, isDetached: false }]);
  expect(s.self.isAlive('c.asker.child')).toBe(true);
  s.send('asker.wonder', 'life', { from: 'c.asker.child' });
  expect(s.state).toBe('waiting');
});

test('an actor that changes what it was sent fails with everything needed to find out why', () => {
  const s = stage(
    defineActor({
      kind: 'vandal',
      machine: setup({ actions: actions('breaks') }).createMachine({ on: { '*': { actions: 'breaks' } } }),
      behaviour: {
        actions: {
          breaks: (_self: Self, event: Message<string, { list: number[] }>) => {
            event.body.list.push(4);
          },
        },
      },
      memory: () => undefined,
    }),
    { input: undefined, seed: 7 },
  );
  expect(() => s.send('vandal.see', { list: [1] })).toThrow(/vandal c\.vandal failed: TypeError.*seed 7.*vandal\.see/s);
});
