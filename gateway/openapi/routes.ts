/** All requests that the API takes about resources, each as both forms of OpenAPI tell of it. */

import type { Subresource } from '../../protocol/served-verbs.ts';
import type { ServedResource } from '../discovery/served-resource.ts';
import type { Definitions } from './definitions.ts';
import type { GroupVersionKind, JsonSchema } from './json-schema.ts';
import { actionParameters, connectionParameters } from './parameters.ts';

/** One request: a method on a path. */
export interface Route {
  readonly path: string;
  readonly method: 'get' | 'put' | 'post' | 'delete' | 'patch' | 'head' | 'options';
  /** `x-kubernetes-action`; absent for what is about no object. */
  readonly action?: string;
  readonly operationId: string;
  readonly description: string;
  readonly tag: string;
  /** The kind in question: of the object, or of the subresource. */
  readonly kind?: GroupVersionKind;
  /** Whose name the path has. */
  readonly owner?: string;
  readonly parameters: readonly string[];
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly body?: { readonly schema: JsonSchema; readonly isRequired: boolean };
  /** What it answers, by status code; all that is not 401 has the same schema. */
  readonly codes: readonly number[];
  readonly answer: JsonSchema;
}

type Method = Route['method'];

const objectTypes = ['application/json', 'application/yaml'];
const anyType = ['*/*'];
const watchTypes = [...objectTypes, 'application/json;stream=watch'];
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/** What one verb is as a request. */
interface VerbFacts {
  readonly method: Method;
  readonly action: string;
  /** How its operation and its description begin. */
  readonly word: string;
  readonly says: (kind: string) => string;
  readonly codes: readonly number[];
}
const verbs: Readonly<Record<string, VerbFacts>> = {
  list: {
    method: 'get',
    action: 'list',
    word: 'list',
    says: (kind) => `list or watch objects of kind ${kind}`,
    codes: [200],
  },
  create: {
    method: 'post',
    action: 'post',
    word: 'create',
    says: (kind) => `create ${articled(kind)}`,
    codes: [200, 201, 202],
  },
  deletecollection: {
    method: 'delete',
    action: 'deletecollection',
    word: 'delete',
    says: (kind) => `delete collection of ${kind}`,
    codes: [200],
  },
  get: { method: 'get', action: 'get', word: 'read', says: (kind) => `read the specified ${kind}`, codes: [200] },
  update: {
    method: 'put',
    action: 'put',
    word: 'replace',
    says: (kind) => `replace the specified ${kind}`,
    codes: [200, 201],
  },
  patch: {
    method: 'patch',
    action: 'patch',
    word: 'patch',
    says: (kind) => `partially update the specified ${kind}`,
    codes: [200, 201],
  },
  delete: {
    method: 'delete',
    action: 'delete',
    word: 'delete',
    says: (kind) => `delete ${articled(kind)}`,
    codes: [200, 202],
  },
};
const ofCollections = ['list', 'create', 'deletecollection'];
const ofObjects = ['get', 'update', 'patch', 'delete'];
/** Objects that a delete gives back as they were, where others are answered with a Status. */
const givenBack: ReadonlySet<string> = new Set([
  'CSIDriver',
  'CSINode',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Pod',
  'PodTemplate',
  'ResourceQuota',
  'Service',
  'ServiceAccount',
  'StorageClass',
  'VolumeAttachment',
]);

/** Lists all requests about a resource, each path's together. */
export function routesOf(resource: ServedResource, definitions: Definitions): readonly Route[] {
  const { group, version, namespaced } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = `${root}${namespaced ? '/namespaces/{namespace}' : ''}/${resource.resource}`;
  const known = new Set<string>(resource.verbs);
  const routes = [...ofCollections, ...ofObjects]
    .filter((verb) => known.has(verb))
    .map((verb) =>
      verbRoute(resource, verb, ofObjects.includes(verb) ? `${collection}/{name}` : collection, definitions),
    );
  if (namespaced && known.has('list')) routes.push(everywhere(resource, `${root}/${resource.resource}`, definitions));
  const parts = resource.parts.flatMap((part) => partRoutes(resource, part, `${collection}/{name}`, definitions));
  return [...routes, ...parts];
}

function verbRoute(resource: ServedResource, verb: string, path: string, definitions: Definitions): Route {
  const facts = verbs[verb] as VerbFacts;
  const object = definitions.kind(resource);
  const collection = verb === 'deletecollection' ? 'Collection' : '';
  const isWatched = verb === 'list' && resource.verbs.includes('watch');
  return {
    ...commonOf(resource, facts, object, definitions),
    path,
    operationId: operationId(facts.word, resource, `${collection}${scopeOf(resource)}${resource.kind}`),
    description: facts.says(resource.kind).replace('list or watch', isWatched ? 'list or watch' : 'list'),
    produces: isWatched ? watchTypes : objectTypes,
    answer: answerOf(resource, verb, object, definitions),
  };
}

function answerOf(resource: ServedResource, verb: string, object: JsonSchema, definitions: Definitions): JsonSchema {
  if (verb === 'list') return definitions.list(resource);
  const isDelete = verb === 'delete' || verb === 'deletecollection';
  const isGivenBack = verb === 'delete' && givenBack.has(resource.kind);
  return isDelete && !isGivenBack ? definitions.meta('Status') : object;
}

