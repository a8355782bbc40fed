/** How a request is counted: its labels, as apiserver's `endpoints/metrics` cleans them. */

import type { ResourceKind } from '../../protocol/resources.ts';
import { groupResource } from '../../protocol/resources.ts';
import { isConnection, subresourcesOf } from '../../protocol/served-verbs.ts';
import type { RequestInfo, ResourceRequest } from '../request-attributes.ts';
import type { CountedRequest } from './request-counts.ts';

const verbs: ReadonlyMap<string, string> = new Map([
  ['get', 'GET'],
  ['list', 'LIST'],
  ['watch', 'WATCH'],
  ['create', 'POST'],
  ['update', 'PUT'],
  ['patch', 'PATCH'],
  ['delete', 'DELETE'],
  ['deletecollection', 'DELETECOLLECTION'],
]);
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Gives the labels of a request that was answered with `code`; `kind` is what its path means, if anything.
 *
 * Only names that are served become labels: clients could make up any number of others.
 */
export function countedRequest(
  info: RequestInfo,
  kind: ResourceKind | undefined,
  contentType: string | undefined,
  code: number,
): CountedRequest {
  if (info.isResource && kind !== undefined) return ofResource(info, kind, contentType, code);
  const verb = methods.has(info.method) ? info.method : 'other';
  return { verb, group: '', version: '', resource: '', subresource: '', scope: '', isDryRun: false, code };
}

function ofResource(
  info: ResourceRequest,
  kind: ResourceKind,
  contentType: string | undefined,
  code: number,
): CountedRequest {
  const { group, version, resource } = kind;
  const isKnown = subresourcesOf(kind).some(({ name }) => name === info.subresource);
  const isApply = info.verb === 'patch' && contentType?.startsWith('application/apply-patch') === true;
  const verb = isApply ? 'APPLY' : (verbs.get(info.verb) ?? 'other');
  return {
    verb: isConnection(groupResource(kind), info.subresource) ? 'CONNECT' : verb,
    group,
    version,
    resource,
    subresource: isKnown ? info.subresource : '',
    scope: scopeOf(info),
    isDryRun: info.query.has('dryRun'),
    code,
  };
}

function scopeOf({ name, verb, namespace }: ResourceRequest): string {
  if (name !== '' || verb === 'create') return 'resource';
  return namespace === '' ? 'cluster' : 'namespace';
}
