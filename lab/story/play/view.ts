/** The cluster as someone outside sees it who keeps `kubectl get --watch` open. */

import { type Cluster, outsideMachine } from '../../../deploy/cluster.ts';
import type { Puppet } from '../../../engine/puppet.ts';
import type { Message } from '../../../protocol/message.ts';
import type {
  KubernetesList,
  ObjectChanged,
  ObjectList,
  ObjectWatch,
  RequestSucceeded,
} from '../../../protocol/messages/api.ts';
import { objectKey } from '../../../protocol/meta.ts';
import type {
  Endpoints,
  KubernetesObject,
  Node,
  Pod,
  ReplicationController,
  Service,
} from '../../../protocol/objects.ts';
import { groupResource, storedKinds } from '../../../protocol/resources.ts';
import { clientAddress } from '../../../protocol/subjects.ts';

/** What changed: the object now, and as it was. */
export type Seen = (resource: string, now: KubernetesObject | undefined, before: KubernetesObject | undefined) => void;

/** How far a resource is followed. */
interface Followed {
  objects: Map<string, KubernetesObject>;
  /** Whether a watch is open: what is known is as new as the API server tells. */
  isLive: boolean;
  /** ms since the epoch when to list again; Infinity while that is under way or not needed. */
  retryAt: number;
}

const retryMs = 1000;

/** Kinds that change without anything a story is about, or that are asked for when needed. */
const unseen = ['events', 'leases.coordination.k8s.io', 'secrets', 'serviceaccounts', 'configmaps'];

/** Follows the objects of a cluster; nothing of it is known before the API server first answers. */
export class View {
  /** Whether something changed since this was last set to false. */
  hasChanged = false;
  private readonly cluster: Cluster;
  private readonly followed = new Map<string, Followed>();
  private readonly puppet: Puppet;
  private readonly seen: Seen;

  constructor(cluster: Cluster, seen: Seen) {
    this.cluster = cluster;
    this.seen = seen;
    const handler = (message: Message) => this.take(message);
    this.puppet = cluster.engine.puppet(clientAddress(cluster.spec.name, 'observer'), handler, {
      machine: outsideMachine,
    });
    this.puppet.keeps = false;
  }

  /** Begins to follow a resource. */
  follow(resource: string): void {
    if (this.followed.has(resource)) return;
    this.followed.set(resource, { objects: new Map(), isLive: false, retryAt: Number.POSITIVE_INFINITY });
    this.list(resource);
  }

  /** Asks again for what was refused or broke off; to be called now and then. */
  tend(): void {
    const now = this.cluster.engine.now();
    for (const [resource, one] of this.followed) {
      if (one.retryAt > now) continue;
      one.retryAt = Number.POSITIVE_INFINITY;
      this.list(resource);
    }
  }

  /** Tells whether these resources are known as they are now. */
  isLive(...resources: string[]): boolean {
    return resources.every((resource) => this.followed.get(resource)?.isLive === true);
  }

  get pods(): Pod[] {
    return this.all<Pod>('pods');
  }

  get nodes(): Node[] {
    return this.all<Node>('nodes');
  }

  get services(): Service[] {
    return this.all<Service>('services');
  }

  get endpoints(): Endpoints[] {
    return this.all<Endpoints>('endpoints');
  }

  get controllers(): ReplicationController[] {
    return this.all<ReplicationController>('replicationcontrollers');
  }

  /** All objects of a resource, sorted by namespace and name as the API server lists them. */
  all<T extends KubernetesObject>(resource: string): T[] {
    const objects = this.followed.get(resource)?.objects ?? new Map<string, KubernetesObject>();
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as T);
  }

  find<T extends KubernetesObject>(resource: string, namespace: string, name: string): T | undefined {
    const key = namespace === '' ? name : `${namespace}/${name}`;
    return this.followed.get(resource)?.objects.get(key) as T | undefined;
  }

  private list(resource: string): void {
    this.puppet.ask<ObjectList>(
      this.cluster.apiserver,
      'object.list',
      { resource },
      { deadlineMs: 10_000, note: resource },
    );
  }

  private take(message: Message): void {
    const resource = String(message.note);
    const one = this.followed.get(resource);
    if (one === undefined) return;
    if (message.type === 'object.changed') this.change(resource, one, message as ObjectChanged);
    else if (message.type === 'request.succeeded') {
      this.replace(resource, one, (message as RequestSucceeded).body.object as unknown as KubernetesList);
    } else {
      one.isLive = false;
      one.retryAt = this.cluster.engine.now() + retryMs;
      this.hasChanged = true;
    }
  }

  private replace(resource: string, one: Followed, list: KubernetesList): void {
    const before = one.objects;
    one.objects = new Map(list.items.map((object) => [objectKey(object), object]));
    for (const [key, object] of one.objects) {
      const old = before.get(key);
      if (old?.metadata.resourceVersion !== object.metadata.resourceVersion) this.seen(resource, object, old);
    }
    for (const [key, old] of before) if (!one.objects.has(key)) this.seen(resource, undefined, old);
    one.isLive = true;
    this.hasChanged = true;
    const body = { resource, allowWatchBookmarks: true, resourceVersion: list.metadata.resourceVersion ?? '0' };
    this.puppet.open<ObjectWatch>(this.cluster.apiserver, 'object.watch', body, resource);
  }

  private change(resource: string, one: Followed, { body }: ObjectChanged): void {
    const { type, object } = body;
    if (type === 'BOOKMARK') return;
    if (type === 'ERROR') {
      one.isLive = false;
      one.retryAt = this.cluster.engine.now();
      return;
    }
    const key = objectKey(object);
    const before = one.objects.get(key);
    if (type === 'DELETED') one.objects.delete(key);
    else one.objects.set(key, object);
    this.hasChanged = true;
    this.seen(resource, type === 'DELETED' ? undefined : object, before);
  }
}

/** The resources worth following. */
export const followable = storedKinds.map(groupResource).filter((resource) => !unseen.includes(resource));
