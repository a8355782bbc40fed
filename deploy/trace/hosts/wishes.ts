/** Who wants a host recorded, how much of it, and until when. */

import { type TraceLevel, traceLevels } from '../../../protocol/trace/records.ts';

interface Wish {
  readonly level: TraceLevel;
  /** On the process's own clock, in ms. */
  readonly untilMs: number;
}

/** The wishes of all who record; each ends by itself unless it is renewed. */
export class Wishes {
  readonly #wishes = new Map<string, Wish>();

  /** Wishes, or wishes again. `leaseMs` undefined: for ever. */
  add(session: string, level: TraceLevel, leaseMs: number | undefined, nowMs: number): void {
    this.#wishes.set(session, { level, untilMs: leaseMs === undefined ? Number.POSITIVE_INFINITY : nowMs + leaseMs });
  }

  remove(session: string): void {
    this.#wishes.delete(session);
  }

  clear(): void {
    this.#wishes.clear();
  }

  /** Forgets those whose time is over; gives their sessions. */
  expire(nowMs: number): string[] {
    const over = [...this.#wishes].filter(([, { untilMs }]) => untilMs <= nowMs).map(([session]) => session);
    for (const session of over) this.#wishes.delete(session);
    return over;
  }

  get sessions(): string[] {
    return [...this.#wishes.keys()].sort();
  }

  /** The most that anybody wants; undefined where nobody wants anything. */
  get level(): TraceLevel | undefined {
    const wanted = [...this.#wishes.values()].map(({ level }) => traceLevels.indexOf(level));
    return wanted.length === 0 ? undefined : traceLevels[Math.max(...wanted)];
  }
}
