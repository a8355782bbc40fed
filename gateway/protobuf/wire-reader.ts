/** The wire format of protobuf, read piece by piece; what is wrong with it is said in the words of Kubernetes's decoders. */

/** Bytes that are not what they should be. */
export class WireFault extends Error {}

/** How a value lies on the wire. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const unexpectedEnd = 'unexpected EOF';
const overflow = 'proto: integer overflow';
const wrongLength = 'proto: negative length found during unmarshaling';

/** Reads bytes from the first to the last. Every reading throws a WireFault where there is nothing good to read. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Reads which field comes, and how it lies there. `message` is the name of what it is in, for complaints. */
  tag(message: string): { number: number; wire: number } {
    const tag = this.#varint();
    const wire = wireOf(tag);
    // As Go, which keeps 32 bits of the number.
    const number = typeof tag === 'number' ? Math.floor(tag / 8) | 0 : Number(BigInt.asIntN(32, tag >> 3n));
    if (wire === wireType.groupEnd) throw new WireFault(`proto: ${message}: wiretype end group for non-group`);
    if (number <= 0) throw new WireFault(`proto: ${message}: illegal tag ${number} (wire type ${tag})`);
    return { number, wire };
  }

  /** Reads a whole number of 64 bits; beyond 2^53 it is the nearest that a JSON number of JavaScript's can be. */
  int64(): number {
    const value = this.#varint();
    return typeof value === 'number' ? value : Number(BigInt.asIntN(64, value));
  }

  int32(): number {
    const value = this.#varint();
    return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
  }

  boolean(): boolean {
    return Number(this.#varint()) !== 0;
  }

  double(): number {
    const from = this.#at;
    this.#advance(8);
    return this.#bytes.readDoubleLE(from);
  }

  string(): string {
    const length = this.#length();
    const from = this.#at;
    this.#advance(length);
    return this.#bytes.toString('utf8', from, this.#at);
  }

  /** Gives a view of bytes, no copy. */
  bytes(): Buffer {
    const length = this.#length();
    const from = this.#at;
    this.#advance(length);
    return this.#bytes.subarray(from, this.#at);
  }

  /** Passes over the value of a field that is not known. */
  skip(wire: number): void {
    let depth = 0;
    let next = wire;
    for (;;) {
      if (next === wireType.varint) this.#varint();
      else if (next === wireType.fixed64) this.#advance(8);
      else if (next === wireType.bytes) this.#advance(this.#length());
      else if (next === wireType.groupStart) depth++;
      else if (next === wireType.groupEnd) depth--;
      else if (next === wireType.fixed32) this.#advance(4);
      else throw new WireFault(`proto: illegal wireType ${next}`);
      if (depth === 0) return;
      next = wireOf(this.#varint());
    }
  }

  /** A varint of up to 64 bits; a bigint only where it needs more than 49 of them. */
  #varint(): number | bigint {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    let large = BigInt(value);
    for (let shift = 49n; shift < 64n; shift += 7n) {
      const byte = this.#byte();
      large |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, large);
    }
    throw new WireFault(overflow);
  }

  #length(): number {
    const length = this.#varint();
    if (typeof length === 'bigint' && BigInt.asIntN(64, length) < 0n) throw new WireFault(wrongLength);
    return Number(length);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new WireFault(unexpectedEnd);
    this.#at++;
    return byte;
  }

  #advance(count: number): void {
    if (count > this.#bytes.length - this.#at) throw new WireFault(unexpectedEnd);
    this.#at += count;
  }
}

/** The lowest three bits of a tag. */
function wireOf(tag: number | bigint): number {
  return typeof tag === 'number' ? tag % 8 : Number(tag & 7n);
}

/** Fields of a message to be read: by number, what Go calls it and how it lies. */
export type PlainFields = Readonly<Record<number, readonly [name: string, wire: 0 | 2]>>;

/** What was found in such a field. */
export interface PlainValue {
  readonly bytes?: Buffer;
  readonly number?: number;
}

/** Reads a small message of bytes and whole numbers, by the numbers of its fields; of one that stands twice the last. @throws WireFault */
export function readPlain(
  message: string,
  bytes: Uint8Array,
  fields: PlainFields,
): readonly (PlainValue | undefined)[] {
  const found: PlainValue[] = [];
  const from = new WireReader(bytes);
  while (!from.isAtEnd) {
    const { number, wire } = from.tag(message);
    const field = fields[number];
    if (field === undefined) from.skip(wire);
    else if (wire !== field[1]) throw new WireFault(`proto: wrong wireType = ${wire} for field ${field[0]}`);
    else found[number] = wire === wireType.bytes ? { bytes: from.bytes() } : { number: from.int64() };
  }
  return found;
}
