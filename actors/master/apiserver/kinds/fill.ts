/** Filling in what an object leaves open, copying only what changes. */

import { copyOf, copyWith } from '../../../../protocol/copy.ts';

/** Gives the object with these values where it has none, or an empty text. The object itself where nothing was missing. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  let filled = object;
  for (const name in defaults) {
    const given: unknown = object[name];
    if ((given !== undefined && given !== '') || defaults[name] === undefined) continue;
    if (filled === object) filled = copyOf(object);
    filled[name] = defaults[name] as T[typeof name];
  }
  return filled;
}

/** As `fill`, where 0 too counts as missing: numbers that Go keeps without a pointer. */
export function fillZeros<T extends object>(object: T, defaults: Partial<T>): T {
  let filled = object;
  for (const name in defaults) {
    if (object[name] || defaults[name] === undefined) continue;
    if (filled === object) filled = copyOf(object);
    filled[name] = defaults[name] as T[typeof name];
  }
  return filled;
}

/** Gives the object with one field made anew by a function, where it has the field. The object itself where nothing changed. */
export function refit<T extends object, Field extends keyof T>(
  object: T,
  field: Field,
  make: (value: NonNullable<T[Field]>) => T[Field],
): T {
  const value = object[field];
  if (value === undefined || value === null) return object;
  const made = make(value as NonNullable<T[Field]>);
  return made === value ? object : copyWith(object, { [field]: made });
}

/** Gives the list with each item made anew. The list itself where nothing changed. */
export function refitEach<T>(list: T[], make: (item: T) => T): T[] {
  let isSame = true;
  const made = list.map((item) => {
    const one = make(item);
    if (one !== item) isSame = false;
    return one;
  });
  return isSame ? list : made;
}

/** Gives the object without a field. The object itself where it has none. */
export function without<T extends object, Field extends keyof T>(object: T, field: Field): T {
  if (!(field in object)) return object;
  const { [field]: _dropped, ...rest } = object;
  return rest as T;
}
