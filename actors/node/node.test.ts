/** A node without a kubelet: runtime, pause and business containers, network and registry, played together. */

import { describe, expect, test } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { noLatency } from '../../engine/latency.ts';
import type { Puppet } from '../../engine/puppet.ts';
import type { AnyEvent } from '../../protocol/actor.ts';
import { defaultsOf } from '../../protocol/flags.ts';
import type { Message } from '../../protocol/message.ts';
import type { ContainerConfig } from '../../protocol/messages/cri.ts';
import type { ForwardingRule, Packet } from '../../protocol/messages/network.ts';
import type { ImageEntry, Workload } from '../../protocol/workload.ts';
import { registry } from '../client/registry/actor.ts';
import { flags as registryFlags } from '../client/registry/flags.ts';
import { informer } from '../client-go/informer/actor.ts';
import { container } from './container/business/actor.ts';
import { pause } from './container/pause/actor.ts';
import { network } from './network/actor.ts';
import { flags as networkFlags } from './network/flags.ts';
import { runtime } from './runtime/actor.ts';
import { flags as runtimeFlags } from './runtime/flags.ts';

const apiserver = 'c.master.apiserver';
const dns = 'c.master.dns';
/** A program whose answers take no time, so that tests can reckon. */
const instant: Workload = { startupMs: 100, latencyMs: 0, cpuMsPerRequest: 0 };

/** Nodes n1, n2... with the addresses 192.168.0.1... and the subnets 10.244.1.0/24...; a test plays everybody else. */
class World {
  readonly engine: Engine;
  /** What the test, as kubelet, received. */
  readonly kubelet: Puppet;
  private readonly names = new Map<string, string>();
  private flows = 0;

  constructor(options: { nodes?: number; images?: readonly ImageEntry[]; runtime?: object; seed?: number } = {}) {
    const { nodes = 1, images = [{ image: '*', workload: instant }] } = options;
    this.engine = new Engine({
      seed: options.seed ?? 1,
      definitions: [runtime, network, pause, container, registry, informer],
      latency: noLatency,
      freeze: true,
    });
    const objects = Array.from({ length: nodes }, (_, i) => nodeObject(i + 1));
    this.engine.puppet(apiserver, (event, puppet) => answerApi(event, puppet, objects));
    this.engine.puppet(dns, (event, puppet) => this.answerName(event, puppet));
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
    expect(answer.type).toBe('sandbox.started');
    return answer.body as { sandboxId: string; ip: string };
  }

