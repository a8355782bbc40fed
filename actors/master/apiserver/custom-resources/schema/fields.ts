/** Walking through plain values, copying only what changes. */

/** An object as JSON has it. */
export type Fields = Readonly<Record<string, unknown>>;

/** Tells an object from a list and a scalar. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Makes each field anew, or (undefined) takes it away. Gives the object itself where nothing changed. */
export function mapFields(fields: Fields, make: (value: unknown, name: string) => unknown): Fields {
  const made: Record<string, unknown> = {};
  let isSame = true;
  for (const name of Object.keys(fields)) {
    const value = make(fields[name], name);
    if (value !== fields[name]) isSame = false;
    if (value !== undefined) put(made, name, value);
  }
  return isSame ? fields : made;
}

/** Sets a field that may have any name: `__proto__` too is but a name. */
export function put(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') fields[name] = value;
  else Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Copies an object; unlike `Object.assign`, a field called `__proto__` too. */
export function copyFields(fields: Fields): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(fields)) put(copy, name, fields[name]);
  return copy;
}

/** Makes each item anew. Gives the list itself where nothing changed. */
export function mapItems(
  items: readonly unknown[],
  make: (item: unknown, place: number) => unknown,
): readonly unknown[] {
  let isSame = true;
  const made = items.map((item, i) => {
    const one = make(item, i);
    if (one !== item) isSame = false;
    return one;
  });
  return isSame ? items : made;
}

/** Finds what lies at a path of fields; undefined where it leads nowhere. */
export function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (!isFields(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** Makes the object with another value at a path, and objects on the way where there are none. */
export function withAt(value: unknown, path: readonly string[], inner: unknown): Fields {
  const fields = isFields(value) ? value : {};
  const [name = '', ...rest] = path;
  const old = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const made = copyFields(fields);
  put(made, name, rest.length === 0 ? inner : withAt(old, rest, inner));
  return made;
}
