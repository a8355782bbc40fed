/** A whole cluster for a test: a user acts on it, things break, virtual time passes until what is waited for is so. */

import { definitions, type Settings } from '../deploy/cast.ts';
import { Cluster, outsideMachine } from '../deploy/cluster.ts';
import {
  type ClusterSpec,
  type ControlPlane,
  type NodeGroup,
  nodeAddressOf,
  nodesOf,
  singleControlPlane,
} from '../deploy/cluster-spec.ts';
import { Engine } from '../engine/engine.ts';
import type { Puppet } from '../engine/puppet.ts';
import type { ChartMaker } from '../engine/stepper/chart.ts';
import type { Message } from '../protocol/message.ts';
import type { DeleteOptions, KubernetesList, RequestRefused, RequestSucceeded } from '../protocol/messages/api.ts';
import type { ContainerExec, ContainerExeced, CriRefused } from '../protocol/messages/cri.ts';
import type {
  FailureKind,
  TrafficAnswered,
  TrafficAsk,
  TrafficInput,
  TrafficNodesChanged,
  TrafficReport,
  TrafficReported,
} from '../protocol/messages/traffic.ts';
import type { NodeConfig } from '../protocol/node-config.ts';
import type { KubernetesEvent, KubernetesObject, Node, Pod, Status } from '../protocol/objects.ts';
import { findKind, findResource, groupResource } from '../protocol/resources.ts';
import { clientAddress, nodeAddress } from '../protocol/subjects.ts';

/** What a world is made of; all but the seed has a default. */
export interface WorldOptions {
  seed?: number;
  /** How many nodes of the default size, or groups of them; 3 unless told. */
  nodes?: number | readonly NodeGroup[];
  controlPlane?: Partial<ControlPlane>;
  settings?: Settings;
  images?: ClusterSpec['images'];
  charts?: ChartMaker;
}

const name = 'c';
/** How many members of etcd a world has unless told: the scenarios are played with one, and again with several. */
const etcdMembers = Number(process.env.TROUPE_ETCD_MEMBERS ?? 1);

/** Starts a cluster and waits until its nodes are Ready. */
export function world(options: WorldOptions = {}): World {
  const built = new World(options);
  const first = target('namespaces', 'default');
  built.until('the API server serves', () => built.call('object.get', first).type === 'request.succeeded');
  built.until('all nodes are Ready', () => built.readyNodes().length === built.cluster.nodes.length);
  return built;
}

/** A running cluster, and the verbs of a test. Times are in ms of virtual time. */
export class World {
  readonly engine: Engine;
  readonly cluster: Cluster;
  private readonly user: Puppet;
  private readonly probe = clientAddress(name, 'probe');

  constructor(options: WorldOptions) {
    const { nodes = 3, seed = 1 } = options;
    const groups = typeof nodes === 'number' ? [{ count: nodes }] : nodes;
    this.engine = new Engine({
      seed,
      definitions,
      freeze: true,
      ...(options.charts === undefined ? {} : { charts: options.charts }),
    });
    this.cluster = new Cluster(this.engine, {
      name,
      nodes: nodesOf(groups),
      controlPlane: { ...singleControlPlane, etcd: etcdMembers, ...options.controlPlane },
      settings: options.settings ?? {},
      images: options.images ?? [],
    });
    this.cluster.start();
    this.user = this.engine.puppet(clientAddress(name, 'user'), undefined, { machine: outsideMachine });
    this.traffic('probe', { target: '-', ratePerSecond: 0 });
  }

  // The user.

  /** Creates an object where its kind and namespace say; gives it as stored. @throws Error with the Status's message */
  create<T extends KubernetesObject>(object: T): T {
    return this.ok(this.call('object.create', { ...this.place(object), object })) as T;
  }

  get<T extends KubernetesObject>(resource: string, key: string): T {
    return this.ok(this.call('object.get', target(resource, key))) as T;
  }

