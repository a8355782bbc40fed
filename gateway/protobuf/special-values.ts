/** Values that are messages on the wire and single values in JSON: quantities, times, ports by number or name, any JSON. */

import type { Writer } from 'protobufjs';
import { parseQuantity, QuantityError } from '../../protocol/quantity.ts';
import { fromRfc3339, toRfc3339 } from '../../protocol/time.ts';
import { examineJson } from '../json-text.ts';
import { readPlain, WireFault, wireType } from './wire-reader.ts';
import { lengthDelimited, varint } from './wire-tags.ts';

/** The types of such values. */
export type Special = 'any' | 'quantity' | 'intOrString' | 'time' | 'microTime';

/** Reads the message of one. @throws WireFault */
export function readSpecial(type: Special, bytes: Uint8Array): unknown {
  switch (type) {
    case 'any':
      return readAny(bytes);
    case 'quantity':
      return readQuantity(bytes);
    case 'intOrString':
      return readIntOrString(bytes);
    default:
      return readTime(bytes, type === 'microTime');
  }
}

/** JSON inside of protobuf: `runtime.RawExtension`, `metav1.FieldsV1`, apiextensions's `JSON`. */
function readAny(bytes: Uint8Array): unknown {
  const raw = readPlain('RawExtension', bytes, { 1: ['Raw', wireType.bytes] })[1]?.bytes;
  if (raw === undefined || raw.length === 0) return null;
  const text = raw.toString('utf8');
  const { fault } = examineJson(text);
  if (fault !== undefined) throw new WireFault(fault);
  return JSON.parse(text);
}

/** The text stays as it is: who reads the object brings it into canonical form. */
function readQuantity(bytes: Uint8Array): string {
  const text = readPlain('Quantity', bytes, { 1: ['String_', wireType.bytes] })[1]?.bytes?.toString('utf8');
  if (text === undefined) return '0';
  try {
    parseQuantity(text);
    return text;
  } catch (error) {
    if (error instanceof QuantityError) throw new WireFault(error.message);
    throw error;
  }
}

/** `intstr.IntOrString`: which of the two it is, then both. */
function readIntOrString(bytes: Uint8Array): number | string {
  const [, type, intVal, strVal] = readPlain('IntOrString', bytes, {
    1: ['Type', wireType.varint],
    2: ['IntVal', wireType.varint],
    3: ['StrVal', wireType.bytes],
  });
  switch (type?.number ?? 0) {
    case 0:
      return (intVal?.number ?? 0) | 0;
    case 1:
      return strVal?.bytes?.toString('utf8') ?? '';
    default:
      throw new WireFault('impossible IntOrString.Type');
  }
}

/** The seconds of the years 0 to 9999, as many as a time may be written with. */
const earliest = -62_167_219_200;
const latest = 253_402_300_799;

/** `metav1.Timestamp`; one without a byte is no time at all. Of a `metav1.Time` only the seconds count. */
function readTime(bytes: Uint8Array, isMicro: boolean): string | null {
  if (bytes.length === 0) return null;
  const found = readPlain('Timestamp', bytes, { 1: ['Seconds', wireType.varint], 2: ['Nanos', wireType.varint] });
  const micros = isMicro ? Math.trunc(((found[2]?.number ?? 0) | 0) / 1e3) : 0;
  const seconds = (found[1]?.number ?? 0) + Math.floor(micros / 1e6);
  if (seconds < earliest || seconds > latest) {
    throw new WireFault('Time.MarshalJSON: year outside of range [0,9999]');
  }
  const text = toRfc3339(seconds * 1e3);
  if (!isMicro) return text;
  // Put together from its parts: microseconds of distant years are finer than a number of milliseconds tells apart.
  const fraction = micros - Math.floor(micros / 1e6) * 1e6;
  return `${text.slice(0, -1)}.${String(fraction).padStart(6, '0')}Z`;
}

/** Writes what is in the message of one; what is undefined is what Go has for a value that was never set. */
export function writeSpecial(writer: Writer, type: Special, value: unknown): void {
  switch (type) {
    case 'any':
      if (value !== undefined) writer.uint32(lengthDelimited(1)).string(JSON.stringify(value));
      return;
    case 'quantity':
      writer.uint32(lengthDelimited(1)).string(String(value ?? '0'));
      return;
    case 'intOrString':
      writeIntOrString(writer, value ?? 0);
      return;
    default:
      if (value !== undefined) writeTime(writer, value as string, type === 'microTime');
  }
}

function writeIntOrString(writer: Writer, value: unknown): void {
  const isText = typeof value === 'string';
  writer.uint32(varint(1)).int32(isText ? 1 : 0);
  writer.uint32(varint(2)).int32(isText ? 0 : Number(value));
  writer.uint32(lengthDelimited(3)).string(isText ? value : '');
}

function writeTime(writer: Writer, text: string, isMicro: boolean): void {
  const [fraction = ''] = /\.\d+/.exec(text) ?? [];
  const micros = isMicro ? Number(fraction.slice(1, 7).padEnd(6, '0')) : 0;
  writer.uint32(varint(1)).int64(fromRfc3339(text.replace(fraction, '')) / 1e3);
  writer.uint32(varint(2)).int32(micros * 1e3);
}
