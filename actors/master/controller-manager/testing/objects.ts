/** Objects for tests, with what each test is about filled in. */

import type {
  Deployment,
  KubernetesObject,
  Lease,
  Namespace,
  Node,
  ObjectMeta,
  Pod,
  PodCondition,
  ReplicaSet,
  ReplicationController,
  Service,
  Taint,
} from '../../../../protocol/objects.ts';

/** When the stages of tests begin. */
export const epoch = '2026-01-01T00:00:00Z';

/** Makes a pod's Ready condition. */
export function ready(is = true, since = epoch): PodCondition {
  return { type: 'Ready', status: is ? 'True' : 'False', lastTransitionTime: since };
}

/** Makes a running pod in `default`; its uid is its name. */
export function pod(name: string, given: { meta?: Partial<ObjectMeta>; spec?: object; status?: object } = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, creationTimestamp: epoch, ...given.meta },
    spec: { nodeName: 'n1', containers: [{ name: 'server', image: 'web' }], ...given.spec },
    status: { phase: 'Running', conditions: [ready()], ...given.status },
  };
}

/** Makes a ReplicationController `web` that selects `app=web`; its uid is `rc`. */
export function controller(
  replicas: number,
  given: { meta?: Partial<ObjectMeta>; spec?: object; status?: object } = {},
): ReplicationController {
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web', namespace: 'default', uid: 'rc', generation: 1, ...given.meta },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'server', image: 'web' }] },
      },
      ...given.spec,
    },
    status: { replicas: 0, ...given.status },
  };
}

/** Makes a ReplicaSet that selects `app=web`; its uid is its name. */
export function replicaSet(
  name: string,
  replicas: number,
  given: { meta?: Partial<ObjectMeta>; spec?: object; status?: object } = {},
): ReplicaSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default', uid: name, generation: 1, creationTimestamp: epoch, ...given.meta },
    spec: { ...controller(replicas).spec, selector: { matchLabels: { app: 'web' } }, ...given.spec },
    status: { replicas: 0, ...given.status },
  };
}

/** Makes a Deployment `web` that selects `app=web`; its uid is `dep`. */
export function deployment(
  replicas: number,
  given: { meta?: Partial<ObjectMeta>; spec?: Partial<Deployment['spec']>; status?: object } = {},
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'dep', generation: 1, ...given.meta },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: templateOf('web:1'),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      ...given.spec,
    },
    status: { ...given.status },
  };
}

/** Makes the template of pods `app=web` that run an image. */
export function templateOf(image: string): Deployment['spec']['template'] {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'server', image }] } };
}

/** Makes the reference to an owner, which blocks its deletion. */
export function ownedBy(owner: KubernetesObject, given: object = {}): Pick<ObjectMeta, 'ownerReferences'> {
  const { apiVersion, kind, metadata } = owner;
  const reference = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '' };
  return { ownerReferences: [{ ...reference, controller: true, blockOwnerDeletion: true, ...given }] };
}

/** Makes a Service `web` that selects `app=web` and leads from port 80 to 8080. */
export function service(given: { meta?: Partial<ObjectMeta>; spec?: object } = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', uid: 'svc', ...given.meta },
    spec: { clusterIP: '10.96.0.7', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...given.spec },
  };
}

/** Makes a node whose Ready condition says this, last heard of by its status at this time. */
export function node(
  name: string,
  is: 'True' | 'False' | 'Unknown' | 'never' = 'True',
  given: { meta?: Partial<ObjectMeta>; taints?: Taint[]; heartbeat?: string; spec?: object } = {},
): Node {
  const heartbeat = given.heartbeat ?? epoch;
  const condition = { type: 'Ready', status: is, lastHeartbeatTime: heartbeat, lastTransitionTime: epoch };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: name, creationTimestamp: epoch, resourceVersion: '1', ...given.meta },
    spec: { ...given.spec, ...(given.taints === undefined ? {} : { taints: given.taints }) },
    status: { conditions: is === 'never' ? [] : [condition] },
  };
}

/** Makes the lease by which a node's kubelet says that it lives. */
export function lease(name: string, renewTime: string): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease', uid: `lease-${name}` },
    spec: { renewTime },
  };
}

/** Makes a namespace. */
export function namespace(name: string, given: { meta?: Partial<ObjectMeta>; phase?: string } = {}): Namespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: `ns-${name}`, resourceVersion: '1', ...given.meta },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: given.phase ?? 'Active' },
  };
}
