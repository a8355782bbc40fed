/**
 * etcd's guarantees of watches (etcd.io, "KV API guarantees"): ordered, unique, reliable, atomic, resumable,
 * bookmarkable; checked against the history of revisions that all watches and writers together know of.
 */

import type { WatchFact, WatchHistory } from '../../actors/client/etcd-load/history.ts';
import { deepEqual } from '../../protocol/deep-equal.ts';
import type { KeyEvent } from '../../protocol/messages/etcd.ts';
import { isWithin } from './etcd-state.ts';
import { type RevisionHistory, wordsOf } from './revision-history.ts';

/** A guarantee, as etcd names it. */
export type Guarantee = 'ordered' | 'unique' | 'reliable' | 'atomic' | 'resumable' | 'bookmarkable';

/** A guarantee that was broken, in words. */
export interface BrokenGuarantee {
  readonly guarantee: Guarantee;
  readonly words: string;
}

/** Options of the check. */
export interface WatchCheck {
  /** Everything up to here must have been told in the end; nothing is asked of the end without it. */
  readonly toldUntil?: number;
  readonly epochMs?: number;
}

/** Checks one client's watch over all the streams it took; gives the first thing wrong with each stream. */
export function checkWatch(watch: WatchHistory, history: RevisionHistory, options: WatchCheck = {}): BrokenGuarantee[] {
  const reader = new Reader(watch, history, options.epochMs ?? 0);
  for (const fact of watch.facts) reader.take(fact);
  if (options.toldUntil !== undefined) reader.finish(options.toldUntil);
  return reader.broken;
}

/** Follows a watch from fact to fact, and knows what it must be told next. */
class Reader {
  readonly broken: BrokenGuarantee[] = [];
  private readonly watch: WatchHistory;
  private readonly history: RevisionHistory;
  private readonly epochMs: number;
  /** Everything in the range before this revision has been told, or was not asked for; 0 before the first list. */
  private next = 0;
  /** The highest revision this stream has told of, by an event or by its progress. */
  private told = 0;
  private progressed = 0;
  private isResumed = false;
  /** After the first thing wrong with a stream, all that follows on it follows from it. */
  private isSpent = false;

  constructor(watch: WatchHistory, history: RevisionHistory, epochMs: number) {
    this.watch = watch;
    this.history = history;
    this.epochMs = epochMs;
  }

  take(fact: WatchFact): void {
    if (fact.fact === 'listed') this.next = fact.revision + 1;
    else if (fact.fact === 'opened') this.open(fact.startRevision);
    else if (this.isSpent) return;
    else if (fact.fact === 'created') this.create(fact.revision, fact.atMs);
    else if (fact.fact === 'changed') this.change(fact.revision, fact.events, fact.atMs);
    else if (fact.fact === 'progressed') this.progress(fact.revision, fact.atMs);
  }

  finish(toldUntil: number): void {
    if (this.isSpent) return;
    const missed = this.firstWithin(this.next, toldUntil + 1);
    if (missed !== undefined) this.break('reliable', `in the end it was not told of ${this.wordsAt(missed)}`);
  }

  private open(startRevision: number): void {
    this.isResumed = this.told > 0 || this.progressed > 0;
    // Its reader goes by what it was told: what it skips, it was not told.
    const isKnown = this.next > 0 && !this.isSpent;
    const missed = isKnown ? this.firstWithin(this.next, startRevision) : undefined;
    this.isSpent = false;
    this.told = 0;
    this.progressed = 0;
    if (missed !== undefined) {
      this.break('reliable', `resumed from ${startRevision}, without having been told of ${this.wordsAt(missed)}`);
    }
    if (startRevision > 0) this.next = startRevision;
  }

  /** What a watch will tell begins after the revision it was created at. */
  private create(revision: number, atMs: number): void {
    if (this.next === 0) this.next = revision + 1;
    else if (revision >= this.next && this.firstWithin(this.next, revision + 1) !== undefined) {
      this.break('resumable', `asked for all from ${this.next} on, it was opened after ${revision}`, atMs);
    }
  }

