/** A whole cluster, from empty machines to all pods Ready, then at rest, then serving. */

import { definitions } from '../deploy/cast.ts';
import { Cluster, outsideMachine } from '../deploy/cluster.ts';
import { nodesOf, singleControlPlane } from '../deploy/cluster-spec.ts';
import { Engine, type EngineOptions } from '../engine/engine.ts';
import type { KubernetesList, ObjectCreate, ObjectList, RequestSucceeded } from '../protocol/messages/api.ts';
import type { TrafficInput, TrafficReport, TrafficReported } from '../protocol/messages/traffic.ts';
import type { ReplicationController, Service } from '../protocol/objects.ts';
import { clientAddress, masterGroup } from '../protocol/subjects.ts';

/** How large a cluster to measure. */
export interface Size {
  nodes: number;
  pods: number;
}

const replicas = 100;

/** Starts a cluster of so many nodes, on which nothing runs yet. */
export function startEmpty(size: Size, options: Partial<EngineOptions> = {}): Cluster {
  const engine = new Engine({ seed: 1, definitions, ...options });
  const cluster = new Cluster(engine, {
    name: 'bench',
    nodes: nodesOf([{ count: size.nodes, zones: ['a', 'b', 'c'] }]),
    controlPlane: singleControlPlane,
    // A /24 a node: room for 32,768 nodes.
    settings: { 'kube-controller-manager': { 'cluster-cidr': '10.128.0.0/9' } },
    images: [],
  });
  cluster.start();
  return cluster;
}

/** Asks for the pods, by ReplicationControllers of a hundred, and runs until all are Ready; gives the virtual seconds it took. */
export function fill(cluster: Cluster, size: Size): number {
  const { engine } = cluster;
  engine.puppet(clientAddress('bench', 'user'), undefined, { machine: outsideMachine });
  const from = engine.now();
  engine.runFor(5000);
  for (let i = 0; i < size.pods / replicas; i++) {
    const object = controllerOf(`load-${i}`);
    call<ObjectCreate>(cluster, 'object.create', { resource: 'replicationcontrollers', namespace: 'default', object });
  }
  while (readyPods(cluster) < size.pods) {
    engine.runFor(5000);
    if (engine.now() - from > 24 * 3_600_000) throw new Error(`only ${readyPods(cluster)} pods are Ready after a day`);
  }
  return (engine.now() - from) / 1000;
}

/** Gives each ReplicationController's pods a Service, and each Service so many requests a second from outside. */
export function startTraffic(cluster: Cluster, size: Size, ratePerSecond: number): void {
  const { engine, nodes } = cluster;
  const names = Array.from({ length: size.pods / replicas }, (_, i) => `load-${i}`);
  for (const name of names) {
    const object = serviceOf(name);
    call<ObjectCreate>(cluster, 'object.create', { resource: 'services', namespace: 'default', object });
  }
  engine.runFor(5000); // until every node knows the Services
  for (const name of names) {
    const input: TrafficInput = {
      name,
      target: `http://${name}.default/`,
      ratePerSecond,
      nodes: nodes.map((node) => ({ name: node.name, address: node.address })),
      dns: masterGroup('bench', 'dns'),
      startAt: engine.now(),
    };
    engine.spawn(clientAddress('bench', name), 'traffic', input, { machine: outsideMachine });
  }
  engine.runFor(5000); // until all have their names
}

/** Counts the requests that were served since the traffic began. @throws Error where any failed: then something else was measured */
export function served(cluster: Cluster, size: Size): number {
  const { engine } = cluster;
  const user = engine.puppet(clientAddress('bench', 'user'));
  for (let i = 0; i < size.pods / replicas; i++) {
    user.ask<TrafficReport>(clientAddress('bench', `load-${i}`), 'traffic.report', undefined);
  }
  engine.runFor(1000);
  const reports = user.take().filter(({ type }) => type === 'traffic.reported') as TrafficReported[];
  const seconds = reports.flatMap(({ body }) => body.seconds);
  const failed = seconds.reduce((sum, second) => sum + second.failed, 0);
  if (failed > 0) throw new Error(`${failed} requests failed`);
  return seconds.reduce((sum, { ok }) => sum + ok, 0);
}

function serviceOf(name: string): Service {
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec };
}

function controllerOf(name: string): ReplicationController {
  const labels = { app: name };
  return {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: labels,
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'server',
              image: 'registry.example/server:1.0',
              ports: [{ containerPort: 8080 }],
              resources: { requests: { cpu: '50m', memory: '64Mi' } },
            },
          ],
        },
      },
    },
  };
}

/** Counts the Ready pods as their controllers do: the pods themselves would be a list of many thousands at every look. */
function readyPods(cluster: Cluster): number {
  const body = { resource: 'replicationcontrollers', resourceVersion: '0' };
  const { items } = call<ObjectList>(cluster, 'object.list', body) as KubernetesList;
  return items.reduce((sum, item) => sum + ((item as ReplicationController).status?.readyReplicas ?? 0), 0);
}

/** Asks the API server and waits for the answer: one request at a time, for it refuses what is more than it may have in flight. */
function call<M extends ObjectCreate | ObjectList>(cluster: Cluster, type: M['type'], body: M['body']): unknown {
  const { engine, apiserver } = cluster;
  const user = engine.puppet(clientAddress('bench', 'user'));
  const request = user.ask<M>(apiserver, type, body);
  engine.runUntil(() => user.received.some((message) => message.request === request), { withinMs: 30_000 });
  const answer = user.take().find((message) => message.request === request);
  if (answer?.type !== 'request.succeeded') throw new Error(`the API server answered ${type} with ${answer?.type}`);
  return (answer.body as RequestSucceeded['body']).object;
}