  start(sandboxId: string, config: Partial<ContainerConfig>, node = 'n1'): string {
    const full = { name: 'web', attempt: 0, image: 'web:1', env: {}, ports: [], resources: {}, ...config };
    const pulled = this.cri('image.pull', { image: full.image }, node);
    expect(pulled.type).toBe('image.pulled');
    const created = this.cri('container.create', { sandboxId, container: full }, node);
    expect(created.type).toBe('container.created');
    const { containerId } = created.body;
    expect(this.cri('container.start', { containerId }, node).type).toBe('container.started');
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
    const client = this.engine.puppet('c.client.test');
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
    const reply = () => client.received.find((message) => (message.body as Packet).flow === flow)?.body as Packet;
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

function rule(key: string, change: Partial<ForwardingRule>): ForwardingRule {
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

describe('a pod', () => {
  test('gets the first address after the gateway, then the next', () => {
    const world = new World();
    expect(world.sandbox('a').ip).toBe('10.244.1.2');
    expect(world.sandbox('b').ip).toBe('10.244.1.3');
  });

  test('answers on the port its container listens on, and refuses on others', () => {
    const world = new World();
    const { ip } = world.pod('a');
    expect(world.call(ip, 80).answer).toBe(200);
    expect(world.call(ip, 81).answer).toBe('refused');
    expect(world.call('10.244.1.99', 80).answer).toBe('unreachable');
  });

  test('of two containers lets them reach each other on localhost', () => {
    const world = new World();
    const { sandboxId, ip } = world.sandbox('a');
    const backend = { name: 'backend', ports: [{ containerPort: 6379 }] };
    const frontend = {
      name: 'frontend',
      ports: [{ containerPort: 80 }],
      workload: { ...instant, dependencies: [{ target: 'localhost:6379' }] },
    };
    const backendId = world.start(sandboxId, backend);
    world.start(sandboxId, frontend);
    world.engine.runFor(1000);
    expect(world.call(ip, 80).answer).toBe(200);
    world.cri('container.stop', { containerId: backendId, timeoutSeconds: 1 });
    expect(world.call(ip, 80).answer).toBe(502);
  });

  test('whose two containers want one port: the second exits, its address in use', () => {
    const world = new World();
    const { sandboxId } = world.pod('a');
    const second = world.start(sandboxId, { name: 'second', ports: [{ containerPort: 80 }] });
    world.engine.runFor(1000);
    expect(world.status(second)).toMatchObject({
      state: 'exited',
      exitCode: 1,
      reason: 'Error',
      message: 'listen tcp :80: bind: address already in use',
    });
  });

  test('reaches another Service by name, and fails with 502 when that is not there', () => {
    const world = new World();
    const { ip: redis } = world.pod('redis', { ports: [{ containerPort: 6379 }] });
    world.name('redis-master', '10.96.0.20');
    const endpoints = [{ ip: redis, port: 6379 }];
    world.rules('n1', rule('default/redis-master:', { clusterIP: '10.96.0.20', port: 6379, endpoints }));
    const dependencies = [{ target: 'redis-master:6379' }];
    const { ip } = world.pod('web', { workload: { ...instant, dependencies } });
    expect(world.call(ip, 80).answer).toBe(200);
    const { ip: lost } = world.pod('lost', { workload: { ...instant, dependencies: [{ target: 'nobody:1' }] } });
    expect(world.call(lost, 80).answer).toBe(502);
  });

  test('waits for a silent Service as long as its timeout', () => {
    const world = new World();
    world.pod('redis', { ports: [{ containerPort: 6379 }] });
    world.engine.inject('c.node.n1.pod.redis.container.web', 'container.hang', undefined);
    const dependencies = [{ target: '10.244.1.2:6379', timeoutMs: 300 }];
    const { ip } = world.pod('web', { workload: { ...instant, dependencies } });
    expect(world.call(ip, 80)).toMatchObject({ answer: 502, tookMs: 300 });
  });
});

describe('a dead pause container', () => {
  test('takes the pod’s network with it; the runtime tells that the sandbox is not ready', () => {
    const world = new World();
    const { sandboxId, ip, containerId } = world.pod('a');
    world.kubelet.open<Message>('c.node.n1.runtime', 'runtime.watch', undefined);
    world.engine.runFor(0);
    world.engine.crash('c.node.n1.pod.a.pause');
    world.engine.runFor(10);
    expect(world.kubelet.take('sandbox.changed').map(({ body }) => body)).toMatchObject([
      { sandboxId, state: 'not-ready' },
    ]);
    expect(world.call(ip, 80).answer).toBe('unreachable');
    expect(world.status(containerId).state).toBe('running');
  });

  test('can be followed by another sandbox, once the first is stopped', () => {
    const world = new World();
    const { sandboxId, ip, containerId } = world.pod('a');
    world.engine.crash('c.node.n1.pod.a.pause');
    world.engine.runFor(10);
    expect(world.cri('sandbox.stop', { sandboxId }).type).toBe('sandbox.stopped');
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 137 });
    const second = world.sandbox('a', { attempt: 1 });
    expect(second.ip).not.toBe(ip);
    world.start(second.sandboxId, { attempt: 1, ports: [{ containerPort: 80 }] });
    world.engine.runFor(1000);
    expect(world.call(second.ip, 80).answer).toBe(200);
    expect(world.call(ip, 80).answer).toBe('unreachable');
  });
});

describe('a container', () => {
  test('ends as its command does', () => {
    const world = new World();
    const { sandboxId } = world.sandbox('a');
    const id = world.start(sandboxId, { command: ['sh', '-c', 'sleep 5; exit 3'] });
    world.engine.runFor(4900);
    expect(world.status(id).state).toBe('running');
    world.engine.runFor(200);
    expect(world.status(id)).toMatchObject({ state: 'exited', exitCode: 3, reason: 'Error' });
    const { startedAt, finishedAt } = world.status(id);
    expect(finishedAt - startedAt).toBe(5000);
  });

  test('of a bare busybox completes at once', () => {
    const world = new World({ images: [] });
    const { sandboxId } = world.sandbox('a');
    const id = world.start(sandboxId, { image: 'busybox' });
    world.engine.runFor(1000);
    expect(world.status(id)).toMatchObject({ state: 'exited', exitCode: 0, reason: 'Completed' });
  });

  test('that leaks is killed at the moment its memory passes the limit', () => {
    const world = new World();
    const { sandboxId } = world.sandbox('a');
    const workload = { ...instant, memoryBytes: 50e6, memoryGrowthBytesPerSecond: 10e6 };
    const id = world.start(sandboxId, { workload, resources: { memoryLimitBytes: 100e6 } });
    world.engine.runFor(4990);
    expect(world.status(id).state).toBe('running');
    world.engine.runFor(20);
    expect(world.status(id)).toMatchObject({ state: 'exited', exitCode: 137, reason: 'OOMKilled' });
  });

  test('whose requests need more memory than its limit is killed under load', () => {
    const world = new World();
    const workload = { ...instant, latencyMs: 5000, memoryBytes: 50e6, memoryBytesPerRequest: 20e6 };
    const { ip, containerId } = world.pod('a', { workload, resources: { memoryLimitBytes: 100e6 } });
    const client = world.engine.puppet('c.client.load');
    for (let i = 0; i < 3; i++) {
      client.send<Message>('c.node.n1.network', 'packet.forward', {
        flow: `load${i}`,
        protocol: 'TCP',
        src: { ip: '203.0.113.9', port: 4000 + i },
        dst: { ip, port: 80 },
        origin: 'c.client.load',
        hops: 0,
        payload: { kind: 'request', method: 'GET', path: '/', host: ip, bytes: 1 },
      });
    }
    world.engine.runFor(100);
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 137, reason: 'OOMKilled' });
    // The kernel resets the connections of a dead process.
    expect(client.received.map(({ body }) => (body as Packet).payload.kind)).toEqual(['reset', 'reset', 'reset']);
  });

