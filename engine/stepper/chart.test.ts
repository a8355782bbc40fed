import { describe, expect, test } from 'vitest';
import { assign, raise, setup } from 'xstate';
import { type ActorDefinition, defineActor, type Self } from '../../protocol/actor.ts';
import { actions, delays, guards } from '../../protocol/chart.ts';
import type { Cell, ChartMaker } from './chart.ts';
import { compiledChart } from './compiled-chart.ts';
import { xstateChart } from './xstate-chart.ts';

/** A cell whose actor remembers what was done. */
function actor(): Cell & { did: unknown[] } {
  const did: unknown[] = [];
  return {
    state: undefined,
    context: undefined,
    done: false,
    did,
    self: {
      memory: { queue: [] as string[] },
      log: (_level: string, message: string) => did.push(message),
    } as unknown as Self,
    schedule: (timer, delayMs, event) => did.push(['schedule', timer, delayMs, event.type]),
    cancel: (timer) => did.push(['cancel', timer]),
  };
}

interface Queue {
  queue: string[];
}

/** An actor that admits what comes, by its memory, and works on it until a time. */
const admission = defineActor<Queue, { limit: number }, { limit: number; taken: number }>({
  kind: 'admission',
  machine: setup({
    types: { context: {} as { limit: number; taken: number }, input: {} as { limit: number } },
    actions: {
      ...actions('look', 'start', 'finish', 'shout'),
      take: assign({ taken: ({ context }) => context.taken + 1 }),
    },
    guards: guards('isAdmitted'),
    delays: delays('workTime'),
  }).createMachine({
    id: 'admission',
    context: ({ input }) => ({ limit: input.limit, taken: 0 }),
    initial: 'idle',
    states: {
      idle: { on: { 'job.add': 'deciding', 'job.skip': {} } },
      deciding: { entry: 'look', always: [{ guard: 'isAdmitted', target: 'working', actions: 'take' }, 'idle'] },
      working: {
        entry: 'start',
        exit: 'finish',
        after: { workTime: 'idle' },
        on: { 'job.end': 'over', '*': { actions: 'shout' } },
      },
      over: { entry: raise({ type: 'never.heard' }), type: 'final' },
    },
  }),
  behaviour: {
    actions: {
      look: (self, event) => self.memory.queue.push(event.body),
      start: (self) => self.log('info', 'start'),
      finish: (self) => self.log('info', 'finish'),
      shout: (self, event) => self.log('info', event.type),
    },
    guards: { isAdmitted: (self, _event, _params, context) => self.memory.queue.length <= context.limit },
    delays: { workTime: (self) => self.memory.queue.length * 100 },
  },
  memory: () => ({ queue: [] }),
});

const makers: [string, ChartMaker][] = [
  ['compiled', compiledChart],
  ["XState's own", xstateChart],
];

