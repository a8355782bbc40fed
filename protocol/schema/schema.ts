/** The shape of every kind: fields, their types, and how lists and maps merge. */

import { kinds, types } from './facts.ts';

/** What a value is. */
export type SchemaType =
  | 'object'
  | 'array'
  | 'map'
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'any'
  | 'quantity'
  | 'intOrString'
  | 'time';

/** How a strategic merge patch treats a field; `retainKeys` comes with or without `merge`. */
export type PatchStrategy = 'merge' | 'replace' | 'retainKeys' | 'merge,retainKeys';

/** The shape of one value. What it holds is resolved when first asked for: types refer to each other. */
export interface SchemaNode {
  readonly type: SchemaType;
  /** What Go calls it, as decoding errors do: `int32`, `[]v1.Container`, `map[string]string`. */
  readonly goType: string;
  /** The name of an object's type: `PodSpec`. */
  readonly name?: string;
  /** An object's fields; the table has no prototype, so any name may be looked up. */
  readonly fields?: Readonly<Record<string, SchemaNode>>;
  /** What a list or a map holds. */
  readonly items?: SchemaNode;
  /** Which field tells the items of a list apart in a strategic merge patch. */
  readonly mergeKey?: string;
  readonly patchStrategy?: PatchStrategy;
  /** How server-side apply owns a list (`x-kubernetes-list-type`) or a map or object (`x-kubernetes-map-type`). */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  /** What a field holds that an item of a list leaves out, where it is one of the list's map keys. */
  readonly default?: unknown;
  /** Fields an object must have. Kubernetes's own kinds check this in validation, not here. */
  readonly required?: readonly string[];
  /** `bytes` is text in base 64, `micro` a time with microseconds. */
  readonly format?: 'int32' | 'int64' | 'bytes' | 'micro';
}

/** What of a node belongs to the field, not to its type. */
type FieldFacts = Pick<SchemaNode, 'mergeKey' | 'patchStrategy' | 'listType' | 'listMapKeys' | 'mapType' | 'default'>;

const scalars: Readonly<Record<string, SchemaNode>> = {
  string: { type: 'string', goType: 'string' },
  bytes: { type: 'string', goType: '[]uint8', format: 'bytes' },
  int32: { type: 'integer', goType: 'int32', format: 'int32' },
  int64: { type: 'integer', goType: 'int64', format: 'int64' },
  number: { type: 'number', goType: 'float64' },
  boolean: { type: 'boolean', goType: 'bool' },
  any: { type: 'any', goType: 'runtime.RawExtension' },
  quantity: { type: 'quantity', goType: 'resource.Quantity' },
  intOrString: { type: 'intOrString', goType: 'intstr.IntOrString' },
  time: { type: 'time', goType: 'v1.Time' },
  microTime: { type: 'time', goType: 'v1.MicroTime', format: 'micro' },
};

/** What the facts say of each type. */
const facts = new Map(types.trim().split('\n').map(splitLine));
/** Types are read once; the facts never change. */
const read = new Map<string, SchemaNode>();
/** The names of the types of kinds, by apiVersion, then by kind. */
const typesOfKinds = new Map<string, Map<string, string>>();
for (const [apiVersionAndKind, type] of Object.entries(kinds)) {
  const [apiVersion, kind] = splitLine(apiVersionAndKind);
  typesOfKinds.set(apiVersion, (typesOfKinds.get(apiVersion) ?? new Map<string, string>()).set(kind, type));
}

function splitLine(line: string): [string, string] {
  const blank = line.indexOf(' ');
  return blank < 0 ? [line, ''] : [line.slice(0, blank), line.slice(blank + 1)];
}

/** Gives the shape of a kind; undefined for one the API does not know. */
export function schemaOf(apiVersion: string, kind: string): SchemaNode | undefined {
  const name = typesOfKinds.get(apiVersion)?.get(kind);
  return name === undefined ? undefined : typeNode(name);
}

/** Gives the shape of a named type, such as `PodSpec`; undefined where there is none. */
export function schemaOfType(name: string): SchemaNode | undefined {
  return facts.has(name) ? typeNode(name) : undefined;
}

