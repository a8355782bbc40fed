/** The envelope every message travels in, and how it is named. */

/**
 * A message from one actor to another; it is also the XState event its receiver is stepped with.
 *
 * Immutable once sent: actors in one process share it, and its body, by reference.
 * `from` and `seq` together are its id, `causeFrom` and `causeSeq` the id of what made it be sent
 * (a message, or a timer), so causes make a tree that ends at an outside input or a timer.
 */
export interface Message<Type extends string = string, Body = unknown> {
  /** `noun.verb`: a command in the imperative, a fact in the past tense. */
  readonly type: Type;
  /** Plain JSON-like data. Never mutated. */
  readonly body: Body;
  readonly from: string;
  readonly to: string;
  /** The sender's own count of what it sent, over all its lives, from 1. */
  readonly seq: number;
  readonly causeFrom: string;
  readonly causeSeq: number;
  /** When it was sent, in ms since the Unix epoch on the engine's clock (not the sender's skewed one). */
  readonly sentAt: number;
  /** The requester's number of the request this asks or answers; 0 for neither. */
  readonly request: number;
  /** The reader's number of the stream this opens or belongs to; 0 for none. */
  readonly stream: number;
  /** The place of this message in its stream, from 1; 0 where it is not in one. */
  readonly place: number;
  /** On an answer, a stream's message or their failure: what the asker noted when it asked. Never travels. */
  readonly note: unknown;
}

/** A message on its way to another host, with what the engine has to know of it there; `note` stays behind. */
export interface Travelling extends Message {
  /** What it is for: a request, an answer, of a stream...; the numbers are the engine's (`engine/bus/envelope.ts`). */
  readonly role: number;
}

/** The id of a message: unique in a run, the same wherever its sender is placed. */
export function messageId(message: Pick<Message, 'from' | 'seq'>): string {
  return `${message.from}#${message.seq}`;
}

/** The id of what caused a message; empty for an outside input. */
export function causeId(message: Pick<Message, 'causeFrom' | 'causeSeq'>): string {
  return message.causeFrom === '' ? '' : `${message.causeFrom}#${message.causeSeq}`;
}
