/** Nodes without kubelets, for tests: runtime, pause and business containers, network and registry, played together. */

import type { ActorDefinition, AnyEvent, RequestOptions, StreamKey } from '../../../protocol/actor.ts';
import { defaultsOf } from '../../../protocol/flags.ts';
import type { Message } from '../../../protocol/message.ts';
import type { ContainerConfig } from '../../../protocol/messages/cri.ts';
import type { ForwardingRule, Packet } from '../../../protocol/messages/network.ts';
import type { ImageEntry, Workload } from '../../../protocol/workload.ts';
import { registry } from '../../client/registry/actor.ts';
import { flags as registryFlags } from '../../client/registry/flags.ts';
import { informer } from '../../client-go/informer/actor.ts';
import { container } from '../container/business/actor.ts';
import { pause } from '../container/pause/actor.ts';
import { network } from '../network/actor.ts';
import { flags as networkFlags } from '../network/flags.ts';
import { runtime } from '../runtime/actor.ts';
import { flags as runtimeFlags } from '../runtime/flags.ts';

const apiserver = 'c.master.apiserver';
const dns = 'c.master.dns';
/** A program whose answers take no time, so that tests can reckon. */
export const instant: Workload = { startupMs: 100, latencyMs: 0, cpuMsPerRequest: 0 };

/** What a world is made of. */
export interface WorldOptions {
  nodes?: number;
  images?: readonly ImageEntry[];
  runtime?: object;
  seed?: number;
}

/** What an engine is opened with. */
export interface Scene {
  seed: number;
  definitions: readonly ActorDefinition[];
  freeze: boolean;
}

/** What of a puppet is needed. */
interface Puppet {
  received: Message[];
  send<M extends Message>(to: string, type: M['type'], body: M['body']): void;
  ask<M extends Message>(to: string, type: M['type'], body: M['body'], options?: RequestOptions): number;
  answer<M extends Message>(question: Message, type: M['type'], body: M['body']): void;
  open<M extends Message>(to: string, type: M['type'], body: M['body']): number;
  take(type?: string): Message[];
  push<M extends Message>(opening: StreamKey, type: M['type'], body: M['body']): void;
  end(opening: StreamKey, reason?: string): void;
}

/** What of an engine is needed; tests hand in a real one. */
interface Engine {
  now(): number;
  runFor(ms: number): void;
  runUntil(holds: () => boolean, options: { withinMs: number }): void;
  spawn(address: string, kind: string, input: unknown, options?: { machine: string }): void;
  // biome-ignore lint/suspicious/noExplicitAny: a real engine's puppets can do more than is asked of them here.
  puppet(address: string, handler?: (event: Message, puppet: any) => void, options?: { machine?: string }): any;
  record(recorder: { delivered(message: Message): void }): () => void;
}

/** Nodes n1, n2... with the addresses 192.168.0.1... and the subnets 10.244.1.0/24...; a test plays everybody else. */
export class World<E extends Engine = Engine> {
  readonly engine: E;
  /** What the test, as kubelet, received. */
  readonly kubelet: Puppet;
  private readonly names = new Map<string, string>();
  private flows = 0;

  constructor(open: (scene: Scene) => E, options: WorldOptions = {}) {
    const { nodes = 1, images = [{ image: '*', workload: instant }] } = options;
    this.engine = open({
      seed: options.seed ?? 1,
      definitions: [runtime, network, pause, container, registry, informer],
      freeze: true,
    });
    const objects = Array.from({ length: nodes }, (_, i) => nodeObject(i + 1));
    this.engine.puppet(apiserver, (event, puppet: Puppet) => answerApi(event, puppet, objects));
    this.engine.puppet(dns, (event, puppet: Puppet) => this.answerName(event, puppet));
    this.engine.spawn('c.registry', 'registry', { images, config: defaultsOf(registryFlags) });
    for (let i = 1; i <= nodes; i++) {
      const machine = { machine: `n${i}` };
      const [node, nodeIP] = [`n${i}`, `192.168.0.${i}`];
      const config = { ...defaultsOf(runtimeFlags), ...options.runtime };
      const networkInput = { node, nodeIP, apiserver, dns, config: defaultsOf(networkFlags) };
      this.engine.spawn(`c.node.n${i}.network`, 'network', networkInput, machine);
      this.engine.spawn(`c.node.n${i}.runtime`, 'container-runtime', { node, registry: 'c.registry', config }, machine);
    }
    this.kubelet = this.engine.puppet('c.node.n1.kubelet', undefined, { machine: 'n1' });
    this.engine.runFor(1000);
  }

  /** Asks as the kubelet does, and gives the answer that comes within the time. */
  ask(to: string, type: string, body: unknown, withinMs = 60_000): Message<string, AnyEvent> {
    const number = this.kubelet.ask<Message>(to, type, body, { deadlineMs: withinMs + 1, retries: 20, retryMs: 3000 });
    const isAnswer = (message: Message) => message.request === number;
    this.engine.runUntil(() => this.kubelet.received.some(isAnswer), { withinMs });
    const answer = this.kubelet.received.find(isAnswer);
    this.kubelet.received = this.kubelet.received.filter((message) => !isAnswer(message));
    if (answer === undefined) throw new Error(`no answer to ${type}`);
    return answer as Message<string, AnyEvent>;
  }

