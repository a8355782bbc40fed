/** An object in protobuf as it comes over HTTP: four bytes that say so, then its kind and its message (`runtime.Unknown`). */

import protobuf from 'protobufjs';
import { layoutOf, layoutOfKind, layoutOfList, type MessageLayout } from './layout.ts';
import { readMessage } from './message-reader.ts';
import { writeMessage } from './message-writer.ts';
import { readPlain, WireFault, wireType } from './wire-reader.ts';
import { lengthDelimited } from './wire-tags.ts';

/** The media type of it. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

/** What stands before every object: `k8s` and the number of the encoding. */
const prefix = [0x6b, 0x38, 0x73, 0x00] as const;

/** What kind of object is in a body. */
export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** A body that cannot be read, in the words of Kubernetes's decoder. */
export interface Unreadable {
  readonly problem: string;
  /** What it says it is; absent where it does not get that far. */
  readonly type?: TypeMeta;
}

/**
 * Reads an object, as the JSON object that says the same; `assumed` is what it is where it does not say.
 *
 * Of a kind that is not known only the kind itself is given: whoever it is for refuses it by that.
 */
export function readEnvelope(body: Uint8Array, assumed: TypeMeta): { object: Record<string, unknown> } | Unreadable {
  if (body.length === 0) return { problem: 'empty data' };
  if (prefix.some((byte, at) => body[at] !== byte)) {
    const shown = `[${prefix.join(' ')}]`;
    return { problem: `provided data does not appear to be a protobuf message, expected prefix ${shown}` };
  }
  if (body.length === prefix.length) return { problem: 'empty body' };
  let type: TypeMeta | undefined;
  try {
    const found = readUnknown(body.subarray(prefix.length));
    type = { apiVersion: found.apiVersion || assumed.apiVersion, kind: found.kind || assumed.kind };
    const layout = type.kind === 'DeleteOptions' ? layoutOf(type.kind) : layoutOfWhole(type);
    const fields = layout === undefined ? {} : readMessage(found.raw, layout);
    return { object: Object.assign({ kind: type.kind, apiVersion: type.apiVersion }, fields) };
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    return { problem: error.message, ...(type && { type }) };
  }
}

/** Reads `runtime.Unknown`; how the message in it is encoded has one answer only, so that nobody looks. */
function readUnknown(bytes: Uint8Array) {
  const [, typeMeta, raw] = readPlain('Unknown', bytes, {
    1: ['TypeMeta', wireType.bytes],
    2: ['Raw', wireType.bytes],
  });
  const [, apiVersion, kind] = readPlain('TypeMeta', typeMeta?.bytes ?? new Uint8Array(), {
    1: ['APIVersion', wireType.bytes],
    2: ['Kind', wireType.bytes],
  });
  return {
    apiVersion: apiVersion?.bytes?.toString('utf8') ?? '',
    kind: kind?.bytes?.toString('utf8') ?? '',
    raw: raw?.bytes ?? new Uint8Array(),
  };
}

function layoutOfWhole({ apiVersion, kind }: TypeMeta): MessageLayout | undefined {
  return layoutOfKind(apiVersion, kind) ?? layoutOfList(apiVersion, kind);
}

/** Writes an object or a list of a kind that has a message; undefined where it has none. */
export function writeEnvelope(object: object): Uint8Array | undefined {
  const { apiVersion = '', kind = '' } = object as Partial<TypeMeta>;
  const layout = layoutOfWhole({ apiVersion, kind });
  if (layout === undefined) return undefined;
  const writer = protobuf.Writer.create();
  writer.uint32(lengthDelimited(1)).fork();
  writer.uint32(lengthDelimited(1)).string(apiVersion).uint32(lengthDelimited(2)).string(kind).ldelim();
  writer.uint32(lengthDelimited(2)).bytes(writeMessage(object, layout));
  // Its encoding and its type are always empty: the message is as it is, and protobuf.
  writer.uint32(lengthDelimited(3)).string('').uint32(lengthDelimited(4)).string('');
  return Buffer.concat([Uint8Array.from(prefix), writer.finish()]);
}
