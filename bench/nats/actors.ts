/** Two actors on two hosts: one floods or asks, the other takes and answers. */

import { setup } from 'xstate';
import { defineActor, type Self } from '../../protocol/actor.ts';
import { actions } from '../../protocol/chart.ts';
import type { Message } from '../../protocol/message.ts';
import { credit, type Report, report, window } from './work.ts';

/** Tells the writer what to do. */
export type Begin = Message<'work.begin', { kind: 'flood' | 'ask'; to: string; count: number }>;
type Said = Message<'report.said', Report>;
type Credit = Message<'credit.given', undefined>;
type Ask = Message<'report.ask', Report>;
type Given = Message<'report.given', Report>;

/** What the writer is about. */
interface Work {
  to: string;
  count: number;
  sent: number;
  taken: number;
  begunMs: number;
  askedMs: number;
  times: number[];
}

type Me = Self<Work>;

/** Makes the one that sends; `onEnd` is told the seconds of a flood and the ms of each answer. */
export function writer(onEnd: (seconds: number, times: number[]) => void) {
  return defineActor<Work, undefined>({
    kind: 'writer',
    machine: setup({
      types: {} as { events: Begin | Credit | Given },
      actions: actions('begin', 'goOn', 'askAgain'),
    }).createMachine({
      initial: 'working',
      states: {
        working: {
          on: {
            'work.begin': { actions: 'begin' },
            'credit.given': { actions: 'goOn' },
            'report.given': { actions: 'askAgain' },
          },
        },
      },
    }),
    behaviour: {
      actions: {
        begin(self: Me, { body: { kind, to, count } }: Begin) {
          Object.assign(self.memory, { to, count, sent: 0, taken: 0, begunMs: performance.now(), times: [] });
          if (kind === 'flood') send(self, window);
          else ask(self);
        },
        goOn(self: Me) {
          const { memory } = self;
          memory.taken += credit;
          if (memory.taken >= memory.count) onEnd((performance.now() - memory.begunMs) / 1000, []);
          else send(self, credit);
        },
        askAgain(self: Me) {
          const { memory } = self;
          memory.times.push(performance.now() - memory.askedMs);
          if (memory.times.length < memory.count) ask(self);
          else onEnd((performance.now() - memory.begunMs) / 1000, memory.times);
        },
      },
    },
    memory: () => ({ to: '', count: 0, sent: 0, taken: 0, begunMs: 0, askedMs: 0, times: [] }),
  });
}

/** The one that takes and answers. */
export const reader = defineActor<{ taken: number }, undefined>({
  kind: 'reader',
  machine: setup({ types: {} as { events: Said | Ask }, actions: actions('take', 'answer') }).createMachine({
    initial: 'reading',
    states: { reading: { on: { 'report.said': { actions: 'take' }, 'report.ask': { actions: 'answer' } } } },
  }),
  behaviour: {
    actions: {
      take(self: Self<{ taken: number }>, { from }: Said) {
        if (++self.memory.taken % credit === 0) self.send<Credit>(from, 'credit.given', undefined);
      },
      answer: (self: Self<{ taken: number }>, question: Ask) => {
        self.reply<Given>(question, 'report.given', question.body);
      },
    },
  },
  memory: () => ({ taken: 0 }),
});

function send(self: Me, more: number): void {
  const { memory } = self;
  for (let i = 0; i < more && memory.sent < memory.count; i++) {
    self.send<Said>(memory.to, 'report.said', report(memory.sent++));
  }
}

function ask(self: Me): void {
  self.memory.askedMs = performance.now();
  self.request<Ask>(self.memory.to, 'report.ask', report(self.memory.times.length));
}
