/** A custom resource's schema in the form that built-in kinds have: what server-side apply merges by. */

import type { SchemaNode, SchemaType } from '../schema/schema.ts';
import { schemaOfType } from '../schema/schema.ts';
import type { StructuralSchema } from './structural-schema.ts';
import { additionalOf } from './structural-schema.ts';

const known = new WeakMap<StructuralSchema, SchemaNode>();
const anything: SchemaNode = { type: 'any', goType: 'interface {}' };
const text: SchemaNode = { type: 'string', goType: 'string' };

/**
 * Gives the shape of a custom resource: its own fields, and those that all objects have.
 *
 * What the schema leaves open is `any`; an object with named fields that takes others too also has `items`, which is `any`.
 */
export function customSchemaNode(schema: StructuralSchema | undefined): SchemaNode {
  if (schema === undefined) return { ...anything, type: 'object', fields: metaFields(), items: anything };
  const node = known.get(schema) ?? rootNode(schema);
  known.set(schema, node);
  return node;
}

function rootNode(schema: StructuralSchema): SchemaNode {
  const node = nodeOf(schema);
  const fields = fieldTable({ ...node.fields, ...metaFields() });
  return { ...node, type: 'object', fields };
}

function metaFields(): Record<string, SchemaNode> {
  return { apiVersion: text, kind: text, metadata: schemaOfType('ObjectMeta') ?? anything };
}

/** Without a prototype, so that a field may be looked up by any name. */
function fieldTable(fields: Readonly<Record<string, SchemaNode>>): Readonly<Record<string, SchemaNode>> {
  return Object.assign(Object.create(null), fields);
}

function nodeOf(schema: StructuralSchema): SchemaNode {
  if (schema['x-kubernetes-int-or-string']) return { type: 'intOrString', goType: 'intstr.IntOrString' };
  switch (schema.type) {
    case 'array':
      return { type: 'array', goType: '[]interface {}', items: itemsOf(schema), ...listFacts(schema) };
    case 'object':
      return objectNode(schema);
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return scalarNode(schema, schema.type);
    default:
      return schema.properties === undefined ? anything : objectNode(schema);
  }
}

/** A default counts where the field tells the items of a list apart. */
function scalarNode(schema: StructuralSchema, type: SchemaType): SchemaNode {
  const node = { type, goType: goTypes[type] ?? '' };
  return schema.default === undefined ? node : { ...node, default: schema.default };
}

const goTypes: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'int64',
  number: 'float64',
  boolean: 'bool',
};

function itemsOf({ items }: StructuralSchema): SchemaNode {
  return items === undefined ? anything : nodeOf(items);
}

function objectNode(schema: StructuralSchema): SchemaNode {
  const mapType = schema['x-kubernetes-map-type'];
  const facts = mapType === 'atomic' || mapType === 'granular' ? { mapType: mapType as 'atomic' } : {};
  const goType = 'map[string]interface {}';
  const additional = additionalOf(schema);
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true;
  if (schema.properties === undefined && !isEmbedded) {
    if (additional === undefined) return { ...anything, ...facts };
    return { type: 'map', goType, items: additional === true ? anything : nodeOf(additional), ...facts };
  }
  const own = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, nodeOf(one)]);
  const fields = fieldTable({ ...Object.fromEntries(own), ...(isEmbedded && metaFields()) });
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true || additional === true;
  return { type: 'object', goType, fields, ...(isOpen && { items: anything }), ...facts };
}

function listFacts(schema: StructuralSchema): Pick<SchemaNode, 'listType' | 'listMapKeys'> {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  if (listType !== 'set' && listType !== 'map') return { listType: 'atomic' };
  return { listType, ...(keys !== undefined && { listMapKeys: keys }) };
}
