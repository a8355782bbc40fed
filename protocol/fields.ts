/** Copies of plain objects, with other fields. */

/**
 * Makes a copy with these fields; one given as undefined is taken away.
 *
 * A copy without a field is made field by field: deleting from it would make the engine store it as a slow map.
 */
export function withFields(object: object, change: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...object };
  let isLess = false;
  for (const field in change) {
    if (change[field] !== undefined) copy[field] = change[field];
    else if (copy[field] !== undefined) isLess = true;
  }
  if (!isLess) return copy;
  const less: Record<string, unknown> = {};
  for (const field in copy) if (!(field in change) || change[field] !== undefined) less[field] = copy[field];
  return less;
}
