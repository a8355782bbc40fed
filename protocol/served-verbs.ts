/** Which verbs the API serves for each resource and subresource, and what kind of object a subresource takes and gives. */

import type { ResourceKind } from './resources.ts';
import { groupResource } from './resources.ts';

/** A part of an object that is reached by a path of its own. */
export interface Subresource {
  readonly name: string;
  /** What kind of object it takes and gives; options, for one that connects. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** In alphabetical order. */
  readonly verbs: readonly string[];
  /** It leads on to a container or an address, and what comes back is no object. */
  readonly connects: boolean;
}

const every: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const create: readonly string[] = ['create'];
const part: readonly string[] = ['get', 'patch', 'update'];
const dialogue: readonly string[] = ['create', 'get'];
const proxied: readonly string[] = ['create', 'delete', 'get', 'patch', 'update'];

/** A namespace goes with all it holds, so they go one at a time. */
const exceptions: ReadonlyMap<string, readonly string[]> = new Map([
  ['namespaces', every.filter((verb) => verb !== 'deletecollection')],
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

/** Gives the verbs of a kind, in alphabetical order. */
export function verbsOf(kind: ResourceKind): readonly string[] {
  return kind.verbs ?? exceptions.get(groupResource(kind)) ?? every;
}

/** Subresources that lead on to a container or an address. */
const connections: ReadonlyMap<string, readonly string[]> = new Map([
  ['nodes', ['proxy']],
  ['pods', ['attach', 'exec', 'log', 'portforward', 'proxy']],
  ['services', ['proxy']],
]);

/** Gives the subresources of a kind, by name. */
export function subresourcesOf(kind: ResourceKind): readonly Subresource[] {
  return [...kind.subresources].sort().map((name) => subresourceOf(kind, name));
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