/** What all requests of a verb have, whatever the path. */
function commonOf(resource: ServedResource, facts: VerbFacts, object: JsonSchema, definitions: Definitions) {
  const { method, action, codes } = facts;
  const body = bodyOf(method, object, definitions);
  const { group, version, kind } = resource;
  return {
    method,
    action,
    codes,
    tag: tagOf(resource),
    kind: { group, kind, version },
    owner: resource.kind,
    parameters: actionParameters[action] ?? [],
    consumes: method === 'patch' ? patchTypesOf(resource) : anyType,
    ...(body !== undefined && { body }),
  };
}

/** Custom resources know no strategic merge patch. */
function patchTypesOf({ custom }: ServedResource): readonly string[] {
  return custom === undefined ? patchTypes : patchTypes.filter((type) => !type.includes('strategic'));
}

function bodyOf(method: Method, object: JsonSchema, definitions: Definitions): Route['body'] {
  if (method === 'post' || method === 'put') return { schema: object, isRequired: true };
  if (method === 'patch') return { schema: definitions.meta('Patch'), isRequired: true };
  return method === 'delete' ? { schema: definitions.meta('DeleteOptions'), isRequired: false } : undefined;
}

/** The list over all namespaces. */
function everywhere(resource: ServedResource, path: string, definitions: Definitions): Route {
  const route = verbRoute(resource, 'list', path, definitions);
  return { ...route, operationId: operationId('list', resource, `${resource.kind}ForAllNamespaces`) };
}

function partRoutes(resource: ServedResource, part: Subresource, object: string, definitions: Definitions): Route[] {
  const path = `${object}/${part.name}`;
  if (part.connects && part.name !== 'log') return connectRoutes(resource, part, path);
  return part.verbs.map((verb) => partRoute(resource, part, verb, path, definitions));
}

function partRoute(
  resource: ServedResource,
  part: Subresource,
  verb: string,
  path: string,
  definitions: Definitions,
): Route {
  const facts = verbs[verb] as VerbFacts;
  const isLog = part.name === 'log';
  const { group, version, kind } = part;
  const isOwn = kind === resource.kind && group === resource.group;
  const deals = isOwn
    ? definitions.kind(resource)
    : definitions.kind({ group, version, kind, listKind: `${kind}List` });
  return {
    ...commonOf(resource, facts, deals, definitions),
    path,
    kind: { group, kind, version },
    operationId: operationId(facts.word, resource, `${scopeOf(resource)}${resource.kind}${capital(part.name)}`),
    description: facts.says(resource.kind).replace(/^(partially update|\w+)/, `$1 ${part.name} of`),
    parameters: isLog ? (connectionParameters.log ?? []) : (actionParameters[facts.action] ?? []),
    produces: isLog ? ['text/plain', ...objectTypes] : objectTypes,
    answer: isLog ? { type: 'string' } : deals,
  };
}

const connectMethods: Readonly<Record<string, readonly Method[]>> = {
  proxy: ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'],
};

function connectRoutes(resource: ServedResource, part: Subresource, path: string): Route[] {
  const methods = connectMethods[part.name] ?? ['get', 'post'];
  const { group, version, kind } = part;
  const paths = part.name === 'proxy' ? [path, `${path}/{path}`] : [path];
  return paths.flatMap((each) =>
    methods.map((method) => ({
      path: each,
      method,
      action: 'connect',
      operationId: operationId(
        'connect',
        resource,
        `${capital(method)}${scopeOf(resource)}${resource.kind}${capital(part.name)}${each === path ? '' : 'WithPath'}`,
      ),
      description: `connect ${method.toUpperCase()} requests to ${part.name} of ${resource.kind}`,
      tag: tagOf(resource),
      kind: { group, kind, version },
      owner: kind,
      parameters: connectionParameters[part.name] ?? [],
      consumes: anyType,
      produces: anyType,
      codes: [200],
      answer: { type: 'string' },
    })),
  );
}

function operationId(word: string, { group, version }: ServedResource, rest: string): string {
  return `${word}${groupWord(group)}${capital(version)}${rest}`;
}

function scopeOf({ namespaced }: ServedResource): string {
  return namespaced ? 'Namespaced' : '';
}

/** Writes a group as operations have it: `RbacAuthorization`, `Core`. */
export function groupWord(group: string): string {
  return group === ''
    ? 'Core'
    : group
        .replace(/\.k8s\.io$/, '')
        .split(/[^A-Za-z0-9_]/)
        .map(capital)
        .join('');
}

function tagOf({ group, version }: ServedResource): string {
  return `${groupTag(group)}_${version}`;
}

/** Writes a group as tags have it: `rbacAuthorization`. */
export function groupTag(group: string): string {
  const word = groupWord(group);
  return word.charAt(0).toLowerCase() + word.slice(1);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A kind that is a plural already, as Endpoints, takes no article. */
function articled(kind: string): string {
  if (/[^s]s$/.test(kind)) return kind;
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
