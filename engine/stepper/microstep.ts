/**
 * What taking a set of transitions does to a set of active states: which are exited and entered, in which order,
 * and which `xstate.done.state` events follow.
 *
 * After the SCXML algorithm (https://www.w3.org/TR/scxml/#AlgorithmforSCXMLInterpretation) as XState 5 reads it. None of
 * it depends on context or event, so it is worked out once for a place and its transitions.
 */

import { ancestorsOf, byDocument, isComplete, isWithin, type Node, type Operation, type Transition } from './table.ts';

/** What a microstep does. */
export interface Microstep {
  /** The active states after it, in the order they were entered. */
  readonly nodes: ReadonlySet<Node>;
  readonly operations: readonly Operation[];
  /** Whether it reaches a top-level final state. */
  readonly isDone: boolean;
}

/** Works out the microstep of some transitions, `before` being the active states. */
export function planMicrostep(before: ReadonlySet<Node>, enabled: readonly Transition[]): Microstep {
  const transitions = withoutConflicts(enabled, before);
  const nodes = new Set(before);
  const operations: Operation[] = [];
  for (const node of exitSet(transitions, before).sort(byDocument).reverse()) {
    operations.push(...node.exit);
    nodes.delete(node);
  }
  for (const transition of transitions) operations.push(...transition.actions);
  const entered = entrySet(transitions);
  const isDone = enter(entered.nodes, entered.byDefault, nodes, operations);
  return finished(nodes, operations, isDone);
}

/** Works out the first microstep of a chart. */
export function planStart(root: Node): Microstep {
  const nodes = new Set<Node>();
  const operations: Operation[] = [];
  const toEnter = initialNodes(root, new Set());
  const isDone = enter(toEnter, toEnter, nodes, operations);
  return finished(nodes, operations, isDone);
}

function finished(nodes: ReadonlySet<Node>, operations: Operation[], isDone: boolean): Microstep {
  if (isDone) for (const node of [...nodes].sort(byDocument).reverse()) operations.push(...node.exit);
  return { nodes, operations, isDone };
}

function initialNodes(node: Node, into: Set<Node>): Set<Node> {
  into.add(node);
  if (node.type === 'compound') initialNodes(node.initial!, into);
  if (node.type === 'parallel') for (const region of node.children) initialNodes(region, into);
  return into;
}

/** Of two transitions that would exit the same state, the one of the inner state wins, else the one found first. */
function withoutConflicts(enabled: readonly Transition[], active: ReadonlySet<Node>): readonly Transition[] {
  if (enabled.length === 1) return enabled;
  const kept = new Set<Transition>();
  for (const transition of enabled) {
    const exits = new Set(exitSet([transition], active));
    const rivals = [...kept].filter((other) => exitSet([other], active).some((node) => exits.has(node)));
    if (!rivals.every((rival) => isWithin(transition.source, rival.source))) continue;
    for (const rival of rivals) kept.delete(rival);
    kept.add(transition);
  }
  return [...kept];
}

/** The innermost state that holds all a transition leaves and enters, and itself stays; none where the root is re-entered. */
function domainOf({ source, targets = [], reenter }: Transition): Node | undefined {
  if (!reenter && targets.every((target) => target === source || isWithin(target, source))) return source;
  const [head = source, ...rest] = [...targets, source];
  const common = ancestorsOf(head, undefined).find((ancestor) => rest.every((node) => isWithin(node, ancestor)));
  if (common !== undefined || reenter) return common;
  return ancestorsOf(source, undefined).at(-1) ?? source;
}

function exitSet(transitions: readonly Transition[], active: ReadonlySet<Node>): Node[] {
  const exits = new Set<Node>();
  for (const transition of transitions) {
    if (transition.targets === undefined || transition.targets.length === 0) continue;
    const domain = domainOf(transition);
    for (const node of active) if (isWithin(node, domain)) exits.add(node);
  }
  return [...exits];
}

/** What transitions enter; `byDefault` are the states whose `initial` actions run. */
interface Entry {
  readonly nodes: Set<Node>;
  readonly byDefault: Set<Node>;
}

/** Works out which states transitions enter. */
export function entrySet(transitions: readonly Transition[]): Entry {
  const entry: Entry = { nodes: new Set(), byDefault: new Set() };
  for (const transition of transitions) {
    const { source, targets = [], reenter } = transition;
    const domain = domainOf(transition);
    for (const target of targets) {
      if (target !== source || domain !== source || reenter) addByDefault(target, entry);
      addDescendants(target, entry);
    }
    for (const target of targets) {
      const ancestors = ancestorsOf(target, domain);
      if (domain?.type === 'parallel') ancestors.push(domain);
      addAncestors(ancestors, domain, entry);
    }
  }
  return entry;
}

function addByDefault(node: Node, entry: Entry): void {
  entry.nodes.add(node);
  entry.byDefault.add(node);
}

function addDescendants(node: Node, entry: Entry): void {
  if (node.type === 'compound') {
    const initial = node.initial!;
    addByDefault(initial, entry);
    addDescendants(initial, entry);
    return;
  }
  if (node.type !== 'parallel') return;
  for (const region of node.children) {
    if (hasWithin(entry.nodes, region)) continue;
    addByDefault(region, entry);
    addDescendants(region, entry);
  }
}

function addAncestors(ancestors: readonly Node[], domain: Node | undefined, entry: Entry): void {
  for (const ancestor of ancestors) {
    if (isWithin(ancestor, domain)) entry.nodes.add(ancestor);
    if (ancestor.type !== 'parallel') continue;
    for (const region of ancestor.children) {
      if (hasWithin(entry.nodes, region)) continue;
      // Not by default, as in XState: the `initial` actions of regions entered along with another do not run.
      entry.nodes.add(region);
      addDescendants(region, entry);
    }
  }
}

function hasWithin(nodes: ReadonlySet<Node>, ancestor: Node): boolean {
  for (const node of nodes) if (isWithin(node, ancestor)) return true;
  return false;
}

/** Enters states, adding to the active ones and to the operations; true when the whole chart is then done. */
function enter(
  toEnter: ReadonlySet<Node>,
  byDefault: ReadonlySet<Node>,
  active: Set<Node>,
  operations: Operation[],
): boolean {
  let isDone = false;
  const completed = new Set<Node>();
  for (const node of [...toEnter].sort(byDocument)) {
    active.add(node);
    operations.push(...node.entry);
    if (byDefault.has(node)) operations.push(...node.initialActions);
    if (node.type === 'final' && complete(node, active, completed, operations)) isDone = true;
  }
  return isDone;
}

/** Raises the done events that entering a final state causes; true when they reach the top. */
function complete(node: Node, active: ReadonlySet<Node>, completed: Set<Node>, operations: Operation[]): boolean {
  const { parent } = node;
  let around = parent?.type === 'parallel' ? parent : parent?.parent;
  if (parent?.type === 'compound') operations.push(raiseDone(parent, node.output));
  while (around?.type === 'parallel' && !completed.has(around) && isComplete(around, active)) {
    completed.add(around);
    operations.push(raiseDone(around, undefined));
    around = around.parent;
  }
  return around === undefined;
}

function raiseDone({ id }: Node, output: unknown): Operation {
  const type = `xstate.done.state.${id}`;
  if (typeof output !== 'function') {
    const done = { type, output };
    return { assigns: false, run: (_cell, _event, raised) => void raised.push(done) };
  }
  return {
    assigns: false,
    run: (cell, event, raised) =>
      void raised.push({ type, output: output({ context: cell.context, event, self: {} }) }),
  };
}
