/** Whether two JSON values are the same; what they share by reference is not looked at. */

/** Compares two plain JSON values; a field that is undefined counts as absent. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b);
  return !Array.isArray(b) && equalMaps(a as Record<string, unknown>, b as Record<string, unknown>);
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false;
  return true;
}

function equalMaps(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  let missing = 0;
  for (const field in a) {
    if (a[field] === undefined) continue;
    if (!deepEqual(a[field], b[field])) return false;
    missing++;
  }
  for (const field in b) if (b[field] !== undefined) missing--;
  return missing === 0;
}
