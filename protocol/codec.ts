/** Envelopes as bytes: msgpack, the fields of each in a fixed order, so that no name of theirs is written. */

import { Packr, RESERVE_START_SPACE } from 'msgpackr';
import type { Travelling } from './message.ts';
import { ReadBodies, WrittenBodies } from './told-bodies.ts';

/** How many fields of an envelope travel. A change of them, or of their order below, is a change of the wire format. */
const fields = 12;

/** Bytes that are no frame of envelopes. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

/** Stands for a field that is the same as in the envelope before; none of those it is used for is ever null. */
const same = null;
/** Added to the role of an envelope whose body stands as bytes of its own, since it is told to many. */
const toldMark = 16;

/**
 * Turns envelopes into frames and back.
 *
 * Every frame stands alone: what is alike, the shapes of bodies and whole fields, is written once within it and never
 * across frames, since frames get lost. Undefined and absent stay apart; Maps, Sets and big integers stay what they are.
 */
export class Codec {
  readonly #packr = new Packr({ moreTypes: true, maxSharedStructures: 0 });
  readonly #written = new WrittenBodies((body) => this.#packr.pack(body));
  readonly #read = new ReadBodies((bytes) => this.#packr.unpack(bytes));

  /**
   * Encodes envelopes that leave together. The bytes are the caller's; the first `room` of them (255 at most) are left
   * free for a header. `note` stays behind.
   */
  encodeFrame(messages: readonly Travelling[], room = 0): Uint8Array {
    return this.#packr.pack(flatten(messages, this.#written), RESERVE_START_SPACE | room);
  }

  /** Decodes a frame. @throws CodecError where it is damaged. */
  decodeFrame(bytes: Uint8Array): Travelling[] {
    const values = this.#unpack(bytes);
    if (!Array.isArray(values) || values.length % fields !== 0) throw new CodecError('not a frame of envelopes');
    return unflatten(values, (bytes) => this.#told(bytes));
  }

  /** Encodes one envelope. The bytes are the caller's. */
  encode(message: Travelling): Uint8Array {
    return this.encodeFrame([message]);
  }

  /** Decodes one envelope. @throws CodecError where it is damaged, or not one. */
  decode(bytes: Uint8Array): Travelling {
    const [message, ...others] = this.decodeFrame(bytes);
    if (message === undefined || others.length > 0) throw new CodecError('not one envelope');
    return message;
  }

  #told(bytes: unknown): unknown {
    if (!(bytes instanceof Uint8Array)) throw new CodecError('not an envelope: its body is not there');
    try {
      return this.#read.take(bytes);
    } catch (error) {
      throw new CodecError(`not a body: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #unpack(bytes: Uint8Array): unknown {
    try {
      return this.#packr.unpack(bytes);
    } catch (error) {
      throw new CodecError(`not a frame of envelopes: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** Writes envelopes one after the other into one list, which is quicker than a list of lists. */
function flatten(messages: readonly Travelling[], written: WrittenBodies): unknown[] {
  const values = new Array<unknown>(messages.length * fields);
  let at = 0;
  let before: Travelling | undefined;
  for (const one of messages) {
    const { body } = one;
    // Only what is in a stream is told to many.
    const told = one.place > 0 && typeof body === 'object' && body !== null ? written.find(body) : undefined;
    values[at++] = one.type === before?.type ? same : one.type;
    values[at++] = told ?? body;
    values[at++] = one.from === before?.from ? same : one.from;
    values[at++] = one.to === before?.to ? same : one.to;
    values[at++] = one.seq;
    values[at++] = one.causeFrom === before?.causeFrom ? same : one.causeFrom;
    values[at++] = one.causeSeq === before?.causeSeq ? same : one.causeSeq;
    values[at++] = one.sentAt === before?.sentAt ? same : one.sentAt;
    values[at++] = one.request;
    values[at++] = one.stream;
    values[at++] = one.place;
    values[at++] = told === undefined ? one.role : one.role + toldMark;
    before = one;
  }
  return values;
}

function unflatten(values: readonly unknown[], told: (bytes: unknown) => unknown): Travelling[] {
  const messages: Travelling[] = [];
  let before: Travelling | undefined;
  for (let at = 0; at < values.length; at += fields) {
    const role = values[at + 11] as number;
    before = {
      type: (values[at] === same ? before?.type : values[at]) as string,
      body: role >= toldMark ? told(values[at + 1]) : values[at + 1],
      from: (values[at + 2] === same ? before?.from : values[at + 2]) as string,
      to: (values[at + 3] === same ? before?.to : values[at + 3]) as string,
      seq: values[at + 4] as number,
      causeFrom: (values[at + 5] === same ? before?.causeFrom : values[at + 5]) as string,
      causeSeq: (values[at + 6] === same ? before?.causeSeq : values[at + 6]) as number,
      sentAt: (values[at + 7] === same ? before?.sentAt : values[at + 7]) as number,
      request: values[at + 8] as number,
      stream: values[at + 9] as number,
      place: values[at + 10] as number,
      role: role >= toldMark ? role - toldMark : role,
      note: undefined,
    };
    checkEnvelope(before);
    messages.push(before);
  }
  return messages;
}

/** @throws CodecError where a field is not what it must be */
function checkEnvelope(one: Travelling): void {
  const { type, from, to, causeFrom } = one;
  if (typeof type !== 'string' || typeof from !== 'string' || typeof to !== 'string' || typeof causeFrom !== 'string') {
    throw new CodecError('not an envelope: it has no type, sender, receiver or cause');
  }
  // The sum of numbers is one; that of anything else is not.
  const sum = one.seq + one.causeSeq + one.sentAt + one.request + one.stream + one.place + one.role;
  if (typeof sum !== 'number' || Number.isNaN(sum)) throw new CodecError('not an envelope: a count of it is no number');
}
