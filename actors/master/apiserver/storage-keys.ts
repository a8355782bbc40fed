/** Where objects lie in etcd: the keys of kube-apiserver's own storage. Resources are named as group-resources. */

import { groupResource, storedKinds } from '../../../protocol/resources.ts';

/** Under which all objects lie (`--etcd-prefix`). */
export const registryPrefix = '/registry/';

/** The resources whose place is not called as they are: some names are older than the API, some places have the group's. */
const otherNames: Readonly<Record<string, string>> = {
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/customresourcedefinitions',
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
  replicationcontrollers: 'controllers',
  'ingresses.networking.k8s.io': 'ingress',
};

const prefixes: ReadonlyMap<string, string> = new Map(
  storedKinds.map((kind) => [
    groupResource(kind),
    `${registryPrefix}${otherNames[groupResource(kind)] ?? kind.resource}/`,
  ]),
);
const byPrefix: ReadonlyMap<string, string> = new Map([...prefixes].map(([resource, prefix]) => [prefix, resource]));

/** Gives the prefix of all keys of a resource in one namespace; in all of them, or in none, where it is empty. */
export function collectionPrefix(resource: string, namespace: string): string {
  const prefix = prefixes.get(resource) ?? customPrefix(resource);
  return namespace === '' ? prefix : `${prefix}${namespace}/`;
}

/** Gives the key of one object; the namespace is empty for one in none. */
export function storageKey(resource: string, namespace: string, name: string): string {
  return collectionPrefix(resource, namespace) + name;
}

/** Finds the resource whose objects lie around a key; undefined for what is no API object. */
export function resourceOfKey(key: string): string | undefined {
  if (!key.startsWith(registryPrefix)) return undefined;
  const end = key.indexOf('/', registryPrefix.length) + 1;
  const next = key.indexOf('/', end);
  return byPrefix.get(key.slice(0, end)) ?? byPrefix.get(key.slice(0, next + 1)) ?? customResource(key, end, next);
}

/** Custom resources lie by group, then by plural; each group of theirs has a dot. */
function customPrefix(resource: string): string {
  const dot = resource.indexOf('.');
  if (dot < 0) throw new Error(`the resource "${resource}" has no place in etcd`);
  return `${registryPrefix}${resource.slice(dot + 1)}/${resource.slice(0, dot)}/`;
}

function customResource(key: string, end: number, next: number): string | undefined {
  const group = key.slice(registryPrefix.length, end - 1);
  return next < 0 || !group.includes('.') ? undefined : `${key.slice(end, next)}.${group}`;
}
