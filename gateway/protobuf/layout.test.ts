/** The layouts of messages have what the schema of the API has. */

import { expect, test } from 'vitest';
import { resourceKinds } from '../../protocol/resources.ts';
import { types } from '../../protocol/schema/facts.ts';
import { type FieldType, layoutOf, layoutOfKind, messageNames } from './layout.ts';

/** Parts of schemas that protobuf has as messages of two fields. */
const isUnion = (name: string) => name.startsWith('JSONSchemaPropsOr');

const facts = types
  .trim()
  .split('\n')
  .map((line) => line.split(' '))
  .map(([name = '', ...fields]) => ({
    name,
    fields: fields.map((field) => /^([^:!]+)!?:([^|]+)/.exec(field)).filter((match) => match !== null),
  }));

function textOf(type: FieldType): string {
  switch (type.is) {
    case 'list':
    case 'boxed':
      return `[${textOf(type.items)}]`;
    case 'map':
      return `{${textOf(type.items)}}`;
    case 'message':
      return type.name;
    default:
      return type.is;
  }
}

test('a message has the fields of its type, of the same types, each at a place of its own', () => {
  for (const { name, fields } of facts.filter(({ name }) => !isUnion(name))) {
    const layout = layoutOf(name);
    const found = Object.fromEntries(layout.fields.map((field) => [field.name, textOf(field.type)]));
    for (const [, field = '', type = ''] of fields) {
      // A kind says what it is around its message, not in it.
      const isOutside = found[field] === undefined && (field === 'kind' || field === 'apiVersion');
      const isUnknown = type === '{any}' && found[field]?.includes('JSONSchemaPropsOr');
      if (!isOutside && !isUnknown) expect([name, field, found[field]]).toEqual([name, field, type]);
    }
    const places = layout.fields.map(({ inside, number }) => `${inside ?? ''}.${number}`);
    expect(new Set(places).size, name).toBe(places.length);
  }
});

test('every message named is there', () => {
  const named = (type: FieldType): string[] =>
    'items' in type ? named(type.items) : type.is === 'message' ? [type.name] : [];
  for (const name of messageNames()) {
    for (const { type } of layoutOf(name).fields)
      for (const inner of named(type)) expect(layoutOf(inner)).toBeDefined();
  }
});

test('every kind that is served has a message', () => {
  for (const { group, version, kind } of resourceKinds) {
    expect(layoutOfKind(group === '' ? version : `${group}/${version}`, kind), kind).toBeDefined();
  }
});
