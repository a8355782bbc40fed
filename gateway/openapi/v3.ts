/** `/openapi/v3`: a document of its own for each version of each group. */

import type { ServedGroup } from '../discovery/group-priority.ts';
import { Definitions } from './definitions.ts';
import * as documents from './document-routes.ts';
import type { FieldDocs } from './field-docs.ts';
import type { JsonSchema } from './json-schema.ts';
import { optionsKinds } from './options-kinds.ts';
import { pathParameter, queryParameter } from './parameters.ts';
import type { Route } from './routes.ts';
import { routesOf } from './routes.ts';
import { reasons } from './v2.ts';

/** A parameter as version 3 writes it. */
export interface ParameterV3 {
  readonly description: string;
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema: { readonly type: string; readonly uniqueItems: true };
}

/** What a request or an answer carries, by media type. */
export type ContentV3 = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/** An operation as version 3 writes it. */
export interface OperationV3 {
  readonly tags: readonly string[];
  readonly description: string;
  readonly operationId: string;
  readonly parameters?: readonly ParameterV3[];
  readonly requestBody?: { readonly content: ContentV3; readonly required?: boolean };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: ContentV3 }>>;
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: object;
}

/** All that one path takes. */
export type PathV3 = { readonly parameters?: readonly ParameterV3[] } & Readonly<
  Partial<Record<Route['method'], OperationV3>>
>;

/** One document. */
export interface DocumentV3 {
  readonly openapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, PathV3>>;
  readonly components: {
    readonly schemas?: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

/** Says how each document is made, by its place under `/openapi/v3`: `api/v1`, `apis/apps/v1`, `version`. */
export function openApiV3(
  groups: readonly ServedGroup[],
  version: string,
  docs: FieldDocs,
): ReadonlyMap<string, () => DocumentV3> {
  const places = new Map<string, () => DocumentV3>();
  const add = (place: string, routes: (definitions: Definitions) => readonly Route[]) => {
    places.set(place, () => documentOf(groups, version, new Definitions('v3', docs), routes));
  };
  add('.well-known/openid-configuration', (definitions) => [documents.issuerRoute(definitions)]);
  add('api', (definitions) => [documents.coreRoute(definitions)]);
  add('apis', (definitions) => [documents.groupListRoute(definitions)]);
  for (const { name, versions } of groups) {
    if (name !== '') add(`apis/${name}`, (definitions) => [documents.groupRoute(name, definitions)]);
    for (const one of versions) {
      add(name === '' ? `api/${one.version}` : `apis/${name}/${one.version}`, (definitions) => [
        documents.versionRoute(name, one.version, definitions),
        ...one.resources.flatMap((resource) => routesOf(resource, definitions)),
      ]);
    }
  }
  add('openid/v1/jwks', (definitions) => [documents.keysRoute(definitions)]);
  add('version', (definitions) => [documents.serverVersionRoute(definitions)]);
  return places;
}

function documentOf(
  groups: readonly ServedGroup[],
  version: string,
  definitions: Definitions,
  routes: (definitions: Definitions) => readonly Route[],
): DocumentV3 {
  const paths = pathsOf(routes(definitions));
  if ('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions' in definitions.all()) {
    definitions.meta('DeleteOptions', optionsKinds(groups, 'DeleteOptions'));
    definitions.meta('Status', [{ group: '', kind: 'Status', version: 'v1' }]);
    definitions.meta('WatchEvent', optionsKinds(groups, 'WatchEvent'));
  }
  const schemas = definitions.all();
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths,
    components: {
      ...(Object.keys(schemas).length > 0 && { schemas }),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  };
}

function pathsOf(routes: readonly Route[]): Readonly<Record<string, PathV3>> {
  const paths: Record<string, PathV3> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const parameters = ofPath(route);
    const path = paths[route.path] ?? (parameters.length > 0 ? { parameters } : {});
    paths[route.path] = { ...path, [route.method]: operation(route) };
  }
  return paths;
}

function operation(route: Route): OperationV3 {
  const { body } = route;
  const parameters = route.parameters.filter((name) => name !== 'path').map(ofQuery);
  return {
    tags: [route.tag],
    description: route.description,
    operationId: route.operationId,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { content: contentOf(route.consumes, body.schema), ...(body.isRequired && { required: true }) },
    }),
    responses: responsesOf(route),
    ...(route.action !== undefined && { 'x-kubernetes-action': route.action }),
    ...(route.kind !== undefined && { 'x-kubernetes-group-version-kind': route.kind }),
  };
}

function responsesOf({ codes, answer, produces }: Route): OperationV3['responses'] {
  const content = contentOf(produces, answer);
  const made = codes.map((code) => [String(code), { description: reasons[code] ?? '', content }] as const);
  return { ...Object.fromEntries(made), 401: { description: 'Unauthorized' } };
}

function contentOf(types: readonly string[], schema: JsonSchema): ContentV3 {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function ofQuery(name: string): ParameterV3 {
  const { description, type } = queryParameter(name);
  return { name, in: 'query', description, schema: { type, uniqueItems: true } };
}

function ofPath({ path, owner, action }: Route): ParameterV3[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name, owner ?? ''));
  const inPath = names.map(
    ({ name, type, description }): ParameterV3 => ({
      name,
      in: 'path',
      description,
      required: true,
      schema: { type, uniqueItems: true },
    }),
  );
  return action === undefined || action === 'connect' ? inPath : [...inPath, ofQuery('pretty')];
}
