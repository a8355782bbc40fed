/** The values expressions are about, as cel-go knows them: whole numbers are bigint, broken ones number. */

/** A whole number without sign. */
export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** Bytes. */
export class Bytes {
  readonly octets: readonly number[];

  private constructor(octets: readonly number[]) {
    this.octets = octets;
  }

  /** Takes the bytes as they are. */
  static fromCodes(codes: readonly number[]): Bytes {
    return new Bytes(codes);
  }

  /** Writes a text in UTF-8. */
  static fromText(text: string): Bytes {
    const octets: number[] = [];
    for (const sign of text) {
      const code = sign.codePointAt(0) ?? 0;
      if (code < 0x80) octets.push(code);
      else if (code < 0x800) octets.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) octets.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else {
        const rest = [12, 6, 0].map((shift) => 0x80 | ((code >> shift) & 63));
        octets.push(0xf0 | (code >> 18), ...rest);
      }
    }
    return new Bytes(octets);
  }

  /** Reads base64; undefined where it is none. */
  static fromBase64(text: string): Bytes | undefined {
    const clean = text.replace(/[\r\n]/g, '');
    if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) return undefined;
    const octets: number[] = [];
    let [bits, count] = [0, 0];
    for (const sign of clean.replaceAll('=', '')) {
      bits = ((bits << 6) | base64.indexOf(sign)) & 0xffff;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      octets.push((bits >> count) & 255);
    }
    return new Bytes(octets);
  }

  /** Reads UTF-8; undefined where it is none. */
  toText(): string | undefined {
    const encoded = this.octets.map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');
    try {
      return decodeURIComponent(encoded);
    } catch {
      return undefined;
    }
  }
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A span of time. */
export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A point in time, in ns since the Unix epoch. */
export class Timestamp {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A type as a value: what `type(1)` gives, and what `int` means. */
export class TypeName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What may have no value. */
export class Optional {
  readonly value: Value | undefined;

  constructor(value: Value | undefined) {
    this.value = value;
  }
}

/** What only functions can look into: a quantity, a URL. */
export class Opaque<Inner = unknown> {
  readonly type: string;
  readonly inner: Inner;
  /** By what two of them are equal. */
  readonly sameness: string;

  constructor(type: string, inner: Inner, sameness: string) {
    this.type = type;
    this.inner = inner;
    this.sameness = sameness;
  }
}

/** How the items of a list are told apart: `x-kubernetes-list-type` and `x-kubernetes-list-map-keys`. */
export interface ListFacts {
  readonly type: 'set' | 'map';
  readonly keys: readonly string[];
}

/** A list; its items are made when asked for. */
export class List {
  readonly size: number;
  readonly at: (place: number) => Value;
  readonly facts: ListFacts | undefined;

  constructor(size: number, at: (place: number) => Value, facts?: ListFacts) {
    this.size = size;
    this.at = at;
    this.facts = facts;
  }

  /** Makes a list of items. */
  static of(items: readonly Value[], facts?: ListFacts): List {
    return new List(items.length, (place) => items[place] ?? null, facts);
  }

  /** Gives all items. */
  items(): Value[] {
    return Array.from({ length: this.size }, (_, place) => this.at(place));
  }
}

/** A map or an object; what lies in it is made when asked for. */
export class Fields {
  readonly size: number;
  readonly keys: () => readonly Value[];
  readonly find: (key: Value) => Value | undefined;
  /** An object has fields that its type names; a map has not. */
  readonly isObject: boolean;

  constructor(size: number, keys: () => readonly Value[], find: (key: Value) => Value | undefined, isObject = false) {
    this.size = size;
    this.keys = keys;
    this.find = find;
    this.isObject = isObject;
  }

  /** Makes a map of entries. */
  static of(entries: readonly (readonly [Value, Value])[]): Fields {
    const byKey = new Map(entries.map(([key, value]) => [keyText(key), value]));
    const keys = entries.map(([key]) => key);
    return new Fields(
      byKey.size,
      () => keys,
      (key) => byKey.get(keyText(key)),
    );
  }
}

/** Equal keys have one text: whole numbers are the same key whatever their type. */
function keyText(key: Value): string {
  if (typeof key === 'string') return `"${key}`;
  if (key instanceof Uint) return String(key.value);
  return String(key);
}

/** Any value. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint
  | Bytes
  | Duration
  | Timestamp
  | TypeName
  | Optional
  | Opaque
  | List
  | Fields;

/** The name of a value's type, as `type()` shows it. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'null_type';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Bytes) return 'bytes';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof TypeName) return 'type';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof Opaque) return value.type;
  if (value instanceof List) return 'list';
  return value.isObject ? 'object' : 'map';
}
