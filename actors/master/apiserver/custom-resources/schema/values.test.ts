import { describe, expect, it } from 'vitest';
import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { formatFieldError } from '../../../../../protocol/field-errors.ts';
import { cronTabSchema } from '../testing/definitions.ts';
import { repetitionErrors } from './repetitions.ts';
import { valueErrors } from './values.ts';

const said = (value: unknown, schema: object, old?: unknown) =>
  valueErrors(value, schema as StructuralSchema, '', old).map(formatFieldError);
const tab = (spec: object) => said({ spec: { cronSpec: '* * * * *', ...spec } }, cronTabSchema);

describe('a value is refused in the words of Kubernetes', () => {
  it.each<[string, object, string]>([
    [
      'a number too great',
      { replicas: 100 },
      'spec.replicas: Invalid value: 100: spec.replicas in body should be less than or equal to 10',
    ],
    [
      'a number too small',
      { replicas: 0 },
      'spec.replicas: Invalid value: 0: spec.replicas in body should be greater than or equal to 1',
    ],
    [
      'a text for a number',
      { replicas: '3' },
      'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"',
    ],
    [
      'a fraction for a whole number',
      { replicas: 1.5 },
      'spec.replicas: Invalid value: "number": spec.replicas in body must be of type integer: "number"',
    ],
    [
      'a text that does not match',
      { cronSpec: 'often' },
      `spec.cronSpec: Invalid value: "often": spec.cronSpec in body should match '${cronTabSchema.properties.spec.properties.cronSpec.pattern}'`,
    ],
    [
      'a word of no list',
      { policy: 'Maybe' },
      'spec.policy: Unsupported value: "Maybe": supported values: "Allow", "Forbid"',
    ],
    ['a null', { image: null }, 'spec.image: Invalid value: "null": spec.image in body must be of type string: "null"'],
    [
      'neither a number nor a text',
      { port: true },
      'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
    ],
    [
      'a value of a map',
      { labels: { a: 1 } },
      'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
    ],
    [
      'an item of a list',
      { nodes: ['a', 2] },
      'spec.nodes[1]: Invalid value: "integer": spec.nodes[1] in body must be of type string: "integer"',
    ],
  ])('%s', (_, spec, message) => {
    expect(tab(spec)).toEqual([message]);
  });

  it('what is needed and missing', () => {
    expect(said({}, cronTabSchema)).toEqual(['spec: Required value']);
    expect(said({ spec: {} }, cronTabSchema)).toEqual(['spec.cronSpec: Required value']);
  });

  it('what has too much or too little in it', () => {
    const schema = {
      type: 'object',
      properties: {
        text: { type: 'string', maxLength: 3 },
        short: { type: 'string', minLength: 2 },
        list: { type: 'array', maxItems: 1, items: { type: 'string' } },
        map: { type: 'object', minProperties: 1, additionalProperties: { type: 'string' } },
        third: { type: 'integer', multipleOf: 3 },
        below: { type: 'number', maximum: 1, exclusiveMaximum: true },
      },
    };
    expect(said({ text: 'long', short: 'x', list: ['a', 'b'], map: {}, third: 4, below: 1 }, schema)).toEqual([
      'text: Too long: may not be longer than 3',
      'short: Invalid value: "x": short in body should be at least 2 chars long',
      'list: Too many: 2: must have at most 1 items',
      'map: Invalid value: 0: map in body should have at least 1 properties',
      'third: Invalid value: 4: third in body should be a multiple of 3',
      'below: Invalid value: 1: below in body should be less than 1',
    ]);
  });

  it.each<[string, string, string]>([
    ['date-time', '2024-05-01T12:00:00Z', 'yesterday'],
    ['date', '2024-05-01', '2024-13-01'],
    ['ipv4', '10.0.0.1', '10.0.0.256'],
    ['ipv6', 'fe80::1', 'fe80::1::2'],
    ['cidr', '10.0.0.0/8', '10.0.0.0/33'],
    ['email', 'a@example.com', 'example.com'],
    ['hostname', 'www.example.com', '-a.example.com'],
    ['uri', 'https://example.com/a', 'a b'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
    ['byte', 'aGVsbG8=', 'hello!'],
    ['duration', '1h30m', 'soon'],
    ['mac', '00:11:22:33:44:55', '00:11'],
  ])('a %s', (format, good, bad) => {
    const schema = { type: 'object', properties: { it: { type: 'string', format } } };
    expect(said({ it: good }, schema)).toEqual([]);
    expect(said({ it: bad }, schema)).toEqual([
      `it: Invalid value: "${bad}": it in body must be of type ${format}: "${bad}"`,
    ]);
  });

  it('a format nobody knows is but a word', () => {
    expect(said({ it: 'x' }, { properties: { it: { type: 'string', format: 'colour' } } })).toEqual([]);
  });

  it('what fits none, more than one, or not all of several schemas', () => {
    const one = (junctors: object) => ({ type: 'object', properties: { it: { type: 'object', ...junctors } } });
    const needs = (name: string) => ({ required: [name] });
    const none = '<nil>: Invalid value: "": "it" must validate';
    expect(said({ it: {} }, one({ anyOf: [needs('a'), needs('b')] }))).toEqual([
      `${none} at least one schema (anyOf)`,
      'it.a: Required value',
    ]);
    expect(said({ it: { a: 1, b: 1 } }, one({ oneOf: [needs('a'), needs('b')] }))).toEqual([
      `${none} one and only one schema (oneOf). Found 2 valid alternatives`,
    ]);
    expect(said({ it: {} }, one({ oneOf: [needs('a'), needs('b')] }))).toEqual([
      `${none} one and only one schema (oneOf). Found none valid`,
      'it.a: Required value',
    ]);
    expect(said({ it: { a: 1 } }, one({ allOf: [needs('a'), needs('b')] }))).toEqual([
      'it.b: Required value',
      `${none} all the schemas (allOf)`,
    ]);
    expect(said({ it: { a: 1 } }, one({ not: needs('a') }))).toEqual([
      '<nil>: Invalid value: "": "it" must not validate the schema (not)',
    ]);
  });
});

describe('an update', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'integer', maximum: 1 },
      b: { type: 'string' },
      list: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', properties: { name: { type: 'string' }, size: { type: 'integer', maximum: 1 } } },
      },
    },
  };

  it('may leave what was wrong before as it is, but not make it wrong anew', () => {
    expect(said({ a: 5, b: 'new' }, schema, { a: 5, b: 'old' })).toEqual([]);
    expect(said({ a: 6 }, schema, { a: 5 })).toHaveLength(1);
  });

  it('knows the items of a list that is a map by their keys, wherever they stand', () => {
    const old = {
      list: [
        { name: 'x', size: 9 },
        { name: 'y', size: 1 },
      ],
    };
    expect(
      said(
        {
          list: [
            { name: 'y', size: 0 },
            { name: 'x', size: 9 },
          ],
        },
        schema,
        old,
      ),
    ).toEqual([]);
    expect(said({ list: [{ name: 'y', size: 9 }] }, schema, old)).toHaveLength(1);
  });
});

describe('lists that are sets or maps', () => {
  const list = (facts: object, items: object) =>
    ({ properties: { it: { type: 'array', ...facts, items } } }) as unknown as StructuralSchema;
  const set = list({ 'x-kubernetes-list-type': 'set' }, { type: 'string' });
  const map = list({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }, { type: 'object' });

  it('hold nothing twice; each repetition is told once', () => {
    expect(repetitionErrors({ it: ['a', 'b', 'a', 'a'] }, set).map(formatFieldError)).toEqual([
      'it[2]: Duplicate value: "a"',
    ]);
    const items = [
      { type: 'Ready', status: 'True' },
      { type: 'Ready', status: 'False' },
    ];
    expect(repetitionErrors({ it: items }, map).map(formatFieldError)).toEqual([
      'it[1]: Duplicate value: map[string]interface {}{"type":"Ready"}',
    ]);
    expect(repetitionErrors({ it: ['Ready'] }, map).map(formatFieldError)).toEqual([
      'it[0]: Invalid value: "Ready": must be an object for an array of list-type map',
    ]);
  });
});
