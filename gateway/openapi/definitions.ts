/** Definitions of types, made from the facts of their schema and their documentation. */

import type { SchemaNode } from '../../protocol/schema/schema.ts';
import { schemaOf, schemaOfType } from '../../protocol/schema/schema.ts';
import { apimachineryType } from './apimachinery.ts';
import { customDefinition } from './custom-definition.ts';
import { customDefinitionName, metaPackage, packageOf, packageOfType } from './definition-names.ts';
import { enumOf } from './enums.ts';
import type { FieldDocs, TypeDocs } from './field-docs.ts';
import type { GroupVersionKind, JsonSchema, OpenApiVersion } from './json-schema.ts';

/** What a definition is asked for. */
export interface DefinedKind extends GroupVersionKind {
  readonly listKind: string;
  readonly custom?: { readonly schema: JsonSchema | undefined };
}

/** Types that are no object of fields, by what the facts call them; what they hold is in `apimachinery.ts`. */
const scalarDefinitions: Readonly<Record<string, string>> = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  time: `${metaPackage}.Time`,
};
const rawExtension = 'io.k8s.apimachinery.pkg.runtime.RawExtension';
/** Fields that hold anything, by name, where it is not a whole object of any kind. */
const looseFields: Readonly<Record<string, string>> = {
  fieldsV1: `${metaPackage}.FieldsV1`,
  default: 'JSON',
  example: 'JSON',
  enum: 'JSON',
  items: 'JSONSchemaPropsOrArray',
  additionalItems: 'JSONSchemaPropsOrBool',
  additionalProperties: 'JSONSchemaPropsOrBool',
  dependencies: 'JSONSchemaPropsOrStringArray',
};

/** A schema, or something else in its place: to documents it is of no type at all. */
function isOfSeveralTypes(definition: string): boolean {
  return definition.includes('.apiextensions.') && /\.JSONSchemaPropsOr\w+$/.test(definition);
}

/** Collects the definitions that a document refers to. */
export class Definitions {
  readonly version: OpenApiVersion;
  readonly #docs: FieldDocs;
  readonly #made = new Map<string, JsonSchema>();

  constructor(version: OpenApiVersion, docs: FieldDocs) {
    this.version = version;
    this.#docs = docs;
  }

  /** All that was asked for, and what that refers to, by name. */
  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#made].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Defines a kind; gives a reference to it. */
  kind(kind: DefinedKind): JsonSchema {
    const { group, version } = kind;
    if (kind.custom !== undefined) return this.#custom(kind, kind.custom.schema);
    const node = schemaOf(group === '' ? version : `${group}/${version}`, kind.kind);
    const name = `${packageOf(group, version)}.${kind.kind}`;
    if (!this.#made.has(name)) {
      const made = node === undefined ? { type: 'object' } : this.#object(name, node);
      this.#made.set(name, { ...made, 'x-kubernetes-group-version-kind': [gvk(kind)] });
    }
    return this.#refTo(name);
  }

