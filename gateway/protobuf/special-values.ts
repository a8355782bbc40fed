/** Values that are messages on the wire and single values in JSON: quantities, times, ports by number or name, any JSON. */

import { parseQuantity, QuantityError } from '../../protocol/quantity.ts';
import { toRfc3339, toRfc3339Micro } from '../../protocol/time.ts';
import { examineJson } from '../json-text.ts';
import { readPlain, WireFault, wireType } from './wire-reader.ts';

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

const { varint, bytes: lengthDelimited } = wireType;

/** JSON inside of protobuf: `runtime.RawExtension`, `metav1.FieldsV1`, apiextensions's `JSON`. */
function readAny(bytes: Uint8Array): unknown {
  const raw = readPlain('RawExtension', bytes, { 1: ['Raw', lengthDelimited] })[1]?.bytes;
  if (raw === undefined || raw.length === 0) return null;
  const text = raw.toString('utf8');
  const { fault } = examineJson(text);
  if (fault !== undefined) throw new WireFault(fault);
  return JSON.parse(text);
}

/** The text stays as it is: who reads the object brings it into canonical form. */
function readQuantity(bytes: Uint8Array): string {
  const text = readPlain('Quantity', bytes, { 1: ['String_', lengthDelimited] })[1]?.bytes?.toString('utf8');
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
    1: ['Type', varint],
    2: ['IntVal', varint],
    3: ['StrVal', lengthDelimited],
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

/** `metav1.Timestamp`; one without a byte is no time at all. */
function readTime(bytes: Uint8Array, isMicro: boolean): string | null {
  if (bytes.length === 0) return null;
  const found = readPlain('Timestamp', bytes, { 1: ['Seconds', varint], 2: ['Nanos', varint] });
  const seconds = found[1]?.number ?? 0;
  const nanos = (found[2]?.number ?? 0) | 0;
  if (seconds < earliest || seconds > latest) {
    throw new WireFault('Time.MarshalJSON: year outside of range [0,9999]');
  }
  // Half a microsecond more, so that it is still the same one after the division.
  return isMicro ? toRfc3339Micro((seconds * 1e6 + Math.trunc(nanos / 1e3) + 0.5) / 1e3) : toRfc3339(seconds * 1e3);
}
