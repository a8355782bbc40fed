/** The types of expressions, and which fits where (cel-go's `checker`). */

/** A type without parts. */
type Simple = 'int' | 'uint' | 'double' | 'string' | 'bool' | 'bytes' | 'null' | 'dyn' | 'timestamp' | 'duration';

/** How big a value can be, for what it costs to look at it: its items, entries or bytes; absent where nothing says. */
interface Sized {
  readonly most?: number;
}

/** A field of an object, by its name as JSON has it. */
export interface Field {
  readonly name: string;
  readonly type: Type;
}

/** A type. */
export type Type = Sized &
  (
    | { readonly kind: Simple }
    | {
        readonly kind: 'list';
        readonly item: Type;
        readonly listType?: string;
        readonly keys?: readonly string[];
      }
    | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
    | { readonly kind: 'object'; readonly name: string; readonly fields: ReadonlyMap<string, Field> }
    | { readonly kind: 'optional' | 'type'; readonly of: Type }
    | { readonly kind: 'param'; readonly name: string }
    | { readonly kind: 'opaque'; readonly name: string }
  );

/** A type that may be anything. */
export const dyn: Type = { kind: 'dyn' };

/** Makes a type without parts. */
export function simple(kind: Simple): Type {
  return { kind };
}

const byName: Readonly<Record<string, string>> = {
  quantity: 'kubernetes.Quantity',
  url: 'kubernetes.URL',
};
const simples: readonly string[] = [
  ...['int', 'uint', 'double', 'string', 'bool', 'bytes', 'null', 'dyn', 'timestamp', 'duration'],
];

/** Reads a type as functions are declared with: `list(int)`, `map(A, B)`; one big letter is any type. */
export function readType(text: string): Type {
  const parts = /^(\w+)(?:\((.*)\))?$/.exec(text.trim());
  const [, name = '', inner] = parts ?? [];
  if (inner !== undefined) {
    const [first = '', second = ''] = inner.split(/,(?![^(]*\))/);
    if (name === 'list') return { kind: 'list', item: readType(first) };
    if (name === 'map') return { kind: 'map', key: readType(first), value: readType(second) };
    return { kind: name === 'optional' ? 'optional' : 'type', of: readType(first) };
  }
  if (/^[A-Z]$/.test(name)) return { kind: 'param', name };
  const opaque = byName[name];
  if (opaque !== undefined) return { kind: 'opaque', name: opaque };
  if (!simples.includes(name)) throw new Error(`there is no type "${text}"`);
  return { kind: name as Simple };
}

/** Names a type as messages do. */
export function formatType(type: Type): string {
  switch (type.kind) {
    case 'list':
      return `list(${formatType(type.item)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'optional':
      return `optional_type(${formatType(type.of)})`;
    case 'type':
      return `type(${formatType(type.of)})`;
    case 'object':
    case 'opaque':
      return type.name;
    case 'param':
      return 'dyn';
    default:
      return type.kind;
  }
}

/** What is known of types that stand for any: `A` is a string. */
export class Bindings {
  #bound: ReadonlyMap<string, Type> = new Map();
  #fresh = 0;

  /** Makes a type that stands for any, unlike all others. */
  fresh(): Type {
    return { kind: 'param', name: `_${this.#fresh++}` };
  }

  /** Gives a type with new names for what stands for any, the same name for the same. */
  renew(type: Type, names: Map<string, Type>): Type {
    if (type.kind !== 'param') return mapParts(type, (part) => this.renew(part, names));
    const known = names.get(type.name) ?? this.fresh();
    names.set(type.name, known);
    return known;
  }

  /** Gives a type with what is known of it. */
  resolve(type: Type): Type {
    if (type.kind !== 'param') return mapParts(type, (part) => this.resolve(part));
    const bound = this.#bound.get(type.name);
    return bound === undefined ? type : this.resolve(bound);
  }

  /** Tries whether each value fits its place; what it learns of types stays only where all do. */
  accept(given: readonly Type[], wanted: readonly Type[]): boolean {
    const before = this.#bound;
    const fits = given.length === wanted.length && given.every((one, i) => this.#fits(one, wanted[i] ?? dyn));
    if (!fits) this.#bound = before;
    return fits;
  }

  #fits(given: Type, wanted: Type): boolean {
    const [from, to] = [this.#known(given), this.#known(wanted)];
    if (from === to) return true;
    if (to.kind === 'param') return this.#bind(to.name, from);
    if (from.kind === 'param') return this.#bind(from.name, to);
    if (from.kind === 'dyn' || to.kind === 'dyn') return true;
    if (from.kind === 'null') return to.kind === 'null' || isNullable(to);
    if (to.kind === 'null') return isNullable(from);
    if (from.kind !== to.kind) return false;
    if (from.kind === 'object' || from.kind === 'opaque') return from.name === (to as typeof from).name;
    const [inner, outer] = [partsOf(from), partsOf(to)];
    return from.kind === 'type' || inner.every((part, i) => this.#fits(part, outer[i] ?? dyn));
  }

  #known(type: Type): Type {
    if (type.kind !== 'param') return type;
    const bound = this.#bound.get(type.name);
    return bound === undefined ? type : this.#known(bound);
  }

  #bind(name: string, type: Type): boolean {
    if (mentions(this.resolve(type), name)) return type.kind === 'param';
    this.#bound = new Map(this.#bound).set(name, type);
    return true;
  }
}

function isNullable({ kind }: Type): boolean {
  return kind === 'object' || kind === 'timestamp' || kind === 'duration' || kind === 'opaque';
}

function partsOf(type: Type): readonly Type[] {
  if (type.kind === 'list') return [type.item];
  if (type.kind === 'map') return [type.key, type.value];
  return type.kind === 'optional' || type.kind === 'type' ? [type.of] : [];
}

function mentions(type: Type, name: string): boolean {
  return type.kind === 'param' ? type.name === name : partsOf(type).some((part) => mentions(part, name));
}

function mapParts(type: Type, make: (part: Type) => Type): Type {
  if (type.kind === 'list') {
    const item = make(type.item);
    return item === type.item ? type : { ...type, item };
  }
  if (type.kind === 'map') {
    const [key, value] = [make(type.key), make(type.value)];
    return key === type.key && value === type.value ? type : { ...type, key, value };
  }
  if (type.kind !== 'optional' && type.kind !== 'type') return type;
  const of = make(type.of);
  return of === type.of ? type : { ...type, of };
}
