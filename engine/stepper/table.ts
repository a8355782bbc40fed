/** The flat tables a statechart is compiled to, and the few questions asked about their tree. */

import type { AnyEvent } from '../../protocol/actor.ts';
import type { Cell } from './chart.ts';
import type { Place } from './place.ts';

/** One thing a microstep does to a cell; what it raises goes to the end of `raised`. */
export interface Operation {
  /** Whether it writes the context, which XState counts as a change even where nothing differs. */
  readonly assigns: boolean;
  readonly run: (cell: Cell, event: AnyEvent, raised: AnyEvent[]) => void;
}

/** Answers a guard for a cell that stands at a place. */
export type Test = (cell: Cell, event: AnyEvent, place: Place) => boolean;

/** A state of the chart. */
export interface Node {
  /** Its place in document order, in which states are entered; they are exited in the reverse. */
  readonly index: number;
  /** The index of its last descendant: document order is depth first, so descendants are one range. */
  last: number;
  readonly id: string;
  readonly key: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final';
  readonly parent: Node | undefined;
  readonly children: Node[];
  /** The child a compound state starts in. */
  initial: Node | undefined;
  readonly initialActions: readonly Operation[];
  readonly entry: readonly Operation[];
  readonly exit: readonly Operation[];
  always: readonly Transition[];
  /** Transitions by event descriptor, in the order they are written. */
  on: ReadonlyMap<string, readonly Transition[]>;
  /** What a final state tells with its `xstate.done.state` event: a value, or a function of context and event. */
  readonly output: unknown;
}

/** A transition of the chart. */
export interface Transition {
  readonly source: Node;
  /** Without targets its actions run and the state stays. */
  readonly targets: readonly Node[] | undefined;
  readonly reenter: boolean;
  readonly test: Test | undefined;
  readonly actions: readonly Operation[];
}

/** A whole chart. */
export interface Table {
  readonly kind: string;
  readonly root: Node;
  /** All states, in document order. */
  readonly nodes: readonly Node[];
  /** Makes the context of a new cell. */
  readonly context: (input: unknown) => unknown;
  /**
   * Whether the order in which leaves were entered can be seen: XState asks the `always` transitions of several
   * leaves in that order.
   */
  readonly isLeafOrderSeen: boolean;
}

/** Tells whether a state lies properly within another; within no state (`undefined`) lies every one. */
export function isWithin(node: Node, ancestor: Node | undefined): boolean {
  return ancestor === undefined || (node.index > ancestor.index && node.index <= ancestor.last);
}

/** Tells whether a state has no states within. */
export function isLeaf(node: Node): boolean {
  return node.type === 'atomic' || node.type === 'final';
}

/** Lists the states around a state, the nearest first, up to but not including `end`. */
export function ancestorsOf(node: Node, end: Node | undefined): Node[] {
  const ancestors: Node[] = [];
  if (node === end) return ancestors;
  for (let at = node.parent; at !== undefined && at !== end; at = at.parent) ancestors.push(at);
  return ancestors;
}

/** Tells whether a state is complete: a final child is active, or all regions are complete. */
export function isComplete(node: Node, active: ReadonlySet<Node>): boolean {
  if (node.type === 'compound') return node.children.some((child) => child.type === 'final' && active.has(child));
  if (node.type === 'parallel') return node.children.every((region) => isComplete(region, active));
  return node.type === 'final';
}

/** Orders states as the document does. */
export function byDocument(a: Node, b: Node): number {
  return a.index - b.index;
}
