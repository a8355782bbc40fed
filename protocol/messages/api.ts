/** The conversation with kube-apiserver: REST verbs as messages. */

import type { Message } from '../message.ts';
import type { KubernetesObject, ListMeta, Status } from '../objects.ts';

/** Somebody outside the cluster, as authentication has found. */
export interface UserInfo {
  name: string;
  uid?: string;
  groups?: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

/** Who asks. Without `user` it is a component of the cluster, known by its address, which may do what its part needs. */
export interface Asker {
  user?: UserInfo;
  /** Whom the user asks to be taken for (`Impersonate-User`); the right to it is checked like any other. */
  impersonated?: UserInfo;
}

/** Why a user from outside may do what was asked, or may not: what an audit log tells of it. */
export interface Authorization {
  decision: 'allow' | 'forbid';
  /** `RBAC: allowed by ...`; may be empty. */
  reason: string;
}

/** Which object, or collection of objects, a request is about. */
export interface Target extends Asker {
  /** The resource as group-resource: `pods`, `replicationcontrollers`, `leases.coordination.k8s.io`. */
  resource: string;
  /** The version of the API asked for, where a resource has several; the object is given in it. */
  version?: string;
  /** Empty or absent for a cluster-scoped object, and for a list or watch over all namespaces. */
  namespace?: string;
  name?: string;
  /** `status`, `scale`, `binding`, `eviction`... */
  subresource?: string;
}

/** Options common to writes. */
export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  /** `Strict` unless told, for a request that carries an object. */
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** The paths of fields that the object's text had more than once, and of which the last counts. */
  duplicateFields?: readonly string[];
}

export type ObjectGet = Message<'object.get', Target & { name: string; resourceVersion?: string }>;

/** `resourceVersion` absent: the most recent; `'0'`: whatever the cache has; else: not older than. */
export type ObjectList = Message<
  'object.list',
  Target & {
    labelSelector?: string;
    fieldSelector?: string;
    limit?: number;
    continue?: string;
    resourceVersion?: string;
    resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  }
>;
export type ObjectCreate = Message<'object.create', Target & WriteOptions & { object: KubernetesObject }>;
export type ObjectReplace = Message<
  'object.replace',
  Target & WriteOptions & { name: string; object: KubernetesObject }
>;
/** `apply` is server-side apply: the patch is what the field manager wants of the object. */
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';
export type ObjectPatch = Message<
  'object.patch',
  Target &
    WriteOptions & {
      name: string;
      patchType: PatchType;
      patch: unknown;
      /** Server-side apply takes fields over from other managers instead of refusing. */
      force?: boolean;
    }
>;
export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
}
export type ObjectDelete = Message<'object.delete', Target & { name: string; options?: DeleteOptions }>;
export type ObjectDeleteCollection = Message<
  'object.delete-collection',
  Target & { labelSelector?: string; fieldSelector?: string; options?: DeleteOptions }
>;

/** Opens a watch (a stream) of what changes after `resourceVersion` (absent or `'0'`: first what there is, as ADDED). */
export type ObjectWatch = Message<
  'object.watch',
  Target & {
    labelSelector?: string;
    fieldSelector?: string;
    resourceVersion?: string;
    allowWatchBookmarks?: boolean;
    sendInitialEvents?: boolean;
    timeoutSeconds?: number;
    /** The first thing told is `watch.opened`, unless the watch is refused. */
    announce?: boolean;
  }
>;
/** A watch stands that was asked to announce itself. `authorization` as in the answer to a request. */
export type WatchOpened = Message<'watch.opened', { authorization?: Authorization } | undefined>;

/** A request was done. `object` is what the verb returns: an object, a list, or a Status of success. */
export type RequestSucceeded = Message<
  'request.succeeded',
  {
    code: number;
    object: KubernetesObject;
    warnings?: readonly string[];
    /** How a user came to be let in; absent for components of the cluster. */
    authorization?: Authorization;
    /** What the token says that was asked for: the API server decides it, and whoever has the key signs it. */
    claims?: Readonly<Record<string, unknown>>;
  }
>;
/** A request was refused, and nothing was changed. `authorization` where a user was let in, or was not. */
export type RequestRefused = Message<'request.refused', { status: Status; authorization?: Authorization }>;

/**
 * Asks for a way to what stands behind an object: `log`, `exec`, `attach`, `portforward` of a Pod, `proxy` of a Pod, Service or Node.
 *
 * The API server checks the right to it and the options, and tells where to go; it carries nothing itself.
 */
export type ObjectConnect = Message<
  'object.connect',
  Target & {
    name: string;
    subresource: string;
    /** `get` for a log, else as the HTTP method: `create`, `get`... */
    verb: string;
    options: Readonly<Record<string, unknown>>;
  }
>;

/** Where a connection leads: to a container (or all of a pod) by way of its kubelet, or to an address and port. */
export type ObjectConnected = Message<
  'object.connected',
  | {
      to: 'pod';
      kubelet: string;
      node: string;
      namespace: string;
      pod: string;
      uid: string;
      container: string;
    }
  | { to: 'address'; node: string; ip: string; port: number; scheme: 'http' | 'https' }
>;

/** Asks whether somebody may do `verb` on a path that is no resource, as `/metrics`; answered with a Status. */
export type PathCheck = Message<'path.check', Asker & { verb: string; path: string }>;

/** Asks whether somebody may do `verb` with objects that another server answers for, or that nobody has; answered with a Status. */
export type AccessCheck = Message<'access.check', Target & { verb: string }>;

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
/** The next event of a watch; the `object` of an ERROR is a Status (410 `Expired`: list again). */
export type ObjectChanged = Message<'object.changed', { type: WatchEventType; object: KubernetesObject }>;

/** Asks an API server to end as on SIGTERM: it takes no new request, ends its watches, finishes what is in flight, and stops. */
export type ServerDrain = Message<'server.drain', undefined>;

/** What `object.list` gives. */
export interface KubernetesList {
  apiVersion: string;
  kind: string;
  metadata: ListMeta;
  items: readonly KubernetesObject[];
}

/** Any request the API server takes. */
export type ApiRequest =
  | ObjectGet
  | ObjectList
  | ObjectCreate
  | ObjectReplace
  | ObjectPatch
  | ObjectDelete
  | ObjectDeleteCollection;
