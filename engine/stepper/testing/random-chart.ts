/** Random statecharts over the whole subset, for the conformance suite. */

import { type AnyStateMachine, and, assign, cancel, not, or, raise, setup, stateIn } from 'xstate';
import type { ActorDefinition, Self } from '../../../protocol/actor.ts';
import { actions, delays, guards } from '../../../protocol/chart.ts';
import type { Random } from '../../random.ts';
import { observe, streamOf } from './trial.ts';

interface Context {
  n: number;
  last: string;
}

interface Given {
  context: Context;
  event: { type: string };
}

/** A state being drawn: its tree first, what it does when all states are known. */
interface Sketch {
  readonly id: string;
  readonly key: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final';
  readonly parent: Sketch | undefined;
  readonly children: Sketch[];
}

const EVENTS = ['a', 'b', 'c', 'd.x', 'd.x.y', 'd.z'];
const RAISED = ['r.x', 'r.y', 'd.x.y'];
const DESCRIPTORS = [...EVENTS, ...EVENTS, 'r.x', 'r.y', '*', 'r.*', 'd.*', 'd.x.*'];
/** The share of guarded transitions where, without guards, a chart might never come to rest. */
const RESTLESS = 1;
const TIMERS = ['one', 'two'];
// Keys like integers come first in an object, wherever they are written.
const KEYS = ['p', 'q', '2', 'r', '1', 's'];

const behaviour: ActorDefinition['behaviour'] = {
  actions: {
    bump: (self: Self<{ n: number }>) => {
      self.memory.n += 1;
    },
    note: () => {},
  },
  guards: {
    coin: (self: Self) => self.random() < 0.5,
    rarely: (self: Self) => self.random() < 0.2,
    isBumped: (self: Self<{ n: number }>) => self.memory.n % 2 === 1,
    isOver: (_self, _event, params: { limit: number }, context: Context) => context.n > params.limit,
  },
  delays: { soon: () => 10, byContext: (_self, _event, context: Context) => 100 + context.n },
};

/** Draws a definition; a greater `size` gives more states. */
export function randomDefinition(seed: string, size: number): ActorDefinition {
  const random = streamOf(seed);
  return {
    kind: `random ${seed}`,
    machine: new Draftsman(random, size).machine(),
    behaviour,
    memory: () => ({ n: 0 }),
  };
}

class Draftsman {
  readonly #random: Random;
  #statesLeft: number;
  readonly #states: Sketch[] = [];

  constructor(random: Random, size: number) {
    this.#random = random;
    this.#statesLeft = size;
  }

  machine(): AnyStateMachine {
    const root = this.#sketch('m', undefined, 0);
    const config = this.#config(root);
    const inPart = this.#one(this.#states);
    return setup({
      actions: {
        ...actions('bump', 'note'),
        count: assign({ n: ({ context }: Given) => context.n + 1 }),
        add: assign(({ context }: Given, params: { by: number }) => ({ n: context.n + (params?.by ?? 1) })),
        again: raise({ type: 'r.x' }),
        shout: (_given: unknown, params: unknown) => observe('shout', params),
      },
      guards: {
        ...guards('coin', 'rarely', 'isBumped', 'isOver'),
        isEven: ({ context }: Given) => context.n % 2 === 0,
        isBoth: and(['coin', 'isEven'] as never),
        isThere: stateIn(`#${inPart.id}`),
      },
      delays: { ...delays('soon', 'byContext'), later: 1000 },
    } as never).createMachine({
      id: 'm',
      context: this.#chance(0.8) ? ({ input }: { input: string }) => ({ n: 0, last: `${input}` }) : { n: 0, last: '' },
      ...config,
    } as never) as unknown as AnyStateMachine;
  }