describe.each(makers)('the %s chart', (_name, makeChart) => {
  test('makes the context of the input and enters the initial state', () => {
    const chart = makeChart(admission);
    const cell = actor();
    chart.start(cell, { limit: 1 });

    expect(chart.value(cell)).toBe('idle');
    expect(cell.context).toEqual({ limit: 1, taken: 0 });
    expect(cell.done).toBe(false);
  });

  test('shows guards and delays what an earlier action of the same step did to the memory', () => {
    const chart = makeChart(admission);
    const cell = actor();
    chart.start(cell, { limit: 1 });
    chart.step(cell, { type: 'job.add', body: 'first' });

    expect(chart.value(cell)).toBe('working');
    expect(cell.did).toEqual([
      'start',
      ['schedule', 'xstate.after.workTime.admission.working', 100, 'xstate.after.workTime.admission.working'],
    ]);
    expect(cell.context).toEqual({ limit: 1, taken: 1 });
  });

  test('gives up the timer when its state is left', () => {
    const chart = makeChart(admission);
    const cell = actor();
    chart.start(cell, { limit: 1 });
    chart.step(cell, { type: 'job.add', body: 'first' });
    cell.did.length = 0;
    chart.step(cell, { type: 'xstate.after.workTime.admission.working' });

    expect(chart.value(cell)).toBe('idle');
    expect(cell.did).toEqual(['finish', ['cancel', 'xstate.after.workTime.admission.working']]);
  });

  test('tells an event nothing answers from one that is answered by doing nothing', () => {
    const chart = makeChart(admission);
    const cell = actor();
    chart.start(cell, { limit: 1 });

    expect(chart.step(cell, { type: 'never.heard' })).toBe(false);
    expect(chart.step(cell, { type: 'job.skip' })).toBe(true);
    expect(chart.value(cell)).toBe('idle');
  });

  test('is done in a top-level final state, and then takes no more events', () => {
    const chart = makeChart(admission);
    const cell = actor();
    chart.start(cell, { limit: 1 });
    chart.step(cell, { type: 'job.add', body: 'first' });
    chart.step(cell, { type: 'job.end' });

    expect(cell.done).toBe(true);
    expect(chart.value(cell)).toBe('over');
    expect(chart.step(cell, { type: 'job.add', body: 'second' })).toBe(false);
  });

  test('goes on from where a saved actor stood, without entering the state again', () => {
    const chart = makeChart(admission);
    const saved = actor();
    chart.start(saved, { limit: 1 });
    chart.step(saved, { type: 'job.add', body: 'first' });
    const restored = { ...actor(), context: saved.context };
    chart.restore(restored, structuredClone(chart.value(saved)));

    expect(restored.did).toEqual([]);
    chart.step(restored, { type: 'anything.else' });
    chart.step(restored, { type: 'job.end' });
    expect(restored.did.slice(0, 2)).toEqual(['anything.else', 'finish']);
    expect(restored.done).toBe(true);
    expect(restored.context).toEqual({ limit: 1, taken: 1 });
  });

  test('refuses to stand in a state the chart does not have', () => {
    const chart = makeChart(admission);
    expect(() => chart.restore(actor(), 'elsewhere')).toThrow(/elsewhere.*admission/s);
  });

  test('stops a step that would never end, naming the kind and the states it goes round in', () => {
    const machine = setup({}).createMachine({
      initial: 'ping',
      states: { ping: { on: { go: 'pong' } }, pong: { always: 'pang' }, pang: { always: 'pong' } },
    });
    const chart = makeChart({ kind: 'ball', machine, behaviour: {}, memory: () => ({}) });
    const cell = actor();
    chart.start(cell, undefined);

    expect(() => chart.step(cell, { type: 'go' })).toThrow(/"ball" does not come to rest.*"pong" -> "pang" -> "pong"/);
  });

  test('can step another actor while it steps one, as a host does that starts a child at once', () => {
    const chart = makeChart(chainOf((self) => self.stop('other')));
    const other = actor();
    chart.start(other, undefined);
    const cell = actor();
    Object.assign(cell.self, { stop: () => chart.step(other, { type: 'go' }) });
    Object.assign(other.self, { stop: () => {} });
    chart.start(cell, undefined);
    chart.step(cell, { type: 'go' });

    expect(chart.value(cell)).toBe('end');
    expect(chart.value(other)).toBe('end');
  });

  test('names a delay that gives no number', () => {
    const { machine } = admission;
    const behaviour = { ...admission.behaviour, delays: { workTime: () => undefined as unknown as number } };
    const chart = makeChart({ ...admission, machine, behaviour });
    const cell = actor();
    chart.start(cell, { limit: 1 });

    expect(() => chart.step(cell, { type: 'job.add', body: 'first' })).toThrow(
      /delay "workTime" of "admission" gave undefined/,
    );
  });
});

/** An actor that raises its way to the end, doing something in between. */
function chainOf(act: (self: Self) => void): ActorDefinition {
  const machine = setup({ actions: actions('act') }).createMachine({
    initial: 'start',
    states: {
      start: { on: { go: { target: 'middle', actions: [raise({ type: 'on' }), 'act', raise({ type: 'further' })] } } },
      middle: { on: { on: 'later' } },
      later: { on: { further: 'end' } },
      end: {},
    },
  });
  return defineActor({ kind: 'chain', machine, behaviour: { actions: { act } }, memory: () => ({}) });
}
