/** What leaves in one turn: envelopes to the same subject share a frame, where that keeps the order of each pair. */

import type { Travelling } from '../../protocol/message.ts';
import { OPEN, PUBLISHED } from '../bus/envelope.ts';

/** Envelopes that leave together, to one subject. */
export class Departure {
  readonly subject: string;
  /** Several hosts may have somebody who takes it. */
  readonly isShared: boolean;
  /** For all who subscribe the subject, not one. */
  readonly isToAll: boolean;
  readonly envelopes: Travelling[] = [];
  /** Its place among those of its turn. */
  readonly place: number;
  isFull = false;

  constructor(subject: string, isShared: boolean, isToAll: boolean, place: number) {
    this.subject = subject;
    this.isShared = isShared;
    this.isToAll = isToAll;
    this.place = place;
  }
}

/** Envelopes in a frame at most. */
const frameMax = 256;
/** Envelopes in a frame to a group at most: one member gets them all, so a burst must fall into several. */
const sharedFrameMax = 16;

/**
 * Collects what leaves, in the order in which it is to go.
 *
 * Whatever one actor sends to another arrives in order, also when one message goes to its address and the next to a group
 * or subject it listens to: an envelope never joins a frame that stands before another one that may have the same receiver.
 */
export class Turn {
  #departures: Departure[] = [];
  readonly #open = new Map<string, Departure>();
  /** The places of the last frames of a sender: any, and to many. Kept only while there is one to many. */
  readonly #last = new Map<string, number>();
  readonly #lastShared = new Map<string, number>();
  #hasShared = false;
  readonly #isShared: (subject: string) => boolean;
  /** How many envelopes wait. */
  count = 0;

  constructor(isShared: (subject: string) => boolean) {
    this.#isShared = isShared;
  }

  add(envelope: Travelling): void {
    const departure = this.#departureFor(envelope);
    departure.envelopes.push(envelope);
    this.count++;
    if (!this.#hasShared) return;
    const { from } = envelope;
    this.#last.set(from, Math.max(departure.place, this.#last.get(from) ?? -1));
    if (!departure.isShared) return;
    this.#lastShared.set(from, Math.max(departure.place, this.#lastShared.get(from) ?? -1));
    // A stream stays with the member that opened it: each may go to another.
    const max = envelope.role === OPEN ? 1 : sharedFrameMax;
    if (departure.envelopes.length >= max) departure.isFull = true;
  }

  /** Gives what has been collected, and begins anew. */
  take(): Departure[] {
    const taken = this.#departures;
    this.#departures = [];
    this.#open.clear();
    this.#last.clear();
    this.#lastShared.clear();
    this.#hasShared = false;
    this.count = 0;
    return taken;
  }

  #departureFor(envelope: Travelling): Departure {
    const { to } = envelope;
    const known = this.#open.get(to);
    if (known !== undefined && this.#mayJoin(known, envelope)) return known;
    const isToAll = envelope.role === PUBLISHED;
    const isShared = isToAll || this.#isShared(to);
    const made = new Departure(to, isShared, isToAll, this.#departures.length);
    this.#departures.push(made);
    this.#open.set(to, made);
    if (isShared) this.#hasShared = true;
    return made;
  }

  #mayJoin(departure: Departure, { from, role }: Travelling): boolean {
    if (departure.isFull || departure.envelopes.length >= frameMax) return false;
    if (departure.isToAll !== (role === PUBLISHED)) return false;
    if (!this.#hasShared) return true;
    if (departure.isShared && role === OPEN) return false;
    const later = departure.isShared ? this.#last : this.#lastShared;
    return (later.get(from) ?? -1) <= departure.place;
  }
}