  private change(revision: number, events: readonly KeyEvent[], atMs: number): void {
    if (revision <= this.progressed) {
      this.break('bookmarkable', `told ${this.wordsAt(revision)} after progress to ${this.progressed}`, atMs);
    } else if (revision === this.told) {
      this.break('unique', `told revision ${revision} twice`, atMs);
    } else if (revision < this.told) {
      this.break('ordered', `told revision ${revision} after ${this.told}`, atMs);
    } else if (revision < this.next) {
      this.break('unique', `told revision ${revision} again: it was resumed from ${this.next}`, atMs);
    } else {
      this.checkGap(revision, atMs);
      this.checkAtomic(revision, events, atMs);
      this.told = revision;
      this.next = revision + 1;
    }
  }

  private progress(revision: number, atMs: number): void {
    if (revision < this.progressed) {
      this.break('ordered', `progress went back from ${this.progressed} to ${revision}`, atMs);
      return;
    }
    const missed = this.firstWithin(this.next, revision + 1);
    if (missed !== undefined) {
      this.break('bookmarkable', `told progress to ${revision} before ${this.wordsAt(missed)}`, atMs);
      return;
    }
    this.progressed = revision;
    this.next = Math.max(this.next, revision + 1);
  }

  private checkGap(revision: number, atMs: number): void {
    const missed = this.firstWithin(this.next, revision);
    if (missed === undefined) return;
    const guarantee = this.isResumed && this.told === 0 ? 'resumable' : 'reliable';
    this.break(guarantee, `told revision ${revision}, but not ${this.wordsAt(missed)}`, atMs);
  }

  /** All events of a revision come at once, and as they were. */
  private checkAtomic(revision: number, events: readonly KeyEvent[], atMs: number): void {
    const known = this.history.revisions.get(revision);
    const wanted = [...(known?.events.values() ?? [])].filter(({ kv }) => this.isWatched(kv.key));
    const missing = wanted.find((one) => !events.some((event) => event.kv.key === one.kv.key));
    if (missing !== undefined) {
      this.break('atomic', `told a part of revision ${revision}: without ${wordsOf(missing)}`, atMs);
    }
    const keys = new Set(events.map(({ kv }) => kv.key));
    if (keys.size < events.length) this.break('unique', `told a key of revision ${revision} twice`, atMs);
    for (const event of events) {
      if (!this.isWatched(event.kv.key)) this.break('reliable', `told ${wordsOf(event)}, out of its range`, atMs);
      else if (event.kv.modRevision !== revision) {
        this.break('atomic', `told ${wordsOf(event)} of revision ${event.kv.modRevision} in ${revision}`, atMs);
      } else this.checkPrevious(event, atMs);
    }
  }

  /** What it says the key held before is what an earlier revision wrote. */
  private checkPrevious({ kv, prevKv }: KeyEvent, atMs: number): void {
    if (prevKv === undefined) return;
    const written = this.history.revisions.get(prevKv.modRevision)?.events.get(kv.key);
    if (written === undefined || deepEqual(written.kv, prevKv)) return;
    this.break('reliable', `told that ${kv.key} held ${wordsOf({ type: 'put', kv: prevKv })} before`, atMs);
  }

  /** The first known revision from `from` to before `end` that touches the range. */
  private firstWithin(from: number, end: number): number | undefined {
    const { sorted, revisions } = this.history;
    for (let i = lowerBound(sorted, from); i < sorted.length && sorted[i]! < end; i++) {
      for (const key of revisions.get(sorted[i]!)!.events.keys()) if (this.isWatched(key)) return sorted[i]!;
    }
    return undefined;
  }

  private isWatched(key: string): boolean {
    return isWithin(key, this.watch.key, this.watch.rangeEnd);
  }

  private wordsAt(revision: number): string {
    const events = [...(this.history.revisions.get(revision)?.events.values() ?? [])];
    return `revision ${revision} (${events.map(wordsOf).join(', ')})`;
  }

  private break(guarantee: Guarantee, what: string, atMs?: number): void {
    if (this.isSpent) return;
    this.isSpent = true;
    const at = atMs === undefined ? '' : ` at ${((atMs - this.epochMs) / 1000).toFixed(3)} s`;
    this.broken.push({ guarantee, words: `watch of ${this.watch.client}${at}: not ${guarantee}: ${what}` });
  }
}

/** The place of the first number that is not less. */
function lowerBound(sorted: readonly number[], from: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
