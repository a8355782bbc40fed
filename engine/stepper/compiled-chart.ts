/** The default stepper: a machine compiled to flat tables, stepped exactly as XState would. */

import type { ActorDefinition, AnyEvent } from '../../protocol/actor.ts';
import type { Cell, Chart, ChartMaker, StateValue } from './chart.ts';
import { compile } from './compile.ts';
import { endlessStep, MICROSTEPS_MAX, MICROSTEPS_TOLD } from './endless.ts';
import { type Edge, type Place, Places } from './place.ts';
import { choose, chooseEventless } from './selection.ts';
import { refuseOutsideSubset } from './subset.ts';
import { isComplete, type Node } from './table.ts';

/** Makes a chart stepped by tables. */
export const compiledChart: ChartMaker = (definition) => {
  refuseOutsideSubset(definition);
  return new CompiledChart(definition);
};

class CompiledChart implements Chart {
  readonly definition: ActorDefinition;
  readonly #places: Places;
  /** What the step being taken has raised. One list for all: a step that begins within a step uses the list's end. */
  readonly #raised: AnyEvent[] = [];
  readonly #lastStates: StateValue[] = [];

  constructor(definition: ActorDefinition) {
    this.definition = definition;
    this.#places = new Places(compile(definition));
  }

  start(cell: Cell, input: unknown): void {
    cell.context = this.#places.table.context(input);
    const event = { type: 'xstate.init', input };
    const mark = this.#raised.length;
    try {
      this.#settle(this.#take(this.#places.start, cell, event), cell, event, mark);
    } finally {
      this.#forget(mark);
    }
  }

  step(cell: Cell, event: AnyEvent): boolean {
    if (cell.done) return false;
    const place = cell.state as Place;
    const answer = place.answer(event);
    const edge = answer === null ? undefined : choose(answer, cell, event, place);
    if (edge === undefined && place.eventless.length === 0) return false;
    const mark = this.#raised.length;
    try {
      if (edge === undefined) return this.#settle(place, cell, event, mark);
      this.#settle(this.#take(edge, cell, event), cell, event, mark);
      return true;
    } finally {
      this.#forget(mark);
    }
  }

  value(cell: Cell): StateValue {
    return (cell.state as Place).value;
  }

  restore(cell: Cell, value: StateValue): void {
    const { root, kind } = this.#places.table;
    const place = this.#places.at(nodesOf(root, value, kind));
    cell.state = place;
    cell.done = isComplete(root, place.nodes);
  }

  /** Drops what a step has raised, one by one: setting the length would give up the room that the next step needs. */
  #forget(mark: number): void {
    while (this.#raised.length > mark) this.#raised.pop();
  }

  /** Takes one microstep. */
  #take({ run, to, isDone }: Edge, cell: Cell, event: AnyEvent): Place {
    for (let i = 0; i < run.length; i += 1) run[i]!(cell, event, this.#raised);
    cell.state = to;
    if (isDone) cell.done = true;
    return to;
  }

  /** Remembers the last states of a step that goes on and on, and stops it. */
  #noteEndless(microsteps: number, place: Place, event: AnyEvent): void {
    const first = MICROSTEPS_MAX - MICROSTEPS_TOLD + 1;
    if (microsteps === first) this.#lastStates.length = 0;
    this.#lastStates.push(place.value);
    if (microsteps === MICROSTEPS_MAX) throw endlessStep(this.definition.kind, this.#lastStates, event.type);
  }

  /** Goes on with `always` transitions and raised events until there is none; true when any transition was taken. */
  #settle(from: Place, cell: Cell, first: AnyEvent, mark: number): boolean {
    const raised = this.#raised;
    let place = from;
    let event = first;
    let next = mark;
    let isTaken = false;
    let looksAtEventless = true;
    for (let microsteps = 1; !cell.done; microsteps += 1) {
      let edge: Edge | undefined = looksAtEventless ? chooseEventless(cell, event, place) : undefined;
      // As XState: after `always` transitions that changed nothing, `always` rests until the next event.
      looksAtEventless = edge === undefined || edge.isChange;
      if (edge === undefined) {
        if (next === raised.length) break;
        event = raised[next];
        next += 1;
        const answer = place.answer(event);
        edge = answer === null ? undefined : choose(answer, cell, event, place);
      }
      if (edge !== undefined) {
        isTaken = true;
        place = this.#take(edge, cell, event);
      }
      if (microsteps > MICROSTEPS_MAX - MICROSTEPS_TOLD) this.#noteEndless(microsteps, place, event);
    }
    return isTaken;
  }
}

/**
 * Lists the states a value names, and the initial ones where it says nothing.
 *
 * All children come before what is within them: the order XState restores in, which its `always` transitions keep to.
 */
function nodesOf(node: Node, value: StateValue | undefined, kind: string): Node[] {
  const parts = typeof value === 'string' ? { [value]: undefined } : (value ?? {});
  const stray = Object.keys(parts).find((key) => !node.children.some((child) => child.key === key));
  if (stray !== undefined) throw new Error(`the chart of "${kind}" has no state "${stray}" in "${node.id}"`);
  const inner =
    node.type === 'compound' ? [node.children.find(({ key }) => key in parts) ?? node.initial!] : node.children;
  return [node, ...inner, ...inner.flatMap((child) => nodesOf(child, parts[child.key], kind))];
}
