/**
 * Merges what several hosts have recorded into one order, in which every message is sent before it is received.
 *
 * Each host's own order is kept. Beyond that the hosts' corrected clocks decide, and they only where nothing else does:
 * a measured clock may be wrong, and a message cannot.
 */

import type { RecordedMessage, TraceRecord } from '../../../protocol/trace/records.ts';

/** Bounds of what a merge keeps. */
export interface MergeLimits {
  /** Records that may wait for those of other hosts; beyond, the oldest is given out wherever it belongs. */
  readonly waitingMax: number;
  /** ms that a message is remembered which was sent, and how many are. */
  readonly rememberedMs: number;
  readonly rememberedMax: number;
}

const defaultLimits: MergeLimits = { waitingMax: 300_000, rememberedMs: 60_000, rememberedMax: 500_000 };

/** What a host has told until now. */
interface HostQueue {
  readonly name: string;
  records: TraceRecord[];
  /** The place of the first record that was not given out. */
  first: number;
  /** It has told all that it recorded before this time: on its own clock, and on the common one. */
  reachedMs: number;
  reachedClockMs: number;
  hasEnded: boolean;
}

/** A message that was given out as sent. */
interface Remembered {
  readonly message: RecordedMessage;
  readonly clockMs: number;
}

/** `free`: nothing stands before it. `waits`: its message's sending must come first, or may yet. `orphan`: that is lost. */
type Standing = 'free' | 'waits' | 'orphan';

/** A merge of the records of hosts, as they come. */
export class CausalMerge {
  readonly #limits: MergeLimits;
  readonly #hosts = new Map<string, HostQueue>();
  /** The sendings that wait to be given out, by the message. */
  readonly #coming = new Map<string, number>();
  readonly #sent = new Map<string, Remembered>();
  /** ms; a message sent by then, on its sender's clock, may have been forgotten. */
  #forgottenMs = Number.NEGATIVE_INFINITY;
  #newestMs = Number.NEGATIVE_INFINITY;
  #waiting = 0;

