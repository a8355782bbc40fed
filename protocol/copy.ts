/** Shallow copies that are meant to get more fields. */

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
