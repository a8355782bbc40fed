/**
 * Writes plain data as bytes, for one block: strings, shapes of objects, and objects seen before are written once.
 *
 * Messages are shared by reference and alike, which no general codec makes use of: this one takes a seventh of the time
 * of msgpackr on them, and a fifth of the room before compression (docs/trace-format.md has the figures).
 */

import { Packr } from 'msgpackr';
import { shapesMax, tag } from './layout.ts';

/** A node of the tree of shapes: the keys that lead to it are a shape once an object has ended here. */
interface ShapeNode {
  /** The key that came next the first time, and where it leads. */
  key: string | undefined;
  next: ShapeNode | undefined;
  /** Where all other keys lead. */
  others: Map<string, ShapeNode> | undefined;
  /** The number of the shape; -1 where no object has ended. */
  shape: number;
  readonly above: ShapeNode | undefined;
  readonly last: string;
}

/** Bytes that a tag and its number take at most. */
const room = 16;
const packr = new Packr({ moreTypes: true });

/** Values of one block, as bytes. */
export class ValueWriter {
  private bytes = Buffer.allocUnsafe(64 * 1024);
  private at = 0;
  private readonly strings = new Map<string, number>();
  private texts: string[] = [];
  private readonly seen = new Map<object, number>();
  private root = node(undefined, '');
  private shapes: ShapeNode[] = [];

  /** How many bytes are written. */
  get length(): number {
    return this.at;
  }

  /** How many bytes the block holds on to, about: for the strings too. */
  get weight(): number {
    return this.at + this.texts.length * 24;
  }

  byte(value: number): void {
    if (this.at === this.bytes.length) this.grow(1);
    this.bytes[this.at++] = value;
  }

  /** Writes a whole number from 0 to 2^53, 7 bits a byte, the lowest first. */
  uint(value: number): void {
    if (this.at + room > this.bytes.length) this.grow(room);
    let rest = value;
    while (rest > 0x7fffffff) {
      this.bytes[this.at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  /** Writes a whole number that may be negative, of up to 52 bits. */
  int(value: number): void {
    this.uint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  float(value: number): void {
    if (this.at + 8 > this.bytes.length) this.grow(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  /** Writes a string by its number in the block, and gives that. */
  text(value: string): number {
    let id = this.strings.get(value);
    if (id === undefined) {
      id = this.texts.push(value) - 1;
      this.strings.set(value, id);
    }
    this.uint(id);
    return id;
  }

  /** Writes any plain data. What is an object of this block already is written as that: it must not have changed since. */
  value(value: unknown): void {
    if (this.at + room > this.bytes.length) this.grow(room);
    switch (typeof value) {
      case 'string':
        this.bytes[this.at++] = tag.text;
        this.text(value);
        return;
      case 'number':
        this.number(value);
        return;
      case 'boolean':
        this.bytes[this.at++] = value ? tag.true : tag.false;
        return;
      case 'object':
        if (value === null) this.bytes[this.at++] = tag.null;
        else this.object(value);
        return;
      case 'bigint':
        this.msgpack(value);
        return;
      default:
        this.bytes[this.at++] = tag.undefined;
    }
  }

  /** Writes what may have changed since it was last written, as the arguments of a call: nothing of it counts as seen. */
  changeable(value: unknown): void {
    this.value(structuredClone(value));
  }

  /** Gives what was written, valid until the next write, and what it refers to. */
  finish(): { bytes: Buffer; texts: string[]; shapes: number[][] } {
    const shapes = this.shapes.map((shape) => this.keysOf(shape));
    return { bytes: this.bytes.subarray(0, this.at), texts: this.texts, shapes };
  }

  /** Begins the next block. */
  clear(): void {
    this.at = 0;
    this.strings.clear();
    this.texts = [];
    this.seen.clear();
    this.root = node(undefined, '');
    this.shapes = [];
  }

  private number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      if (value >= 0 && value < tag.smallInt) {
        this.bytes[this.at++] = tag.smallInt + value;
        return;
      }
      this.bytes[this.at++] = value < 0 ? tag.negative : tag.integer;
      this.uint(value < 0 ? -1 - value : value);
      return;
    }
    this.bytes[this.at++] = tag.float;
    this.float(value);
  }

  private object(value: object): void {
    const known = this.seen.get(value);
    if (known !== undefined) {
      this.bytes[this.at++] = tag.again;
      this.uint(known);
      return;
    }
    this.seen.set(value, this.seen.size);
    if (Array.isArray(value)) {
      this.bytes[this.at++] = tag.list;
      this.uint(value.length);
      for (let i = 0; i < value.length; i++) this.value(value[i]);
      return;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) this.special(value);
    else if (this.shapes.length < shapesMax) this.record(value as Record<string, unknown>);
    else this.dictionary(value as Record<string, unknown>);
  }

  private record(value: Record<string, unknown>): void {
    this.bytes[this.at++] = tag.object;
    // Which shape it has is known when its last key is: the two bytes are filled in then.
    const place = this.at;
    this.at += 2;
    let at = this.root;
    for (const key in value) {
      at = at.key === key ? (at.next as ShapeNode) : branch(at, key);
      this.value(value[key]);
    }
    if (at.shape < 0) at.shape = this.shapes.push(at) - 1;
    this.bytes[place] = at.shape & 0xff;
    this.bytes[place + 1] = at.shape >> 8;
  }

  private dictionary(value: Record<string, unknown>): void {
    this.bytes[this.at++] = tag.dictionary;
    const keys = Object.keys(value);
    this.uint(keys.length);
    for (const key of keys) {
      this.text(key);
      this.value(value[key]);
    }
  }

  private special(value: object): void {
    if (value instanceof Map) {
      this.bytes[this.at++] = tag.map;
      this.uint(value.size);
      for (const [key, held] of value) {
        this.value(key);
        this.value(held);
      }
    } else if (value instanceof Set) {
      this.bytes[this.at++] = tag.set;
      this.uint(value.size);
      for (const held of value) this.value(held);
    } else if (value instanceof Uint8Array) {
      this.bytes[this.at++] = tag.bytes;
      this.raw(value);
    } else {
      this.msgpack(value);
    }
  }

  private msgpack(value: unknown): void {
    this.byte(tag.msgpack);
    this.raw(packr.pack(value));
  }

  private raw(bytes: Uint8Array): void {
    this.uint(bytes.length);
    if (this.at + bytes.length > this.bytes.length) this.grow(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  private keysOf(shape: ShapeNode): number[] {
    const keys: number[] = [];
    for (let at = shape; at.above !== undefined; at = at.above) {
      let id = this.strings.get(at.last);
      if (id === undefined) {
        id = this.texts.push(at.last) - 1;
        this.strings.set(at.last, id);
      }
      keys.push(id);
    }
    return keys.reverse();
  }

  private grow(by: number): void {
    const larger = Buffer.allocUnsafe(this.bytes.length * 2 + by);
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

function node(above: ShapeNode | undefined, last: string): ShapeNode {
  return { key: undefined, next: undefined, others: undefined, shape: -1, above, last };
}

/** Follows a key that is not the usual next one. */
function branch(from: ShapeNode, key: string): ShapeNode {
  if (from.key === undefined) {
    from.key = key;
    from.next = node(from, key);
    return from.next;
  }
  from.others ??= new Map();
  let next = from.others.get(key);
  if (next === undefined) {
    next = node(from, key);
    from.others.set(key, next);
  }
  return next;
}