  /** Gives an object, or undefined where there is none. */
  find<T extends KubernetesObject>(resource: string, key: string): T | undefined {
    const answer = this.call('object.get', target(resource, key));
    return answer.type === 'request.refused' && answer.body.status.code === 404 ? undefined : (this.ok(answer) as T);
  }

  list<T extends KubernetesObject>(
    resource: string,
    selection: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): T[] {
    return [
      ...((this.ok(this.call('object.list', { resource, ...selection })) as unknown as KubernetesList).items as T[]),
    ];
  }

  pods(labelSelector?: string): Pod[] {
    return this.list<Pod>('pods', labelSelector === undefined ? {} : { labelSelector });
  }

  /** Patches by JSON merge patch. */
  patch<T extends KubernetesObject>(resource: string, key: string, patch: unknown, subresource?: string): T {
    const body = { ...target(resource, key), patchType: 'merge', patch, ...(subresource && { subresource }) };
    return this.ok(this.call('object.patch', body)) as T;
  }

  scale(resource: string, key: string, replicas: number): void {
    this.patch(resource, key, { spec: { replicas } }, 'scale');
  }

  delete(resource: string, key: string, options: DeleteOptions = {}): void {
    this.ok(this.call('object.delete', { ...target(resource, key), options }));
  }

  /** Calls the API server and gives what it refuses with. @throws Error when it does not refuse */
  refusal(type: string, body: object): Status {
    const answer = this.call(type, body);
    if (answer.type !== 'request.refused') throw new Error(`${type} was not refused: ${JSON.stringify(answer.body)}`);
    return answer.body.status;
  }

