/** How documents become protobuf: the layout of messages, and the parts that both versions write alike. */

import protobuf from 'protobufjs';

/** A message as plain data, with the field names of its layout. */
export type MessageFields = Record<string, unknown>;

/** Reads a layout: one message a line. */
export function readLayout(text: string): protobuf.Root {
  const nested: Record<string, protobuf.IType> = {};
  for (const line of text.trim().split('\n')) {
    const [name = '', ...fields] = line.split(' ');
    nested[name] = { fields: Object.fromEntries(fields.map(readField)) };
  }
  return protobuf.Root.fromJSON({ nested });
}

function readField(text: string): [string, protobuf.IField] {
  const match = /^(\w+)=(\d+):(\[?)(\w+)\]?$/.exec(text);
  const [, name = '', id = '', list = '', type = ''] = match ?? [];
  return [name, { id: Number(id), type, ...(list === '[' && { rule: 'repeated' }) }];
}

/** Writes the `x-` fields of a part of a document; what they hold is YAML, of which JSON is a form. */
export function extensions(part: object): MessageFields[] {
  return Object.entries(part)
    .filter(([name, value]) => name.startsWith('x-') && value !== undefined)
    .map(([name, value]) => ({ name, value: any(value) }));
}

/** Writes a value of any type. */
export function any(value: unknown): MessageFields {
  return { yaml: JSON.stringify(value) };
}

/** Writes a table as the pairs of its names and values. */
export function named<T>(table: Readonly<Record<string, T>>, write: (value: T) => unknown): MessageFields[] {
  return Object.entries(table).map(([name, value]) => ({ name, value: write(value) }));
}

/** Fields of a schema that are written as they are, and what the layout calls them. */
const plainFields: readonly (readonly [json: string, field: string])[] = [
  ['title', 'title'],
  ['description', 'description'],
  ['format', 'format'],
  ['pattern', 'pattern'],
  ['required', 'required'],
  ['multipleOf', 'multiple_of'],
  ['maximum', 'maximum'],
  ['exclusiveMaximum', 'exclusive_maximum'],
  ['minimum', 'minimum'],
  ['exclusiveMinimum', 'exclusive_minimum'],
  ['maxLength', 'max_length'],
  ['minLength', 'min_length'],
  ['maxItems', 'max_items'],
  ['minItems', 'min_items'],
  ['uniqueItems', 'unique_items'],
  ['maxProperties', 'max_properties'],
  ['minProperties', 'min_properties'],
  ['nullable', 'nullable'],
];

/** Writes those fields of a schema that are no schemas. A bound of 0 is lost on the way, as gnostic loses it: proto3 has no word for it. */
export function plainSchemaFields(schema: object): MessageFields {
  const fields: MessageFields = {};
  const values = schema as Readonly<Record<string, unknown>>;
  for (const [json, field] of plainFields) if (values[json] !== undefined) fields[field] = values[json];
  if (Array.isArray(values.enum)) fields.enum = values.enum.map(any);
  return fields;
}
