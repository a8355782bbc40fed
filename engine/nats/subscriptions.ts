/** What a host hears: its own addresses, and what its actors subscribe. One message is taken once, however many hear it. */

import type { Msg, NatsConnection, Subscription } from 'nats';
import { matchesSubject } from '../../protocol/subjects.ts';

/** Why a host hears a subject: its own addresses, a queue group that one of its actors is in, or a pattern one subscribes. */
type Ear = 'own' | 'queue' | 'plain';

/** The NATS queue that all members of a group are in; the group is told by its subject. */
const queueName = 'members';

/** One subscription at the server. */
class Hearing {
  readonly pattern: string;
  readonly tokens: readonly string[];
  readonly ear: Ear;
  /** Orders those that hear the same. */
  readonly order: number;
  /** Others that may hear what this one does. */
  rivals: readonly Hearing[] = [];
  at: Subscription | undefined;

  constructor(pattern: string, ear: Ear, order: number) {
    this.pattern = pattern;
    this.tokens = pattern.split('.');
    this.ear = ear;
    this.order = order;
  }
}

/** Holds the subscriptions of one connection. */
export class Subscriptions {
  readonly #nats: NatsConnection;
  readonly #isShared: (subject: string) => boolean;
  readonly #take: (message: Msg, isFirst: (isToAll: boolean) => boolean) => void;
  readonly #hearings = new Map<string, Hearing>();
  #order = 0;
  /** It takes part in its groups. */
  #isMember = true;

  /** `take` is called for what comes; `isFirst` tells it whether it is to be taken from this subscription. */
  constructor(
    nats: NatsConnection,
    isShared: (subject: string) => boolean,
    take: (message: Msg, isFirst: (isToAll: boolean) => boolean) => void,
  ) {
    this.#nats = nats;
    this.#isShared = isShared;
    this.#take = take;
  }

  add(pattern: string, ear: Ear): void {
    const key = keyOf(pattern, ear);
    if (this.#hearings.has(key)) return;
    const hearing = new Hearing(pattern, ear, this.#order++);
    this.#hearings.set(key, hearing);
    this.#findRivals(hearing);
    if (ear !== 'queue' || this.#isMember) this.#hear(hearing);
  }

  remove(pattern: string, ear: Ear): void {
    const key = keyOf(pattern, ear);
    const hearing = this.#hearings.get(key);
    if (hearing === undefined) return;
    this.#hearings.delete(key);
    hearing.at?.unsubscribe();
    for (const rival of hearing.rivals) rival.rivals = rival.rivals.filter((one) => one !== hearing);
  }

  close(): void {
    for (const { pattern, ear } of [...this.#hearings.values()]) this.remove(pattern, ear);
  }

  /** Leaves all groups, so that their other members get what is sent to them, or joins them again. */
  takePart(isMember: boolean): void {
    if (this.#isMember === isMember) return;
    this.#isMember = isMember;
    for (const hearing of this.#hearings.values()) {
      if (hearing.ear !== 'queue') continue;
      if (isMember) this.#hear(hearing);
      else hearing.at?.unsubscribe();
    }
  }

  #hear(hearing: Hearing): void {
    const isFirst = (subject: string) => (isToAll: boolean) => this.#isFirst(hearing, subject, isToAll);
    hearing.at = this.#nats.subscribe(hearing.pattern, {
      ...(hearing.ear === 'queue' && { queue: queueName }),
      callback: (error, message) => {
        // What is wrong with a subscription is told as an event of the connection.
        if (error === null) this.#take(message, isFirst(message.subject));
      },
    });
  }

  #findRivals(hearing: Hearing): void {
    const rivals = [...this.#hearings.values()].filter(
      (other) => other !== hearing && overlap(other.tokens, hearing.tokens),
    );
    hearing.rivals = rivals;
    for (const rival of rivals) rival.rivals = [...rival.rivals, hearing];
  }

  /**
   * Tells whether a message is taken from this subscription, and not from another that hears it too. One to all goes
   * first by a plain subscription; one to somebody by the address, then by the group. Who listens to a pattern gets
   * nothing that is sent to an address.
   */
  #isFirst(hearing: Hearing, subject: string, isToAll: boolean): boolean {
    if (!isToAll && hearing.ear === 'plain' && !this.#isShared(subject)) return false;
    const rank = rankOf(hearing, isToAll);
    return hearing.rivals.every((rival) => rankOf(rival, isToAll) > rank || !matchesSubject(rival.pattern, subject));
  }
}

function keyOf(pattern: string, ear: Ear): string {
  return ear === 'queue' ? `${pattern} queue` : ear === 'plain' ? `${pattern} plain` : pattern;
}

function rankOf({ ear, order }: Hearing, isToAll: boolean): number {
  const first = ear === 'own' ? 0 : isToAll === (ear === 'plain') ? 1 : 2;
  return first * 1e9 + order;
}

/** Tells whether one subject may match both patterns; a host of a thousand nodes asks this half a million times. */
function overlap(these: readonly string[], those: readonly string[]): boolean {
  for (let i = 0; i < these.length || i < those.length; i++) {
    const a = these[i];
    const b = those[i];
    if (a === undefined || b === undefined) return false;
    if (a === '>' || b === '>') return true;
    if (a !== b && a !== '*' && b !== '*') return false;
  }
  return true;
}
