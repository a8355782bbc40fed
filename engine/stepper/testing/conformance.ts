/** The conformance suite: steps a definition with both charts, side by side, and tells where they part. */

import { inspect, isDeepStrictEqual } from 'node:util';
import type { ActorDefinition, AnyEvent } from '../../../protocol/actor.ts';
import type { Random } from '../../random.ts';
import type { Chart } from '../chart.ts';
import { descriptorsOf } from '../compile.ts';
import { compiledChart } from '../compiled-chart.ts';
import { xstateChart } from '../xstate-chart.ts';
import { anything } from './anything.ts';
import { type Sight, streamOf, Trial, withStandIns, written } from './trial.ts';

/** How much is tried, and with what. */
export interface ConformanceOptions {
  /** How many runs, each a life (or several) of the actor; 20 unless told. */
  readonly seeds?: number;
  /** How many events a run takes; 100 unless told. */
  readonly steps?: number;
  /** Lets the definition's own behaviour run, which then may use no more of `self` than memory, context and random. */
  readonly own?: boolean;
  /** Sets these runs apart from others of the same definition. */
  readonly salt?: string;
}

/** What was tried, so that a test can demand that something was. */
export interface Conformance {
  steps: number;
  answered: number;
  /** Steps that threw, in both charts. */
  thrown: number;
  /** Lives that ended in a final state. */
  done: number;
  /** The state values that were seen, as JSON. */
  readonly places: Set<string>;
}

/**
 * Runs both charts on random events and compares them after each: state, context, what was done in which order and
 * with what, timers, whether it is done, and whether the event was answered.
 *
 * The behaviour is replaced by stand-ins (guards answer by chance, the same in both), bodies and input by `anything`.
 *
 * @throws Error at the first difference, with the chart, the seed and the events that lead there.
 */
export function assertConforms(definition: ActorDefinition, options: ConformanceOptions = {}): Conformance {
  const { seeds = 20, steps = 100, own = false, salt = '' } = options;
  const tried: Conformance = { steps: 0, answered: 0, thrown: 0, done: 0, places: new Set() };
  const observed = own ? written(definition) : withStandIns(definition);
  const charts = [xstateChart(observed), compiledChart(observed)] as const;
  const types = eventTypes(definition);
  for (let seed = 1; seed <= seeds; seed += 1) {
    const random = streamOf(`${salt} ${definition.kind} ${seed}`);
    for (let left = steps; left > 0; ) {
      const life = new Pair(definition, charts, `${salt} ${seed} ${left}`, tried);
      for (life.start(); left > 0 && life.isAlive; left -= 1) life.step(nextEvent(random, types, life.timers), random);
      // A life that ends as soon as it begins is one step, too.
      left -= 1;
    }
  }
  return tried;
}

/** The same actor twice, stepped by each chart. */
class Pair {
  isAlive = true;
  readonly #definition: ActorDefinition;
  readonly #reference: Trial;
  readonly #compiled: Trial;
  readonly #seed: string;
  readonly #tried: Conformance;
  readonly #events: string[] = [];

  constructor(definition: ActorDefinition, charts: readonly [Chart, Chart], seed: string, tried: Conformance) {
    this.#definition = definition;
    this.#seed = seed;
    this.#tried = tried;
    this.#reference = new Trial(charts[0], seed);
    this.#compiled = new Trial(charts[1], seed);
  }

  get timers(): ReadonlyMap<string, AnyEvent> {
    return this.#reference.timers;
  }

  start(): void {
    this.#both('start', (trial) => trial.start(anything));
  }

  step(event: AnyEvent, random: Random): void {
    this.#tried.steps += 1;
    const { answered } = this.#both(event.type, (trial) => trial.step(event));
    if (answered === true) this.#tried.answered += 1;
    if (this.isAlive && random.below(16) === 0) this.#both('(restored)', (trial) => trial.restore());
  }

  #both(what: string, act: (trial: Trial) => Sight): Sight {
    this.#events.push(what);
    const expected = act(this.#reference);
    const actual = act(this.#compiled);
    const difference = firstDifference(expected, actual);
    if (difference !== undefined) throw new Error(this.#story(difference, expected, actual));
    if (expected.error !== undefined) this.#tried.thrown += 1;
    if (expected.done) this.#tried.done += 1;
    if (expected.value !== undefined) this.#tried.places.add(JSON.stringify(expected.value));
    this.isAlive = expected.error === undefined && !expected.done;
    return expected;
  }

  #story(difference: string, expected: Sight, actual: Sight): string {
    const show = (sight: Sight) => inspect(sight, { depth: 8, breakLength: 120 });
    return [
      `the two charts of "${this.#definition.kind}" differ in ${difference} (seed "${this.#seed}")`,
      `after ${this.#events.join(', ')}`,
      `XState gives ${show(expected)}`,
      `compiled gives ${show(actual)}`,
      `the chart is ${showChart(this.#definition)}`,
    ].join('\n');
  }
}

function firstDifference(expected: Sight, actual: Sight): string | undefined {
  if (expected.error !== undefined && actual.error !== undefined) {
    // XState wraps what a guard throws, so its message may say more. Both stop an endless step, at about the same place.
    const isSame = expected.error.includes(actual.error) || isEndless(expected.error, actual.error);
    return isSame ? undefined : 'the error';
  }
  const parts = ['error', 'answered', 'value', 'context', 'done', 'deeds', 'timers'] as const;
  return parts.find((part) => !isDeepStrictEqual(expected[part], actual[part]));
}

function isEndless(...errors: string[]): boolean {
  return errors.every((error) => error.includes('does not come to rest'));
}

function nextEvent(random: Random, types: readonly string[], timers: ReadonlyMap<string, AnyEvent>): AnyEvent {
  const due = [...timers.values()];
  if (due.length > 0 && random.below(4) === 0) return due[random.below(due.length)];
  return { type: types[random.below(types.length)], body: anything };
}

/** The event types that matter to a chart: what it names, what its wildcards match, and what it never heard of. */
function eventTypes({ machine }: ActorDefinition): string[] {
  const types = descriptorsOf(machine.root).flatMap((descriptor) => {
    if (!descriptor.endsWith('*')) return [descriptor];
    const stem = descriptor.slice(0, -2);
    return stem === '' ? [] : [stem, `${stem}.some`, `${stem}.some.more`];
  });
  return [...new Set([...types, 'never.heard'])];
}

/** Writes a chart down as it was given, functions by their source. */
function showChart({ machine }: ActorDefinition): string {
  return JSON.stringify(
    machine.config,
    (_key, value: unknown) => {
      if (typeof value !== 'function') return value;
      const built = Object.entries(value).filter(([, part]) => part !== undefined && typeof part !== 'function');
      return built.length > 0 ? Object.fromEntries(built) : String(value);
    },
    1,
  );
}
