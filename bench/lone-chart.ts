/** One chart of a realistic size, stepped by itself: what a transition costs, compiled and by XState. */

import { assign, setup } from 'xstate';
import type { Cell, ChartMaker } from '../engine/stepper/chart.ts';
import { defineActor, type Self } from '../protocol/actor.ts';
import { actions, guards } from '../protocol/chart.ts';

type ContainerEvent = { type: 'image.pulled' | 'process.started' | 'probe.passed' | 'probe.failed' | 'process.exited' };

const machine = setup({
  types: { context: {} as { restarts: number }, events: {} as ContainerEvent },
  actions: {
    ...actions('pull', 'start', 'report', 'note'),
    countRestart: assign({ restarts: ({ context }) => context.restarts + 1 }),
  },
  guards: guards('mayRestart'),
  delays: { backoff: ({ context }) => 10_000 * 2 ** Math.min(context.restarts, 5) },
}).createMachine({
  context: { restarts: 0 },
  initial: 'pulling',
  states: {
    pulling: { entry: 'pull', on: { 'image.pulled': 'starting' } },
    starting: { entry: 'start', on: { 'process.started': 'running' } },
    running: {
      entry: 'report',
      type: 'parallel',
      on: { 'process.exited': [{ guard: 'mayRestart', target: 'waiting', actions: 'countRestart' }, 'ended'] },
      states: {
        readiness: {
          initial: 'unready',
          states: {
            unready: { on: { 'probe.passed': { target: 'ready', actions: 'report' } } },
            ready: { on: { 'probe.failed': { target: 'unready', actions: 'report' } } },
          },
        },
        reset: { initial: 'young', states: { young: { after: { 600000: 'old' } }, old: { entry: 'note' } } },
      },
    },
    waiting: { entry: 'report', after: { backoff: 'starting' }, on: { 'image.pulled': 'starting' } },
    ended: { type: 'final' },
  },
});

const nothing = () => {};
const definition = defineActor<undefined, undefined>({
  kind: 'lone-container',
  machine,
  behaviour: {
    actions: { pull: nothing, start: nothing, report: nothing, note: nothing },
    guards: { mayRestart: () => true },
  },
  memory: () => undefined,
});

/** The life of a container that crashes: seven events, all of them answered but one. */
const life: readonly ContainerEvent[] = [
  { type: 'image.pulled' },
  { type: 'process.started' },
  { type: 'probe.passed' },
  { type: 'probe.failed' },
  { type: 'probe.failed' },
  { type: 'probe.passed' },
  { type: 'process.exited' },
];

/** Steps one actor so many times. */
export function stepLone(steps: number, makeChart: ChartMaker): void {
  const chart = makeChart(definition);
  const cell: Cell = {
    state: undefined,
    context: undefined,
    done: false,
    self: { memory: undefined } as Self,
    schedule: nothing,
    cancel: nothing,
  };
  chart.start(cell, undefined);
  for (let i = 0; i < steps; i++) chart.step(cell, life[i % life.length] as ContainerEvent);
}
