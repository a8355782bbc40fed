/** JSON merge patch: what is given replaces, null removes (RFC 7386). */

import { copyOf } from '../../../../protocol/copy.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Merges a patch into a value; shares what it does not touch, and gives the value itself where nothing changes. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const base: Fields = isFields(target) ? target : {};
  let merged: Record<string, unknown> | undefined = isFields(target) ? undefined : {};
  for (const field of Object.keys(patch)) {
    const given = patch[field];
    if (given === null) {
      if (!Object.hasOwn(base, field)) continue;
      merged ??= copyOf(base);
      delete merged[field];
      continue;
    }
    const value = mergePatch(base[field], given);
    if (value === base[field] && Object.hasOwn(base, field)) continue;
    merged ??= copyOf(base);
    merged[field] = value;
  }
  return merged ?? base;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