  test('takes twice as long at half the CPU', () => {
    const world = new World();
    const workload = { ...instant, cpuMsPerRequest: 40 };
    const whole = world.pod('whole', { workload, resources: { cpuLimitMilli: 1000 } });
    const half = world.pod('half', { workload, resources: { cpuLimitMilli: 500 } });
    expect(world.call(whole.ip, 80).tookMs).toBe(40);
    expect(world.call(half.ip, 80).tookMs).toBe(80);
  });

  test('that hangs answers nothing but connections, and only SIGKILL ends it', () => {
    const world = new World();
    const { ip, containerId } = world.pod('a');
    world.engine.inject('c.node.n1.pod.a.container.web', 'container.hang', undefined);
    expect(world.call(ip, 80).answer).toBe('none');
    expect(world.call(ip, 80, { method: 'CONNECT' }).answer).toBe(200);
    world.engine.inject('c.node.n1.pod.a.container.web', 'container.resume', undefined);
    expect(world.call(ip, 80).answer).toBe(200);
    world.engine.inject('c.node.n1.pod.a.container.web', 'container.hang', undefined);
    const before = world.engine.now();
    const stopped = world.cri('container.stop', { containerId, timeoutSeconds: 30 });
    expect(stopped.body).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(stopped.body.finishedAt - before).toBe(30_000);
  });

  test('that handles SIGTERM ends well; a bare sleep has to be killed', () => {
    const world = new World();
    const { containerId } = world.pod('a');
    expect(world.cri('container.stop', { containerId, timeoutSeconds: 30 }).body).toMatchObject({ exitCode: 0 });
    const sleeping = world.pod('b', { command: ['sleep', '3600'] });
    const { body } = world.cri('container.stop', { containerId: sleeping.containerId, timeoutSeconds: 2 });
    expect(body.exitCode).toBe(137);
  });

  test('answers exec probes from its files, as they are then', () => {
    const world = new World();
    const script = 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600';
    const { containerId } = world.pod('a', { image: 'busybox', args: ['/bin/sh', '-c', script] });
    const exec = (command: string[]) => world.cri('container.exec', { containerId, command, timeoutSeconds: 1 }).body;
    expect(exec(['cat', '/tmp/healthy'])).toMatchObject({ exitCode: 0 });
    world.engine.runFor(30_000);
    expect(exec(['cat', '/tmp/healthy'])).toEqual({
      exitCode: 1,
      output: "cat: can't open '/tmp/healthy': No such file or directory\n",
    });
    expect(exec(['sleep', '5'])).toMatchObject({ code: 'DeadlineExceeded' });
  });

