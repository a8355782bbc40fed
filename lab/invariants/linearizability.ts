/**
 * Linearizability of a history of calls: each seems to take effect at one moment between its start and its end.
 *
 * The search of Wing and Gong with Lowe's memory of configurations ("Testing for linearizability", 2016), as Porcupine
 * does it: calls and returns in a linked list; whatever may come next and fits the model is lifted out, and put back
 * when a return is met whose call was not lifted.
 */

/** One call of a history; times in any unit. */
export interface TimedCall {
  readonly startMs: number;
  /** Infinity where the outcome is unknown: it may take effect at any time after its start, or never. */
  readonly endMs: number;
}

/** What the calls are to be a history of, one after the other. States are never changed, only replaced. */
export interface Model<State, C extends TimedCall> {
  readonly initial: State;
  /** The state after a call; undefined where the call cannot have had this outcome in this state. */
  step(state: State, call: C): State | undefined;
  isSame(a: State, b: State): boolean;
}

/** What the search found. `order` is an order that works, or the longest that works before nothing does. */
export type Finding<State, C> =
  | { readonly verdict: 'linearizable'; readonly order: readonly C[]; readonly state: State }
  /**
   * In `state`, after `order`, one of `next` had to come, `overdue` at last, and none fits. `undecided`: that is as far
   * as the search came before it was given up, too many orders being possible.
   */
  | {
      readonly verdict: 'violation' | 'undecided';
      readonly order: readonly C[];
      readonly state: State;
      readonly next: readonly C[];
      readonly overdue: C;
    };

/** A call in the list, or the return of one. */
interface Item {
  readonly id: number;
  readonly isReturn: boolean;
  readonly timeMs: number;
  next: Item;
  previous: Item;
  /** Of a call: its return, where it has one. */
  partner: Item | undefined;
}

interface Visited<State> {
  readonly done: Int32Array;
  readonly state: State;
}

/** Decides whether a history is linearizable; gives up after `stepsMax` steps of the model. */
export function checkLinearizability<State, C extends TimedCall>(
  calls: readonly C[],
  model: Model<State, C>,
  stepsMax = 2_000_000,
): Finding<State, C> {
  const search = new Search(calls, model);
  return search.run(stepsMax);
}

class Search<State, C extends TimedCall> {
  private readonly calls: readonly C[];
  private readonly model: Model<State, C>;
  /** Before the first and after the last item. */
  private readonly ends: Item;
  private readonly done: Int32Array;
  private readonly salts: Int32Array;
  private hash = 0;
  private readonly visited = new Map<number, Visited<State>[]>();
  private readonly lifted: { item: Item; before: State }[] = [];
  private state: State;
  /** Calls whose outcome is known and that are not lifted. */
  private open: number;
  private leastOpen = Number.POSITIVE_INFINITY;
  private best: { order: C[]; state: State; next: C[]; overdue: C } | undefined;

  constructor(calls: readonly C[], model: Model<State, C>) {
    this.calls = calls;
    this.model = model;
    this.state = model.initial;
    this.ends = listOf(calls);
    this.done = new Int32Array((calls.length + 31) >>> 5);
    this.salts = Int32Array.from(calls, (_, id) => saltOf(id));
    this.open = calls.filter(({ endMs }) => endMs !== Number.POSITIVE_INFINITY).length;
  }

  run(stepsMax: number): Finding<State, C> {
    let item = this.ends.next;
    for (let steps = 0; this.open > 0; steps++) {
      if (steps > stepsMax && this.best !== undefined) return { verdict: 'undecided', ...this.best };
      if (!item.isReturn) {
        item = this.tryCall(item) ? this.ends.next : item.next;
        continue;
      }
      this.noteDeadEnd(item);
      const last = this.lifted.pop();
      if (last === undefined) return { verdict: 'violation', ...this.best! };
      item = this.putBack(last.item, last.before).next;
    }
    return { verdict: 'linearizable', order: this.order(), state: this.state };
  }

  /** Lifts a call out where it fits and leads to something new. */
  private tryCall(item: Item): boolean {
    const after = this.model.step(this.state, this.calls[item.id]!);
    if (after === undefined) return false;
    this.mark(item.id);
    if (!this.isNew(after)) {
      this.mark(item.id);
      return false;
    }
    this.lifted.push({ item, before: this.state });
    this.state = after;
    unlink(item);
    if (item.partner !== undefined) {
      unlink(item.partner);
      this.open--;
    }
    return true;
  }

  private putBack(item: Item, before: State): Item {
    this.state = before;
    this.mark(item.id);
    if (item.partner !== undefined) {
      relink(item.partner);
      this.open++;
    }
    relink(item);
    return item;
  }

  /** Turns a call from not lifted to lifted, or back. */
  private mark(id: number): void {
    this.done[id >>> 5]! ^= 1 << (id & 31);
    this.hash ^= this.salts[id]!;
  }

  private isNew(state: State): boolean {
    const known = this.visited.get(this.hash);
    if (known === undefined) {
      this.visited.set(this.hash, [{ done: this.done.slice(), state }]);
      return true;
    }
    for (const one of known) if (isEqual(one.done, this.done) && this.model.isSame(one.state, state)) return false;
    known.push({ done: this.done.slice(), state });
    return true;
  }

  /** Remembers the farthest that the search came: what it says is what people are told. */
  private noteDeadEnd(atReturn: Item): void {
    if (this.open >= this.leastOpen) return;
    this.leastOpen = this.open;
    const next: C[] = [];
    for (let item = this.ends.next; item !== atReturn; item = item.next) next.push(this.calls[item.id]!);
    this.best = { order: this.order(), state: this.state, next, overdue: this.calls[atReturn.id]! };
  }

  private order(): C[] {
    return this.lifted.map(({ item }) => this.calls[item.id]!);
  }
}

/** Makes the list of calls and returns by time; at one time calls come first, so that those count as overlapping. */
function listOf(calls: readonly TimedCall[]): Item {
  const ends = item(-1, false, 0);
  const items = calls.flatMap(({ startMs, endMs }, id) => {
    const call = item(id, false, startMs);
    if (endMs === Number.POSITIVE_INFINITY) return [call];
    call.partner = item(id, true, endMs);
    return [call, call.partner];
  });
  items.sort((a, b) => a.timeMs - b.timeMs || Number(a.isReturn) - Number(b.isReturn) || a.id - b.id);
  for (const one of items) {
    one.previous = ends.previous;
    one.next = ends;
    relink(one);
  }
  return ends;
}

function item(id: number, isReturn: boolean, timeMs: number): Item {
  const made = { id, isReturn, timeMs, partner: undefined } as unknown as Item;
  made.next = made.previous = made;
  return made;
}

function unlink(one: Item): void {
  one.previous.next = one.next;
  one.next.previous = one.previous;
}

/** Puts an item back between the two it stood between; in the reverse order of `unlink`. */
function relink(one: Item): void {
  one.previous.next = one;
  one.next.previous = one;
}

function isEqual(a: Int32Array, b: Int32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A number for each call, well mixed, so that the sets of calls have hashes that differ. */
function saltOf(id: number): number {
  let h = Math.imul(id + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca77);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae3d);
  return h ^ (h >>> 16);
}
