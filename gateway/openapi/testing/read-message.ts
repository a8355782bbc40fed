/** Reads a decoded protobuf document back into the JSON it was made of, as gnostic's `ToRawInfo` does. */

import type protobuf from 'protobufjs';

type Fields = Readonly<Record<string, unknown>>;

/** Messages that stand for the one thing they hold. */
const wrappers: ReadonlySet<string> = new Set([
  'AdditionalPropertiesItem',
  'DefaultType',
  'NonBodyParameter',
  'ParameterOrReference',
  'ParametersItem',
  'RequestBodyOrReference',
  'ResponseOrReference',
  'ResponseValue',
  'SchemaItem',
  'SchemaOrReference',
  'SecurityDefinitionsItem',
  'SecuritySchemeOrReference',
]);

/** Reads a message of a root's type; only the fields that were on the wire. */
export function readMessage(message: unknown, type: protobuf.Type): unknown {
  const fields = message as Fields;
  // protobufjs gives every message a list for each of its repeated fields.
  const names = Object.keys(fields).filter((name) => !(Array.isArray(fields[name]) && fields[name].length === 0));
  if (type.name === 'Any') return JSON.parse(String(fields.yaml));
  if (type.name === 'StringArray') return fields.value;
  if (type.name === 'TypeItem') return (fields.value as unknown[])[0];
  const isParameterV2 = type.name === 'Parameter' && 'body_parameter' in type.fields;
  if (wrappers.has(type.name) || isParameterV2) {
    if (names.length !== 1) throw new Error(`${type.name} holds ${names.join(', ')}`);
    return readValue(fields[names[0] ?? ''], fieldOf(type, names[0] ?? ''));
  }
  if (type.name === 'ItemsItem') {
    const [name = ''] = names;
    return (readValue(fields[name], fieldOf(type, name)) as unknown[])[0];
  }
  return Object.fromEntries(names.flatMap((name) => readField(name, fields[name], fieldOf(type, name))));
}

function fieldOf(type: protobuf.Type, name: string): protobuf.Field {
  const field = type.fields[name];
  if (field === undefined) throw new Error(`${type.name} has no field ${name}`);
  return field.resolve();
}

/** What is written as pairs of names and values is a table, and belongs to the object itself. */
function readField(name: string, value: unknown, field: protobuf.Field): [string, unknown][] {
  const read = readValue(value, field);
  const isTable = field.repeated && field.type.startsWith('Named');
  return isTable
    ? (read as { name: string; value: unknown }[]).map((pair) => [pair.name, pair.value])
    : [[camel(name), read]];
}

function readValue(value: unknown, field: protobuf.Field): unknown {
  if (Array.isArray(value)) return value.map((one) => readOne(one, field));
  return readOne(value, field);
}

function readOne(value: unknown, { resolvedType }: protobuf.Field): unknown {
  if (resolvedType !== null && 'fields' in resolvedType) return readMessage(value, resolvedType);
  return typeof value === 'object' ? Number(value) : value;
}

function camel(name: string): string {
  return name === '_ref' ? '$ref' : name.replace(/_(\w)/g, (_whole, letter: string) => letter.toUpperCase());
}