  /** Defines the list of a kind; gives a reference to it. */
  list(kind: DefinedKind): JsonSchema {
    const { group, version, listKind } = kind;
    const item = this.kind(kind);
    const name =
      kind.custom === undefined
        ? `${packageOf(group, version)}.${listKind}`
        : customDefinitionName(group, version, listKind);
    if (!this.#made.has(name)) {
      const docs = this.#docs.of(name);
      this.#made.set(name, {
        description: docs?.description ?? `${listKind} is a list of ${kind.kind}`,
        properties: this.#listFields(item, docs, kind),
        required: ['items'],
        type: 'object',
        'x-kubernetes-group-version-kind': [gvk({ ...kind, kind: listKind })],
      });
    }
    return this.#refTo(name);
  }

  /** Defines a type of apimachinery, as `Status`; gives a reference to it. */
  meta(name: string, kinds: readonly GroupVersionKind[] = []): JsonSchema {
    const node = schemaOfType(name);
    const definition = `${metaPackage}.${name}`;
    if (node === undefined) return this.#plain(definition, kinds);
    if (!this.#made.has(definition)) this.#define(definition, node);
    const made = this.#made.get(definition);
    if (kinds.length > 0 && made !== undefined) made['x-kubernetes-group-version-kind'] = kinds;
    return this.#refTo(definition);
  }

  /** Defines a type that is not in the facts, by its full name. */
  plain(definition: string): JsonSchema {
    return this.#plain(definition, []);
  }

  #custom(kind: DefinedKind, schema: JsonSchema | undefined): JsonSchema {
    const name = customDefinitionName(kind.group, kind.version, kind.kind);
    if (!this.#made.has(name)) {
      const docs = this.#docs.of(`${metaPackage}.ObjectMeta`);
      const metadata = this.#beside(this.meta('ObjectMeta'), docs?.description);
      const made = customDefinition(schema, this.version, { ...this.#typeFields(), metadata });
      this.#made.set(name, { ...made, 'x-kubernetes-group-version-kind': [gvk(kind)] });
    }
    return this.#refTo(name);
  }

  #listFields(item: JsonSchema, docs: TypeDocs | undefined, kind: DefinedKind): Record<string, JsonSchema> {
    const { apiVersion, kind: kindField } = this.#typeFields();
    const items = docs?.fields.get('items') ?? `List of ${kind.kind}.`;
    return {
      apiVersion,
      items: { description: items, items: item, type: 'array' },
      kind: kindField,
      metadata: this.#beside(this.meta('ListMeta'), docs?.fields.get('metadata')),
    };
  }

  /** The two fields that say what an object is, documented alike everywhere. */
  #typeFields(): { apiVersion: JsonSchema; kind: JsonSchema } {
    const docs = this.#docs.of(`${metaPackage}.Status`)?.fields;
    return {
      apiVersion: described({ type: 'string' }, docs?.get('apiVersion')),
      kind: described({ type: 'string' }, docs?.get('kind')),
    };
  }

  #define(definition: string, node: SchemaNode): void {
    // Known before it is made, since types hold themselves.
    const made: JsonSchema = node.mapType === undefined ? {} : { 'x-kubernetes-map-type': node.mapType };
    this.#made.set(definition, made);
    Object.assign(made, this.#object(definition, node));
  }

  #object(definition: string, node: SchemaNode): JsonSchema {
    const docs = this.#docs.of(definition);
    const fields = Object.entries(node.fields ?? {});
    const required = node.required ?? [];
    return {
      ...(docs?.description !== undefined && { description: docs.description }),
      ...(fields.length > 0 && {
        properties: Object.fromEntries(
          fields.map(([name, field]) => [name, this.#field(definition, name, field, docs?.fields.get(name))]),
        ),
      }),
      ...(required.length > 0 && { required }),
      type: 'object',
      ...(node.mapType !== undefined && { 'x-kubernetes-map-type': node.mapType }),
    };
  }

  #field(definition: string, name: string, node: SchemaNode, description: string | undefined): JsonSchema {
    const words = enumOf(definition, name);
    const value = this.#value(definition, name, node, words);
    const text = words === undefined ? description : withWords(description, words);
    return { ...this.#beside(value, text), ...this.#extensions(node, value) };
  }

  #value(definition: string, name: string, node: SchemaNode, words: readonly string[] | undefined): JsonSchema {
    const from = definition.slice(0, definition.lastIndexOf('.'));
    switch (node.type) {
      case 'array':
        return { items: this.#value(definition, name, node.items ?? anything, words), type: 'array' };
      case 'map':
        return { additionalProperties: this.#value(definition, name, node.items ?? anything, words), type: 'object' };
      case 'object':
        return this.#type(node, from);
      case 'any':
        return this.#anything(name, from);
      case 'time':
      case 'quantity':
      case 'intOrString':
        return this.#plain(
          node.format === 'micro' ? `${metaPackage}.MicroTime` : (scalarDefinitions[node.type] ?? ''),
          [],
        );
      default:
        return scalar(node, words);
    }
  }

  #type(node: SchemaNode, from: string): JsonSchema {
    const name = node.name ?? '';
    const definition = `${packageOfType(name, from)}.${name}`;
    if (isOfSeveralTypes(definition)) return this.#plain(definition, []);
    if (!this.#made.has(definition)) this.#define(definition, node);
    return this.#refTo(definition);
  }

  #anything(field: string, from: string): JsonSchema {
    const loose = looseFields[field];
    if (field === 'fieldsV1' && loose !== undefined) return this.#plain(loose, []);
    return this.#plain(loose !== undefined && from.includes('.apiextensions.') ? `${from}.${loose}` : rawExtension, []);
  }

  #plain(definition: string, kinds: readonly GroupVersionKind[]): JsonSchema {
    if (!this.#made.has(definition)) {
      const made: JsonSchema = {};
      this.#made.set(definition, made);
      const docs = this.#docs.of(definition);
      Object.assign(made, docs?.description !== undefined && { description: docs.description });
      Object.assign(
        made,
        apimachineryType(definition, this.version, (other) => this.#plain(other, []), docs),
      );
      if (kinds.length > 0) made['x-kubernetes-group-version-kind'] = kinds;
    }
    return this.#refTo(definition);
  }

  #refTo(definition: string): JsonSchema {
    return { $ref: `${this.version === 'v2' ? '#/definitions/' : '#/components/schemas/'}${definition}` };
  }

  /** Puts a description beside a schema; version 3 allows nothing beside a reference but what stands in `allOf`. */
  #beside(schema: JsonSchema, description: string | undefined): JsonSchema {
    if (description === undefined) return schema;
    if (schema.$ref !== undefined && this.version === 'v3') return { allOf: [schema], description };
    return { ...schema, description };
  }

  #extensions(node: SchemaNode, value: JsonSchema): JsonSchema {
    const definition = this.#made.get(value.$ref?.split('/').at(-1) ?? '');
    const ownMapType = definition?.['x-kubernetes-map-type'] === node.mapType;
    return {
      ...(node.listMapKeys !== undefined && { 'x-kubernetes-list-map-keys': node.listMapKeys }),
      ...(node.listType !== undefined && { 'x-kubernetes-list-type': node.listType }),
      ...(node.mapType !== undefined && !ownMapType && { 'x-kubernetes-map-type': node.mapType }),
      ...(node.mergeKey !== undefined && { 'x-kubernetes-patch-merge-key': node.mergeKey }),
      ...(node.patchStrategy !== undefined && { 'x-kubernetes-patch-strategy': node.patchStrategy }),
    };
  }
}

const anything: SchemaNode = { type: 'any', goType: 'runtime.RawExtension' };

function scalar({ type, format }: SchemaNode, words: readonly string[] | undefined): JsonSchema {
  if (type === 'number') return { format: 'double', type };
  if (format === 'bytes') return { format: 'byte', type: 'string' };
  return { ...(words !== undefined && { enum: words }), ...(format !== undefined && { format }), type };
}

function described(schema: JsonSchema, description: string | undefined): JsonSchema {
  return description === undefined ? schema : { description, ...schema };
}

/** As kube-openapi adds the words of an enum to a field's description. */
function withWords(description: string | undefined, words: readonly string[]): string {
  const list = words.map((word) => ` - \`${JSON.stringify(word)}\``).join('\n');
  return `${description === undefined ? '' : `${description}\n\n`}Possible enum values:\n${list}`;
}

/** Writes a kind as documents do, without what else its source knows. */
export function gvk({ group, version, kind }: GroupVersionKind): GroupVersionKind {
  return { group, kind, version };
}
