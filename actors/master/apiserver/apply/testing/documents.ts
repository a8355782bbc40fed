/** Random objects for the properties of merging: maps, maps of fields, sets, lists by key, and lists owned whole. */

import fc from 'fast-check';
import type { SchemaNode } from '../../../../../protocol/schema/schema.ts';

const scalar = (type: 'string' | 'integer'): SchemaNode => ({ type, goType: type === 'string' ? 'string' : 'int32' });
const fields = (of: Record<string, SchemaNode>): Record<string, SchemaNode> => Object.assign(Object.create(null), of);

const item: SchemaNode = {
  type: 'object',
  goType: 'Item',
  fields: fields({
    name: scalar('string'),
    port: scalar('integer'),
    protocol: { ...scalar('string'), default: 'TCP' },
    note: scalar('string'),
    args: { type: 'array', goType: '[]string', items: scalar('string'), listType: 'atomic' },
  }),
};

/** The shape of the documents: every way to own a value. */
export const documentSchema: SchemaNode = {
  type: 'object',
  goType: 'Document',
  fields: fields({
    text: scalar('string'),
    count: scalar('integer'),
    labels: { type: 'map', goType: 'map[string]string', items: scalar('string') },
    selector: { type: 'map', goType: 'map[string]string', items: scalar('string'), mapType: 'atomic' },
    words: { type: 'array', goType: '[]string', items: scalar('string'), listType: 'set' },
    items: { type: 'array', goType: '[]Item', items: item, listType: 'map', listMapKeys: ['name'] },
    ports: { type: 'array', goType: '[]Item', items: item, listType: 'map', listMapKeys: ['port', 'protocol'] },
    inner: { type: 'object', goType: 'Inner', fields: fields({ text: scalar('string'), one: item }) },
  }),
};

const word = fc.constantFrom('a', 'b', 'c');
const number = fc.integer({ min: 1, max: 3 });
const uniqueBy = <T>(one: fc.Arbitrary<T>, keyOf: (item: T) => unknown) =>
  fc.uniqueArray(one, { minLength: 1, maxLength: 3, selector: (item) => JSON.stringify(keyOf(item)) });

/** Makes documents with some of the fields, whose values are drawn from these. */
function documentsOf(text: fc.Arbitrary<string>, count: fc.Arbitrary<number>) {
  const filled = fc.dictionary(word, text, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const more = { note: text, args: fc.array(text, { minLength: 1, maxLength: 1 }) };
  const one = fc.record({ name: word, ...more }, { requiredKeys: ['name'], noNullPrototype: true });
  const port = fc.record(
    { port: number, protocol: fc.constantFrom('TCP', 'UDP'), ...more },
    { requiredKeys: ['port'], noNullPrototype: true },
  );
  const fixed = fc.record({ name: text, ...more }, { requiredKeys: ['name'], noNullPrototype: true });
  return fc.record(
    {
      text,
      count,
      labels: filled,
      selector: fc.record({ a: text }, { noNullPrototype: true }),
      words: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
      items: uniqueBy(one, ({ name }) => name),
      ports: uniqueBy(port, (given) => [given.port, given.protocol ?? 'TCP']),
      inner: fc.record({ text, one: fixed }, { requiredKeys: ['text'], noNullPrototype: true }),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
}

/** Any documents. */
export const documents = documentsOf(word, number);

/** Documents of which any two agree wherever both say something. */
export const agreeing = documentsOf(fc.constant('a'), fc.constant(1));
