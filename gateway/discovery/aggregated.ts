/** Discovery in one document: all groups of a prefix with their versions and resources (apidiscovery.k8s.io). */

import type { ServedGroup, ServedVersion } from './group-priority.ts';
import type { ServedResource } from './served-resource.ts';

/** The versions of the document; they differ in name alone. */
export type AggregatedVersion = 'v2' | 'v2beta1';

/** Makes `/api` (the core group) or `/apis` (all others) in one document. */
export function aggregatedDiscovery(groups: readonly ServedGroup[], version: AggregatedVersion): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(groupItem),
  };
}

function groupItem({ name, versions }: ServedGroup): object {
  const metadata = { ...(name !== '' && { name }), creationTimestamp: null };
  return { metadata, versions: versions.map(versionItem) };
}

function versionItem({ version, resources }: ServedVersion): object {
  return { version, resources: resources.map(resourceItem), freshness: 'Current' };
}

function resourceItem(resource: ServedResource): object {
  const { group, version, kind, shortNames, categories, parts } = resource;
  return {
    resource: resource.resource,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
    ...(parts.length > 0 && { subresources: parts.map(subresourceItem) }),
  };
}

function subresourceItem({ name, group, version, kind, verbs }: ServedResource['parts'][number]): object {
  return { subresource: name, responseKind: { group, version, kind }, verbs };
}
