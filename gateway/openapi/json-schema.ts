/** Schemas and documents as they are written: OpenAPI's JSON. */

/** A schema of OpenAPI v2 or v3, with Kubernetes's extensions. */
export interface JsonSchema {
  $ref?: string;
  description?: string;
  type?: string;
  format?: string;
  properties?: Readonly<Record<string, JsonSchema>>;
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  required?: readonly string[];
  enum?: readonly unknown[];
  allOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
  not?: JsonSchema;
  default?: unknown;
  nullable?: boolean;
  [extension: `x-kubernetes-${string}`]: unknown;
}

/** What tells a kind from all others, as documents write it. */
export interface GroupVersionKind {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
}

/** Which of the two forms of OpenAPI is written; they differ in where definitions stand and what may stand beside a reference. */
export type OpenApiVersion = 'v2' | 'v3';
