/** What holds for pruning, defaulting and checking whatever the schema and the value are. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StructuralSchema } from '../../../../../protocol/custom/structural-schema.ts';
import { applyDefaults } from './defaults.ts';
import { prune, pruneNulls } from './prune.ts';
import { valueErrors } from './values.ts';

const names = ['a', 'b', 'c', '__proto__', 'constructor', 'metadata'];
const name = fc.constantFrom(...names);

const schemas = fc.letrec<{ schema: StructuralSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record(
      {
        type: fc.constantFrom('string', 'integer', 'boolean', 'number'),
        nullable: fc.boolean(),
        default: fc.constantFrom('x', 1, true),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(name, tie('schema'), { maxKeys: 3 }),
        'x-kubernetes-preserve-unknown-fields': fc.boolean(),
        'x-kubernetes-embedded-resource': fc.boolean(),
        default: fc.dictionary(name, fc.constantFrom(1, 'x'), { maxKeys: 2 }),
        required: fc.array(name, { maxLength: 2 }),
        nullable: fc.boolean(),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ type: fc.constant('object'), additionalProperties: fc.oneof(fc.boolean(), tie('schema')) }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
  ) as fc.Arbitrary<StructuralSchema>,
})).schema;

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, 1, 1.5, 'x', '', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3 }),
  ),
})).value;

const frozen = (value: unknown): unknown => {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
};

const both = (check: (value: unknown, schema: StructuralSchema) => void) =>
  fc.assert(
    fc.property(values, schemas, (value, schema) => check(frozen(value), schema)),
    { numRuns: 500 },
  );

describe('whatever the schema and the value are', () => {
  it('pruning takes nothing more the second time, and names each field it takes', () => {
    both((value, schema) => {
      const unknown: string[] = [];
      const once = prune(value, schema, false, unknown);
      expect(prune(once, schema, false)).toEqual(once);
      if (unknown.length === 0) expect(once).toBe(value);
    });
  });

  it('defaulting fills in nothing more the second time, and changes nothing that was given', () => {
    both((value, schema) => {
      const once = applyDefaults(pruneNulls(value, schema), schema);
      expect(applyDefaults(once, schema)).toEqual(once);
      expect(applyDefaults(pruneNulls(once, schema), schema)).toEqual(once);
    });
  });

  it('what was pruned and has its defaults stays as it is', () => {
    both((value, schema) => {
      const form = (one: unknown) => applyDefaults(pruneNulls(prune(one, schema, false), schema), schema);
      const settled = prune(form(value), schema, false);
      expect(form(settled)).toEqual(settled);
    });
  });

  it('checking gives a verdict, and none on what has not changed', () => {
    both((value, schema) => {
      expect(Array.isArray(valueErrors(value, schema))).toBe(true);
      if (value !== null) expect(valueErrors(value, schema, '', structuredClone(value))).toEqual([]);
    });
  });
});
