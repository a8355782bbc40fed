/** Compiles one action of a chart to an operation. */

import type { AnyStateMachine } from 'xstate';
import type { ActorDefinition, AnyEvent } from '../../protocol/actor.ts';
import { isUnbound } from '../../protocol/chart.ts';
import type { Cell } from './chart.ts';
import { checkedDelay } from './delay.ts';
import type { Operation } from './table.ts';

/** An action as a chart writes it. */
export type WrittenAction = string | { type: string; params?: unknown } | BuiltIn | Inline;

/** What `assign`, `raise` and `cancel` of XState make. */
export interface BuiltIn {
  (): void;
  readonly type: string;
  readonly resolve: unknown;
  readonly assignment?: Inline | Record<string, unknown>;
  readonly event?: AnyEvent | Inline;
  readonly id?: string;
  readonly delay?: number | string | Inline;
  readonly sendId?: string | Inline;
}

/** A function written in the chart itself, or given by `setup`. */
export type Inline = (given: Given, params?: unknown) => unknown;

/** What such a function is given. XState also gives `self` and `system`; neither is for actors here. */
interface Given {
  readonly context: unknown;
  readonly event: AnyEvent;
  readonly self?: unknown;
  readonly system?: unknown;
  readonly spawn?: () => never;
}

type Run = Operation['run'];
type Params = (cell: Cell, event: AnyEvent) => unknown;

const none: Params = () => undefined;
const nobody = {};

/** Tells whether an action is one of XState's own. */
export function isBuiltIn(action: unknown): action is BuiltIn {
  return typeof action === 'function' && 'resolve' in action;
}

/** Finds what an action's name stands for in the machine; inline functions and built-ins stand for themselves. */
export function implementationOf(machine: AnyStateMachine, action: WrittenAction): unknown {
  if (typeof action === 'function') return action;
  return (machine.implementations.actions as Record<string, unknown>)[nameOf(action)];
}

/** Compiles an action; the machine has passed `refuseOutsideSubset`. */
export function compileAction(definition: ActorDefinition, action: WrittenAction): Operation {
  const implementation = implementationOf(definition.machine, action);
  const params = compileParams(action);
  if (isBuiltIn(implementation)) return compileBuiltIn(definition, implementation, params);
  if (isUnbound(implementation)) return { assigns: false, run: behave(definition, nameOf(action as string), params) };
  const call = implementation as Inline;
  return {
    assigns: false,
    run: (cell, event) => {
      call(given(cell, event), params(cell, event));
    },
  };
}

function nameOf(action: string | { type: string }): string {
  return typeof action === 'string' ? action : action.type;
}

function behave({ behaviour }: ActorDefinition, name: string, params: Params): Run {
  const act = behaviour.actions![name]!;
  if (params === none) return (cell, event) => act(cell.self, event, undefined, cell.context);
  return (cell, event) => act(cell.self, event, params(cell, event), cell.context);
}

/** Params of a named action or guard: none, constant, or a function of context and event. */
export function compileParams(written: unknown): Params {
  if (typeof written !== 'object' || written === null || !('params' in written)) return none;
  const params = written.params;
  if (typeof params !== 'function') return () => params;
  return (cell, event) => (params as Inline)({ context: cell.context, event });
}

function compileBuiltIn(definition: ActorDefinition, action: BuiltIn, params: Params): Operation {
  switch (action.type) {
    case 'xstate.assign':
      return { assigns: true, run: compileAssign(action.assignment!, params) };
    case 'xstate.raise':
      return { assigns: false, run: compileRaise(definition, action, params) };
    case 'xstate.cancel':
      return { assigns: false, run: compileCancel(action.sendId!, params) };
    default:
      throw new Error(`no operation for the action "${action.type}"`);
  }
}

function compileAssign(assignment: Inline | Record<string, unknown>, params: Params): Run {
  if (typeof assignment === 'function') {
    return (cell, event) => {
      cell.context = Object.assign({}, cell.context, assignment(forAssign(cell, event), params(cell, event)));
    };
  }
  const entries = Object.entries(assignment);
  return (cell, event) => {
    const args = forAssign(cell, event);
    const values = params(cell, event);
    const context: Record<string, unknown> = Object.assign({}, cell.context);
    // Every value is made from the context before, so their order does not show.
    for (const [key, value] of entries) context[key] = typeof value === 'function' ? value(args, values) : value;
    cell.context = context;
  };
}

function compileRaise(definition: ActorDefinition, action: BuiltIn, params: Params): Run {
  const { event: written, id: timer, delay } = action;
  const raisedBy: Inline = typeof written === 'function' ? (written as Inline) : () => written;
  if (delay === undefined) {
    if (typeof written !== 'function') return (_cell, _event, raised) => void raised.push(written);
    return (cell, event, raised) => void raised.push(raisedBy(given(cell, event), params(cell, event)));
  }
  const delayMs = compileDelay(definition, delay, params);
  if (typeof written !== 'function') return (cell, event) => cell.schedule(timer!, delayMs(cell, event), written);
  return (cell, event) => {
    const later = raisedBy(given(cell, event), params(cell, event));
    cell.schedule(timer!, delayMs(cell, event), later);
  };
}

function compileDelay(
  { kind, machine, behaviour }: ActorDefinition,
  delay: number | string | Inline,
  params: Params,
): (cell: Cell, event: AnyEvent) => number {
  const named = typeof delay === 'string';
  const name = named ? delay : '(inline)';
  const implementation: unknown = named ? (machine.implementations.delays as Record<string, unknown>)[delay] : delay;
  if (isUnbound(implementation)) {
    const delayOf = behaviour.delays![name]!;
    return (cell, event) => checkedDelay(delayOf(cell.self, event, cell.context), kind, name);
  }
  if (typeof implementation !== 'function') return () => implementation as number;
  return (cell, event) => checkedDelay(implementation(given(cell, event), params(cell, event)), kind, name);
}

function compileCancel(timer: string | Inline, params: Params): Run {
  if (typeof timer !== 'function') return (cell) => cell.cancel(timer);
  return (cell, event) => cell.cancel(timer(given(cell, event), params(cell, event)) as string);
}

function given(cell: Cell, event: AnyEvent): Given {
  return { context: cell.context, event, self: nobody, system: nobody };
}

function forAssign(cell: Cell, event: AnyEvent): Given {
  return { context: cell.context, event, self: nobody, system: nobody, spawn: refuseSpawn };
}

/** Stands where XState's `spawn` would. */
export function refuseSpawn(): never {
  throw new Error('a chart does not spawn: start the child as an actor of its own with self.spawn, in an action');
}
