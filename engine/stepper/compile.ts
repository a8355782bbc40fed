/** Compiles a definition's machine, once, to flat tables. */

import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { ActorDefinition } from '../../protocol/actor.ts';
import { compileAction, refuseSpawn, type WrittenAction } from './action.ts';
import { compileGuard, type WrittenGuard } from './guard.ts';
import type { Node, Table, Transition } from './table.ts';

/** A transition as XState's state nodes hold it. */
export interface WrittenTransition {
  readonly target: readonly AnyStateNode[] | undefined;
  readonly reenter: boolean;
  readonly guard: WrittenGuard | undefined;
  readonly actions: readonly WrittenAction[];
}

/** Compiles the machine of a definition; it has passed `refuseOutsideSubset`. */
export function compile(definition: ActorDefinition): Table {
  return new Compiler(definition).table();
}

class Compiler {
  readonly #definition: ActorDefinition;
  /** In document order. */
  readonly #nodes: Node[] = [];
  readonly #byId = new Map<string, Node>();

  constructor(definition: ActorDefinition) {
    this.#definition = definition;
  }

  table(): Table {
    const { kind, machine } = this.#definition;
    const root = this.#node(machine.root, undefined);
    this.#connect(machine.root);
    return { kind, root, nodes: this.#nodes, context: contextOf(machine), isLeafOrderSeen: isLeafOrderSeen(root) };
  }

  #node(written: AnyStateNode, parent: Node | undefined): Node {
    const { id, key, type } = written;
    const node: Node = {
      index: this.#nodes.length,
      last: 0,
      id,
      key,
      type: type as Node['type'],
      parent,
      children: [],
      initial: undefined,
      initialActions: this.#actions(written.initial.actions),
      entry: this.#actions(written.entry),
      exit: this.#actions(written.exit),
      always: [],
      on: new Map(),
      output: written.output,
    };
    this.#nodes.push(node);
    this.#byId.set(id, node);
    for (const child of childrenOf(written)) node.children.push(this.#node(child, node));
    node.last = this.#nodes.length - 1;
    return node;
  }

  /** Fills in what refers to other states, once all are there. */
  #connect(written: AnyStateNode): void {
    const node = this.#byId.get(written.id)!;
    if (node.type === 'compound') node.initial = this.#byId.get(written.initial.target[0]!.id);
    node.always = alwaysOf(written).map((transition) => this.#transition(node, transition));
    const on = [...onOf(written)].map(
      ([descriptor, transitions]) => [descriptor, transitions.map((each) => this.#transition(node, each))] as const,
    );
    node.on = new Map(on);
    for (const child of childrenOf(written)) this.#connect(child);
  }

  #transition(source: Node, { target, reenter, guard, actions }: WrittenTransition): Transition {
    return {
      source,
      targets: target?.map(({ id }) => this.#byId.get(id)!),
      reenter,
      test: guard === undefined ? undefined : compileGuard(this.#definition, guard),
      actions: this.#actions(actions),
    };
  }

  #actions(actions: readonly unknown[]) {
    return actions.map((action) => compileAction(this.#definition, action as WrittenAction));
  }
}

/** Lists the states within a state, in document order. */
export function childrenOf(written: AnyStateNode): AnyStateNode[] {
  return Object.values(written.states as Record<string, AnyStateNode>);
}

/** Lists the `always` transitions of a state. */
export function alwaysOf(written: AnyStateNode): readonly WrittenTransition[] {
  return (written.always ?? []) as unknown as WrittenTransition[];
}

/** Gives the transitions of a state by event descriptor: of `on`, `onDone` and `after`. */
export function onOf(written: AnyStateNode): ReadonlyMap<string, readonly WrittenTransition[]> {
  return written.transitions as unknown as ReadonlyMap<string, readonly WrittenTransition[]>;
}

function contextOf({ config }: AnyStateMachine): Table['context'] {
  const { context } = config;
  if (typeof context !== 'function') return () => context ?? {};
  return (input) => Object.assign({}, context({ input, self: {} as never, spawn: refuseSpawn as never }));
}

/** Whether several leaves that can be active together have `always` transitions, of their own or of states around. */
function isLeafOrderSeen(node: Node, hasAround = false): boolean {
  const isAsked = hasAround || node.always.length > 0;
  const asking = isAsked ? node.children : node.children.filter(hasAlways);
  if (node.type === 'parallel' && asking.length > 1) return true;
  return node.children.some((child) => isLeafOrderSeen(child, isAsked));
}

function hasAlways(node: Node): boolean {
  return node.always.length > 0 || node.children.some(hasAlways);
}

/** Lists the event descriptors of a state and all states within. */
export function descriptorsOf(written: AnyStateNode): string[] {
  return [...onOf(written).keys(), ...childrenOf(written).flatMap(descriptorsOf)];
}
