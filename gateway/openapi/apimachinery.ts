/** Types that the facts of kinds do not have: those of discovery, and those that are no object of fields. */

import { metaPackage } from './definition-names.ts';
import type { TypeDocs } from './field-docs.ts';
import type { JsonSchema, OpenApiVersion } from './json-schema.ts';

const runtime = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** Types that hold a value of a simple or of several types; an empty one says that anything will do. */
const values: Readonly<Record<string, Readonly<Record<OpenApiVersion, JsonSchema>>>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': {
    v2: { type: 'string' },
    v3: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    v2: { format: 'int-or-string', type: 'string' },
    v3: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  [`${metaPackage}.Time`]: both({ format: 'date-time', type: 'string' }),
  [`${metaPackage}.MicroTime`]: both({ format: 'date-time', type: 'string' }),
  [`${metaPackage}.FieldsV1`]: both({ type: 'object' }),
  [`${metaPackage}.Patch`]: both({ type: 'object' }),
  [runtime]: both({ type: 'object' }),
};

/**
 * The fields of the other types: `name`, `!` where it is required, `:type`; `[T]` is a list that is owned whole, `{T}` one of which nothing is said, and what is none of
 * string, boolean and integer is another type of the same package.
 */
const fields: Readonly<Record<string, string>> = {
  [`${metaPackage}.APIGroup`]:
    'apiVersion:string kind:string name!:string preferredVersion:GroupVersionForDiscovery serverAddressByClientCIDRs:[ServerAddressByClientCIDR] versions!:[GroupVersionForDiscovery]',
  [`${metaPackage}.APIGroupList`]: 'apiVersion:string groups!:[APIGroup] kind:string',
  [`${metaPackage}.APIResource`]:
    'categories:[string] group:string kind!:string name!:string namespaced!:boolean shortNames:[string] singularName!:string storageVersionHash:string verbs!:{string} version:string',
  [`${metaPackage}.APIResourceList`]: 'apiVersion:string groupVersion!:string kind:string resources!:[APIResource]',
  [`${metaPackage}.APIVersions`]:
    'apiVersion:string kind:string serverAddressByClientCIDRs!:[ServerAddressByClientCIDR] versions!:[string]',
  [`${metaPackage}.GroupVersionForDiscovery`]: 'groupVersion!:string version!:string',
  [`${metaPackage}.ListMeta`]: 'continue:string remainingItemCount:int64 resourceVersion:string selfLink:string',
  [`${metaPackage}.ServerAddressByClientCIDR`]: 'clientCIDR!:string serverAddress!:string',
  [`${metaPackage}.WatchEvent`]: 'object!:RawExtension type!:string',
  'io.k8s.apimachinery.pkg.version.Info':
    'buildDate!:string compiler!:string gitCommit!:string gitTreeState!:string gitVersion!:string goVersion!:string major!:string minor!:string platform!:string',
};

function both(schema: JsonSchema): Readonly<Record<OpenApiVersion, JsonSchema>> {
  return { v2: schema, v3: schema };
}

/** Gives the schema of such a type; one that may hold anything, for a name that is not known. */
export function apimachineryType(
  definition: string,
  version: OpenApiVersion,
  refTo: (definition: string) => JsonSchema,
  docs: TypeDocs | undefined,
): JsonSchema {
  const text = fields[definition];
  if (text === undefined) return values[definition]?.[version] ?? {};
  const from = definition.slice(0, definition.lastIndexOf('.'));
  const read = text.split(' ').map((field) => readField(field, (name) => refTo(fullName(name, from))));
  const required = read.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    properties: Object.fromEntries(
      read.map(({ name, schema }) => [name, describe(schema, docs?.fields.get(name), version)]),
    ),
    ...(required.length > 0 && { required }),
    type: 'object',
  };
}

function fullName(name: string, from: string): string {
  return name === 'RawExtension' ? runtime : `${from}.${name}`;
}

function readField(text: string, refTo: (name: string) => JsonSchema) {
  const [head = '', type = ''] = text.split(':');
  return { name: head.replace('!', ''), isRequired: head.endsWith('!'), schema: readType(type, refTo) };
}

function readType(type: string, refTo: (name: string) => JsonSchema): JsonSchema {
  if (type.startsWith('[') || type.startsWith('{')) {
    const list: JsonSchema = { items: readType(type.slice(1, -1), refTo), type: 'array' };
    return type.startsWith('[') ? { ...list, 'x-kubernetes-list-type': 'atomic' } : list;
  }
  if (type === 'int64') return { format: 'int64', type: 'integer' };
  return type === 'string' || type === 'boolean' ? { type } : refTo(type);
}

function describe(schema: JsonSchema, description: string | undefined, version: OpenApiVersion): JsonSchema {
  if (description === undefined) return schema;
  return schema.$ref !== undefined && version === 'v3' ? { allOf: [schema], description } : { description, ...schema };
}
