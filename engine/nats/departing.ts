/** Takes what leaves to the server: in frames of a size it takes, with a way back for the word that nobody hears. */

import type { NatsConnection } from 'nats';
import { Codec } from '../../protocol/codec.ts';
import type { Travelling } from '../../protocol/message.ts';
import { ASK, OPEN } from '../bus/envelope.ts';
import { cutUp, headerBytes, PIECE, PIECE_TO_ALL, seal, TO_ALL, WHERE, WHOLE } from './frame.ts';
import type { Losses } from './losses.ts';
import type { Departure } from './turn.ts';
import type { Window } from './window.ts';

/** Bytes of one envelope at most: what a host can hold in its memory a few times. */
const largestBytes = 512 << 20;
/** ms until the member of a group that is asked where its pieces shall go is given up. */
const whereMs = 5_000;
/** A subject that one can send to. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a NATS subject may hold no control character.
const sendable = /^[^.*>\s\u0000-\u001f\u007f]+(?:\.[^.*>\s\u0000-\u001f\u007f]+)*$/u;

/** A question to a group on its way, until the server has taken it. */
interface Asked {
  readonly envelopes: readonly Travelling[];
  readonly mark: number;
}

/** A large envelope to a group, that waits to hear where its pieces shall go. */
interface Large {
  readonly envelope: Travelling;
  readonly content: Uint8Array;
  readonly sinceMs: number;
}

/** What the way out needs of its wire. */
export interface DepartingUse {
  readonly nats: NatsConnection;
  readonly window: Window;
  readonly losses: Losses;
  /** What answers come back to begins with it. */
  readonly inbox: string;
  maxPayload(): number;
  /** Takes back a question that nobody hears. */
  refuse(envelope: Travelling): void;
  /** Takes back what was held until now, to be sent after all. */
  resend(envelopes: readonly Travelling[]): void;
}

/** Counts of what left. */
export interface Departed {
  frames: number;
  envelopes: number;
  bytes: number;
}

/** Writes frames and remembers which of them may come back. */
export class Departing {
  readonly departed: Departed = { frames: 0, envelopes: 0, bytes: 0 };
  readonly #use: DepartingUse;
  readonly #codec = new Codec();
  readonly #source = crypto.getRandomValues(new BigUint64Array(1))[0] as bigint;
  /** Counts questions and large frames. */
  #number = 0;
  readonly #asked = new Map<number, Asked>();
  readonly #large = new Map<number, Large>();
  /** What actors send that must not overtake a large question of theirs. */
  readonly #held = new Map<string, Travelling[]>();

  constructor(use: DepartingUse) {
    this.#use = use;
  }

  /** Keeps an envelope back until the large one before it has gone; false where there is none. */
  holds(envelope: Travelling): boolean {
    const held = this.#held.size > 0 ? this.#held.get(envelope.from) : undefined;
    held?.push(envelope);
    return held !== undefined;
  }

  /** Sends envelopes that leave together; what is too large for one frame in several, or in pieces. */
  send({ subject, envelopes, isShared, isToAll }: Departure): void {
    if (!sendable.test(subject)) {
      this.#use.losses.add('cannot be sent', envelopes.length, `"${subject}" is no subject`);
      return;
    }
    this.#sendAll(subject, envelopes, isShared, isToAll);
  }

  /** Hears that the server has taken everything up to a mark: what it has not refused by now, somebody has heard. */
  taken(mark: number): void {
    for (const [number, asked] of this.#asked) {
      if (asked.mark > mark) return;
      this.#asked.delete(number);
    }
  }

