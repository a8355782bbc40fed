/** Where objects lie in etcd: the keys of kube-apiserver's own storage. Resources are named as group-resources. */

import { groupResource, storedKinds } from '../../../protocol/resources.ts';

/** Under which all objects lie (`--etcd-prefix`). */
export const registryPrefix = '/registry/';

/** The resources whose place is not called as they are; some names are older than the API. */
const oldNames: Readonly<Record<string, string>> = {
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
  replicationcontrollers: 'controllers',
  'ingresses.networking.k8s.io': 'ingress',
};

const prefixes: ReadonlyMap<string, string> = new Map(
  storedKinds.map((kind) => [
    groupResource(kind),
    `${registryPrefix}${oldNames[groupResource(kind)] ?? kind.resource}/`,
  ]),
);
const byPrefix: ReadonlyMap<string, string> = new Map([...prefixes].map(([resource, prefix]) => [prefix, resource]));

/** Gives the prefix of all keys of a resource in one namespace; in all of them, or in none, where it is empty. */
export function collectionPrefix(resource: string, namespace: string): string {
  const prefix = prefixes.get(resource);
  if (prefix === undefined) throw new Error(`the resource "${resource}" has no place in etcd`);
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
  return byPrefix.get(key.slice(0, end)) ?? byPrefix.get(key.slice(0, key.indexOf('/', end) + 1));
}
