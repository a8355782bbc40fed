/**
 * Where a chart can stand: one combination of active states, with all that follows from it worked out once.
 *
 * Which transitions answer an event there, and what taking them does, depends on nothing else; guards, context and memory
 * only choose among them. So each is worked out when first met and shared by all actors of the kind that come there.
 */

import type { AnyEvent } from '../../protocol/actor.ts';
import type { StateValue } from './chart.ts';
import { planMicrostep, planStart } from './microstep.ts';
import { type Answer, answersAt, chainOf } from './selection.ts';
import { isLeaf, type Node, type Operation, type Table, type Transition } from './table.ts';

/** A microstep ready to be run: what it does, and where it leads. */
export interface Edge {
  readonly run: readonly Operation['run'][];
  readonly to: Place;
  /** Whether XState would make a new snapshot of it, and so look at the `always` transitions once more. */
  readonly isChange: boolean;
  readonly isDone: boolean;
}

/** How many places a chart remembers; a chart of very many regions starts over rather than fill the memory. */
const PLACES_MAX = 20_000;

/** The places of one chart. */
export class Places {
  readonly table: Table;
  readonly #known = new Map<string, Place>();
  #start: Edge | undefined;

  constructor(table: Table) {
    this.table = table;
  }

  /** The microstep that enters the initial states. */
  get start(): Edge {
    if (this.#start === undefined) {
      const { nodes, operations, isDone } = planStart(this.table.root);
      this.#start = { run: operations.map(({ run }) => run), to: this.at(nodes), isChange: true, isDone };
    }
    return this.#start;
  }

  /** Finds the place of some active states, given in the order they were entered. */
  at(nodes: Iterable<Node>): Place {
    const ordered = [...new Set(nodes)];
    if (!this.table.isLeafOrderSeen) ordered.sort((a, b) => a.index - b.index);
    const key = ordered
      .filter(isLeaf)
      .map(({ index }) => index)
      .join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= PLACES_MAX) this.#known.clear();
    const place = new Place(this, ordered);
    this.#known.set(key, place);
    return place;
  }
}

/** Finds the edge of transitions taken together, one transition after the other. */
class Branch {
  edge: Edge | undefined;
  readonly #next = new Map<Transition, Branch>();

  next(transition: Transition): Branch {
    let branch = this.#next.get(transition);
    if (branch === undefined) {
      branch = new Branch();
      this.#next.set(transition, branch);
    }
    return branch;
  }
}

/** A combination of active states. */
export class Place {
  /** The active states, in the order they were entered. */
  readonly nodes: ReadonlySet<Node>;
  /** For each active leaf, what `always` asks there and in the states around it; only where there is something to ask. */
  readonly eventless: readonly Answer[];
  readonly #places: Places;
  readonly #answers = new Map<string, Answer | null>();
  readonly #edges = new Branch();
  #value: StateValue | undefined;

  constructor(places: Places, nodes: readonly Node[]) {
    this.#places = places;
    this.nodes = new Set(nodes);
    this.eventless = nodes
      .filter(isLeaf)
      .map((leaf) => chainOf(leaf, (node) => node.always))
      .filter((answer) => answer !== null);
  }

  /** The active states as XState writes them; frozen and shared. */
  get value(): StateValue {
    this.#value ??= valueAt(this.#places.table.root, this.nodes);
    return this.#value;
  }

  /** What may answer an event here; `null` when nothing does, whatever the guards say. */
  answer(event: AnyEvent): Answer | null {
    const { type } = event;
    let answer = this.#answers.get(type);
    if (answer === undefined) {
      if (type === '*') throw new Error(`an event of "${this.#places.table.kind}" cannot have the type "*"`);
      answer = answersAt(this.#places.table.root, this.nodes, type);
      this.#answers.set(type, answer);
    }
    return answer;
  }

  /** Finds what taking transitions does here. */
  edge(transitions: readonly Transition[]): Edge {
    let branch = this.#edges;
    for (const transition of transitions) branch = branch.next(transition);
    branch.edge ??= this.#plan([...transitions]);
    return branch.edge;
  }

  #plan(transitions: readonly Transition[]): Edge {
    const { nodes, operations, isDone } = planMicrostep(this.nodes, transitions);
    const isSame = nodes.size === this.nodes.size && [...nodes].every((node) => this.nodes.has(node));
    return {
      run: operations.map(({ run }) => run),
      to: isSame ? this : this.#places.at(nodes),
      isChange: !isSame || isDone || operations.some(({ assigns }) => assigns),
      isDone,
    };
  }
}

function valueAt(node: Node, active: ReadonlySet<Node>): StateValue {
  const children = node.children.filter((child) => active.has(child));
  const [only] = children;
  if (node.type === 'compound' && only !== undefined && isLeaf(only)) return only.key;
  return Object.freeze(Object.fromEntries(children.map((child) => [child.key, valueAt(child, active)])));
}
