/** Objects of a kind's shape with any values at all: right enough to get far, wrong enough to hurt. */

import fc from 'fast-check';
import { apiVersionOf, type ResourceKind } from '../../protocol/resources.ts';
import { type SchemaNode, schemaOf } from '../../protocol/schema/schema.ts';

const texts = [
  '',
  'a',
  'A B',
  '-',
  'web',
  '10.0.0.1',
  '::1',
  '100m',
  '-1',
  '1e400',
  '80%',
  'x'.repeat(300),
  'é\u0000',
  '1/2',
  'Never',
];
const numbers = [0, 1, -1, 80, 65_536, 2 ** 31 - 1, -(2 ** 31), 2 ** 53, 0.5];
const keys = fc.constantFrom(
  'a',
  'app',
  'x/y',
  '__proto__',
  'cpu',
  'memory',
  'pods',
  '',
  '-',
  'kubernetes.io/hostname',
);

/** Makes values for a shape; now and then one of another type altogether. */
function shaped(node: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  const right = ofType(node, depth);
  return fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });
}

function ofType(node: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  switch (node.type) {
    case 'object':
      return depth === 0 ? fc.constant({}) : fields(node, depth - 1);
    case 'array':
      return depth === 0 ? fc.constant([]) : fc.array(shaped(node.items as SchemaNode, depth - 1), { maxLength: 3 });
    case 'map':
      return fc.dictionary(keys, shaped(node.items as SchemaNode, depth - 1), { maxKeys: 3 });
    case 'integer':
    case 'number':
      return fc.constantFrom(...numbers);
    case 'boolean':
      return fc.boolean();
    case 'intOrString':
      return fc.oneof(fc.constantFrom(...texts), fc.constantFrom(...numbers));
    case 'time':
      return fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000000Z', 'now', '');
    default:
      return fc.constantFrom(...texts);
  }
}

function fields(node: SchemaNode, depth: number): fc.Arbitrary<unknown> {
  const names = Object.keys(node.fields ?? {});
  if (names.length === 0) return fc.constant({});
  return fc
    .subarray(names, { maxLength: Math.min(names.length, 8) })
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((name) => [name, shaped(node.fields?.[name] as SchemaNode, depth)]))),
    );
}

/** Makes objects of a kind, named so that they may even be stored. */
export function objectsOf(kind: ResourceKind): fc.Arbitrary<object> {
  const shape = schemaOf(apiVersionOf(kind), kind.kind);
  if (shape === undefined) return fc.constant({});
  const rest = fields(shape, 6) as fc.Arbitrary<object>;
  const metadata = shape.fields?.metadata;
  const meta = (metadata === undefined ? fc.constant({}) : fields(metadata, 3)) as fc.Arbitrary<object>;
  return fc.tuple(rest, meta, fc.constantFrom('a', 'b', 'c')).map(([object, meta, name]) => ({
    ...object,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: { ...meta, name, namespace: kind.namespaced ? 'default' : undefined },
  }));
}