  test('sees what another container of its pod wrote into a volume', () => {
    const world = new World();
    const { sandboxId } = world.sandbox('a');
    const write = {
      name: 'writer',
      command: ['sh', '-c', 'echo hello > /out/index.html'],
      volumes: { '/out': 'shared' },
    };
    world.start(sandboxId, write);
    const reader = world.start(sandboxId, { name: 'reader', volumes: { '/usr/share/html': 'shared' } });
    world.engine.runFor(100);
    const command = ['cat', '/usr/share/html/index.html'];
    const { body } = world.cri('container.exec', { containerId: reader, command, timeoutSeconds: 1 });
    expect(body).toEqual({ exitCode: 0, output: 'hello\n' });
  });

  test('that waits for a Service, as init containers do, ends when that is there', () => {
    const world = new World();
    const { sandboxId } = world.sandbox('a');
    const script = 'until nslookup db; do echo waiting; sleep 2; done; until nc -z db 5432; do sleep 1; done';
    const id = world.start(sandboxId, { image: 'busybox', command: ['sh', '-c', script] });
    world.engine.runFor(60_000);
    expect(world.status(id).state).toBe('running');
    world.name('db', '10.244.1.3');
    world.engine.runFor(10_000);
    expect(world.status(id).state).toBe('running');
    const { ip } = world.pod('db', { ports: [{ containerPort: 5432 }] });
    expect(ip).toBe('10.244.1.3');
    world.engine.runFor(2000);
    expect(world.status(id)).toMatchObject({ state: 'exited', exitCode: 0 });
  });

  test('answers an exec probe that asks its own server', () => {
    const world = new World();
    const { containerId } = world.pod('a');
    const exec = (command: string[]) => world.cri('container.exec', { containerId, command, timeoutSeconds: 1 }).body;
    expect(exec(['curl', '-f', 'http://localhost/healthz'])).toMatchObject({ exitCode: 0 });
    expect(exec(['curl', '-f', 'http://localhost:81/'])).toMatchObject({ exitCode: 1 });
    expect(exec(['redis-cli', 'ping'])).toMatchObject({ exitCode: 0 });
    world.engine.inject('c.node.n1.pod.a.container.web', 'container.hang', undefined);
    expect(exec(['curl', '-f', 'http://localhost/healthz'])).toMatchObject({ code: 'DeadlineExceeded' });
    expect(exec(['redis-cli', 'ping'])).toMatchObject({ code: 'DeadlineExceeded' });
    expect(exec(['true'])).toMatchObject({ exitCode: 0 });
  });

  test('fails its probes in the span its workload says', () => {
    const world = new World();
    const workload = { ...instant, failProbes: [{ match: '/healthz', fromMs: 10_000, untilMs: 20_000 }] };
    const { ip } = world.pod('a', { workload });
    expect(world.call(ip, 80, { path: '/healthz' }).answer).toBe(200);
    world.engine.runFor(10_000);
    expect(world.call(ip, 80, { path: '/healthz' }).answer).toBe(500);
    expect(world.call(ip, 80, { path: '/' }).answer).toBe(200);
    world.engine.runFor(10_000);
    expect(world.call(ip, 80, { path: '/healthz' }).answer).toBe(200);
  });
});

