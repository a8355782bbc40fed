/** How each type of the API lies in protobuf: the layouts of `messages.ts`, read when first asked for. */

import { kinds } from '../../protocol/schema/facts.ts';
import { messages } from './messages.ts';

/** A value that is no list, map or message with fields of its own; several are messages on the wire. */
export type Scalar =
  | 'string'
  | 'bytes'
  | 'int32'
  | 'int64'
  | 'number'
  | 'boolean'
  | 'any'
  | 'quantity'
  | 'intOrString'
  | 'time'
  | 'microTime';

/** What a field holds. A list that a map holds is `boxed`: a message of its own, with the items in field 1. */
export type FieldType =
  | { readonly is: Scalar }
  | { readonly is: 'list' | 'map' | 'boxed'; readonly items: FieldType }
  | { readonly is: 'message'; readonly name: string };

/** A field of a message. */
export interface FieldLayout {
  /** As JSON names it. */
  readonly name: string;
  /** The number on the wire. */
  readonly number: number;
  /** The field of the message that this one lies in, where that is written apart and JSON has its fields in place. */
  readonly inside: number | undefined;
  readonly type: FieldType;
  /** A pointer in Go: absent and empty are two things. */
  readonly isPointer: boolean;
  /** Written in JSON even where it is empty. */
  readonly isAlways: boolean;
  /** Its place among the fields of its message. */
  readonly index: number;
}

/** Fields by their numbers; a number may also lead into a message whose fields JSON has in place. */
export type Numbering = ReadonlyMap<number, FieldLayout | { readonly inlined: Numbering }>;

/** A message. */
export interface MessageLayout {
  readonly name: string;
  /** In Go's order. */
  readonly fields: readonly FieldLayout[];
  readonly numbering: Numbering;
  /** Fields, and messages whose fields JSON has in place (by their indices), in the order of their numbers. */
  readonly outline: readonly (FieldLayout | { readonly number: number; readonly inlined: readonly number[] })[];
}

const metadataOnly = /^meta\.k8s\.io\/v1(beta1)? PartialObjectMetadata$/;

const scalars: ReadonlySet<string> = new Set<Scalar>([
  'string',
  'bytes',
  'int32',
  'int64',
  'number',
  'boolean',
  'any',
  'quantity',
  'intOrString',
  'time',
  'microTime',
]);

const texts = new Map(
  messages
    .trim()
    .split('\n')
    .map((line): [string, string[]] => {
      const [name = '', ...fields] = line.split(' ');
      return [name, fields];
    }),
);
const read = new Map<string, MessageLayout>();

/** Gives the layout of a message. @throws Error for one that is not there: the layouts name each other */
export function layoutOf(name: string): MessageLayout {
  const known = read.get(name);
  if (known !== undefined) return known;
  const fields = texts.get(name)?.map(readField);
  if (fields === undefined) throw new Error(`no layout of ${name}`);
  const layout = layoutWith(name, fields);
  read.set(name, layout);
  return layout;
}

function layoutWith(name: string, fields: readonly FieldLayout[]): MessageLayout {
  const numbering = numberingOf(fields);
  const outline = [...numbering]
    .sort(([a], [b]) => a - b)
    .map(([number, part]) => ('inlined' in part ? { number, inlined: indicesOf(part.inlined) } : part));
  return { name, fields, numbering, outline };
}

function indicesOf(numbering: Numbering): number[] {
  return [...numbering].sort(([a], [b]) => a - b).map(([, field]) => (field as FieldLayout).index);
}

/** Gives the layout of a kind; undefined for one that the API does not know. */
export function layoutOfKind(apiVersion: string, kind: string): MessageLayout | undefined {
  const key = `${apiVersion} ${kind}`;
  if (Object.hasOwn(kinds, key)) return layoutOf(kinds[key] ?? '');
  return metadataOnly.test(key) ? layoutOf('PartialObjectMetadata') : undefined;
}

/** Gives the layout of a kind of lists, such as `PodList`: all are alike. Undefined for one that the API does not know. */
export function layoutOfList(apiVersion: string, listKind: string): MessageLayout | undefined {
  if (!listKind.endsWith('List')) return undefined;
  const item = layoutOfKind(apiVersion, listKind.slice(0, -'List'.length));
  if (item === undefined) return undefined;
  const name = `${item.name}List`;
  const known = read.get(name);
  if (known !== undefined) return known;
  const layout = layoutWith(name, ['metadata!=1:ListMeta', `items!=2:[${item.name}]`].map(readField));
  read.set(name, layout);
  return layout;
}

/** Gives the names of all messages. */
export function messageNames(): readonly string[] {
  return [...texts.keys()];
}

function readField(text: string, index: number): FieldLayout {
  const [, name = '', marks = '', inside, number, type = ''] = fieldText.exec(text) ?? [];
  return {
    name,
    number: Number(number),
    inside: inside === undefined ? undefined : Number(inside),
    type: readType(type),
    isPointer: marks.includes('?'),
    isAlways: marks.includes('!'),
    index,
  };
}

const fieldText = /^([^?!=]+)([?!]*)=(?:(\d+)\.)?(\d+):(.+)$/;

function readType(text: string): FieldType {
  const inner = text.slice(1, -1);
  if (text.startsWith('[')) return { is: 'list', items: readType(inner) };
  if (text.startsWith('{')) {
    const items = readType(inner);
    return { is: 'map', items: items.is === 'list' ? { is: 'boxed', items: items.items } : items };
  }
  return scalars.has(text) ? { is: text as Scalar } : { is: 'message', name: text };
}

function numberingOf(fields: readonly FieldLayout[]): Numbering {
  const numbering = new Map<number, FieldLayout | { readonly inlined: Map<number, FieldLayout> }>();
  for (const field of fields) {
    if (field.inside === undefined) {
      numbering.set(field.number, field);
      continue;
    }
    const part = numbering.get(field.inside) ?? { inlined: new Map<number, FieldLayout>() };
    numbering.set(field.inside, part);
    if ('inlined' in part) part.inlined.set(field.number, field);
  }
  return numbering;
}
