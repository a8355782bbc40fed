/** The web application that tests play with: its pods, the Service before them, and what can be asked of both. */

import type { Container, Endpoints, Namespace, Pod, ReplicationController, Service } from '../protocol/objects.ts';
import type { World } from './world.ts';

/** Makes a Service for the pods labelled `app: web`, on port 80. */
export function webService(spec: Partial<Service['spec']> = {}, metadata: Partial<Service['metadata']> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', ...metadata },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  };
}

/** Makes so many pods labelled `app: web` that serve on port 80, one a node as long as there are nodes enough. */
export function webPods(replicas: number, container: Partial<Container> = {}): ReplicationController {
  const server: Container = { name: 'server', image: 'httpd:2.4', ports: [{ containerPort: 80 }], ...container };
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector: { app: 'web' },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [server] } },
    },
  };
}

/** Makes the same, each ready as long as its `/healthz` answers well. */
export function probedPods(replicas: number, container: Partial<Container> = {}): ReplicationController {
  const readinessProbe = { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 1, failureThreshold: 2 };
  return webPods(replicas, { readinessProbe, ...container });
}

/** Makes a pod that serves nothing, from which one looks around. */
export function shell(metadata: Pod['metadata'], spec: Partial<Pod['spec']> = {}): Pod {
  const containers = [{ name: 'shell', image: 'busybox:1.36', command: ['sleep', 'infinity'] }];
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, terminationGracePeriodSeconds: 0, ...spec } };
}

/** Makes a namespace. */
export function namespace(name: string): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Waits until so many of the pods are ready, and every node's forwarding table says so. */
export function untilServed(cluster: World, pods: number): Pod[] {
  cluster.until(`${pods} pods are ready`, () => cluster.readyPods('app=web').length === pods);
  cluster.until('the Endpoints name them', () => addressesOf(cluster).length === pods);
  // kube-proxy gathers changes for iptables-min-sync-period.
  cluster.advance(1500);
  return cluster.readyPods('app=web');
}

/** Gives the ready addresses behind a Service. */
export function addressesOf(cluster: World, service = 'web'): string[] {
  const { subsets = [] } = cluster.get<Endpoints>('endpoints', service);
  return subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip));
}

/** Tells who answers, by name, in so many requests one after the other. */
export function answersOf(cluster: World, target: string, count: number, node?: string): string[] {
  return Array.from({ length: count }, () => {
    const { failure, servedBy } = cluster.reach(target, node);
    return failure ?? servedBy;
  });
}

/** Gives a pod's name. */
export const nameOf = ({ metadata }: Pod) => metadata.name;
/** Gives a pod's address. */
export const addressOf = ({ status }: Pod) => status?.podIP ?? '';
