/** The events of a watch in protobuf: each a `metav1.WatchEvent`, after its length in four bytes. */

import protobuf from 'protobufjs';
import { writeEnvelope } from './envelope.ts';
import { lengthDelimited } from './wire-tags.ts';

const written = new WeakMap<object, Uint8Array>();

/** Writes an event. What many watch is written once, as objects never change. */
export function writeFrame(type: string, object: object): Uint8Array {
  const event = protobuf.Writer.create().uint32(lengthDelimited(1)).string(type);
  event.uint32(lengthDelimited(2)).fork();
  event.uint32(lengthDelimited(1)).bytes(sharedEnvelope(object)).ldelim();
  const bytes = event.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** An object that has no message is no object at all there. */
function sharedEnvelope(object: object): Uint8Array {
  const known = written.get(object);
  if (known !== undefined) return known;
  const bytes = writeEnvelope(object) ?? new Uint8Array();
  written.set(object, bytes);
  return bytes;
}
