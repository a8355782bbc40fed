/** Handwritten charts, each around one feature of the subset, for the conformance suite. */

import { type AnyStateMachine, and, assign, cancel, not, or, raise, setup, stateIn } from 'xstate';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import { observe } from './trial.ts';

interface Given {
  context: { n: number };
  event: { type: string };
}

const setUp = {
  actions: {
    ...actions('enter', 'leave', 'pass', 'note'),
    count: assign({ n: ({ context }: Given) => context.n + 1 }),
    add: assign(({ context }: Given, params: { by: number }) => ({ n: context.n + params.by })),
    inline: ({ context, event }: Given, params: unknown) => observe('inline', context.n, event.type, params),
  },
  guards: {
    ...guards('coin', 'isFit'),
    isOdd: ({ context }: Given) => context.n % 2 === 1,
    isOddAndCoin: and(['isOdd', 'coin'] as never),
    isOver: ({ context }: Given, params: { limit: number }) => context.n > params.limit,
    alias: 'isOdd',
  },
  delays: { ...delays('soon'), later: 500, byContext: ({ context }: Given) => 10 * context.n },
};

function chart(config: object): AnyStateMachine {
  return setup(setUp as never).createMachine({
    id: 'm',
    context: { n: 0 },
    ...config,
  } as never) as unknown as AnyStateMachine;
}

const noted = { entry: { type: 'enter' }, exit: { type: 'leave' } };

