/** Objects of any shape that a message can have. */

import fc from 'fast-check';
import { type FieldLayout, type FieldType, layoutOf } from '../layout.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 5 });
/** Any second that can be written; the very first of year 1 is no time at all. */
const seconds = fc
  .integer({ min: -62_135_596_799, max: 253_402_300_799 })
  .map((second) => new Date(second * 1_000).toISOString().slice(0, 19));
/** JSON has no -0 that it would give back. */
const json = fc
  .jsonValue({ maxDepth: 2 })
  .filter((value) => value !== null)
  .map((value) => JSON.parse(JSON.stringify(value)));

function valuesOf(type: FieldType, depth: number): fc.Arbitrary<unknown> {
  switch (type.is) {
    case 'string':
      return text;
    case 'bytes':
      return fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    case 'int32':
      return fc.integer();
    case 'int64':
      return fc.maxSafeInteger();
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
    case 'boolean':
      return fc.boolean();
    case 'any':
      return json;
    case 'quantity':
      return fc.constantFrom('0', '100m', '1Gi', '-5');
    case 'intOrString':
      return fc.oneof(fc.integer(), text);
    case 'time':
      return seconds.map((text) => `${text}Z`);
    case 'microTime':
      return fc.tuple(seconds, fc.nat(999_999)).map(([text, micros]) => `${text}.${String(micros).padStart(6, '0')}Z`);
    case 'list':
    case 'boxed':
      return fc.array(valuesOf(type.items, depth - 1), { minLength: 1, maxLength: 2 });
    case 'map':
      return fc.dictionary(fc.oneof(text, fc.constant('__proto__')), valuesOf(type.items, depth - 1), {
        minKeys: 1,
        maxKeys: 2,
        noNullPrototype: true,
      });
    case 'message':
      return messagesOf(type.name, depth - 1);
  }
}

const unions: Readonly<Record<string, (depth: number) => fc.Arbitrary<unknown>>> = {
  JSONSchemaPropsOrBool: (depth) => fc.oneof(fc.boolean(), messagesOf('JSONSchemaProps', depth)),
  JSONSchemaPropsOrArray: (depth) =>
    fc.oneof(
      fc.array(messagesOf('JSONSchemaProps', depth), { minLength: 1, maxLength: 2 }),
      messagesOf('JSONSchemaProps', depth),
    ),
  JSONSchemaPropsOrStringArray: (depth) =>
    fc.oneof(fc.array(text, { minLength: 1, maxLength: 2 }), messagesOf('JSONSchemaProps', depth)),
};

/** Makes objects of a message's type, `depth` messages deep, as Go's JSON would have them. */
export function messagesOf(name: string, depth: number): fc.Arbitrary<unknown> {
  const union = unions[name];
  if (union !== undefined) return union(depth);
  const { fields } = layoutOf(name);
  const always = fields.filter(({ isAlways }) => isAlways);
  const rest = depth <= 0 ? [] : fields.filter(({ isAlways }) => !isAlways);
  return fc.subarray(rest, { maxLength: Math.min(rest.length, 6) }).chain((some) => {
    const record = Object.fromEntries([...always, ...some].map((field) => [field.name, fieldsOf(field, depth)]));
    return fc.record(record, { noNullPrototype: true });
  });
}

const isEmpty = (value: unknown) => value === '' || value === 0 || value === false;

/** What stands in a field that is there: empty only where Go's JSON has it empty. */
function fieldsOf({ type, isAlways, isPointer }: FieldLayout, depth: number): fc.Arbitrary<unknown> {
  const isNested = 'items' in type || type.is === 'message';
  const isNullable = isAlways && (isPointer || ['list', 'map', 'bytes', 'any', 'time', 'microTime'].includes(type.is));
  if (isNullable && isNested && depth <= 0) return fc.constant(null);
  const values = valuesOf(type, depth);
  if (isNullable) return fc.oneof(values, fc.constant(null));
  return isAlways || isPointer ? values : values.filter((value) => !isEmpty(value));
}
