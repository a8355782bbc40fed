/** Compiles a guard of a chart to a test. */

import { type AnyStateMachine, and, matchesState, not, or, stateIn } from 'xstate';
import type { ActorDefinition } from '../../protocol/actor.ts';
import { isUnbound } from '../../protocol/chart.ts';
import { compileParams, type Inline } from './action.ts';
import type { Place } from './place.ts';
import type { Test } from './table.ts';

/** A guard as a chart writes it. */
export type WrittenGuard = string | { type: string; params?: unknown } | Combined | Inline;

/** What `and`, `or`, `not` and `stateIn` of XState make. */
export interface Combined {
  (): void;
  readonly check: unknown;
  readonly guards?: readonly WrittenGuard[];
  readonly stateValue?: unknown;
}

/** Tells XState's guards apart; each kind has one `check` of its own. */
const checks = {
  and: (and([]) as unknown as Combined).check,
  or: (or([]) as unknown as Combined).check,
  not: (not('') as unknown as Combined).check,
  stateIn: (stateIn('') as unknown as Combined).check,
};

/** Tells whether a guard is made of others, or of a state. */
export function isCombined(guard: unknown): guard is Combined {
  return typeof guard === 'function' && 'check' in guard;
}

/** Finds what a guard's name stands for in the machine; an inline function stands for itself. */
export function guardImplementationOf(machine: AnyStateMachine, guard: WrittenGuard): unknown {
  if (typeof guard === 'function') return guard;
  return (machine.implementations.guards as Record<string, unknown>)[typeof guard === 'string' ? guard : guard.type];
}

/** Compiles a guard; the machine has passed `refuseOutsideSubset`. */
export function compileGuard(definition: ActorDefinition, guard: WrittenGuard): Test {
  const implementation = guardImplementationOf(definition.machine, guard);
  // A name given to another name or guard, as `setup({ guards: { isIdle: 'isEmpty' } })`.
  if (typeof implementation !== 'function') return compileGuard(definition, implementation as WrittenGuard);
  if (isCombined(implementation)) return compileCombined(definition, implementation);
  const params = compileParams(guard);
  if (isUnbound(implementation)) {
    const ask = definition.behaviour.guards![typeof guard === 'string' ? guard : (guard as { type: string }).type]!;
    return (cell, event) => ask(cell.self, event, params(cell, event), cell.context);
  }
  return (cell, event) => implementation({ context: cell.context, event }, params(cell, event));
}

function compileCombined(definition: ActorDefinition, guard: Combined): Test {
  if (guard.check === checks.stateIn) return compileStateIn(definition, guard.stateValue);
  const tests = guard.guards!.map((each) => compileGuard(definition, each));
  if (guard.check === checks.not) return (cell, event, place) => !tests[0]!(cell, event, place);
  // All must pass, or one: the answer is out at the first that says otherwise.
  const isAnd = guard.check === checks.and;
  return (cell, event, place) => {
    for (const test of tests) if (!test(cell, event, place) === isAnd) return !isAnd;
    return isAnd;
  };
}

function compileStateIn({ machine }: ActorDefinition, state: unknown): Test {
  const isIn = stateQuestion(machine, state);
  const known = new WeakMap<Place, boolean>();
  return (_cell, _event, place) => {
    let answer = known.get(place);
    if (answer === undefined) {
      answer = isIn(place);
      known.set(place, answer);
    }
    return answer;
  };
}

function stateQuestion(machine: AnyStateMachine, state: unknown): (place: Place) => boolean {
  if (typeof state === 'string' && state.startsWith('#')) {
    const { id } = machine.getStateNodeById(state);
    return (place) => [...place.nodes].some((node) => node.id === id);
  }
  return (place) => matchesState(state as never, place.value);
}
