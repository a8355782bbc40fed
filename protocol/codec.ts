/** Envelopes as bytes: msgpack, with the envelope's own fields agreed beforehand so that they cost one byte together. */

import { Packr, RESERVE_START_SPACE } from 'msgpackr';
import type { Travelling } from './message.ts';

/** What of an envelope travels, in the order it is written. A change here is a change of the wire format. */
const envelopeFields = [
  'type',
  'body',
  'from',
  'to',
  'seq',
  'causeFrom',
  'causeSeq',
  'sentAt',
  'request',
  'stream',
  'place',
  'role',
] as const;

/** Bytes that are no frame of envelopes. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

/**
 * Turns envelopes into frames and back.
 *
 * Every frame stands alone: the shapes of bodies are written once within it and never across frames, since frames get
 * lost. Only the envelope's shape is shared. Undefined and absent stay apart; Maps, Sets and big integers stay what they are.
 */
export class Codec {
  // One shared structure and no more: a second one would be learnt from a frame that the other side may never get.
  readonly #packr = new Packr({ structures: [[...envelopeFields]], maxSharedStructures: 1, moreTypes: true });

  /**
   * Encodes envelopes that leave together. The bytes are the caller's; the first `room` of them (255 at most) are left
   * free for a header. `note` stays behind.
   */
  encodeFrame(messages: readonly Travelling[], room = 0): Uint8Array {
    return this.#packr.pack(messages.map(travelling), RESERVE_START_SPACE | room);
  }

  /** Decodes a frame. @throws CodecError where it is damaged. */
  decodeFrame(bytes: Uint8Array): Travelling[] {
    const envelopes = this.#unpack(bytes);
    if (!Array.isArray(envelopes)) throw new CodecError('not a frame of envelopes: no list');
    return envelopes.map(arrived);
  }

  /** Encodes one envelope. The bytes are the caller's. */
  encode(message: Travelling): Uint8Array {
    return this.#packr.pack(travelling(message));
  }

  /** Decodes one envelope. @throws CodecError where it is damaged. */
  decode(bytes: Uint8Array): Travelling {
    return arrived(this.#unpack(bytes));
  }

  #unpack(bytes: Uint8Array): unknown {
    try {
      return this.#packr.unpack(bytes);
    } catch (error) {
      throw new CodecError(`not a frame of envelopes: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function travelling(message: Travelling): Omit<Travelling, 'note'> {
  return {
    type: message.type,
    body: message.body,
    from: message.from,
    to: message.to,
    seq: message.seq,
    causeFrom: message.causeFrom,
    causeSeq: message.causeSeq,
    sentAt: message.sentAt,
    request: message.request,
    stream: message.stream,
    place: message.place,
    role: message.role,
  };
}

function arrived(envelope: unknown): Travelling {
  if (typeof envelope !== 'object' || envelope === null) throw new CodecError('not an envelope');
  const given = envelope as Omit<Travelling, 'note'>;
  if (typeof given.type !== 'string' || typeof given.from !== 'string' || typeof given.to !== 'string') {
    throw new CodecError('not an envelope: it has no type, sender or receiver');
  }
  if (typeof given.role !== 'number') throw new CodecError('not an envelope: it does not say what it is for');
  return Object.assign(given, { note: undefined });
}