  constructor(limits: Partial<MergeLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** How many records wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Adds what a host recorded next, in its order. */
  add(host: string, records: readonly TraceRecord[]): void {
    const queue = this.#queueOf(host);
    queue.hasEnded = false;
    for (const record of records) {
      queue.records.push(record);
      if (record.what === 'message.sent') {
        const key = keyOf(record.message);
        this.#coming.set(key, (this.#coming.get(key) ?? 0) + 1);
      }
      queue.reachedMs = Math.max(queue.reachedMs, record.atMs);
      queue.reachedClockMs = Math.max(queue.reachedClockMs, record.clockMs);
    }
    this.#waiting += records.length;
  }

  /** A host has told all that it recorded before a time: on its own clock, and on the common one. */
  reached(host: string, atMs: number, clockMs: number): void {
    const queue = this.#queueOf(host);
    queue.hasEnded = false;
    queue.reachedMs = Math.max(queue.reachedMs, atMs);
    queue.reachedClockMs = Math.max(queue.reachedClockMs, clockMs);
  }

  /** A host tells nothing more, or nobody waits for it any more; what it tells all the same is taken. */
  end(host: string): void {
    this.#queueOf(host).hasEnded = true;
  }

  /** Gives out what is decided, in order; with `isLast` all there is. */
  *take(isLast = false): Generator<TraceRecord> {
    if (isLast) for (const queue of this.#hosts.values()) queue.hasEnded = true;
    for (;;) {
      const next = this.#choose();
      if (next === undefined) return;
      yield this.#giveOut(next.queue, next.isOrphan);
    }
  }

  /** The host whose next record is to be given out; undefined while more must come first. */
  #choose(): { queue: HostQueue; isOrphan: boolean } | undefined {
    const mustGo = this.#waiting > this.#limits.waitingMax;
    let best: { queue: HostQueue; isOrphan: boolean; clockMs: number } | undefined;
    let stuck: { queue: HostQueue; isOrphan: boolean; clockMs: number } | undefined;
    let horizonMs = Number.POSITIVE_INFINITY;
    for (const queue of this.#hosts.values()) {
      const head = queue.records[queue.first];
      if (head === undefined) {
        if (!queue.hasEnded) horizonMs = Math.min(horizonMs, queue.reachedClockMs);
        continue;
      }
      const standing = this.#standingOf(head, queue);
      const { clockMs } = head;
      if (standing !== 'waits') {
        if (best === undefined || clockMs < best.clockMs) best = { queue, isOrphan: standing === 'orphan', clockMs };
      } else if (stuck === undefined || clockMs < stuck.clockMs) stuck = { queue, isOrphan: true, clockMs };
    }
    if (mustGo) return best ?? stuck;
    return best !== undefined && best.clockMs <= horizonMs ? best : undefined;
  }

  #standingOf(record: TraceRecord, own: HostQueue): Standing {
    if (record.what !== 'message.delivered' && record.what !== 'message.dropped') return 'free';
    const { message } = record;
    // What a host tells its own actor was never sent.
    if (message.seq === 0) return 'free';
    const key = keyOf(message);
    if (this.#sent.has(key)) return 'free';
    if (this.#coming.has(key)) return 'waits';
    if (message.sentAt <= this.#forgottenMs) return 'free';
    for (const queue of this.#hosts.values()) {
      // Its sending has the time `sentAt` on its sender's clock: whoever has told more than that has not sent it.
      if (queue !== own && !queue.hasEnded && queue.reachedMs <= message.sentAt) return 'waits';
    }
    return 'orphan';
  }

  #giveOut(queue: HostQueue, isOrphan: boolean): TraceRecord {
    const record = queue.records[queue.first++] as TraceRecord;
    this.#waiting--;
    if (queue.first > 1024 && queue.first * 2 > queue.records.length) {
      queue.records = queue.records.slice(queue.first);
      queue.first = 0;
    }
    this.#newestMs = Math.max(this.#newestMs, record.clockMs);
    if (record.what === 'message.sent') {
      this.#remember(record.message, record.clockMs);
      return record;
    }
    if (record.what !== 'message.delivered' && record.what !== 'message.dropped') return record;
    // The very object that was sent, so that it is written once.
    const message = this.#sent.get(keyOf(record.message))?.message ?? record.message;
    if (record.what === 'message.dropped') return { ...record, message };
    return { ...record, message, isUnordered: record.isUnordered || isOrphan };
  }

  #remember(message: RecordedMessage, clockMs: number): void {
    const key = keyOf(message);
    const coming = (this.#coming.get(key) ?? 1) - 1;
    if (coming > 0) this.#coming.set(key, coming);
    else this.#coming.delete(key);
    this.#sent.set(key, { message, clockMs });
    const { rememberedMs, rememberedMax } = this.#limits;
    for (const [oldest, { message: old, clockMs: oldMs }] of this.#sent) {
      if (this.#sent.size <= rememberedMax && oldMs >= this.#newestMs - rememberedMs) return;
      this.#sent.delete(oldest);
      this.#forgottenMs = Math.max(this.#forgottenMs, old.sentAt);
    }
  }

  #queueOf(host: string): HostQueue {
    const known = this.#hosts.get(host);
    if (known !== undefined) return known;
    const queue = {
      name: host,
      records: [],
      first: 0,
      reachedMs: Number.NEGATIVE_INFINITY,
      reachedClockMs: Number.NEGATIVE_INFINITY,
      hasEnded: false,
    };
    this.#hosts.set(host, queue);
    return queue;
  }
}

/** Tells a message from all others; its number alone does not where a host began to count anew. */
function keyOf({ from, seq, sentAt }: RecordedMessage): string {
  return `${from}#${seq}@${sentAt}`;
}
