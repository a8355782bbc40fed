/** From a protobuf message of the API to the JSON object that says the same, as Go would write it. */

import { type FieldLayout, type FieldType, layoutOf, type MessageLayout, type Numbering } from './layout.ts';
import { unionToJson } from './schema-unions.ts';
import { readSpecial, type Special } from './special-values.ts';
import { WireFault, WireReader, wireType } from './wire-reader.ts';

/** Messages nested deeper are refused, as JSON is: what walks objects later is recursive too. */
const deepest = 400;

/** Reads a message. Fields that the layout does not know are passed over, as Go does. @throws WireFault */
export function readMessage(bytes: Uint8Array, layout: MessageLayout): Record<string, unknown> {
  return readFields(bytes, layout, 0);
}

function readFields(bytes: Uint8Array, layout: MessageLayout, depth: number): Record<string, unknown> {
  if (depth > deepest) throw new WireFault(`proto: ${layout.name}: exceeded max depth`);
  const values: unknown[] = new Array(layout.fields.length);
  readInto(values, new WireReader(bytes), layout.numbering, layout.name, depth);
  return withoutEmpty(values, layout);
}

function readInto(values: unknown[], from: WireReader, numbering: Numbering, message: string, depth: number): void {
  while (!from.isAtEnd) {
    const { number, wire } = from.tag(message);
    const known = numbering.get(number);
    if (known === undefined) from.skip(wire);
    else if ('inlined' in known) {
      demand(wireType.bytes, wire, message);
      readInto(values, new WireReader(from.bytes()), known.inlined, message, depth);
    } else values[known.index] = readField(known, values[known.index], from, wire, depth);
  }
}

/** Reads one occurrence of a field; those of lists and maps come one by one. */
function readField({ name, type }: FieldLayout, before: unknown, from: WireReader, wire: number, depth: number) {
  if (type.is === 'list') {
    const list = (before as unknown[] | undefined) ?? [];
    readItem(list, type.items, from, wire, name, depth);
    return list;
  }
  if (type.is === 'map') {
    const map = (before as Record<string, unknown> | undefined) ?? {};
    readEntry(map, type.items, from, wire, name, depth);
    return map;
  }
  return readValue(type, from, wire, name, depth);
}

function readItem(list: unknown[], items: FieldType, from: WireReader, wire: number, name: string, depth: number) {
  const isPacked = wire === wireType.bytes && wireOf(items) === wireType.varint;
  if (!isPacked) {
    list.push(readValue(items, from, wire, name, depth));
    return;
  }
  const packed = new WireReader(from.bytes());
  while (!packed.isAtEnd) list.push(readValue(items, packed, wireType.varint, name, depth));
}

function readEntry(
  map: Record<string, unknown>,
  items: FieldType,
  from: WireReader,
  wire: number,
  name: string,
  depth: number,
): void {
  demand(wireType.bytes, wire, name);
  const entry = new WireReader(from.bytes());
  let key = '';
  let value: unknown;
  while (!entry.isAtEnd) {
    const tag = entry.tag(name);
    if (tag.number === 1) key = readValue({ is: 'string' }, entry, tag.wire, 'mapkey', depth) as string;
    else if (tag.number === 2) value = readValue(items, entry, tag.wire, 'mapvalue', depth);
    else entry.skip(tag.wire);
  }
  // Set as JSON.parse sets it: a key may be `__proto__`.
  Object.defineProperty(map, key, {
    value: value ?? (items.is === 'bytes' ? '' : emptyOf(items)),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function readValue(type: FieldType, from: WireReader, wire: number, name: string, depth: number): unknown {
  demand(wireOf(type), wire, name);
  switch (type.is) {
    case 'string':
      return from.string();
    case 'bytes':
      return from.bytes().toString('base64');
    case 'int32':
      return from.int32();
    case 'int64':
      return from.int64();
    case 'boolean':
      return from.boolean();
    case 'number':
      return from.double();
    case 'message':
      return unionToJson(type.name, readFields(from.bytes(), layoutOf(type.name), depth + 1));
    case 'boxed':
      return readBox(type.items, from.bytes(), name, depth);
    default:
      return readSpecial(type.is as Special, from.bytes());
  }
}

function readBox(items: FieldType, bytes: Uint8Array, name: string, depth: number): unknown[] | null {
  const list: unknown[] = [];
  const from = new WireReader(bytes);
  while (!from.isAtEnd) {
    const { number, wire } = from.tag(name);
    if (number === 1) readItem(list, items, from, wire, name, depth);
    else from.skip(wire);
  }
  return list.length === 0 ? null : list;
}

function demand(wanted: number, wire: number, field: string): void {
  if (wire !== wanted) throw new WireFault(`proto: wrong wireType = ${wire} for field ${goName(field)}`);
}

/** Go's name of a field is JSON's with a capital, in all but a few. */
function goName(field: string): string {
  return field.charAt(0).toUpperCase() + field.slice(1);
}

function wireOf({ is }: FieldType): number {
  if (is === 'int32' || is === 'int64' || is === 'boolean') return wireType.varint;
  return is === 'number' ? wireType.fixed64 : wireType.bytes;
}

/** Makes the object of the values read: what Go's JSON leaves out is left out, what it always has is there. */
function withoutEmpty(values: readonly unknown[], { fields }: MessageLayout): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { index, name, type, isPointer, isAlways } of fields) {
    const value = values[index];
    if (value === undefined) {
      if (isAlways) object[name] = isPointer ? null : emptyOf(type);
    } else if (isPointer || isAlways || !isEmpty(value)) object[name] = value;
  }
  return object;
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === 0 || value === false || value === null;
}

/** What Go's JSON has for a value that was never set. */
function emptyOf(type: FieldType): unknown {
  switch (type.is) {
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'number':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'message':
      return unionToJson(type.name, withoutEmpty([], layoutOf(type.name)));
    default:
      return null;
  }
}
