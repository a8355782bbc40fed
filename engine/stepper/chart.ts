/** The one interface behind which a statechart is stepped, by XState's own interpreter or by compiled tables. */

import type { ActorDefinition, AnyEvent, Self } from '../../protocol/actor.ts';

/** A statechart's state, as XState writes it: `'idle'`, `{ leading: 'renewing' }`, `{ sync: 'idle', lease: 'due' }`. */
export type StateValue = string | { [state: string]: StateValue };

/** One actor as a chart sees it: where it stands, and who acts and keeps time for it. */
export interface Cell {
  /** Where it stands, in the stepper's own form; only the chart that wrote it reads it. */
  state: unknown;
  context: unknown;
  /** True once a top-level final state is reached; the actor takes no more events. */
  done: boolean;
  /** Given to actions, guards and delays. */
  readonly self: Self;
  /** Asks for `event` after `delayMs`, under a name that replaces an earlier timer of that name. */
  schedule(timer: string, delayMs: number, event: AnyEvent): void;
  /** Gives up the timer of that name, if any. */
  cancel(timer: string): void;
}

/**
 * A definition made ready to be stepped.
 *
 * Actions run in place, in XState's order, as in a live XState actor: a guard or delay reached later in the same
 * step sees what they did to the memory. What they send is the host's to hold back until the step has ended.
 */
export interface Chart {
  readonly definition: ActorDefinition;
  /** Enters the initial states; the init event is `{ type: 'xstate.init', input }`. */
  start(cell: Cell, input: unknown): void;
  /**
   * Takes one event through a whole macrostep; false when nothing of the chart answers it (nothing changed).
   * A forbidden transition (`'pod.update': {}`) is an answer: the event was expected, and nothing is to be done.
   */
  step(cell: Cell, event: AnyEvent): boolean;
  /** Where the actor stands, in XState's form. */
  value(cell: Cell): StateValue;
  /** Puts a cell where `value` said; runs no action and sets no timer. The context is the host's to put back. */
  restore(cell: Cell, value: StateValue): void;
}

/** Makes charts; there are two, held equal by the conformance suite. */
export type ChartMaker = (definition: ActorDefinition) => Chart;