/** The charts by what each is about. */
export const sampleCharts: Record<string, AnyStateMachine> = {
  'a chart without states': chart({
    on: { a: { actions: 'count' }, b: { guard: 'coin', reenter: true } },
    entry: 'enter',
  }),

  'states within states, left and entered on all levels': chart({
    ...noted,
    initial: 'p',
    on: { home: '.p', deep: '#m.q.r.t' },
    states: {
      p: { ...noted, on: { go: 'q' } },
      q: {
        ...noted,
        initial: 'r',
        on: { self: 'q', again: { target: 'q', reenter: true }, inner: '.r', back: { target: '.r', reenter: true } },
        states: {
          r: {
            ...noted,
            initial: 's',
            states: { s: { ...noted, on: { next: 't' } }, t: { ...noted, on: { up: '#m.q' } } },
          },
          u: noted,
        },
      },
    },
  }),

  'the root as a target, and re-entered': chart({
    ...noted,
    initial: 'p',
    on: { root: '#m', fresh: { target: '#m', reenter: true }, still: { reenter: true, actions: 'pass' } },
    states: { p: { ...noted, on: { go: 'q', top: '#m', anew: { target: '#m', reenter: true } } }, q: noted },
  }),

  'regions, jumps between and out of them': chart({
    ...noted,
    type: 'parallel',
    on: { both: ['.p.b', '.q.b'], one: '.p.b', all: { target: ['.p.b', '.r.x.b'], reenter: true, actions: 'pass' } },
    states: {
      p: {
        ...noted,
        initial: 'a',
        states: { a: { ...noted, on: { go: 'b' } }, b: { ...noted, on: { go: 'a', over: '#m.q.b' } } },
      },
      q: {
        ...noted,
        initial: 'a',
        on: { go: '.b', self: 'q' },
        states: { a: noted, b: { ...noted, on: { go: { guard: 'coin' } } } },
      },
      r: {
        ...noted,
        type: 'parallel',
        on: { go: { actions: 'pass' }, self: { target: 'r', reenter: true } },
        states: {
          x: { ...noted, initial: 'a', states: { a: { on: { x: 'b' } }, b: { ...noted, on: { over: '#m.p.b' } } } },
          y: noted,
        },
      },
    },
  }),

  'guards of every form': chart({
    initial: 'p',
    states: {
      p: {
        on: {
          named: { guard: 'coin', target: 'q' },
          inline: { guard: ({ context }: Given) => context.n > 2, target: 'q' },
          params: [{ guard: { type: 'isFit', params: { size: 3 } }, target: 'q' }, { actions: 'count' }],
          dynamic: {
            guard: { type: 'isOver', params: ({ context }: Given) => ({ limit: 3 - context.n }) },
            target: 'q',
          },
          and: { guard: and(['coin', not('isFit' as never)] as never), target: 'q' },
          or: { guard: or(['coin', { type: 'isOver', params: { limit: 4 } }] as never), target: 'q' },
          declared: { guard: 'isOddAndCoin', target: 'q' },
          alias: { guard: 'alias', target: 'q' },
        },
      },
      q: {
        entry: 'count',
        on: { back: 'p', inside: { guard: stateIn('#m.q'), target: 'p' }, outside: { guard: stateIn('p') } },
      },
    },
  }),

  'always: choices, chains, and what changes nothing': chart({
    initial: 'choice',
    states: {
      choice: {
        entry: 'pass',
        always: [{ guard: 'coin', target: 'left' }, { guard: 'isFit', target: 'right' }, 'stay'],
      },
      left: { always: { guard: 'isOdd', target: 'stay' }, entry: 'count', on: { go: 'choice' } },
      right: { always: { guard: 'coin', actions: 'pass' }, on: { go: 'choice', hear: { actions: 'note' } } },
      stay: { always: { guard: 'isOdd', actions: 'count' }, on: { go: 'choice' } },
    },
  }),

  'always in several regions, asked in the order their leaves were entered': chart({
    type: 'parallel',
    always: { guard: 'isOddAndCoin', actions: 'count' },
    states: {
      p: {
        initial: 'a',
        states: {
          a: { always: { guard: 'coin', target: 'b', actions: 'pass' } },
          b: { on: { p: 'a' }, always: { guard: 'coin', target: 'a' } },
        },
      },
      q: {
        initial: 'a',
        always: { guard: 'isFit', target: '.a' },
        states: { a: { always: { guard: 'coin', target: 'b' } }, b: { on: { q: 'a' } } },
      },
    },
  }),

  'raised events, taken in order before the next from outside': chart({
    initial: 'p',
    states: {
      p: { on: { go: { target: 'q', actions: [raise({ type: 'one' }), raise({ type: 'two' }), 'pass'] } } },
      q: {
        entry: raise(({ context }: Given) => ({ type: context.n % 2 === 0 ? 'three' : 'four' }) as never),
        on: { one: { actions: ['count', raise({ type: 'five' })] }, two: 'r', three: { actions: 'note' } },
      },
      r: { on: { three: { actions: 'note' }, four: 'p', five: 'p' } },
    },
  }),

  'timers: after, delayed raise, cancel': chart({
    initial: 'p',
    on: { stop: { actions: cancel('ring') }, stopAll: { actions: cancel((() => 'ring') as never) } },
    states: {
      p: { after: { soon: 'q', 2000: { target: 'p', reenter: true, actions: 'count' } }, exit: 'leave' },
      q: {
        entry: raise({ type: 'ring' }, { id: 'ring', delay: 'byContext' } as never),
        after: { later: [{ guard: 'coin', target: 'p' }, { actions: 'count' }] },
        on: {
          ring: {
            actions: raise({ type: 'ring' }, { id: 'ring', delay: (({ context }: Given) => context.n) as never }),
          },
        },
      },
    },
  }),

  'wildcards, the exact before the longer before the shorter': chart({
    initial: 'p',
    on: { '*': { actions: { type: 'note', params: 'root' } } },
    states: {
      p: {
        on: {
          '*': { guard: 'coin', target: 'q' },
          'pod.*': { guard: 'coin', actions: 'count' },
          'pod.status.*': { guard: 'coin', target: 'q' },
          'pod.status.changed': { guard: 'coin', actions: { type: 'note', params: 'exact' } },
        },
      },
      q: { on: { 'pod.*': 'p', 'pod.silent': undefined, other: {} } },
    },
  }),

  'final states, their output, and the end': chart({
    type: 'parallel',
    output: ({ context }: Given) => context.n,
    onDone: { actions: 'note' },
    states: {
      p: {
        initial: 'a',
        onDone: { actions: 'inline' },
        states: {
          a: { on: { p: 'b', end: 'c' }, exit: 'leave' },
          b: {
            initial: 'x',
            onDone: 'c',
            states: { x: { on: { x: 'y' } }, y: { type: 'final', output: ({ event }: Given) => event.type } },
          },
          c: { ...noted, type: 'final', output: { is: 'static' } },
        },
      },
      q: {
        type: 'parallel',
        onDone: { actions: ['count', 'note'] },
        exit: 'leave',
        states: {
          a: { initial: 'x', states: { x: { on: { q: 'y', end: 'y' } }, y: { type: 'final' } } },
          b: { type: 'final' },
        },
      },
    },
  }),

  'assign and params of every form': chart({
    context: ({ input }: { input: unknown }) => ({ n: 0, input }),
    initial: 'p',
    states: {
      p: {
        on: {
          object: { actions: [assign({ n: ({ context }: Given) => context.n + 1, last: 'static' } as never), 'note'] },
          function: { actions: assign(({ event }: Given) => ({ last: event.type }) as never) },
          params: {
            actions: [
              { type: 'add', params: { by: 2 } },
              { type: 'note', params: { size: 1 } },
            ],
          },
          dynamic: {
            actions: { type: 'add', params: ({ context, event }: Given) => ({ by: context.n + event.type.length }) },
          },
          inline: { actions: [{ type: 'inline', params: ({ context }: Given) => context.n }, 'count', 'inline'] },
        },
      },
    },
  }),

  'actions of initial transitions': chart({
    initial: { target: 'p', actions: 'pass' },
    states: {
      p: { on: { go: 'q', deep: '#m.q.b', far: '#m.r.y.b' } },
      q: {
        initial: { target: 'a', actions: 'count' },
        entry: 'enter',
        on: { up: 'p', self: '.a' },
        states: { a: noted, b: noted },
      },
      r: {
        type: 'parallel',
        on: { up: 'p' },
        states: {
          x: { initial: { target: 'a', actions: 'count' }, states: { a: noted } },
          y: { initial: { target: 'a', actions: 'pass' }, states: { a: noted, b: noted } },
        },
      },
    },
  }),
};
