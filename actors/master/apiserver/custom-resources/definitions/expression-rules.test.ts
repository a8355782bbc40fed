/** What is said of rules, in CEL, that a definition cannot have. */

import { describe, expect, it } from 'vitest';
import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { formatFieldError } from '../../../../../protocol/field-errors.ts';
import { expressionErrors } from './expression-rules.ts';
import { schemaErrors } from './schema-rules.ts';

const errorsOf = (schema: StructuralSchema) => expressionErrors(schema, 'schema').map(formatFieldError);
const shown = (rule: string, more = '') =>
  `apiextensions.ValidationRule{Rule:${JSON.stringify(rule)}, Message:"", MessageExpression:"${more}", Reason:(*apiextensions.FieldValueErrorReason)(nil), FieldPath:"", OptionalOldSelf:(*bool)(nil)}`;
const withRule = (rule: object, more: object = {}): StructuralSchema => ({
  type: 'object',
  properties: { a: { type: 'integer' }, ...more },
  'x-kubernetes-validations': [rule as { rule: string }],
});
const place = 'schema.x-kubernetes-validations[0]';

describe('a rule is refused', () => {
  it('that cannot be compiled, with where and why', () => {
    expect(errorsOf(withRule({ rule: 'self.b > 1' }))).toEqual([
      `${place}.rule: Invalid value: ${shown('self.b > 1')}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b > 1\n | ....^`,
    ]);
  });

  it('that says neither yes nor no, or whose message is no text', () => {
    expect(errorsOf(withRule({ rule: 'self.a' }))).toEqual([
      `${place}.rule: Invalid value: ${shown('self.a')}: cel expression must evaluate to a bool`,
    ]);
    expect(errorsOf(withRule({ rule: 'self.a > 1', messageExpression: 'self.a' }))).toEqual([
      `${place}.messageExpression: Invalid value: ${shown('self.a > 1', 'self.a')}: messageExpression must evaluate to a string`,
    ]);
    expect(errorsOf(withRule({ rule: 'self.a > 1', messageExpression: "'a' +" }))[0]).toContain(
      'messageExpression compilation failed: ERROR: <input>:1:6: Syntax error',
    );
  });

  it('about what was before, where that cannot be told', () => {
    const item = { type: 'object', properties: { b: { type: 'integer', ...rule('self == oldSelf') } } };
    expect(errorsOf({ type: 'object', properties: { l: { type: 'array', items: item } } })).toEqual([
      'schema.properties[l].items.properties[b].x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within schema.properties[l]',
    ]);
    const keyed = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };
    expect(errorsOf({ type: 'object', properties: { l: { type: 'array', items: item, ...keyed } } })).toEqual([]);
  });

  it('that is optional about what it does not ask for', () => {
    expect(errorsOf(withRule({ rule: 'self.a > 1', optionalOldSelf: true }))).toEqual([
      `${place}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
    ]);
  });

  it('whose path leads nowhere', () => {
    const schema = withRule({ rule: 'self.a > 1', fieldPath: '.b' });
    expect(schemaErrors({ openAPIV3Schema: schema }, [], 'schema').map(formatFieldError)).toEqual([
      'schema.openAPIV3Schema.x-kubernetes-validations[0].fieldPath: Invalid value: ".b": fieldPath must be a valid path',
    ]);
  });

  it('which a default breaks', () => {
    const b = { type: 'integer', default: 3, 'x-kubernetes-validations': [{ rule: 'self > 5' }] };
    const schema = { type: 'object', properties: { b } };
    expect(schemaErrors({ openAPIV3Schema: schema }, [], 'schema').map(formatFieldError)).toEqual([
      'schema.openAPIV3Schema.properties[b].default: Invalid value: "integer": failed rule: self > 5',
    ]);
  });
});

const rule = (text: string) => ({ 'x-kubernetes-validations': [{ rule: text }] });

it('names of fields that CEL cannot have are reached by another name, and only by it', () => {
  const odd = { 'a-b': { type: 'string' }, in: { type: 'string' }, '9': { type: 'string' } };
  expect(errorsOf(withRule({ rule: 'self.a__dash__b != self.__in__' }, odd))).toEqual([]);
  expect(errorsOf(withRule({ rule: 'self.in' }, odd))[0]).toContain('Syntax error');
});

describe('a rule that may cost too much is refused', () => {
  const list = (maxItems?: number) => ({
    type: 'object',
    properties: {
      l: {
        type: 'array',
        items: { type: 'integer' },
        'x-kubernetes-validations': [{ rule: 'self.all(x, self.all(y, x <= y || x > y))' }],
        ...(maxItems !== undefined && { maxItems }),
      },
    },
  });

  it('unless the schema says how big a list can be', () => {
    expect(errorsOf(list())[0]).toBe(
      'schema.properties[l].x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)',
    );
    expect(errorsOf(list())).toHaveLength(3);
    expect(errorsOf(list(100))).toEqual([]);
  });
});
