/** Which verb a message asks for, and of what: what a URL and a method are to the real server. */

import type { Message } from '../../../protocol/message.ts';
import type { Target } from '../../../protocol/messages/api.ts';
import type { Status } from '../../../protocol/objects.ts';
import type { ResourceKind } from '../../../protocol/resources.ts';
import { findResource, groupResource, storedForm } from '../../../protocol/resources.ts';
import { failure } from '../../../protocol/status.ts';
import type { CustomKind, CustomKinds } from './custom-resources/kinds.ts';
import { customRoute } from './custom-resources/route.ts';

/** What an API server can be asked to do. */
export type Verb =
  | 'get'
  | 'get-scale'
  | 'list'
  | 'check-components'
  | 'create'
  | 'bind'
  | 'request-token'
  | 'review'
  | 'evict'
  | 'replace'
  | 'replace-scale'
  | 'patch'
  | 'patch-scale'
  | 'delete'
  | 'delete-collection'
  | 'watch'
  | 'connect';

/** Where a request leads. */
export interface Route {
  readonly verb: Verb;
  /** In the form its objects are stored in. */
  readonly kind: ResourceKind;
  /** The form asked for, where that is another: objects are converted from it and to it. */
  readonly form: ResourceKind | undefined;
  /** The custom resource it leads to, whose `kind` is of the version asked for; undefined for a built-in kind. */
  readonly custom: CustomKind | undefined;
  /** The stored kind, as group-resource. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** By type of message, then by subresource; the empty one is the object itself. */
export const verbs: Readonly<Record<string, Readonly<Record<string, Verb>>>> = {
  'object.get': { '': 'get', status: 'get', approval: 'get', ephemeralcontainers: 'get', scale: 'get-scale' },
  'object.list': { '': 'list' },
  'object.watch': { '': 'watch' },
  'object.create': { '': 'create', binding: 'bind', eviction: 'evict', token: 'request-token' },
  'object.replace': {
    '': 'replace',
    status: 'replace',
    approval: 'replace',
    ephemeralcontainers: 'replace',
    finalize: 'replace',
    scale: 'replace-scale',
  },
  'object.patch': {
    '': 'patch',
    status: 'patch',
    approval: 'patch',
    ephemeralcontainers: 'patch',
    scale: 'patch-scale',
  },
  'object.delete': { '': 'delete' },
  'object.delete-collection': { '': 'delete-collection' },
  'object.connect': {
    log: 'connect',
    exec: 'connect',
    attach: 'connect',
    portforward: 'connect',
    proxy: 'connect',
  },
};

/** The verbs that are about a collection. */
export const collectionVerbs: ReadonlySet<Verb> = new Set(['list', 'watch', 'create', 'review', 'delete-collection']);
const mutatingVerbs: ReadonlySet<Verb> = new Set<Verb>([
  'create',
  'bind',
  'request-token',
  'review',
  'evict',
  'replace',
  'replace-scale',
  'patch',
  'patch-scale',
  'delete',
  'delete-collection',
]);

/** Tells whether a verb writes. */
export function isMutating(verb: Verb): boolean {
  return mutatingVerbs.has(verb);
}

/** Tells whether objects of a kind are questions, which are answered and never stored. */
function isReview({ group }: ResourceKind): boolean {
  return group === 'authorization.k8s.io' || group === 'authentication.k8s.io';
}

/** Finds what a message asks for, or the 404 or 405 it is answered with. */
export function routeOf(message: Pick<Message, 'type' | 'body'>, kinds: CustomKinds): Route | Status {
  const target = message.body as Target & { object?: { metadata?: { name?: string } } };
  const asked = findResource(target.resource, target.version);
  if (asked === undefined) return customRoute(message, kinds.get(target.resource));
  const kind = storedForm(asked);
  // POST .../bindings is the old form of POST .../pods/NAME/binding.
  if (kind.kind === 'Binding') return bindingRoute(message.type, target);
  const { subresource = '', namespace = '', name = '' } = target;
  const [resource, form] = asked === kind ? [target.resource, undefined] : [groupResource(kind), asked];
  if (subresource !== '' && !kind.subresources.includes(subresource)) return failure.noSuchResource();
  const verb = isReview(kind) && message.type === 'object.create' ? 'review' : verbs[message.type]?.[subresource];
  if (verb === undefined || (isReview(kind) && verb !== 'review'))
    return failure.methodNotAllowed(target.resource, message.type.slice(message.type.indexOf('.') + 1));
  if (!kind.namespaced && namespace !== '') return failure.noSuchResource();
  if (kind.kind === 'ComponentStatus') {
    const isServed = kind.verbs?.includes(verb) === true;
    if (!isServed) return failure.methodNotAllowed(target.resource, message.type.slice(message.type.indexOf('.') + 1));
    return { verb: 'check-components', kind, form, custom: undefined, resource, namespace, name, subresource };
  }
  if (collectionVerbs.has(verb)) {
    const needsNamespace = kind.namespaced && (verb === 'create' || verb === 'review');
    return needsNamespace && namespace === ''
      ? failure.methodNotAllowed(target.resource, 'create')
      : { verb, kind, form, custom: undefined, resource, namespace, name, subresource };
  }
  const given = name === '' && (verb === 'bind' || verb === 'evict') ? (target.object?.metadata?.name ?? '') : name;
  if (given === '' || (kind.namespaced && namespace === '')) return failure.noSuchResource();
  return { verb, kind, form, custom: undefined, resource, namespace, name: given, subresource };
}

function bindingRoute(type: string, target: Target & { object?: { metadata?: { name?: string } } }): Route | Status {
  const pods = findResource('pods');
  if (pods === undefined || type !== 'object.create')
    return failure.methodNotAllowed('bindings', type.slice(type.indexOf('.') + 1));
  const { namespace = '' } = target;
  return {
    verb: 'bind',
    kind: pods,
    form: undefined,
    custom: undefined,
    resource: 'pods',
    namespace,
    name: target.object?.metadata?.name ?? '',
    subresource: 'binding',
  };
}

/** Tells a route from a refusal. */
export function isRoute(found: Route | Status): found is Route {
  return 'verb' in found;
}