  #sketch(key: string, parent: Sketch | undefined, depth: number): Sketch {
    this.#statesLeft -= 1;
    const type = this.#type(parent, depth);
    const sketch: Sketch = { id: parent === undefined ? key : `${parent.id}.${key}`, key, type, parent, children: [] };
    this.#states.push(sketch);
    if (type === 'compound' || type === 'parallel') {
      const count = type === 'compound' ? 2 + this.#random.below(3) : 1 + this.#random.below(3);
      const first = this.#random.below(KEYS.length);
      for (let i = 0; i < count; i += 1) {
        sketch.children.push(this.#sketch(KEYS[(first + i) % KEYS.length]!, sketch, depth + 1));
      }
    }
    return sketch;
  }

  #type(parent: Sketch | undefined, depth: number): Sketch['type'] {
    const isRoot = parent === undefined;
    if (!isRoot && (this.#statesLeft <= 0 || depth > 4 || this.#chance(0.55))) {
      return this.#chance(parent.type === 'compound' ? 0.15 : 0.03) ? 'final' : 'atomic';
    }
    return this.#chance(0.35) ? 'parallel' : 'compound';
  }

  #config(sketch: Sketch): Record<string, unknown> {
    const { type, children } = sketch;
    const config: Record<string, unknown> = { entry: this.#actions(), exit: this.#actions() };
    if (type === 'final') return { ...config, type, ...this.#output() };
    if (type === 'parallel') config.type = type;
    if (type === 'compound') config.initial = this.#initial(this.#firstOf(children).key);
    if (children.length > 0) {
      config.states = Object.fromEntries(children.map((child) => [child.key, this.#config(child)]));
      if (this.#chance(0.5)) config.onDone = this.#candidates(sketch, RESTLESS);
    }
    config.on = this.#table(sketch, DESCRIPTORS, 5);
    if (this.#chance(0.25)) config.after = this.#table(sketch, ['soon', 'byContext', 'later', '50'], 2);
    if (this.#chance(0.2)) config.always = this.#candidates(sketch, RESTLESS);
    return config;
  }

  #output(): Record<string, unknown> {
    if (this.#chance(0.5)) return {};
    return { output: this.#chance(0.5) ? { is: 'static' } : ({ context, event }: Given) => [context.n, event.type] };
  }

  /** A final state seldom is the first: such a chart is over at once, or again and again. */
  #firstOf(children: readonly Sketch[]): Sketch {
    const lasting = children.filter(({ type }) => type !== 'final');
    return this.#one(lasting.length === 0 || this.#chance(0.05) ? children : lasting);
  }

  #initial(key: string): unknown {
    return this.#chance(0.3) ? { target: key, actions: this.#actions() } : key;
  }

  #table(sketch: Sketch, descriptors: readonly string[], countMax: number): Record<string, unknown> {
    const count = this.#random.below(countMax + 1);
    const entries = Array.from({ length: count }, () => {
      const descriptor = this.#one(descriptors);
      const isRestless = descriptor.includes('*') || RAISED.includes(descriptor);
      return [descriptor, this.#candidates(sketch, isRestless ? RESTLESS : 0.4)];
    });
    return Object.fromEntries(entries);
  }

  #candidates(sketch: Sketch, guarded: number): unknown {
    if (guarded < RESTLESS && this.#chance(0.05)) return undefined;
    const count = 1 + this.#random.below(3);
    const candidates = Array.from({ length: count }, () => this.#transition(sketch, guarded));
    return count === 1 && this.#chance(0.5) ? candidates[0] : candidates;
  }

  #transition(sketch: Sketch, guarded: number): Record<string, unknown> {
    const transition: Record<string, unknown> = {};
    if (this.#chance(guarded)) transition.guard = guarded < RESTLESS ? this.#guard() : this.#restGuard();
    if (this.#chance(0.75)) transition.target = this.#target(sketch);
    if (this.#chance(0.3)) transition.reenter = this.#chance(0.9);
    if (this.#chance(0.6)) transition.actions = this.#actions();
    return transition;
  }

  #target(sketch: Sketch): unknown {
    const parallels = this.#states.filter(({ type, children }) => type === 'parallel' && children.length > 1);
    if (parallels.length > 0 && this.#chance(0.1)) {
      return this.#one(parallels).children.map((region) => `#${this.#one(this.#within(region)).id}`);
    }
    // Near ones more often: they make for longer walks than leaps across the chart do.
    const near = [...sketch.children, ...(sketch.parent?.children ?? []), sketch];
    const target = this.#chance(0.6) ? this.#one(near) : this.#one(this.#states);
    if (target.parent === sketch && this.#chance(0.5)) return `.${target.key}`;
    if (target.parent !== undefined && target.parent === sketch.parent && this.#chance(0.5)) return target.key;
    return `#${target.id}`;
  }

  #within(sketch: Sketch): Sketch[] {
    return this.#states.filter(({ id }) => id === sketch.id || id.startsWith(`${sketch.id}.`));
  }

  /** A guard that, asked again, turns false sooner or later. */
  #restGuard(): unknown {
    return this.#chance(0.5) ? 'rarely' : and(['rarely', this.#guard()] as never);
  }

  #guard(depth = 0): unknown {
    const state = this.#one(this.#states);
    const limit = this.#random.below(6);
    return this.#one<() => unknown>([
      () => 'coin',
      () => 'coin',
      () => 'rarely',
      () => 'isBumped',
      () => 'isEven',
      () => 'isBoth',
      () => 'isThere',
      () => ({ type: 'isOver', params: { limit } }),
      () => ({ type: 'isOver', params: ({ context }: Given) => ({ limit: context.n - limit + 3 }) }),
      () =>
        ({ context }: Given) =>
          context.n % 3 !== limit % 3,
      () =>
        ({ event }: Given) =>
          event.type.length % 2 === limit % 2,
      () => stateIn(this.#chance(0.5) ? `#${state.id}` : state.id.slice(2) || 'p'),
      () => (depth > 1 ? 'coin' : not(this.#guard(depth + 1) as never)),
      () => (depth > 1 ? 'coin' : or([this.#guard(depth + 1), this.#guard(depth + 1)] as never)),
      () => (depth > 1 ? 'coin' : and([this.#guard(depth + 1), this.#guard(depth + 1)] as never)),
    ])();
  }

  #actions(): unknown {
    const count = this.#chance(0.6) ? 0 : 1 + this.#random.below(3);
    const list = Array.from({ length: count }, () => this.#action());
    return count === 1 && this.#chance(0.5) ? list[0] : list;
  }

  #action(): unknown {
    const number = this.#random.below(10);
    const timer = this.#one(TIMERS);
    const type = this.#one(EVENTS);
    return this.#one<() => unknown>([
      () => 'bump',
      () => 'note',
      () => 'count',
      () => 'shout',
      () => ({ type: 'note', params: { number } }),
      () => ({ type: 'shout', params: ({ context, event }: Given) => [context.n, event.type] }),
      () => ({ type: 'note', params: ({ context }: Given) => ({ number: context.n + number }) }),
      () => ({ type: 'add', params: { by: number } }),
      () =>
        ({ context, event }: Given) =>
          observe('inline', number, context, event.type),
      () => assign({ n: ({ context }: Given) => (context.n * 7 + number) % 100, last: 'static' }),
      () => assign(({ context, event }: Given) => ({ n: context.n + 1, last: event.type })),
      () => 'again',
      () => raise({ type: this.#one(RAISED) }),
      () => raise((({ context }: Given) => ({ type: RAISED[context.n % RAISED.length] })) as never),
      () => raise({ type }, { id: timer, delay: number }),
      () => raise({ type }, { id: timer, delay: 'byContext' } as never),
      () =>
        raise((({ event }: Given) => ({ type, was: event.type })) as never, { id: timer, delay: (() => 7) as never }),
      () => cancel(timer),
      () => cancel((() => timer) as never),
    ])();
  }

  #chance(share: number): boolean {
    return this.#random.unit() < share;
  }

  #one<Item>(items: readonly Item[]): Item {
    return items[this.#random.below(items.length)]!;
  }
}
