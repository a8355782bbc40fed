import { expect, test } from 'vitest';
import { assign, createMachine, emit, enqueueActions, raise, sendTo, setup, spawnChild } from 'xstate';
import { actions } from '../../protocol/chart.ts';
import { compiledChart } from './compiled-chart.ts';
import { xstateChart } from './xstate-chart.ts';

const child = createMachine({});

/** Charts outside the subset, and the words their refusal must hold. */
const refused: Record<string, [object, RegExp]> = {
  invoke: [{ invoke: { src: child } }, /state "m\.p": "invoke".*self\.spawn/],
  spawnChild: [{ entry: spawnChild(child) }, /state "m\.p": "spawnChild".*self\.spawn/],
  sendTo: [{ on: { a: { actions: sendTo('b', { type: 'c' }) } } }, /"sendTo".*self\.send/],
  emit: [{ exit: emit({ type: 'a' }) }, /"emit".*self\.publish/],
  enqueueActions: [{ entry: enqueueActions(() => {}) }, /"enqueueActions".*self\.raise/],
  'a history state': [{ initial: 'h', states: { h: { type: 'history' } } }, /state "m\.p\.h": history/],
  'a name declared nowhere': [{ entry: 'nowhere', always: { guard: 'never' } }, /action "nowhere".*\n.*guard "never"/],
  'a delay declared nowhere': [{ after: { sometime: 'p' } }, /delay "sometime".*setup\(\{ delays/],
  'a delayed raise without id': [{ entry: raise({ type: 'a' }, { delay: 5 }) }, /give it \{ id \} or use "after"/],
  'an async action': [{ entry: async () => {} }, /"entry" is async.*self\.request/],
  'an async assign': [{ entry: assign({ a: async () => 1 }) }, /"assign" is async/],
  'an async guard': [{ always: { guard: async () => true, actions: 'known' } }, /a promise always passes/],
  'a wildcard in the middle': [{ on: { 'pod.*.changed': {} } }, /"pod\.\*\.changed" is no wildcard/],
  'two states of one id': [{ id: 'm' }, /two states have the id "m"/],
  'a parallel state without regions': [{ type: 'parallel', states: {} }, /needs regions/],
};

test.each(Object.entries(refused))('a chart with %s is refused when it is made', (_feature, [state, words]) => {
  const machine = setup({ actions: actions('known') }).createMachine({
    id: 'm',
    initial: 'p',
    states: { p: state },
  } as never);
  const definition = { kind: 'odd', machine, behaviour: { actions: { known: () => {} } }, memory: () => ({}) } as never;

  expect(() => compiledChart(definition)).toThrow(words);
  expect(() => xstateChart(definition)).toThrow(/^the chart of "odd" cannot be stepped:/);
});

test('an async behaviour is refused, and named', () => {
  const machine = setup({ actions: actions('ask') }).createMachine({ entry: 'ask' });
  const definition = { kind: 'odd', machine, behaviour: { actions: { ask: async () => {} } }, memory: () => ({}) };

  expect(() => compiledChart(definition)).toThrow(/actions\.ask is async/);
});
