/** JSON patch: a list of operations, all or none (RFC 6902). */

import type { Operation } from 'fast-json-patch';
import jsonpatch from 'fast-json-patch';
import { PatchError } from './strategic-merge.ts';

/** Applies operations to a copy of a document. @throws PatchError where one is malformed or cannot be done. */
export function applyJsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations))
    throw new PatchError('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  try {
    // The library writes into the operations' own values: a later operation must not reach what others share.
    return jsonpatch.applyPatch(document, structuredCopy(operations) as Operation[], true, false).newDocument;
  } catch (error) {
    if (error instanceof jsonpatch.JsonPatchError) throw new PatchError(error.message.split('\n', 1)[0]);
    throw error;
  }
}

function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, structuredCopy(inner)]));
}
