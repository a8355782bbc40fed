/** `/openapi/v2` in protobuf, as gnostic's `openapi.v2.Document`: what kubectl asks for. */

import type { JsonSchema } from '../json-schema.ts';
import type { DocumentV2, OperationV2, ParameterV2, PathV2 } from '../v2.ts';
import { layoutV2 } from './layouts.ts';
import type { MessageFields } from './messages.ts';
import { any, extensions, named, plainSchemaFields, readLayout } from './messages.ts';

/** The layout of the document, and of all it holds. */
export const messagesV2 = readLayout(layoutV2);

/** Encodes a document. */
export function encodeV2(document: DocumentV2): Uint8Array {
  return messagesV2.lookupType('Document').encode(documentMessage(document)).finish();
}

function documentMessage(document: DocumentV2): MessageFields {
  return {
    swagger: document.swagger,
    info: document.info,
    paths: { path: named(document.paths, pathMessage) },
    definitions: { additional_properties: named(document.definitions, schemaMessage) },
    parameters: { additional_properties: named(document.parameters, parameterMessage) },
    security: document.security.map((one) => ({ additional_properties: named(one, (value) => ({ value })) })),
    security_definitions: {
      additional_properties: named(document.securityDefinitions, (one) => ({ api_key_security: one })),
    },
  };
}

function pathMessage({ parameters, ...operations }: PathV2): MessageFields {
  const written = Object.entries(operations).map(([method, one]) => [method, operationMessage(one)]);
  return {
    ...Object.fromEntries(written),
    ...(parameters !== undefined && { parameters: parameters.map(parametersItem) }),
  };
}

function operationMessage(operation: OperationV2): MessageFields {
  const { consumes, produces, description, operationId, parameters, responses, schemes, tags } = operation;
  return {
    tags,
    description,
    operation_id: operationId,
    produces,
    consumes,
    ...(parameters !== undefined && { parameters: parameters.map(parametersItem) }),
    responses: { response_code: named(responses, responseMessage) },
    schemes,
    vendor_extension: extensions(operation),
  };
}

function responseMessage({ description, schema }: OperationV2['responses'][string]): MessageFields {
  return { response: { description, ...(schema !== undefined && { schema: { schema: schemaMessage(schema) } }) } };
}

function parametersItem(parameter: ParameterV2): MessageFields {
  if (parameter.$ref !== undefined) return { json_reference: { _ref: parameter.$ref } };
  return { parameter: parameterMessage(parameter) };
}

function parameterMessage({
  description,
  in: place,
  name,
  required,
  schema,
  type,
  uniqueItems,
}: ParameterV2): MessageFields {
  const head = {
    ...(required === true && { required }),
    in: place,
    ...(description !== undefined && { description }),
    name,
  };
  if (schema !== undefined) return { body_parameter: { ...head, schema: schemaMessage(schema) } };
  const simple = { ...head, type, unique_items: uniqueItems };
  return {
    non_body_parameter:
      place === 'path' ? { path_parameter_sub_schema: simple } : { query_parameter_sub_schema: simple },
  };
}

function schemaMessage(schema: JsonSchema): MessageFields {
  const { $ref, type, items, properties, additionalProperties, allOf } = schema;
  return {
    ...plainSchemaFields(schema),
    ...($ref !== undefined && { _ref: $ref }),
    ...(schema.default !== undefined && { default: any(schema.default) }),
    ...(type !== undefined && { type: { value: [type] } }),
    ...(items !== undefined && { items: { schema: [schemaMessage(items)] } }),
    ...(properties !== undefined && { properties: { additional_properties: named(properties, schemaMessage) } }),
    ...(additionalProperties !== undefined && { additional_properties: additionalMessage(additionalProperties) }),
    ...(allOf !== undefined && { all_of: allOf.map(schemaMessage) }),
    vendor_extension: extensions(schema),
  };
}

function additionalMessage(schema: JsonSchema | boolean): MessageFields {
  return typeof schema === 'boolean' ? { boolean: schema } : { schema: schemaMessage(schema) };
}