describe('a runtime', () => {
  test('that crashes leaves containers alone, and finds them and what ended meanwhile', () => {
    const world = new World();
    const { ip, containerId } = world.pod('a');
    const { sandboxId } = world.sandbox('b');
    const short = world.start(sandboxId, { command: ['sh', '-c', 'sleep 5; exit 7'] });
    world.engine.crash('c.node.n1.runtime');
    world.engine.runFor(10_000);
    expect(world.call(ip, 80).answer).toBe(200);
    world.engine.restart('c.node.n1.runtime');
    world.engine.runFor(100);
    expect(world.status(containerId)).toMatchObject({ state: 'running' });
    expect(world.status(short)).toMatchObject({ state: 'exited', exitCode: 7 });
    const { sandboxes } = world.cri('runtime.list', {}).body;
    expect(sandboxes.map((one: AnyEvent) => one.state)).toEqual(['ready', 'ready']);
  });

  test('after a power cut finds everything dead', () => {
    const world = new World();
    const { sandboxId, containerId } = world.pod('a');
    world.engine.powerOff('n1');
    world.engine.runFor(1000);
    world.engine.powerOn('n1');
    world.engine.runFor(1000);
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 255, reason: 'Unknown' });
    expect(world.cri('runtime.list', {}).body.sandboxes).toMatchObject([{ sandboxId, state: 'not-ready' }]);
    expect(world.cri('sandbox.remove', { sandboxId }).type).toBe('sandbox.removed');
    expect(world.sandbox('a', { attempt: 1 }).ip).toBe('10.244.1.3');
  });

  test('tells a container that crashed as killed', () => {
    const world = new World();
    const { containerId } = world.pod('a');
    world.engine.crash('c.node.n1.pod.a.container.web');
    world.engine.runFor(100);
    expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 137, reason: 'Error' });
  });

  test('says what containerd says when an image cannot be pulled', () => {
    const images: ImageEntry[] = [
      { image: 'nowhere', failure: 'not-found' },
      { image: 'secret/*', failure: 'unauthorized' },
    ];
    const world = new World({ images });
    expect(world.cri('image.pull', { image: 'nowhere:1' }).body).toEqual({
      code: 'ErrImagePull',
      message:
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nowhere:1": ' +
        'failed to resolve reference "docker.io/library/nowhere:1": docker.io/library/nowhere:1: not found',
    });
    expect(world.cri('image.pull', { image: 'secret/x' }).body.message).toContain('pull access denied');
    world.engine.inject('c.registry', 'registry.fail', { how: 'silent' });
    expect(world.cri('image.pull', { image: 'other' }).body.message).toContain(
      'dial tcp registry-1.docker.io:443: i/o timeout',
    );
    world.engine.inject('c.registry', 'registry.recover', undefined);
    expect(world.cri('image.pull', { image: 'other' }).type).toBe('image.pulled');
  });

  test('pulls an image once for all who want it, and is quick the second time', () => {
    const world = new World();
    const fetched = world.engine.countByType();
    const count = () => fetched.get('layers.fetch') ?? 0;
    const sent = [1, 2, 3].map(() => world.kubelet.ask<Message>('c.node.n1.runtime', 'image.pull', { image: 'big' }));
    world.engine.runFor(5000);
    expect(world.kubelet.take('image.pulled').map(({ request }) => request)).toEqual(sent);
    expect(count()).toBe(1);
    const before = world.engine.now();
    world.cri('image.pull', { image: 'big' });
    expect(world.engine.now() - before).toBe(50);
    expect(count()).toBe(1);
  });

  test('tells what containers use', () => {
    const world = new World();
    const { containerId } = world.pod('a', { workload: { ...instant, memoryBytes: 30e6, idleCpuMilli: 7 } });
    expect(world.cri('runtime.stats', {}).body.containers).toEqual([
      { containerId, podUid: 'a', name: 'web', cpuMilli: 7, memoryBytes: 30e6 },
    ]);
  });

  test('tells when the node gets short of memory, and when it no longer is', () => {
    const world = new World({ runtime: { 'memory-capacity': 1e9 } });
    world.kubelet.open<Message>('c.node.n1.runtime', 'runtime.watch', { capacityBytes: 1e9, thresholdBytes: 100e6 });
    const { containerId } = world.pod('a', {
      workload: { ...instant, memoryBytes: 500e6, memoryGrowthBytesPerSecond: 10e6 },
    });
    world.engine.runFor(38_000);
    expect(world.kubelet.take('memory.pressured')).toEqual([]);
    world.engine.runFor(3_000);
    const [short] = world.kubelet.take('memory.pressured');
    expect((short as AnyEvent).body.availableBytes).toBeLessThan(100e6);
    world.cri('container.stop', { containerId, timeoutSeconds: 1 });
    const [relieved] = world.kubelet.take('memory.pressured');
    expect(relieved?.body).toEqual({ availableBytes: 1e9 });
    world.engine.runFor(60_000);
    expect(world.kubelet.take('memory.pressured')).toEqual([]);
  });
});