/** Gives the shape of what a field of an object, any key of a map, or any item of a list holds. */
export function fieldOf(node: SchemaNode | undefined, field: string): SchemaNode | undefined {
  return node?.type === 'object' ? node.fields?.[field] : node?.items;
}

/** Gives the shape at a path, whose list items and map keys may be any text; undefined where the path leads nowhere. */
export function schemaAt(node: SchemaNode | undefined, path: readonly string[]): SchemaNode | undefined {
  return path.reduce(fieldOf, node);
}

/** Gives the field by which a strategic merge patch tells the items of a list apart; undefined where it replaces the list. */
export function mergeKeyOf(node: SchemaNode | undefined): string | undefined {
  return node?.patchStrategy?.includes('merge') ? node.mergeKey : undefined;
}

function typeNode(name: string): SchemaNode {
  const known = scalars[name] ?? read.get(name);
  if (known !== undefined) return known;
  const node = new ObjectNode(name, facts.get(name) ?? '');
  read.set(name, node);
  return node;
}

/** An object's type, whose fields are read when first asked for. */
class ObjectNode implements SchemaNode {
  readonly type = 'object';
  readonly name: string;
  readonly goType: string;
  declare readonly mapType?: 'atomic' | 'granular';
  readonly #texts: readonly string[];
  #fields: Readonly<Record<string, SchemaNode>> | undefined;

  constructor(name: string, text: string) {
    this.name = name.slice(name.indexOf('.') + 1);
    this.goType = `v1.${this.name}`;
    const texts = text.split(' ').filter((text) => text !== '');
    if (texts[0]?.startsWith('|map=')) this.mapType = 'atomic';
    this.#texts = texts.filter((text) => !text.startsWith('|'));
  }

  get fields(): Readonly<Record<string, SchemaNode>> {
    // Without a prototype, so that a field may be looked up by any name.
    this.#fields ??= Object.assign(Object.create(null), Object.fromEntries(this.#texts.map(readField)));
    return this.#fields as Readonly<Record<string, SchemaNode>>;
  }

  get required(): readonly string[] {
    return this.#texts.map((text) => /^([^:]+)!:/.exec(text)?.[1]).filter((name) => name !== undefined);
  }
}

/** A field whose type is an object and which has facts of its own. */
class FieldNode implements SchemaNode {
  readonly #object: SchemaNode;
  readonly type = 'object';
  readonly name: string;
  readonly goType: string;

  constructor(object: SchemaNode, own: FieldFacts) {
    this.#object = object;
    this.name = object.name ?? '';
    this.goType = object.goType;
    Object.assign(this, object.mapType && { mapType: object.mapType }, own);
  }

  get fields(): Readonly<Record<string, SchemaNode>> {
    return this.#object.fields ?? {};
  }

  get required(): readonly string[] {
    return this.#object.required ?? [];
  }
}

function readField(text: string): [string, SchemaNode] {
  const [head = '', ...attributes] = text.split('|');
  const colon = head.indexOf(':');
  const name = head.slice(0, colon).replace('!', '');
  return [name, withFacts(head.slice(colon + 1), Object.assign({}, ...attributes.map(readAttribute)))];
}

function readAttribute(text: string): FieldFacts {
  const [word = '', value = ''] = text.split('=');
  if (word === 'key') return { mergeKey: value };
  if (word === 'map') return { mapType: value as 'atomic' };
  if (word === 'default') return { default: value };
  if (word !== 'list') return { patchStrategy: word as PatchStrategy };
  const [listType, keys] = value.split(':');
  return { listType: listType as 'map', ...(keys !== undefined && { listMapKeys: keys.split(',') }) };
}

function withFacts(typeText: string, own: FieldFacts): SchemaNode {
  if (typeText.startsWith('[')) {
    const items = withFacts(typeText.slice(1, -1), {});
    return { type: 'array', goType: `[]${items.goType}`, items, ...own };
  }
  if (typeText.startsWith('{')) {
    const items = withFacts(typeText.slice(1, -1), {});
    return { type: 'map', goType: `map[string]${items.goType}`, items, ...own };
  }
  const node = typeNode(typeText);
  if (Object.keys(own).length === 0) return node;
  return node.type === 'object' ? new FieldNode(node, own) : { ...node, ...own };
}
