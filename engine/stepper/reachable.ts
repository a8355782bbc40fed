/** Which states of a chart no transition can reach. */

import type { ActorDefinition } from '../../protocol/actor.ts';
import { compile } from './compile.ts';
import { entrySet, planStart } from './microstep.ts';
import { refuseOutsideSubset } from './subset.ts';
import { isComplete, type Node, type Table, type Transition } from './table.ts';

const DONE = 'xstate.done.state.';

/**
 * Lists the ids of the states that are never entered, in document order, whatever events come and whatever guards say.
 *
 * A state counts as reached when a transition of a reached state enters it. `onDone` counts once the state can be complete;
 * what stands behind a transition without guard, for the same event, does not count.
 */
export function unreachableStates(definition: ActorDefinition): string[] {
  refuseOutsideSubset(definition);
  const table = compile(definition);
  const reached = new Set(planStart(table.root).nodes);
  // Every round adds what the transitions of the round before reach, until nothing new comes.
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const node of [...reached]) enterAll(possible(table, node, reached), reached);
  }
  return table.nodes.filter((node) => !reached.has(node)).map(({ id }) => id);
}

function enterAll(transitions: readonly Transition[], reached: Set<Node>): void {
  for (const transition of transitions) for (const node of entrySet([transition]).nodes) reached.add(node);
}

function possible(table: Table, node: Node, reached: ReadonlySet<Node>): Transition[] {
  const answering = [...node.on].filter(([descriptor]) => canCome(table, descriptor, reached));
  return [node.always, ...answering.map(([, transitions]) => transitions)].flatMap(untilCertain);
}

/** All events may come but the one that tells a state is complete, while it cannot be. */
function canCome(table: Table, descriptor: string, reached: ReadonlySet<Node>): boolean {
  if (!descriptor.startsWith(DONE)) return true;
  const done = table.nodes.find(({ id }) => id === descriptor.slice(DONE.length));
  return done === undefined || isComplete(done, reached);
}

function untilCertain(transitions: readonly Transition[]): readonly Transition[] {
  const certain = transitions.findIndex(({ test }) => test === undefined);
  return certain === -1 ? transitions : transitions.slice(0, certain + 1);
}
