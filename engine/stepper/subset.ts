/** Refuses machines that use more of XState than the charts step, naming the feature, the state and what to do instead. */

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { ActorDefinition } from '../../protocol/actor.ts';
import { type BuiltIn, implementationOf, isBuiltIn, type WrittenAction } from './action.ts';
import { alwaysOf, childrenOf, onOf, type WrittenTransition } from './compile.ts';
import { guardImplementationOf, isCombined, type WrittenGuard } from './guard.ts';

/** What to do instead of the actions of XState that are not for actors here. */
const instead: Record<string, string> = {
  'xstate.spawnChild': 'start the child as an actor of its own with self.spawn, in a named action',
  'xstate.stopChild': 'end the child with self.stop, in a named action',
  'xstate.sendTo': 'send with self.send, in a named action',
  'xstate.emit': 'publish with self.publish, in a named action',
  'xstate.log': 'log with self.log, in a named action',
  'xstate.enqueueActions': 'let an action raise a verdict event with self.raise, and let the chart move on it',
};

/**
 * Checks that a definition keeps to the subset.
 *
 * @throws Error naming every feature outside of it.
 */
export function refuseOutsideSubset(definition: ActorDefinition): void {
  const faults = [
    ...new Set([...duplicateIds(definition.machine), ...statesFaults(definition), ...asyncFaults(definition)]),
  ];
  if (faults.length === 0) return;
  throw new Error(
    `the chart of "${definition.kind}" cannot be stepped:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  );
}

function statesFaults({ machine }: ActorDefinition): string[] {
  return allStates(machine.root).flatMap((state) =>
    stateFaults(machine, state).map((fault) => `state "${state.id}": ${fault}`),
  );
}

function allStates(state: AnyStateNode): AnyStateNode[] {
  return [state, ...childrenOf(state).flatMap(allStates)];
}

function duplicateIds({ root }: AnyStateMachine): string[] {
  const ids = allStates(root).map(({ id }) => id);
  return ids
    .filter((id, place) => ids.indexOf(id) !== place)
    .map((id) => `two states have the id "${id}"; give each its own`);
}

function stateFaults(machine: AnyStateMachine, state: AnyStateNode): string[] {
  const transitions = [...alwaysOf(state), ...[...onOf(state).values()].flat()];
  const initialActions = state.initial.actions as readonly unknown[];
  return [
    ...shapeFaults(state),
    ...[...onOf(state).keys()].flatMap(descriptorFaults),
    ...[...state.entry, ...state.exit, ...initialActions].flatMap((action) =>
      actionFaults(machine, action as WrittenAction),
    ),
    ...transitions.flatMap((transition) => transitionFaults(machine, transition)),
  ];
}

function shapeFaults(state: AnyStateNode): string[] {
  const faults: string[] = [];
  const children = childrenOf(state).length;
  if (state.invoke.length > 0) {
    faults.push(
      '"invoke" is not in the subset; start the child as an actor of its own with self.spawn, in an entry action',
    );
  }
  if (state.type === 'history') {
    faults.push(
      'history states are not in the subset; remember in memory where to go back to, and choose it with guards',
    );
  }
  if ('route' in state.config) faults.push('"route" is not in the subset; write the transition on the root');
  if (state.type === 'parallel' && children === 0) faults.push('a parallel state needs regions');
  if ((state.type === 'final' || state.type === 'atomic') && children > 0)
    faults.push(`a state of type "${state.type}" has no states within`);
  return faults;
}

function descriptorFaults(descriptor: string): string[] {
  const stem = descriptor.endsWith('.*') ? descriptor.slice(0, -2) : descriptor;
  if (descriptor === '*' || !stem.includes('*')) return [];
  return [`the event "${descriptor}" is no wildcard XState knows; write "*", or end with ".*"`];
}

function transitionFaults(machine: AnyStateMachine, { guard, actions }: WrittenTransition): string[] {
  const guardFault = guard === undefined ? [] : guardFaults(machine, guard);
  return [...guardFault, ...actions.flatMap((action) => actionFaults(machine, action))];
}

function actionFaults(machine: AnyStateMachine, action: WrittenAction): string[] {
  const implementation = implementationOf(machine, action);
  if (implementation === undefined)
    return [`the action "${nameOf(action)}" is not declared; name it in setup({ actions })`];
  if (isBuiltIn(implementation)) return builtInFaults(machine, implementation);
  return isAsync(implementation)
    ? [`the action "${nameOf(action)}" is async; ask with self.request, the answer is an event`]
    : [];
}

function builtInFaults(machine: AnyStateMachine, action: BuiltIn): string[] {
  switch (action.type) {
    case 'xstate.assign': {
      const parts = typeof action.assignment === 'function' ? [action.assignment] : Object.values(action.assignment!);
      return parts.some(isAsync) ? ['an "assign" is async; assign what an event brings'] : [];
    }
    case 'xstate.raise':
      return raiseFaults(machine, action);
    case 'xstate.cancel':
      return [];
    default: {
      const name = action.type.replace('xstate.', '');
      return [`"${name}" is not in the subset; ${instead[action.type] ?? 'do it in a named action, through self'}`];
    }
  }
}

function raiseFaults(machine: AnyStateMachine, { event, delay, id }: BuiltIn): string[] {
  const faults: string[] = [];
  if (typeof event === 'string') faults.push(`raise("${event}") raises no event; write raise({ type: "${event}" })`);
  if (delay !== undefined && id === undefined) {
    faults.push('a delayed "raise" without an id could not be saved with the actor; give it { id } or use "after"');
  }
  if (typeof delay === 'string' && !(delay in machine.implementations.delays)) {
    faults.push(`the delay "${delay}" is not declared, so XState would not wait at all; name it in setup({ delays })`);
  }
  return faults;
}

function guardFaults(machine: AnyStateMachine, guard: WrittenGuard): string[] {
  const implementation = guardImplementationOf(machine, guard);
  if (implementation === undefined)
    return [`the guard "${nameOf(guard)}" is not declared; name it in setup({ guards })`];
  if (typeof implementation !== 'function') return guardFaults(machine, implementation as WrittenGuard);
  if (isCombined(implementation)) return (implementation.guards ?? []).flatMap((each) => guardFaults(machine, each));
  return isAsync(implementation)
    ? [`the guard "${nameOf(guard)}" is async, and a promise always passes; answer at once`]
    : [];
}

function nameOf(written: string | { type: string } | { name: string }): string {
  if (typeof written === 'string') return written;
  return ('type' in written ? written.type : written.name) || '(inline)';
}

function asyncFaults({ behaviour }: ActorDefinition): string[] {
  return (['actions', 'guards', 'delays'] as const).flatMap((part) =>
    Object.entries(behaviour[part] ?? {})
      .filter(([, each]) => isAsync(each))
      .map(([name]) => `${part}.${name} is async or a generator; what comes back later comes as an event`),
  );
}

function isAsync(candidate: unknown): boolean {
  return typeof candidate === 'function' && /Async|Generator/.test(candidate.constructor.name);
}
