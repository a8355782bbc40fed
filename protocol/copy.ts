/** Copies of plain objects, with other fields. */

/**
 * Makes a copy of an object, to add fields to.
 *
 * Not `{ ...object }`: V8 gives such a copy a hidden class of its own as soon as it gets a field that the object did not
 * have, as in `{ ...object, more }`. Whoever reads it afterwards reads an object of a kind never seen before. A copy by
 * spread that gets no new field, and one that has its own fields first (`{ more, ...object }`), are as good as this.
 */
export function copyOf<T extends object>(object: T): T {
  return Object.assign({}, object);
}

/** Makes a copy of an object with other fields, or more; see `copyOf`. */
export function copyWith<T extends object, Fields extends object>(object: T, fields: Fields): T & Fields {
  return Object.assign({}, object, fields);
}

/** Makes a copy of an object with other fields, or more; one given as undefined is taken away. */
export function withFields(object: object, change: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = copyOf(object as Record<string, unknown>);
  let isLess = false;
  for (const field in change) {
    if (change[field] !== undefined) copy[field] = change[field];
    else if (copy[field] !== undefined) isLess = true;
  }
  if (!isLess) return copy;
  // Made anew: deleting from a copy would make V8 keep it as a slow map.
  const less: Record<string, unknown> = {};
  for (const field in copy) if (!(field in change) || change[field] !== undefined) less[field] = copy[field];
  return less;
}
