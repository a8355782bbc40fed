/** What holds for the strategies of all kinds. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { apiVersionOf, groupResource, storedKinds } from '../../../../protocol/resources.ts';
import type { SchemaNode } from '../../../../protocol/schema/schema.ts';
import { schemaOf } from '../../../../protocol/schema/schema.ts';
import { decodeObject, strategyOf } from './registry.ts';

/** Anything the schema allows, with any of its fields left out. */
function anyValue(node: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  switch (node.type) {
    case 'object': {
      const fields = Object.entries(node.fields ?? {}).filter(([, field]) => depth > 0 || field.fields === undefined);
      const chosen = Object.fromEntries(fields.map(([name, field]) => [name, anyValue(field, depth - 1)]));
      return fc.record(chosen, { requiredKeys: [] });
    }
    case 'array':
      // The schemas in CustomResourceDefinitions hold schemas.
      if (depth < -1) return fc.constant([]);
      return fc.array(anyValue(node.items as SchemaNode, depth - 1), { maxLength: depth > 0 ? 2 : 0 });
    case 'map':
      if (depth < -1) return fc.constant({});
      return fc.dictionary(anyWord, anyValue(node.items as SchemaNode, depth - 1), { maxKeys: 2 });
    case 'integer':
      return fc.constantFrom(-1, 0, 1, 80, 70_000);
    case 'number':
      return fc.constantFrom(-1, 0, 0.5);
    case 'boolean':
      return fc.boolean();
    case 'quantity':
      return fc.constantFrom('0', '-1', '100m', '1Gi', '0.5');
    case 'intOrString':
      return fc.constantFrom<unknown>(0, 1, '25%', '200%', 'http', '');
    case 'time':
      return fc.constant('2024-05-01T12:00:00Z');
    case 'any':
      return fc.constant({});
    default:
      return anyWord;
  }
}

const words = [
  '',
  'a',
  'UPPER',
  'a.b/c',
  'web',
  'Always',
  'RollingUpdate',
  'TCP',
  '10.0.0.1',
  'None',
  '* * * * *',
  'cpu',
  '..',
];
const anyWord = fc.constantFrom(...words);

function anyObject(apiVersion: string, kind: string, isNamespaced: boolean): fc.Arbitrary<KubernetesObject> {
  const metadata = {
    name: 'a',
    uid: 'u',
    resourceVersion: '1',
    ...(isNamespaced && { namespace: 'default' }),
  };
  return anyValue(schemaOf(apiVersion, kind) as SchemaNode, 6).map((body) => ({
    ...(body as object),
    apiVersion,
    kind,
    metadata,
  }));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

const numRuns = 30;

describe('every kind', () => {
  for (const kind of storedKinds) {
    const strategy = strategyOf(groupResource(kind));
    const objects = anyObject(apiVersionOf(kind), kind.kind, kind.namespaced).map(deepFreeze);

    it(`${kind.kind}: takes anything its schema allows without failing, and never changes what it was given`, () => {
      fc.assert(
        fc.property(objects, objects, (given, other) => {
          const object = deepFreeze(strategy.prepareForCreate(strategy.applyDefaults(decodeObject(given).object)));
          const old = deepFreeze(strategy.prepareForCreate(strategy.applyDefaults(decodeObject(other).object)));
          strategy.validateCreate(object);
          const updated = deepFreeze(strategy.prepareForUpdate(strategy.applyDefaults(object), old));
          strategy.validateUpdate(updated, old);
          strategy.validateStatusUpdate(strategy.prepareForStatusUpdate(object, old), old);
        }),
        { numRuns },
      );
    });

    it(`${kind.kind}: an update with nothing new changes nothing and is never called a change`, () => {
      fc.assert(
        fc.property(objects, (given) => {
          const born = strategy.prepareForCreate(strategy.applyDefaults(decodeObject(given).object));
          const again = strategy.prepareForUpdate(strategy.applyDefaults(decodeObject(born).object), born);
          expect(again).toEqual(born);
          const refused = strategy.validateUpdate(again, born).map(({ detail }) => detail);
          expect(refused).not.toContain('field is immutable');
          expect(refused).not.toContain('may not change once set');
          expect(refused.filter((detail) => detail.includes('may not change fields'))).toEqual([]);
        }),
        { numRuns },
      );
    });
  }

  it('refuses a resource that is not served, by name', () => {
    expect(() => strategyOf('wishes')).toThrow('the resource "wishes" is not served');
  });
});