describe('messages that are lost, doubled and late', () => {
  test.each([1, 2, 3, 4, 5])(
    'stop no pod from coming up, serving, and going again without a trace (seed %i)',
    (seed) => {
      const world = new World({ seed });
      const pods = 'c.node.n1.>';
      const lossy = [
        world.engine.fault({ from: pods, probability: 0.2 }, 'drop'),
        world.engine.fault({ from: pods, probability: 0.1 }, { duplicateAfterMs: 40 }),
        world.engine.fault({ from: pods, probability: 0.1 }, { duplicateAfterMs: 300_000 }),
        world.engine.fault({ from: pods, probability: 0.2 }, { delayMs: 300, isOvertaken: true }),
      ];
      const made = Array.from({ length: 10 }, (_, i) => world.pod(`p${i}`, { command: i % 2 ? ['sleep', '20'] : [] }));
      world.engine.runFor(120_000);
      for (const fault of lossy) expect(fault.heal()).toBeGreaterThan(5);
      for (const [i, { ip, containerId }] of made.entries()) {
        if (i % 2) expect(world.status(containerId)).toMatchObject({ state: 'exited', exitCode: 0 });
        else expect(world.call(ip, 80).answer).toBe(200);
      }
      world.engine.fault({ from: pods, probability: 0.2, count: 100 }, 'drop');
      for (const { sandboxId } of made) expect(world.cri('sandbox.remove', { sandboxId }).type).toBe('sandbox.removed');
      world.engine.runFor(400_000);
      expect(world.cri('runtime.list', {}).body).toEqual({ sandboxes: [], containers: [] });
      expect(world.engine.actors('c.node.n1.pod.>').filter((address) => !address.endsWith('kubelet'))).toEqual([]);
      const { attachments, pods: attached } = (world.engine.inspect('c.node.n1.network') as AnyEvent).memory;
      expect([attachments.size, attached.size]).toEqual([0, 0]);
    },
  );
});

