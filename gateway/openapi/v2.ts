/** `/openapi/v2`: one document of everything, in Swagger 2.0. */

import type { ServedGroup } from '../discovery/group-priority.ts';
import { Definitions } from './definitions.ts';
import * as documents from './document-routes.ts';
import type { FieldDocs } from './field-docs.ts';
import type { JsonSchema } from './json-schema.ts';
import { optionsKinds } from './options-kinds.ts';
import { pathParameter, queryParameter } from './parameters.ts';
import type { Route } from './routes.ts';
import { routesOf } from './routes.ts';

/** A parameter as version 2 writes it, or a reference to one. */
export interface ParameterV2 {
  $ref?: string;
  description?: string;
  in?: string;
  name?: string;
  required?: boolean;
  schema?: JsonSchema;
  type?: string;
  uniqueItems?: boolean;
}

/** An operation as version 2 writes it. */
export interface OperationV2 {
  readonly consumes: readonly string[];
  readonly description: string;
  readonly operationId: string;
  readonly parameters?: readonly ParameterV2[];
  readonly produces: readonly string[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly schema?: JsonSchema }>>;
  readonly schemes: readonly string[];
  readonly tags: readonly string[];
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: object;
}

/** All that one path takes. */
export type PathV2 = { readonly parameters?: readonly ParameterV2[] } & Readonly<
  Partial<Record<Route['method'], OperationV2>>
>;

/** The document. */
export interface DocumentV2 {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, PathV2>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly parameters: Readonly<Record<string, ParameterV2>>;
  readonly securityDefinitions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

/** Makes the document of all that is served. */
export function openApiV2(groups: readonly ServedGroup[], version: string, docs: FieldDocs): DocumentV2 {
  const definitions = new Definitions('v2', docs);
  const shared = new Map<string, ParameterV2>();
  const paths = pathsOf(allRoutes(groups, definitions), shared);
  definitions.meta('DeleteOptions', optionsKinds(groups, 'DeleteOptions'));
  definitions.meta('WatchEvent', optionsKinds(groups, 'WatchEvent'));
  definitions.meta('Status', [{ group: '', kind: 'Status', version: 'v1' }]);
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths,
    definitions: definitions.all(),
    parameters: Object.fromEntries([...shared].sort(([a], [b]) => (a < b ? -1 : 1))),
    securityDefinitions: {
      BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' },
    },
    security: [{ BearerToken: [] }],
  };
}

function allRoutes(groups: readonly ServedGroup[], definitions: Definitions): readonly Route[] {
  const routes = [documents.coreRoute(definitions), documents.groupListRoute(definitions)];
  for (const { name, versions } of groups) {
    if (name !== '') routes.push(documents.groupRoute(name, definitions));
    for (const { version, resources } of versions) {
      routes.push(documents.versionRoute(name, version, definitions));
      for (const resource of resources) routes.push(...routesOf(resource, definitions));
    }
  }
  routes.push(documents.serverVersionRoute(definitions));
  routes.push(documents.issuerRoute(definitions), documents.keysRoute(definitions));
  return routes;
}

function pathsOf(routes: readonly Route[], shared: Map<string, ParameterV2>): Readonly<Record<string, PathV2>> {
  const paths: Record<string, PathV2> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const parameters = ofPath(route).map((parameter) => share(parameter, shared));
    const path = paths[route.path] ?? (parameters.length > 0 ? { parameters } : {});
    paths[route.path] = { ...path, [route.method]: operation(route, shared) };
  }
  return paths;
}

function operation(route: Route, shared: Map<string, ParameterV2>): OperationV2 {
  const parameters = [...bodyOf(route), ...route.parameters.filter((name) => name !== 'path').map(ofQuery)];
  return {
    consumes: route.consumes,
    description: route.description,
    operationId: route.operationId,
    ...(parameters.length > 0 && { parameters: parameters.map((one) => share(one, shared)) }),
    produces: route.produces,
    responses: responsesOf(route),
    schemes: ['https'],
    tags: [route.tag],
    ...(route.action !== undefined && { 'x-kubernetes-action': route.action }),
    ...(route.kind !== undefined && { 'x-kubernetes-group-version-kind': route.kind }),
  };
}

function responsesOf({ codes, answer }: Route): OperationV2['responses'] {
  const made = codes.map((code) => [String(code), { description: reasons[code] ?? '', schema: answer }] as const);
  return { ...Object.fromEntries(made), 401: { description: 'Unauthorized' } };
}

/** What a status code is called. */
export const reasons: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' };

function bodyOf({ body }: Route): ParameterV2[] {
  if (body === undefined) return [];
  return [{ in: 'body', name: 'body', ...(body.isRequired && { required: true }), schema: body.schema }];
}

function ofQuery(name: string): ParameterV2 {
  const { description, type } = queryParameter(name);
  return { description, in: 'query', name, type, uniqueItems: true };
}

function ofPath({ path, owner, action }: Route): ParameterV2[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name, owner ?? ''));
  const inPath = names.map(
    ({ name, type, description }): ParameterV2 => ({
      description,
      in: 'path',
      name,
      required: true,
      type,
      uniqueItems: true,
    }),
  );
  return action === undefined || action === 'connect' ? inPath : [...inPath, ofQuery('pretty')];
}

/** kubectl before 1.27 looks for these two beside the operation, to learn what the server can do. */
const neverShared: ReadonlySet<string> = new Set(['dryRun', 'fieldValidation']);

/** Moves a parameter that many requests have to one place, as kube-openapi does, and gives a reference to it. */
function share(parameter: ParameterV2, shared: Map<string, ParameterV2>): ParameterV2 {
  const { name = '', schema } = parameter;
  const isOfKind =
    name === 'name' || (schema !== undefined && !schema.$ref?.startsWith('#/definitions/io.k8s.apimachinery'));
  if (isOfKind || neverShared.has(name)) return parameter;
  const place = schema === undefined ? `${name}-${parameter.in}` : `${name}-${schema.$ref?.split('.').at(-1)}`;
  shared.set(place, parameter);
  return { $ref: `#/parameters/${place}` };
}
