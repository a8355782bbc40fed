/** One chart stepping one actor, with everything it does written down. */

import type { ActorDefinition, AnyEvent, Behaviour, Self } from '../../../protocol/actor.ts';
import { isUnbound } from '../../../protocol/chart.ts';
import { lowHash } from '../../fingerprint/hash.ts';
import { type Random, seedOf, splitRandom } from '../../random.ts';
import type { Cell, Chart, StateValue } from '../chart.ts';
import { anything } from './anything.ts';

/** How many numbers a step may draw before chance says no to all: so no loop is guarded by luck alone for long. */
const DRAWS_MAX = 60;

/** Something a chart did, and what with. */
export type Deed = readonly unknown[];

/** What can be seen of an actor after a step. */
export interface Sight {
  readonly value: StateValue | undefined;
  readonly context: unknown;
  readonly done: boolean;
  /** What the chart said of the event; undefined where it threw. */
  readonly answered: boolean | undefined;
  /** What it did, in order. */
  readonly deeds: readonly Deed[];
  /** The timers that are set. */
  readonly timers: readonly string[];
  /** The message it threw, if it did. */
  readonly error: string | undefined;
}

/** The trial whose chart is stepping now; inline functions of test charts write down what they do through it. */
let stepping: Trial | undefined;

/** Writes down a deed of a function written in a chart itself. */
export function observe(...deed: unknown[]): void {
  stepping?.note(deed);
}

/** Makes a random stream of a text. */
export function streamOf(text: string): Random {
  return splitRandom(seedOf(text), lowHash(text), 0, 0);
}

/** An actor on trial. */
export class Trial {
  readonly chart: Chart;
  readonly cell: Cell;
  readonly timers = new Map<string, AnyEvent>();
  #deeds: Deed[] = [];
  #draws = 0;

  /** Two trials with the same `seed` draw the same numbers, as long as they draw in the same order. */
  constructor(chart: Chart, seed: string) {
    this.chart = chart;
    const random = streamOf(seed);
    const note = (...deed: unknown[]) => this.note(deed);
    const { timers } = this;
    const cell: Cell = {
      state: undefined,
      context: undefined,
      done: false,
      self: {
        memory: chart.definition.memory(anything),
        random: () => {
          this.#draws += 1;
          return this.#draws > DRAWS_MAX ? 1 : random.unit();
        },
        get context() {
          return cell.context;
        },
      } as unknown as Self,
      schedule(timer, delayMs, event) {
        note('schedule', timer, delayMs, event);
        timers.set(timer, event);
      },
      cancel(timer) {
        note('cancel', timer);
        timers.delete(timer);
      },
    };
    this.cell = cell;
  }

  note(deed: Deed): void {
    this.#deeds.push(deed);
  }

  start(input: unknown): Sight {
    return this.#see(() => {
      this.chart.start(this.cell, input);
      return true;
    });
  }

  step(event: AnyEvent): Sight {
    return this.#see(() => this.chart.step(this.cell, event));
  }

  /** Puts the actor back where it stands, as a host does that has saved it. */
  restore(): Sight {
    return this.#see(() => {
      this.chart.restore(this.cell, structuredClone(this.chart.value(this.cell)));
      return true;
    });
  }

  #see(act: () => boolean): Sight {
    this.#deeds = [];
    this.#draws = 0;
    stepping = this;
    let answered: boolean | undefined;
    let error: string | undefined;
    try {
      answered = act();
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    stepping = undefined;
    const { context, done } = this.cell;
    const deeds = this.#deeds;
    // After a throw the actor has crashed; where exactly it stood then is nobody's business.
    if (error !== undefined) return { value: undefined, context: undefined, done, answered, deeds, timers: [], error };
    return {
      value: this.chart.value(this.cell),
      context,
      done,
      answered,
      deeds,
      timers: [...this.timers.keys()],
      error,
    };
  }
}

/** Gives a definition whose behaviour also writes down each call: its name, params, context, and what it gave. */
export function written(definition: ActorDefinition): ActorDefinition {
  return { ...definition, behaviour: noted(definition.behaviour) };
}

/**
 * Gives a definition with stand-ins for its behaviour: actions do nothing, guards answer by chance, delays are constant.
 * All write down each call.
 */
export function withStandIns(definition: ActorDefinition): ActorDefinition {
  const { actions, guards, delays } = definition.machine.implementations;
  const behaviour = {
    actions: named(actions, () => () => {}),
    guards: named(guards, () => (self: Self) => self.random() < 0.5),
    delays: named(delays, (name) => () => 1 + (lowHash(name) & 0xfff)),
  };
  return { ...written({ ...definition, behaviour }), memory: () => ({}) };
}

function named<Call>(declared: Record<string, unknown>, make: (name: string) => Call): Record<string, Call> {
  const names = Object.keys(declared).filter((name) => isUnbound(declared[name]));
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

type Call = (self: Self, event: AnyEvent, ...rest: unknown[]) => unknown;

// biome-ignore lint/suspicious/noExplicitAny: wraps the behaviour of any kind.
type AnyBehaviour = Behaviour<any, any>;

function noted(behaviour: AnyBehaviour): AnyBehaviour {
  const part = (calls: Record<string, unknown> = {}) =>
    Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, noting(name, call as Call)]));
  return {
    actions: part(behaviour.actions),
    guards: part(behaviour.guards),
    delays: part(behaviour.delays),
  } as AnyBehaviour;
}

function noting(name: string, call: Call): Call {
  return (self, event, ...rest) => {
    const result = call(self, event, ...rest);
    // The context comes last; `self.context` must be the same one.
    observe(name, event.type, ...rest, result, self.context === rest.at(-1));
    return result;
  };
}
