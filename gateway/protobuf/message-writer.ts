/** From a JSON object of the API to the protobuf message that says the same, byte for byte as Kubernetes writes it. */

import protobuf from 'protobufjs';
import { type FieldLayout, type FieldType, layoutOf, type MessageLayout } from './layout.ts';
import { unionToMessage } from './schema-unions.ts';
import { writeSpecial } from './special-values.ts';
import { fixed64, lengthDelimited, varint } from './wire-tags.ts';

type Fields = Readonly<Record<string, unknown>>;
type Writer = protobuf.Writer;

/** Writes a message. What the layout does not know is left out. */
export function writeMessage(object: object, layout: MessageLayout): Uint8Array {
  const writer = protobuf.Writer.create();
  writeFields(writer, object as Fields, layout);
  return writer.finish();
}

function writeFields(writer: Writer, object: Fields, { fields, outline }: MessageLayout): void {
  for (const part of outline) {
    if ('inlined' in part) {
      openMessage(writer, part.number);
      for (const index of part.inlined) writeField(writer, fields[index] as FieldLayout, object);
      writer.ldelim();
    } else writeField(writer, part, object);
  }
}

/** Go writes all but pointers, lists and maps even where they are empty. */
function writeField(writer: Writer, field: FieldLayout, object: Fields): void {
  const { number, type, name, isPointer } = field;
  const value = object[name] ?? undefined;
  if (type.is === 'list')
    for (const item of (value as unknown[] | undefined) ?? []) writeValue(writer, number, type.items, item);
  else if (type.is === 'map') writeMap(writer, number, type.items, (value as Fields | undefined) ?? {});
  // Bytes that were never set are none, not empty ones.
  else if (value !== undefined || !(isPointer || type.is === 'bytes')) writeValue(writer, number, type, value);
}

/** Go writes the keys in order. */
function writeMap(writer: Writer, number: number, items: FieldType, map: Fields): void {
  for (const key of Object.keys(map).sort()) {
    openMessage(writer, number);
    writer.uint32(lengthDelimited(1)).string(key);
    writeValue(writer, 2, items, map[key] ?? undefined);
    writer.ldelim();
  }
}

function writeValue(writer: Writer, number: number, type: FieldType, value: unknown): void {
  switch (type.is) {
    case 'string':
      writer.uint32(lengthDelimited(number)).string((value as string | undefined) ?? '');
      return;
    case 'bytes':
      writer.uint32(lengthDelimited(number)).bytes(Buffer.from((value as string | undefined) ?? '', 'base64'));
      return;
    case 'int32':
    case 'int64':
      writer.uint32(varint(number)).int64((value as number | undefined) ?? 0);
      return;
    case 'boolean':
      writer.uint32(varint(number)).bool(value === true);
      return;
    case 'number':
      writer.uint32(fixed64(number)).double((value as number | undefined) ?? 0);
      return;
    default:
      openMessage(writer, number);
      writeInside(writer, type, value);
      writer.ldelim();
  }
}

/** Writes what is in a value that is a message on the wire. */
function writeInside(writer: Writer, type: FieldType, value: unknown): void {
  if (type.is === 'message') writeFields(writer, unionToMessage(type.name, value ?? {}) as Fields, layoutOf(type.name));
  else if (type.is === 'boxed')
    for (const item of (value as unknown[] | undefined) ?? []) writeValue(writer, 1, type.items, item);
  else writeSpecial(writer, type.is as Parameters<typeof writeSpecial>[1], value);
}

function openMessage(writer: Writer, number: number): void {
  writer.uint32(lengthDelimited(number)).fork();
}