describe('the network', () => {
  const service = (change: Partial<ForwardingRule>) => rule('default/web:http', change);

  test('carries packets between pods of two nodes, and between no others when it is cut', () => {
    const world = new World({ nodes: 2 });
    const { ip } = world.pod('a', {}, 'n2');
    expect(ip).toBe('10.244.2.2');
    expect(world.call(ip, 80, { node: 'n1' }).answer).toBe(200);
    expect(world.call('10.244.9.9', 80, { node: 'n1' }).answer).toBe('unreachable');
    const cut = world.engine.cut('n1', 'n2');
    expect(world.call(ip, 80, { node: 'n1' }).answer).toBe('none');
    cut.heal();
    expect(world.call(ip, 80, { node: 'n1' }).answer).toBe(200);
  });

  test('sends what comes to a Service’s address to its endpoints, and answers as the Service', () => {
    const world = new World({ nodes: 2 });
    const a = world.pod('a');
    const b = world.pod('b', {}, 'n2');
    const endpoints = [a, b].map(({ ip }) => ({ ip, port: 80 }));
    world.rules('n1', service({ endpoints, balancing: 'rr' }));
    for (let i = 0; i < 4; i++) {
      const { answer, packet } = world.call('10.96.0.10', 80);
      expect(answer).toBe(200);
      expect(packet).toMatchObject({ src: { ip: '10.96.0.10', port: 80 }, dst: { ip: '203.0.113.7', port: 40000 } });
      expect(packet).not.toHaveProperty('via');
    }
    world.rules('n1', service({ endpoints: [] }));
    expect(world.call('10.96.0.10', 80).answer).toBe('refused');
  });

  test('opens a node port on every node, on the way to pods of any node', () => {
    const world = new World({ nodes: 3 });
    const { ip } = world.pod('a', {}, 'n2');
    const nodePort = service({ nodePort: 30080, endpoints: [{ ip, port: 80 }] });
    for (const node of ['n1', 'n2', 'n3']) world.rules(node, nodePort);
    for (const node of [1, 2, 3]) {
      const { answer, packet } = world.call(`192.168.0.${node}`, 30080, { node: `n${node}` });
      expect(answer).toBe(200);
      expect(packet?.src).toEqual({ ip: `192.168.0.${node}`, port: 30080 });
    }
    // The pod sees the node that sent the connection on, which its answer passes again.
    const sources = world.sourcesSeen(() => world.call('192.168.0.3', 30080, { node: 'n3' }));
    expect(sources).toEqual(['192.168.0.3']);
    // By another node's network, as a client that stands there.
    expect(world.call('192.168.0.3', 30080, { node: 'n1' }).answer).toBe(200);
    expect(world.call('192.168.0.3', 30081, { node: 'n3' }).answer).toBe('refused');
  });

  test('keeps a client at its endpoint while its affinity lasts', () => {
    const world = new World();
    const pods = ['a', 'b', 'c', 'd'].map((uid) => world.pod(uid));
    const endpoints = pods.map(({ ip }) => ({ ip, port: 80 }));
    world.rules('n1', service({ endpoints, balancing: 'rr', affinitySeconds: 10 }));
    const seen = new Set<string>();
    const watch = world.engine.record({
      delivered: (message) => {
        if (message.type === 'packet.forward' && message.to.endsWith('.container.web')) seen.add(message.to);
      },
    });
    for (let i = 0; i < 8; i++) world.call('10.96.0.10', 80, { from: '203.0.113.1' });
    expect(seen.size).toBe(1);
    world.engine.runFor(11_000);
    world.call('10.96.0.10', 80, { from: '203.0.113.1' });
    expect(seen.size).toBe(2);
    watch();
  });

  test('keeps external traffic local where it must, and drops it where nothing is', () => {
    const world = new World({ nodes: 2 });
    const { ip } = world.pod('a', {}, 'n2');
    const endpoints = [{ ip, port: 80 }];
    world.rules('n1', service({ nodePort: 30080, endpoints, localEndpoints: [] }));
    world.rules('n2', service({ nodePort: 30080, endpoints, localEndpoints: endpoints }));
    expect(world.call('192.168.0.1', 30080, { node: 'n1' }).answer).toBe('none');
    // And where it is kept local, the pod sees who the client is.
    const sources = world.sourcesSeen(() => {
      expect(world.call('192.168.0.2', 30080, { node: 'n2' }).answer).toBe(200);
    });
    expect(sources).toEqual(['203.0.113.7']);
  });

  test('leads a pod that is an endpoint of its own Service back to itself', () => {
    const world = new World();
    world.name('backend', '10.96.0.10');
    const { sandboxId, ip } = world.pod('a', {
      workload: { ...instant, dependencies: [{ target: 'backend' }] },
    });
    world.start(sandboxId, { name: 'backend', ports: [{ containerPort: 8080 }] });
    world.rules('n1', service({ endpoints: [{ ip, port: 8080 }] }));
    world.engine.runFor(1000);
    expect(world.call(ip, 80).answer).toBe(200);
  });

  test('leads a host-network pod’s ports and host ports from the node’s address', () => {
    const world = new World();
    const host = world.sandbox('host', { hostNetwork: true });
    expect(host.ip).toBe('192.168.0.1');
    world.start(host.sandboxId, { ports: [{ containerPort: 9100 }] });
    const { sandboxId } = world.pod('mapped', { ports: [{ containerPort: 80, hostPort: 8080 }] });
    world.engine.runFor(1000);
    expect(world.call('192.168.0.1', 9100).answer).toBe(200);
    expect(world.call('192.168.0.1', 8080)).toMatchObject({ answer: 200, packet: { src: { port: 8080 } } });
    world.cri('sandbox.stop', { sandboxId });
    expect(world.call('192.168.0.1', 8080).answer).toBe('refused');
  });

  test('that crashes gives no living address twice', () => {
    const world = new World();
    expect(world.sandbox('a').ip).toBe('10.244.1.2');
    world.engine.crash('c.node.n1.network');
    world.engine.restart('c.node.n1.network');
    world.engine.runFor(100);
    expect(world.sandbox('b').ip).toBe('10.244.1.3');
  });

  test('says so when its subnet is used up', () => {
    const world = new World();
    for (let i = 0; i < 253; i++) world.sandbox(`p${i}`);
    const config = { podUid: 'x', name: 'x', namespace: 'default', attempt: 0, hostNetwork: false, hostname: 'x' };
    expect(world.cri('sandbox.run', config).body.message).toContain(
      'plugin type="flannel" failed (add): failed to delegate add: failed to allocate for range 0: ' +
        'no IP addresses available in range set: 10.244.1.1-10.244.1.254',
    );
  });
});