  /** Hears that nobody listens where a question went. */
  unheard(number: number): void {
    const large = this.#large.get(number);
    const envelopes = large === undefined ? (this.#asked.get(number)?.envelopes ?? []) : [large.envelope];
    this.#asked.delete(number);
    this.#large.delete(number);
    for (const envelope of envelopes) {
      if (envelope.role === ASK || envelope.role === OPEN) this.#use.refuse(envelope);
    }
    if (large !== undefined) this.#release(large.envelope.from);
  }

  /** Hears where the pieces of a large frame to a group shall go. */
  told(number: number, where: string): void {
    const large = this.#large.get(number);
    this.#large.delete(number);
    if (large === undefined) return;
    if (sendable.test(where)) this.#sendPieces(where, large.content, PIECE);
    this.#release(large.envelope.from);
  }

  /** Gives up what waited too long for an answer. */
  sweep(nowMs: number): void {
    for (const [number, { envelope, sinceMs }] of this.#large) {
      if (nowMs - sinceMs < whereMs) continue;
      this.#large.delete(number);
      this.#use.losses.add('incomplete', 1, `nobody of ${envelope.to} said where it shall go`);
      this.#release(envelope.from);
    }
  }

  /** Forgets what is under way, since the connection is gone. */
  reset(): void {
    this.#asked.clear();
    const held = [...this.#large.values()];
    this.#large.clear();
    this.#use.losses.add('connection lost', held.length, 'a large question to a group');
    for (const { envelope } of held) this.#release(envelope.from);
  }

  #sendAll(subject: string, given: readonly Travelling[], isShared: boolean, isToAll: boolean): void {
    const envelopes = this.#held.size === 0 ? given : given.filter((envelope) => !this.holds(envelope));
    if (envelopes.length === 0) return;
    const frame = this.#encode(envelopes);
    const isTooLarge = frame === undefined || frame.length > this.#use.maxPayload();
    if (isTooLarge && envelopes.length > 1) {
      const half = envelopes.length >> 1;
      this.#sendAll(subject, envelopes.slice(0, half), isShared, isToAll);
      this.#sendAll(subject, envelopes.slice(half), isShared, isToAll);
      return;
    }
    if (frame === undefined) return;
    if (!isTooLarge) {
      const reply = isShared && !isToAll ? this.#remember(envelopes) : undefined;
      this.#publish(subject, seal(frame, isToAll ? TO_ALL : WHOLE), envelopes.length, reply);
    } else this.#sendLarge(subject, envelopes[0] as Travelling, frame.subarray(headerBytes), isShared, isToAll);
  }

  /** Undefined for what cannot be written, after saying so when it is one alone. */
  #encode(envelopes: readonly Travelling[]): Uint8Array | undefined {
    try {
      return this.#codec.encodeFrame(envelopes, headerBytes);
    } catch (error) {
      const [first] = envelopes;
      if (envelopes.length === 1 && first !== undefined) {
        const words = error instanceof Error ? error.message : String(error);
        this.#use.losses.add('cannot be sent', 1, `${first.type} from ${first.from} (${words})`);
      }
      return undefined;
    }
  }

  /** Gives where the word goes that nobody hears a question; undefined where no question is among them. */
  #remember(envelopes: readonly Travelling[]): string | undefined {
    if (!envelopes.some(({ role }) => role === ASK || role === OPEN)) return undefined;
    const number = ++this.#number;
    this.#asked.set(number, { envelopes, mark: this.#use.window.mark + 1 });
    return `${this.#use.inbox}.${number}`;
  }

  #sendLarge(subject: string, envelope: Travelling, content: Uint8Array, isShared: boolean, isToAll: boolean): void {
    if (content.length > largestBytes) {
      this.#use.losses.add('too large', 1, `${envelope.type} from ${envelope.from}, of ${content.length} bytes`);
      return;
    }
    if (!isShared || isToAll) {
      this.#sendPieces(subject, content, isToAll ? PIECE_TO_ALL : PIECE);
      return;
    }
    // The pieces must all go to one member, and the server would choose one for each.
    const number = ++this.#number;
    this.#large.set(number, { envelope, content, sinceMs: performance.now() });
    this.#held.set(envelope.from, []);
    this.#publish(subject, seal(new Uint8Array(headerBytes), WHERE), 0, `${this.#use.inbox}.${number}`);
  }

  #release(from: string): void {
    const held = this.#held.get(from) ?? [];
    this.#held.delete(from);
    this.#use.resend(held);
  }

  #sendPieces(subject: string, content: Uint8Array, kind: typeof PIECE | typeof PIECE_TO_ALL): void {
    if (!this.#use.window.hasRoom(content.length)) {
      this.#use.losses.add('too much under way', 1, subject);
      return;
    }
    const from = { source: this.#source, number: ++this.#number };
    const pieces = cutUp(content, from, kind, this.#use.maxPayload());
    pieces.forEach((piece, index) => {
      this.#write(subject, piece, index === pieces.length - 1 ? 1 : 0);
    });
  }

  #publish(subject: string, frame: Uint8Array, envelopes: number, reply?: string): void {
    if (this.#use.window.hasRoom(frame.length)) this.#write(subject, frame, envelopes, reply);
    else this.#use.losses.add('too much under way', envelopes, subject);
  }

  #write(subject: string, frame: Uint8Array, envelopes: number, reply?: string): void {
    this.#use.nats.publish(subject, frame, reply === undefined ? undefined : { reply });
    this.departed.frames++;
    this.departed.envelopes += envelopes;
    this.departed.bytes += frame.length;
    this.#use.window.add(frame.length, envelopes);
  }
}
