/** The one shape of everything that travels or is told, so that the code that handles it stays fast. */

import type { Message, Travelling } from '../../protocol/message.ts';

/** What an envelope is for. Travels with it: a request and its answer carry the same number. */
export type Role = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** An ordinary message. */
export const SEND = 0;
/** A request. */
export const ASK = 1;
/** The answer to a request. */
export const ANSWER = 2;
/** Asks to be served a stream. */
export const OPEN = 3;
/** The next message of a stream. */
export const PUSH = 4;
/** From host to host, about a request or a stream; no actor sees it. */
export const CONTROL = 5;
/** Told by an actor's own host; never travels, and has no number of its own. */
export const TOLD = 6;
/** For all who subscribe the subject it is sent to. */
export const PUBLISHED = 7;

/** A message as the engine keeps it. */
export class Envelope implements Message {
  readonly type: string;
  readonly body: unknown;
  readonly from: string;
  readonly to: string;
  readonly seq: number;
  readonly causeFrom: string;
  readonly causeSeq: number;
  readonly sentAt: number;
  readonly request: number;
  readonly stream: number;
  readonly place: number;
  /** Written by the receiver's host before the receiver sees it. */
  note: unknown;
  readonly role: Role;
  /** The hash of what it says, for the fingerprint; 0 where none is kept. */
  digest: number;

  constructor(
    type: string,
    body: unknown,
    from: string,
    to: string,
    seq: number,
    causeFrom: string,
    causeSeq: number,
    sentAt: number,
    request: number,
    stream: number,
    place: number,
    role: Role,
  ) {
    this.type = type;
    this.body = body;
    this.from = from;
    this.to = to;
    this.seq = seq;
    this.causeFrom = causeFrom;
    this.causeSeq = causeSeq;
    this.sentAt = sentAt;
    this.request = request;
    this.stream = stream;
    this.place = place;
    this.note = undefined;
    this.role = role;
    this.digest = 0;
  }
}

/** Makes the envelope of what has come from another host. */
export function arrived(travelled: Travelling): Envelope {
  const { type, body, from, to, seq, causeFrom, causeSeq, sentAt, request, stream, place, role } = travelled;
  const known = role as Role;
  return new Envelope(type, body, from, to, seq, causeFrom, causeSeq, sentAt, request, stream, place, known);
}

/** What an actor's host lets it know; it passes on the cause of what it tells of, since it has no id itself. */
export interface Told {
  type: string;
  body: unknown;
  from: string;
  to: string;
  causeFrom: string;
  causeSeq: number;
  atMs: number;
  request?: number;
  stream?: number;
  note?: unknown;
}

/** Makes the envelope of what a host tells its actor. */
export function told({ type, body, from, to, causeFrom, causeSeq, atMs, request, stream, note }: Told): Envelope {
  const envelope = new Envelope(type, body, from, to, 0, causeFrom, causeSeq, atMs, request ?? 0, stream ?? 0, 0, TOLD);
  envelope.note = note;
  return envelope;
}
