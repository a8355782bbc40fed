import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { guards } from '../../protocol/chart.ts';
import { unreachableStates } from './reachable.ts';

function unreachable(config: object): string[] {
  const machine = setup({ guards: guards('isFit') }).createMachine({ id: 'm', ...config } as never);
  const behaviour = { guards: { isFit: () => false } };
  return unreachableStates({ kind: 'any', machine, behaviour, memory: () => ({}) } as never);
}

test('a state that a guarded transition, a timer or an always leads to is reachable', () => {
  const states = {
    a: { on: { go: { guard: 'isFit', target: 'b' } } },
    b: { after: { 10: 'c' } },
    c: { always: 'd' },
    d: {},
  };
  expect(unreachable({ initial: 'a', states })).toEqual([]);
});

test('a state that nothing leads to is told, with what is within and behind it', () => {
  const states = { a: {}, b: { on: { go: 'c' }, initial: 'x', states: { x: {} } }, c: {} };
  expect(unreachable({ initial: 'a', states })).toEqual(['m.b', 'm.b.x', 'm.c']);
});

test('a region entered along with another is reachable', () => {
  const states = {
    a: { on: { go: '#m.b.x.q' } },
    b: { type: 'parallel', states: { x: { initial: 'p', states: { p: {}, q: {} } }, y: {} } },
  };
  expect(unreachable({ initial: 'a', states })).toEqual(['m.b.x.p']);
});

test('what follows when a state is done is reachable only if it can be done', () => {
  const work = (on: object) => ({ initial: 'a', onDone: 'rest', states: { a: { on }, b: { type: 'final' } } });
  expect(unreachable({ initial: 'work', states: { work: work({ go: 'b' }), rest: {} } })).toEqual([]);
  expect(unreachable({ initial: 'work', states: { work: work({}), rest: {} } })).toEqual(['m.work.b', 'm.rest']);
});

test('a transition that stands behind one without guard leads nowhere', () => {
  const states = { a: { on: { go: [{ actions: [] }, { target: 'b' }] } }, b: {} };
  expect(unreachable({ initial: 'a', states })).toEqual(['m.b']);
});
