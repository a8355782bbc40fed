/** What is seen when a condition is looked at. */

/** Whether it holds, and what is so instead. */
export interface Evidence {
  holds: boolean;
  /** What was seen, in a few words: `2 of 3 ready`. */
  seen: string;
}

/** Puts several together: all must hold, and what does not hold is told. */
export function allOf(parts: readonly Evidence[]): Evidence {
  const failing = parts.filter(({ holds }) => !holds);
  const told = failing.length > 0 ? failing : parts;
  return { holds: failing.length === 0, seen: told.map(({ seen }) => seen).join('; ') };
}
