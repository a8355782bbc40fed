/** Failures: an exception stops the run, or crashes its process, and never in silence. */

import { expect, test } from 'vitest';
import { setup } from 'xstate';
import { defineActor, type Self } from '../../protocol/actor.ts';
import { actions } from '../../protocol/chart.ts';
import { Engine } from '../engine.ts';
import { type DoerMemory, doer } from '../testing/actors.ts';
import { LivelockError, RunFailure } from './failure.ts';

test('an exception stops the run with seed, time, actor, state, event, last messages and stack', () => {
  const engine = new Engine({ seed: 'unlucky', definitions: [doer] });
  engine.spawn('c.doer', 'doer', undefined);
  engine.inject('c.doer', 'do', { do: 'send', to: 'c.friend', type: 'help.wanted', body: { how: 'soon' } });
  engine.runFor(1500);
  engine.inject('c.doer', 'do', { do: 'fail', message: 'out of ideas' });
  let failure: unknown;
  try {
    engine.runFor(1000);
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(RunFailure);
  const { message } = failure as RunFailure;
  expect(message).toContain('doer c.doer failed: Error: out of ideas');
  expect(message).toContain('seed unlucky, virtual time 2026-01-01T00:00:01.500Z, life 1');
  expect(message).toContain('state "ready"');
  expect(message).toContain('event {"type":"do","body":{"do":"fail","message":"out of ideas"},"from":"outside"');
  expect(message).toContain('00:00:00.000 -> c.friend help.wanted (c.doer#1) {"how":"soon"}');
  expect(message).toContain('00:00:01.500 <- outside do (outside#2)');
  expect(message).toContain('testing/actors.ts');
  expect(engine.failures).toHaveLength(1);
  // A run that has failed does not go on.
  expect(() => engine.runFor(1)).toThrow('out of ideas');
});

test('on request a failure crashes only its process, visibly, and the rest goes on', () => {
  const logs: string[] = [];
  const engine = new Engine({
    seed: 1,
    definitions: [doer],
    onFailure: 'crash',
    recorder: { logged: (address, level, message) => logs.push(`${level} ${address}: ${message.split('\n')[0]}`) },
  });
  engine.spawn('c.parent', 'doer', undefined);
  engine.inject('c.parent', 'do', { do: 'spawn', address: 'c.child', kind: 'doer', options: { detached: true } });
  engine.runFor(1);
  engine.inject('c.child', 'do', { do: 'fail', message: 'ouch' });
  engine.runFor(1);
  expect((engine.doorOf('c.parent').memory as DoerMemory).heard).toEqual([
    {
      type: 'actor.ended',
      body: { address: 'c.child', kind: 'doer', reason: 'crashed', error: 'ouch' },
      note: undefined,
    },
  ]);
  expect(engine.actors('c.>')).toEqual(['c.parent']);
  expect(engine.failures).toMatchObject([{ address: 'c.child', kind: 'doer', state: 'ready' }]);
  expect(logs).toEqual(['error c.child: doer c.child failed: Error: ouch']);
});

test('a failure at the start of an actor is told as one', () => {
  const stillborn = defineActor({
    kind: 'stillborn',
    machine: setup({ actions: actions('fails') }).createMachine({ entry: 'fails' }),
    behaviour: {
      actions: {
        fails: () => {
          throw new Error('no');
        },
      },
    },
    memory: () => undefined,
  });
  const engine = new Engine({ seed: 1, definitions: [stillborn] });
  expect(() => engine.spawn('c.s', 'stillborn', { a: 1 })).toThrow(
    /stillborn c\.s failed: Error: no.*"input":\{"a":1\}/s,
  );
});

test('two actors that never let time pass are named', () => {
  const echo = defineActor({
    kind: 'echo',
    machine: setup({ actions: actions('echoes') }).createMachine({ on: { '*': { actions: 'echoes' } } }),
    behaviour: {
      actions: { echoes: (self: Self, event: { from: string }) => self.send(event.from, 'echo.heard', undefined) },
    },
    memory: () => undefined,
  });
  const still = { sameMachineMs: 0, sameZoneMs: 0, acrossZonesMs: 0, jitter: 0 };
  const engine = new Engine({ seed: 4, definitions: [echo], latency: still, eventsPerInstantMax: 5000 });
  engine.spawn('c.hill', 'echo', undefined);
  engine.spawn('c.dale', 'echo', undefined);
  engine.inject('c.hill', 'echo.heard', undefined, { from: 'c.dale' });
  expect(() => engine.runFor(1)).toThrow(LivelockError);
  expect(() => engine.runFor(1)).toThrow(
    /stands still at virtual time 2026-01-01T00:00:00.000Z \(seed 4\).*c\.(hill|dale) \(500\), c\.(hill|dale) \(500\)/,
  );
});

test('many inputs at one instant, each taken by itself, are no circle', () => {
  const engine = new Engine({ seed: 1, definitions: [doer], eventsPerInstantMax: 2000 });
  engine.spawn('c.doer', 'doer', undefined);
  for (let i = 0; i < 3000; i++) {
    engine.inject('c.doer', 'hello', i);
    engine.runFor(0);
  }
  expect((engine.doorOf('c.doer').memory as DoerMemory).heard).toHaveLength(3000);
});

test('an actor that raises events without end is stopped', () => {
  const restless = defineActor({
    kind: 'restless',
    machine: setup({ actions: actions('goesOn') }).createMachine({ on: { go: { actions: 'goesOn' } } }),
    behaviour: { actions: { goesOn: (self: Self) => self.raise({ type: 'go' }) } },
    memory: () => undefined,
  });
  const engine = new Engine({ seed: 1, definitions: [restless] });
  engine.spawn('c.r', 'restless', undefined);
  engine.inject('c.r', 'go', undefined);
  expect(() => engine.runFor(1)).toThrow('it raises events without end; the last is "go"');
});

test('frozen bodies name the actor that changes them', () => {
  const vandal = defineActor({
    kind: 'vandal',
    machine: setup({ actions: actions('breaks') }).createMachine({ on: { '*': { actions: 'breaks' } } }),
    behaviour: {
      actions: {
        breaks: (_self: Self, event: { body: { deep: { list: number[] } } }) => {
          event.body.deep.list.push(1);
        },
      },
    },
    memory: () => undefined,
  });
  const engine = new Engine({ seed: 1, definitions: [vandal], freeze: true });
  engine.spawn('c.v', 'vandal', undefined);
  engine.inject('c.v', 'see', { deep: { list: [] } });
  expect(() => engine.runFor(1)).toThrow('vandal c.v failed: TypeError');
});

test('a run whose recorder throws does not go on from half an event', () => {
  const engine = new Engine({ seed: 1, definitions: [doer] });
  engine.spawn('c.doer', 'doer', undefined);
  engine.record({
    delivered: () => {
      throw new Error('disk full');
    },
  });
  engine.inject('c.doer', 'hello', undefined);
  expect(() => engine.runFor(1)).toThrow('disk full');
  expect(() => engine.runFor(1)).toThrow('disk full');
});
