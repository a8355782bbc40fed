/** Documents of `/openapi/v3` in protobuf, as gnostic's `openapi.v3.Document`: what kubectl asks for to validate. */

import type { JsonSchema } from '../json-schema.ts';
import type { ContentV3, DocumentV3, OperationV3, ParameterV3, PathV3 } from '../v3.ts';
import { layoutV3 } from './layouts.ts';
import type { MessageFields } from './messages.ts';
import { extensions, named, plainSchemaFields, readLayout } from './messages.ts';

/** The layout of a document, and of all it holds. */
export const messagesV3 = readLayout(layoutV3);

/** Encodes a document. */
export function encodeV3(document: DocumentV3): Uint8Array {
  return messagesV3.lookupType('Document').encode(documentMessage(document)).finish();
}

function documentMessage({ openapi, info, paths, components }: DocumentV3): MessageFields {
  const { schemas, securitySchemes } = components;
  return {
    openapi,
    info,
    paths: { path: named(paths, pathMessage) },
    components: {
      ...(schemas !== undefined && { schemas: { additional_properties: named(schemas, schemaOrReference) } }),
      security_schemes: { additional_properties: named(securitySchemes, (one) => ({ security_scheme: one })) },
    },
  };
}

function pathMessage({ parameters, ...operations }: PathV3): MessageFields {
  const written = Object.entries(operations).map(([method, one]) => [method, operationMessage(one)]);
  return {
    ...Object.fromEntries(written),
    ...(parameters !== undefined && { parameters: parameters.map(parameterMessage) }),
  };
}

function operationMessage(operation: OperationV3): MessageFields {
  const { tags, description, operationId, parameters, requestBody, responses } = operation;
  return {
    tags,
    description,
    operation_id: operationId,
    ...(parameters !== undefined && { parameters: parameters.map(parameterMessage) }),
    ...(requestBody !== undefined && { request_body: { request_body: bodyMessage(requestBody) } }),
    responses: { response_or_reference: named(responses, responseMessage) },
    specification_extension: extensions(operation),
  };
}

function parameterMessage({ schema, ...rest }: ParameterV3): MessageFields {
  return { parameter: { ...rest, schema: { schema: { type: schema.type, unique_items: schema.uniqueItems } } } };
}

function bodyMessage({ content, required }: NonNullable<OperationV3['requestBody']>): MessageFields {
  return { content: contentMessage(content), ...(required === true && { required }) };
}

function responseMessage({ description, content }: OperationV3['responses'][string]): MessageFields {
  return { response: { description, ...(content !== undefined && { content: contentMessage(content) }) } };
}

function contentMessage(content: ContentV3): MessageFields {
  return { additional_properties: named(content, ({ schema }) => ({ schema: schemaOrReference(schema) })) };
}

function schemaOrReference(schema: JsonSchema): MessageFields {
  return schema.$ref === undefined ? { schema: schemaMessage(schema) } : { reference: { _ref: schema.$ref } };
}

function schemaMessage(schema: JsonSchema): MessageFields {
  const { type, items, properties, additionalProperties, allOf, oneOf, anyOf, not } = schema;
  return {
    ...plainSchemaFields(schema),
    ...(type !== undefined && { type }),
    ...(items !== undefined && { items: { schema_or_reference: [schemaOrReference(items)] } }),
    ...(properties !== undefined && { properties: { additional_properties: named(properties, schemaOrReference) } }),
    ...(additionalProperties !== undefined && { additional_properties: additionalMessage(additionalProperties) }),
    ...(allOf !== undefined && { all_of: allOf.map(schemaOrReference) }),
    ...(oneOf !== undefined && { one_of: oneOf.map(schemaOrReference) }),
    ...(anyOf !== undefined && { any_of: anyOf.map(schemaOrReference) }),
    ...(not !== undefined && { not: schemaMessage(not) }),
    ...defaultMessage(schema.default),
    specification_extension: extensions(schema),
  };
}

/** The layout has room for no default but a scalar; gnostic leaves others out. */
function defaultMessage(value: unknown): MessageFields {
  if (typeof value === 'number') return { default: { number: value } };
  if (typeof value === 'boolean') return { default: { boolean: value } };
  return typeof value === 'string' ? { default: { string: value } } : {};
}

function additionalMessage(schema: JsonSchema | boolean): MessageFields {
  return typeof schema === 'boolean' ? { boolean: schema } : { schema_or_reference: schemaOrReference(schema) };
}
