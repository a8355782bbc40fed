/** From an HTTP request about objects to the message that asks the API server for the same. */

import type { Asker, PatchType, Target } from '../protocol/messages/api.ts';
import type { ResourceKind } from '../protocol/resources.ts';
import { apiVersionOf, groupResource } from '../protocol/resources.ts';
import { failure } from '../protocol/status.ts';
import type { HttpRequest } from './http.ts';
import { deleteOptions, listOptions, watchOptions, writeOptions } from './options.ts';
import { layoutOfKind } from './protobuf/layout.ts';
import { Refused } from './refused.ts';
import { isTrue, type ResourceRequest } from './request-attributes.ts';
import { contentType, isRecord, readObject, readPatch, unknownFormat, type WantedObject } from './request-body.ts';

/** A message to the API server. */
export interface Question {
  readonly type: string;
  readonly body: object;
}

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Asks what a request asks. @throws Refused where it cannot be asked at all */
export function questionOf(info: ResourceRequest, kind: ResourceKind, asker: Asker, request: HttpRequest): Question {
  const { verb, name, subresource } = info;
  const target = targetOf(info, kind, asker);
  if (isMisplaced(info)) throw new Refused(failure.noSuchMethod());
  switch (verb) {
    case 'get':
      return { type: 'object.get', body: withVersion(target, info) };
    case 'list':
      return { type: 'object.list', body: { ...target, ...listOptions(info.query) } };
    case 'watch':
      return {
        type: 'object.watch',
        body: { ...target, ...listOptions(info.query), ...watchOptions(info.query), announce: true },
      };
    case 'create':
      return write('object.create', 'CreateOptions', target, info, kind, request);
    case 'update':
      return write('object.replace', 'UpdateOptions', target, info, kind, request);
    case 'patch':
      return patch(target, info, request);
    case 'delete':
      return { type: 'object.delete', body: { ...target, options: optionsOfDeletion(request, info.query) } };
    case 'deletecollection':
      if (name !== '' || subresource !== '') throw new Refused(failure.noSuchMethod());
      return {
        type: 'object.delete-collection',
        body: { ...target, ...listOptions(info.query), options: optionsOfDeletion(request, info.query) },
      };
  }
}

/** POST makes things in a collection, or through a subresource; the others need a name. */
function isMisplaced({ verb, name, subresource }: ResourceRequest): boolean {
  if (verb === 'create') return name !== '' && subresource === '';
  return (verb === 'update' || verb === 'patch') && name === '';
}

/** Says which object or collection a request is about, and who asks. */
export function targetOf(info: ResourceRequest, kind: ResourceKind, asker: Asker): Target {
  const { namespace, name, subresource, version } = info;
  const target: Target = { resource: groupResource(kind), version };
  if (asker.user !== undefined) target.user = asker.user;
  if (asker.impersonated !== undefined) target.impersonated = asker.impersonated;
  if (namespace !== '') target.namespace = namespace;
  if (name !== '') target.name = name;
  if (subresource !== '') target.subresource = subresource;
  return target;
}

function withVersion(target: Target, { query }: ResourceRequest): object {
  const resourceVersion = query.get('resourceVersion');
  return resourceVersion ? { ...target, resourceVersion } : target;
}

function write(
  type: string,
  optionsKind: string,
  target: Target,
  { query, subresource }: ResourceRequest,
  kind: ResourceKind,
  request: HttpRequest,
): Question {
  const options = writeOptions(query, request.headers['user-agent'], optionsKind);
  const { value, duplicates } = readObject(request, wantedBy(kind, subresource));
  return {
    type,
    body: { ...target, ...options, object: value, ...(duplicates.length > 0 && { duplicateFields: duplicates }) },
  };
}

/** What is written to subresources that have objects of their own. */
const subresourceObjects: Readonly<Record<string, WantedObject>> = {
  binding: { apiVersion: 'v1', kind: 'Binding', takesProtobuf: true },
  eviction: { apiVersion: 'policy/v1', kind: 'Eviction', takesProtobuf: true },
  scale: { apiVersion: 'autoscaling/v1', kind: 'Scale', takesProtobuf: true },
  token: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', takesProtobuf: true },
};

/** Says what the body of a write is to be. */
function wantedBy(kind: ResourceKind, subresource: string): WantedObject {
  const apiVersion = apiVersionOf(kind);
  const own = { apiVersion, kind: kind.kind, takesProtobuf: layoutOfKind(apiVersion, kind.kind) !== undefined };
  return subresourceObjects[subresource] ?? own;
}

function patch(target: Target, { query }: ResourceRequest, request: HttpRequest): Question {
  const patchType = patchTypes[contentType(request)];
  if (patchType === undefined) throw new Refused(unknownFormat(Object.keys(patchTypes).join(', ')));
  const options = writeOptions(
    query,
    patchType === 'apply' ? undefined : request.headers['user-agent'],
    'PatchOptions',
  );
  const { value, duplicates } = readPatch(request, patchType === 'apply');
  // Who applies must say who it is.
  const { fieldManager: _, ...rest } = options;
  const named = patchType === 'apply' && !query.get('fieldManager') ? rest : options;
  return {
    type: 'object.patch',
    body: {
      ...target,
      ...named,
      patchType,
      patch: value,
      ...(isTrue(query.get('force')) && { force: true }),
      ...(duplicates.length > 0 && { duplicateFields: duplicates }),
    },
  };
}

/** A deletion may say how in a body, which need not be there. */
function optionsOfDeletion(request: HttpRequest, query: URLSearchParams) {
  if (request.body.length === 0) return deleteOptions(undefined, query);
  const { value } = readObject(request, { apiVersion: 'v1', kind: 'DeleteOptions', takesProtobuf: true });
  return deleteOptions(isRecord(value) ? value : undefined, query);
}
