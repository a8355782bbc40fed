/** Which verbs the API serves for each resource and subresource, and what kind of object a subresource takes and gives. */

import type { ResourceKind } from './resources.ts';
import { groupResource } from './resources.ts';

/** What may be done with a resource, as discovery and authorization name it. */
export type ServedVerb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A part of an object that is reached by a path of its own. */
export interface Subresource {
  readonly name: string;
  /** What kind of object it takes and gives; options, for one that connects. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** In alphabetical order. */
  readonly verbs: readonly ServedVerb[];
  /** It leads on to a container or an address, and what comes back is no object. */
  readonly connects: boolean;
}

const every: readonly ServedVerb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const create: readonly ServedVerb[] = ['create'];
const read: readonly ServedVerb[] = ['get', 'list'];
const part: readonly ServedVerb[] = ['get', 'patch', 'update'];
const dialogue: readonly ServedVerb[] = ['create', 'get'];
const proxied: readonly ServedVerb[] = ['create', 'delete', 'get', 'patch', 'update'];

/** The resources that are not served with every verb; none of them but `namespaces` is stored. */
const exceptions: ReadonlyMap<string, readonly ServedVerb[]> = new Map([
  ['bindings', create],
  ['componentstatuses', read],
  ['namespaces', every.filter((verb) => verb !== 'deletecollection')],
  ['selfsubjectreviews.authentication.k8s.io', create],
  ['tokenreviews.authentication.k8s.io', create],
  ['localsubjectaccessreviews.authorization.k8s.io', create],
  ['selfsubjectaccessreviews.authorization.k8s.io', create],
  ['selfsubjectrulesreviews.authorization.k8s.io', create],
  ['subjectaccessreviews.authorization.k8s.io', create],
  ['nodes.metrics.k8s.io', read],
  ['pods.metrics.k8s.io', read],
]);

/** What a subresource deals in where it is another kind than the object itself, and where its verbs are others than `part`. */
type Facts = Partial<Pick<Subresource, 'group' | 'version' | 'kind' | 'verbs'>>;
const subresourceFacts: ReadonlyMap<string, Facts> = new Map<string, Facts>([
  ['scale', { group: 'autoscaling', version: 'v1', kind: 'Scale' }],
  ['namespaces/finalize', { verbs: ['update'] }],
  ['nodes/proxy', { kind: 'NodeProxyOptions', verbs: proxied }],
  ['pods/attach', { kind: 'PodAttachOptions', verbs: dialogue }],
  ['pods/binding', { kind: 'Binding', verbs: create }],
  ['pods/eviction', { group: 'policy', version: 'v1', kind: 'Eviction', verbs: create }],
  ['pods/exec', { kind: 'PodExecOptions', verbs: dialogue }],
  ['pods/log', { verbs: ['get'] }],
  ['pods/portforward', { kind: 'PodPortForwardOptions', verbs: dialogue }],
  ['pods/proxy', { kind: 'PodProxyOptions', verbs: proxied }],
  ['serviceaccounts/token', { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: create }],
  ['services/proxy', { kind: 'ServiceProxyOptions', verbs: proxied }],
]);

/** Gives the verbs of a resource (`pods`, `leases.coordination.k8s.io`), in alphabetical order. */
export function verbsOf(resource: string): readonly ServedVerb[] {
  return exceptions.get(resource) ?? every;
}

/** Tells whether objects of a resource are kept in etcd; what is not only answers, as a review does. */
export function isStored(resource: string): boolean {
  return verbsOf(resource).includes('watch');
}

/** Subresources that lead on to a container or an address: they are none of the object's own parts, so no kind names them. */
const connections: ReadonlyMap<string, readonly string[]> = new Map([
  ['nodes', ['proxy']],
  ['pods', ['attach', 'exec', 'log', 'portforward', 'proxy']],
  ['services', ['proxy']],
]);

/** Gives the subresources of a kind, by name. */
export function subresourcesOf(kind: ResourceKind): readonly Subresource[] {
  const names = new Set([...kind.subresources, ...(connections.get(groupResource(kind)) ?? [])]);
  return [...names].sort().map((name) => subresourceOf(kind, name));
}

/** Tells whether a subresource leads on to a container or an address. */
export function isConnection(resource: string, subresource: string): boolean {
  return connections.get(resource)?.includes(subresource) ?? false;
}

function subresourceOf(kind: ResourceKind, name: string): Subresource {
  const facts = subresourceFacts.get(name) ?? subresourceFacts.get(`${groupResource(kind)}/${name}`) ?? {};
  return {
    name,
    group: facts.group ?? kind.group,
    version: facts.version ?? kind.version,
    kind: facts.kind ?? kind.kind,
    verbs: facts.verbs ?? part,
    connects: isConnection(groupResource(kind), name),
  };
}