  cri(type: string, body: unknown, node = 'n1'): Message<string, AnyEvent> {
    return this.ask(`c.node.${node}.runtime`, type, body);
  }

  sandbox(uid: string, options: { node?: string; attempt?: number; hostNetwork?: boolean } = {}) {
    const { node = 'n1', attempt = 0, hostNetwork = false } = options;
    const config = { podUid: uid, name: uid, namespace: 'default', attempt, hostNetwork, hostname: uid };
    const answer = this.cri('sandbox.run', config, node);
    answered(answer, 'sandbox.started');
    return answer.body as { sandboxId: string; ip: string };
  }

  start(sandboxId: string, config: Partial<ContainerConfig>, node = 'n1'): string {
    const full = { name: 'web', attempt: 0, image: 'web:1', env: {}, ports: [], resources: {}, ...config };
    const pulled = this.cri('image.pull', { image: full.image }, node);
    answered(pulled, 'image.pulled');
    const created = this.cri('container.create', { sandboxId, container: full }, node);
    answered(created, 'container.created');
    const { containerId } = created.body;
    answered(this.cri('container.start', { containerId }, node), 'container.started');
    return containerId;
  }

  /** A pod of one container that serves on port 80; gives its address once it listens. */
  pod(uid: string, config: Partial<ContainerConfig> = {}, node = 'n1') {
    const { sandboxId, ip } = this.sandbox(uid, { node });
    const containerId = this.start(sandboxId, { ports: [{ containerPort: 80 }], ...config }, node);
    this.engine.runFor(1000);
    return { sandboxId, ip, containerId };
  }

  status(containerId: string) {
    return this.cri('runtime.list', {}).body.containers.find((one: AnyEvent) => one.containerId === containerId);
  }

  name(name: string, ip: string): void {
    this.names.set(name, ip);
  }

  rules(node: string, ...set: ForwardingRule[]): void {
    this.ask(`c.node.${node}.network`, 'rules.apply', { replace: true, set, remove: [] });
  }

  /** Sends a request by a node's network, from outside the cluster, and gives what came back and how long it took. */
  call(ip: string, port: number, options: { node?: string; path?: string; from?: string; method?: string } = {}) {
    const { node = 'n1', path = '/', from = '203.0.113.7', method = 'GET' } = options;
    const client: Puppet = this.engine.puppet('c.client.test');
    this.flows += 1;
    const flow = `c.client.test#${this.flows}`;
    const packet: Packet = {
      flow,
      protocol: 'TCP',
      src: { ip: from, port: 40000 },
      dst: { ip, port },
      origin: 'c.client.test',
      hops: 0,
      payload: { kind: 'request', method, path, host: ip, bytes: 100 },
    };
    const sentAt = this.engine.now();
    client.send<Message>(`c.node.${node}.network`, 'packet.forward', packet);
    const reply = () =>
      client.received.find((message: Message) => (message.body as Packet).flow === flow)?.body as Packet;
    this.engine.runUntil(() => reply() !== undefined, { withinMs: 5000 });
    const packetBack = reply();
    const { payload } = packetBack ?? { payload: undefined };
    const answer = payload?.kind === 'response' ? payload.status : payload?.kind === 'reset' ? payload.reason : 'none';
    return { answer, packet: packetBack, tookMs: this.engine.now() - sentAt };
  }

  /** The source addresses of the requests that containers get meanwhile. */
  sourcesSeen(act: () => void): string[] {
    const seen: string[] = [];
    const end = this.engine.record({
      delivered: ({ type, to, body }) => {
        const { payload, src } = body as Packet;
        if (type === 'packet.forward' && to.includes('.container.') && payload.kind === 'request') seen.push(src.ip);
      },
    });
    act();
    end();
    return seen;
  }

  private answerName(event: Message, puppet: Puppet): void {
    const { name } = event.body as { name: string };
    const ip = this.names.get(name);
    if (ip === undefined) puppet.answer<Message>(event, 'name.refused', { name, code: 'NXDOMAIN' });
    else puppet.answer<Message>(event, 'name.resolved', { name, addresses: [ip], ttlSeconds: 5 });
  }
}

/** @throws Error when the answer is another one */
function answered(answer: Message, type: string): void {
  if (answer.type !== type) throw new Error(`not ${type} but ${answer.type}: ${JSON.stringify(answer.body)}`);
}

function nodeObject(index: number) {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `n${index}`, resourceVersion: '5' },
    spec: { podCIDR: `10.244.${index}.0/24` },
    status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${index}` }] },
  };
}

function answerApi(event: Message, puppet: Puppet, nodes: readonly AnyEvent[]): void {
  if (event.type !== 'object.list') return;
  const { fieldSelector } = event.body as { fieldSelector?: string };
  const items = nodes.filter((node) => !fieldSelector || fieldSelector === `metadata.name=${node.metadata.name}`);
  const object = { apiVersion: 'v1', kind: 'NodeList', metadata: { resourceVersion: '5' }, items };
  puppet.answer<Message>(event, 'request.succeeded', { code: 200, object });
}

/** Makes a rule of the forwarding table. */
export function rule(key: string, change: Partial<ForwardingRule>): ForwardingRule {
  return {
    key,
    protocol: 'TCP',
    clusterIP: '10.96.0.10',
    port: 80,
    nodePort: 0,
    externalIPs: [],
    balancing: 'random',
    affinitySeconds: 0,
    endpoints: [],
    ...change,
  };
}