  /** The events about an object (by its name), as `reason: message`, in the order they were first seen. */
  events(about: string): string[] {
    return this.list<KubernetesEvent>('events')
      .filter(({ involvedObject }) => involvedObject.name === about)
      .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Runs a command in a pod's container (its first, unless told), as `kubectl exec` does. @throws Error when it cannot be run */
  exec(pod: string, command: readonly string[], container?: string): { exitCode: number; output: string } {
    const { spec, status } = this.get<Pod>('pods', pod);
    const running = status?.containerStatuses?.find((one) => container === undefined || one.name === container);
    const containerId = running?.containerID?.replace(/^.*:\/\//, '') ?? '';
    const body: ContainerExec['body'] = { containerId, command, timeoutSeconds: 60 };
    const runtime = nodeAddress(name, spec.nodeName ?? '', 'runtime');
    const answer = this.ask<ContainerExeced | CriRefused>(runtime, 'container.exec', body);
    if (answer.type === 'container.execed') return answer.body;
    throw new Error(`${command.join(' ')} in ${pod}: ${answer.body.message}`);
  }

  // Traffic.

  /** Starts a generator of traffic; it sends from now on. */
  traffic(called: string, input: Partial<TrafficInput> & { target: string }): void {
    const full: TrafficInput = {
      name: called,
      ratePerSecond: 10,
      nodes: this.cluster.nodes.map((node) => ({ name: node.name, address: node.address })),
      dns: `${name}.master.dns`,
      startAt: this.engine.now(),
      ...input,
    };
    this.engine.spawn(clientAddress(name, called), 'traffic', full, { machine: outsideMachine });
  }

  /** What a generator has measured until now. */
  measured(called: string): TrafficReported['body'] {
    return this.ask<TrafficReported>(clientAddress(name, called), 'traffic.report', undefined).body;
  }

  /** Sends one request through the data path and gives what came back. */
  reach(to: string, node?: string): { ok: boolean; failure?: FailureKind; servedBy: string } {
    const body: TrafficAsk['body'] = node === undefined ? { target: to } : { target: to, node };
    return this.ask<TrafficAnswered>(this.probe, 'traffic.ask', body).body;
  }

  // Machines.

  /** Starts one more machine, which joins as a node of this name. */
  join(node: string, group: Omit<NodeGroup, 'count' | 'prefix'> = {}): void {
    const [like] = nodesOf([{ ...group, count: 1 }]) as [NodeConfig];
    this.cluster.join({ ...like, name: node, address: nodeAddressOf(this.cluster.nodes.length) });
    const nodes = this.cluster.nodes.map(({ name, address }) => ({ name, address }));
    this.user.send<TrafficNodesChanged>(this.probe, 'traffic.nodes-changed', { nodes });
  }

  // Time and conditions.

  /** Lets time pass until a condition holds, looked at every `everyMs`. @throws Error when it does not within `withinMs` */
  until(what: string, holds: () => boolean, options: { withinMs?: number; everyMs?: number } = {}): number {
    const { withinMs = 120_000, everyMs = 250 } = options;
    const from = this.engine.now();
    while (!holds()) {
      if (this.engine.now() - from >= withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
      this.engine.runFor(everyMs);
    }
    return this.engine.now() - from;
  }

  /** Lets time pass, looking every `everyMs` that something stays true. @throws Error when it does not */
  during(ms: number, what: string, holds: () => boolean, everyMs = 1000): void {
    const end = this.engine.now() + ms;
    while (this.engine.now() < end) {
      if (!holds()) throw new Error(`${this.engine.now() - (end - ms)} ms on, no more: ${what}`);
      this.engine.runFor(everyMs);
    }
  }

  advance(ms: number): void {
    this.engine.runFor(ms);
  }

  /** The names of the nodes whose condition Ready is True. */
  readyNodes(): string[] {
    const answer = this.call('object.list', { resource: 'nodes' });
    if (answer.type !== 'request.succeeded') return [];
    const nodes = (answer.body.object as unknown as KubernetesList).items as readonly Node[];
    return nodes.filter((node) => conditionOf(node, 'Ready') === 'True').map((node) => node.metadata.name);
  }

  /** The pods with these labels whose condition Ready is True. */
  readyPods(labelSelector?: string): Pod[] {
    return this.pods(labelSelector).filter(
      (pod) => conditionOf(pod, 'Ready') === 'True' && pod.metadata.deletionTimestamp === undefined,
    );
  }

  // Calling.

  /** Asks the API server and gives its answer, whatever it is. */
  call(type: string, body: object): RequestSucceeded | RequestRefused {
    return this.ask<RequestSucceeded | RequestRefused>(this.cluster.apiserver, type, body);
  }

  private ask<Answer extends Message>(to: string, type: string, body: unknown): Answer {
    const request = this.user.ask<TrafficReport | Message>(to, type, body as undefined, { deadlineMs: 60_000 });
    const isAnswer = (message: Message) => message.request === request;
    this.engine.runUntil(() => this.user.received.some(isAnswer), { withinMs: 61_000 });
    const answer = this.user.received.find(isAnswer);
    this.user.received = this.user.received.filter((message) => !isAnswer(message));
    if (answer === undefined) throw new Error(`${type} to ${to} was never answered`);
    return answer as Answer;
  }

  private ok(answer: RequestSucceeded | RequestRefused): KubernetesObject {
    if (answer.type === 'request.succeeded') return answer.body.object;
    throw new Error(`refused: ${JSON.stringify(answer.body)}`);
  }

  private place(object: KubernetesObject): { resource: string; namespace?: string } {
    const kind = findKind(object.apiVersion, object.kind);
    if (kind === undefined) throw new Error(`there is no kind ${object.apiVersion} ${object.kind}`);
    const resource = groupResource(kind);
    return kind.namespaced ? { resource, namespace: object.metadata.namespace ?? 'default' } : { resource };
  }
}

/** The status of a condition of an object; undefined where it has none of that type. */
export function conditionOf(object: Pod | Node, type: string): string | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type)?.status;
}

/** What an object is asked for by: `name`, or `namespace/name`; `default` for a namespaced one without. */
function target(resource: string, key: string): { resource: string; namespace?: string; name: string } {
  const slash = key.indexOf('/');
  if (slash >= 0) return { resource, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
  return findResource(resource)?.namespaced === false
    ? { resource, name: key }
    : { resource, namespace: 'default', name: key };
}
