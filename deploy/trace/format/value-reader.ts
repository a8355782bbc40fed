/** Reads what `ValueWriter` has written of one block. */

import { Unpackr } from 'msgpackr';
import { tag } from './layout.ts';

const unpackr = new Unpackr({ moreTypes: true });

/** Bytes that are not what they say. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/** Values of one block, from bytes. What was shared when it was written is shared again: change nothing. */
export class ValueReader {
  private readonly bytes: Buffer;
  private readonly texts: readonly string[];
  private readonly shapes: readonly (readonly string[])[];
  private readonly seen: object[] = [];
  private at = 0;

  constructor(bytes: Buffer, texts: readonly string[], shapes: readonly (readonly number[])[]) {
    this.bytes = bytes;
    this.texts = texts;
    this.shapes = shapes.map((keys) => keys.map((id) => textAt(texts, id)));
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new MalformedError('a record goes on after the end of its block');
    return value;
  }

  uint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  int(): number {
    const value = this.uint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float(): number {
    if (this.at + 8 > this.bytes.length) throw new MalformedError('a number goes on after the end of its block');
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  text(): string {
    return textAt(this.texts, this.uint());
  }

  value(): unknown {
    const kind = this.byte();
    if (kind >= tag.smallInt) return kind - tag.smallInt;
    switch (kind) {
      case tag.undefined:
        return undefined;
      case tag.null:
        return null;
      case tag.false:
        return false;
      case tag.true:
        return true;
      case tag.integer:
        return this.uint();
      case tag.negative:
        return -1 - this.uint();
      case tag.float:
        return this.float();
      case tag.text:
        return this.text();
      case tag.bytes:
        return this.remember(Uint8Array.from(this.raw()));
      case tag.msgpack:
        return this.msgpack();
      default:
        return this.structure(kind);
    }
  }

  private structure(kind: number): unknown {
    switch (kind) {
      case tag.object:
        return this.object();
      case tag.list:
        return this.list();
      case tag.again:
        return this.again();
      case tag.dictionary:
        return this.dictionary();
      case tag.map:
        return this.map();
      case tag.set:
        return this.set();
      default:
        throw new MalformedError(`no value begins with ${kind}`);
    }
  }

  private object(): object {
    const shape = this.shapes[this.byte() | (this.byte() << 8)];
    if (shape === undefined) throw new MalformedError('an object has a shape that its block does not know');
    const value = this.remember({} as Record<string, unknown>);
    for (const key of shape) put(value, key, this.value());
    return value;
  }

  private dictionary(): object {
    const value = this.remember({} as Record<string, unknown>);
    for (let left = this.uint(); left > 0; left--) put(value, this.text(), this.value());
    return value;
  }

  private list(): unknown[] {
    const value: unknown[] = this.remember([]);
    for (let left = this.uint(); left > 0; left--) value.push(this.value());
    return value;
  }

  private map(): Map<unknown, unknown> {
    const value = this.remember(new Map<unknown, unknown>());
    for (let left = this.uint(); left > 0; left--) value.set(this.value(), this.value());
    return value;
  }

  private set(): Set<unknown> {
    const value = this.remember(new Set<unknown>());
    for (let left = this.uint(); left > 0; left--) value.add(this.value());
    return value;
  }

  private again(): object {
    const value = this.seen[this.uint()];
    if (value === undefined) throw new MalformedError('an object stands for one that its block does not have');
    return value;
  }

  private msgpack(): unknown {
    const value: unknown = unpackr.unpack(this.raw());
    if (typeof value === 'object' && value !== null) this.remember(value);
    return value;
  }

  private raw(): Buffer {
    const length = this.uint();
    if (this.at + length > this.bytes.length) throw new MalformedError('bytes go on after the end of their block');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private remember<T extends object>(value: T): T {
    this.seen.push(value);
    return value;
  }
}

function textAt(texts: readonly string[], id: number): string {
  const text = texts[id];
  if (text === undefined) throw new MalformedError('a string has a number that its block does not know');
  return text;
}

/** Sets a key as it stood in the object: `__proto__` is one like any other. */
function put(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
