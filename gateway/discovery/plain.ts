/** Discovery as it has always been: one document for each group, and one for each of its versions. */

import type { ServedGroup, ServedVersion } from './group-priority.ts';
import type { ServedResource } from './served-resource.ts';

/** Makes `/api`: the versions of the core group. */
export function coreVersions(groups: readonly ServedGroup[], serverAddress: string): object {
  const versions = groups.find(({ name }) => name === '')?.versions ?? [];
  return {
    kind: 'APIVersions',
    versions: versions.map(({ version }) => version),
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** Makes `/apis`: all named groups. */
export function groupList(groups: readonly ServedGroup[]): object {
  const named = groups.filter(({ name }) => name !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupEntry) };
}

/** Makes `/apis/<group>`. */
export function groupDocument(group: ServedGroup): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
}

function groupEntry({ name, versions }: ServedGroup): object {
  const entries = versions.map(({ groupVersion, version }) => ({ groupVersion, version }));
  return { name, versions: entries, preferredVersion: entries[0] };
}

/** Makes `/api/v1` and `/apis/<group>/<version>`. The core version's has no apiVersion, as Kubernetes writes it. */
export function resourceList({ groupVersion, resources }: ServedVersion): object {
  const head = groupVersion === 'v1' ? {} : { apiVersion: 'v1' };
  return { kind: 'APIResourceList', ...head, groupVersion, resources: resources.flatMap(resourceEntries) };
}

/** Tells of a resource, then of its subresources. */
function resourceEntries(resource: ServedResource): object[] {
  const { namespaced, shortNames, categories, storageVersionHash } = resource;
  const entry = {
    name: resource.resource,
    singularName: resource.singular,
    namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(storageVersionHash !== undefined && { storageVersionHash }),
  };
  return [entry, ...subresourceEntries(resource)];
}

function subresourceEntries(resource: ServedResource): object[] {
  return resource.parts.map(({ name, group, version, kind, verbs }) => ({
    name: `${resource.resource}/${name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...((group !== resource.group || version !== resource.version) && { group, version }),
    kind,
    verbs,
  }));
}
