/** Hashes of what messages say: equal content gives an equal hash, whoever holds it and in whatever order its keys stand. */

import { mix, scramble } from './hash.ts';

/**
 * The API objects hashed last, with their specs and statuses: they are large, the same one is sent to many, and the
 * versions of an object share what did not change.
 *
 * Who passes an object on does so soon: a ring of these few finds nineteen of twenty that a WeakMap would, which costs
 * the garbage collector more than hashing them again.
 */
const lately: (object | undefined)[] = new Array(64).fill(undefined);
const latelyHashes = new Int32Array(lately.length);
let latelyNext = 0;

/** The hashes of keys: few, and the same in every message. */
const keyHashes = new Map<string, number>();
/** Labels and the like are keys too, and may be any number. */
const keysMax = 4096;

const textSalt = 0x7e87;

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

const marks = {
  undefined: 11,
  null: 12,
  true: 13,
  false: 14,
  number: 15,
  list: 16,
  object: 17,
  map: 18,
  set: 19,
  bytes: 20,
};

/** Hashes a string to 32 bits, two characters at a time. */
export function textHash(text: string): number {
  const { length } = text;
  let hash = textSalt ^ length;
  for (let i = 1; i < length; i += 2) {
    hash = Math.imul(hash ^ text.charCodeAt(i - 1) ^ (text.charCodeAt(i) << 16), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return scramble((length & 1) === 0 ? hash : hash ^ text.charCodeAt(length - 1));
}

/**
 * Hashes plain data to 32 bits. Keys that hold undefined count as absent, -0 as 0, as JSON has it.
 *
 * Relies on what was hashed once staying as it is.
 */
export function contentHash(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return textHash(value);
    case 'number':
      return hashNumber(value);
    case 'boolean':
      return value ? marks.true : marks.false;
    case 'object':
      return value === null ? marks.null : hashObject(value);
    case 'undefined':
      return marks.undefined;
    case 'bigint':
      return textHash(`${value}n`);
    default:
      throw new TypeError(`a message holds a ${typeof value}: say it as plain data`);
  }
}

function hashNumber(value: number): number {
  if ((value | 0) === value) return mix(marks.number, value);
  float[0] = value;
  return mix(mix(marks.number, words[0] as number), words[1] as number);
}

function hashObject(value: object): number {
  if (Array.isArray(value)) {
    let hash = marks.list;
    for (let i = 0; i < value.length; i++) hash = mix(hash, contentHash(value[i]));
    return scramble(hash);
  }
  // Nearly all are plain: to ask what else it may be costs more than to hash a small one.
  return Object.getPrototypeOf(value) === Object.prototype ? hashFields(value) : hashOther(value);
}

function hashOther(value: object): number {
  if (value instanceof Map) return hashEntries(marks.map, value);
  if (value instanceof Set) {
    let sum = marks.set;
    for (const part of value) sum = (sum + scramble(contentHash(part))) | 0;
    return scramble(sum);
  }
  if (ArrayBuffer.isView(value)) return hashBytes(value);
  return hashFields(value);
}

/** Sums the hashes of fields, so that their order makes no difference. */
function hashFields(value: object): number {
  let sum = marks.object;
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    if (part === undefined) continue;
    const said = typeof part === 'object' && part !== null ? hashPart(part, key) : contentHash(part);
    sum = (sum + scramble(mix(keyHash(key), said))) | 0;
  }
  return scramble(sum);
}

function keyHash(key: string): number {
  const known = keyHashes.get(key);
  if (known !== undefined) return known;
  const hash = textHash(key);
  if (keyHashes.size < keysMax) keyHashes.set(key, hash);
  return hash;
}

/** Hashes a part by what its key tells of it: whether it is one of those that come again. */
function hashPart(part: object, key: string): number {
  switch (key) {
    case 'spec':
    case 'status':
    case 'object':
    case 'old':
    case 'value':
      return hashLately(part);
    default:
      return hashObject(part);
  }
}

function hashLately(value: object): number {
  const known = lately.indexOf(value);
  if (known >= 0) return latelyHashes[known] as number;
  const now = hashObject(value);
  lately[latelyNext] = value;
  latelyHashes[latelyNext] = now;
  latelyNext = (latelyNext + 1) % lately.length;
  return now;
}

function hashEntries(mark: number, entries: Map<unknown, unknown>): number {
  let sum = mark;
  for (const [key, part] of entries) sum = (sum + scramble(mix(contentHash(key), contentHash(part)))) | 0;
  return scramble(sum);
}

function hashBytes(view: ArrayBufferView): number {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let hash = marks.bytes;
  for (const byte of bytes) hash = mix(hash, byte);
  return scramble(hash);
}
