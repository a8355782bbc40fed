/** JSON merge patch: what is given replaces, null removes (RFC 7386). */

import { withFields } from '../../../../protocol/copy.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Merges a patch into a value; shares what it does not touch, and gives the value itself where nothing changes. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const base: Fields = isFields(target) ? target : {};
  let changed: Record<string, unknown> | undefined = isFields(target) ? undefined : {};
  for (const field of Object.keys(patch)) {
    const isThere = Object.hasOwn(base, field);
    const given = patch[field];
    const value = given === null ? undefined : mergePatch(isThere ? base[field] : undefined, given);
    if (isThere ? value === base[field] : given === null) continue;
    changed ??= {};
    changed[field] = value;
  }
  return changed === undefined ? base : withFields(base, changed);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
