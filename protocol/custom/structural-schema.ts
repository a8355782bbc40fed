/** The schema of a custom resource, as a CustomResourceDefinition gives it: JSON schema with Kubernetes's own extensions. */

/** A rule in the Common Expression Language; it is kept with the schema. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

/** One node of a schema (apiextensions' `JSONSchemaProps`). What is true of a structural one is only sure once it was validated. */
export interface StructuralSchema {
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema | boolean;
  readonly items?: StructuralSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly maximum?: number;
  readonly exclusiveMaximum?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly multipleOf?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly allOf?: readonly StructuralSchema[];
  readonly anyOf?: readonly StructuralSchema[];
  readonly oneOf?: readonly StructuralSchema[];
  readonly not?: StructuralSchema;
  readonly example?: unknown;
  readonly externalDocs?: { readonly description?: string; readonly url?: string };
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}

/** Gives the schema of a named property; undefined where the schema names none such. */
export function propertyOf(schema: StructuralSchema, name: string): StructuralSchema | undefined {
  const { properties } = schema;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** Gives the schema of properties that have no name in it: undefined for none, `true` for anything at all. */
export function additionalOf({ additionalProperties: given }: StructuralSchema): StructuralSchema | true | undefined {
  return given === false ? undefined : given;
}

/** Gives the schema of what a field of an object holds, named in the schema or not; undefined where it says nothing of it. */
export function fieldSchema(schema: StructuralSchema, name: string): StructuralSchema | undefined {
  const named = propertyOf(schema, name);
  if (named !== undefined) return named;
  const additional = additionalOf(schema);
  return additional === true ? undefined : additional;
}

/** Visits every schema inside one, itself first. */
export function eachSchema(schema: StructuralSchema, visit: (schema: StructuralSchema) => void): void {
  visit(schema);
  for (const inner of innerSchemas(schema)) eachSchema(inner, visit);
}

function innerSchemas(schema: StructuralSchema): readonly StructuralSchema[] {
  const { properties = {}, items, allOf = [], anyOf = [], oneOf = [], not } = schema;
  const additional = additionalOf(schema);
  const singles = [items, not, additional === true ? undefined : additional].filter((one) => one !== undefined);
  return [...Object.values(properties), ...singles, ...allOf, ...anyOf, ...oneOf];
}
