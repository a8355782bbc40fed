/** What stands before a value on the wire: the number of its field, and how it lies there. */

import { wireType } from './wire-reader.ts';

/** Before bytes, texts and messages. */
export function lengthDelimited(number: number): number {
  return tag(number, wireType.bytes);
}

/** Before whole numbers and booleans. */
export function varint(number: number): number {
  return tag(number, wireType.varint);
}

/** Before floating point numbers. */
export function fixed64(number: number): number {
  return tag(number, wireType.fixed64);
}

function tag(number: number, wire: number): number {
  return (number << 3) | wire;
}
