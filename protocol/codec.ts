/** Envelopes as bytes: msgpack, with the envelope's own fields agreed beforehand so that they cost one byte together. */

import { Packr } from 'msgpackr';
import type { Message } from './message.ts';

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

  /** Encodes envelopes that leave together. The bytes are the caller's. `note` stays behind. */
  encodeFrame(messages: readonly Message[]): Uint8Array {
    return this.#packr.pack(messages.map(travelling));
  }

  /** Decodes a frame. @throws CodecError where it is damaged. */
  decodeFrame(bytes: Uint8Array): Message[] {
    const envelopes = this.#unpack(bytes);
    if (!Array.isArray(envelopes)) throw new CodecError('not a frame of envelopes: no list');
    return envelopes.map(arrived);
  }

  /** Encodes one envelope. The bytes are the caller's. */
  encode(message: Message): Uint8Array {
    return this.#packr.pack(travelling(message));
  }

  /** Decodes one envelope. @throws CodecError where it is damaged. */
  decode(bytes: Uint8Array): Message {
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

function travelling(message: Message): Omit<Message, 'note'> {
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
  };
}

function arrived(envelope: unknown): Message {
  if (typeof envelope !== 'object' || envelope === null) throw new CodecError('not an envelope');
  const given = envelope as Omit<Message, 'note'>;
  if (typeof given.type !== 'string' || typeof given.from !== 'string' || typeof given.to !== 'string') {
    throw new CodecError('not an envelope: it has no type, sender or receiver');
  }
  return Object.assign(given, { note: undefined });
}
