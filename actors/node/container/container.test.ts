/** Containers on a node: how they end, what they use, what they answer. */

import { describe, expect, test } from 'vitest';
import { noLatency } from '../../../engine/bus/latency.ts';
import { Engine } from '../../../engine/engine.ts';
import type { Message } from '../../../protocol/message.ts';
import type { Packet } from '../../../protocol/messages/network.ts';
import { instant, World, type WorldOptions } from '../testing/world.ts';

/** Nodes of a world of their own. */
const worldOf = (options?: WorldOptions) => new World((scene) => new Engine({ ...scene, latency: noLatency }), options);

describe('a container', () => {
  test('ends as its command does', () => {
    const world = worldOf();
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
    const world = worldOf({ images: [] });
    const { sandboxId } = world.sandbox('a');
    const id = world.start(sandboxId, { image: 'busybox' });
    world.engine.runFor(1000);
    expect(world.status(id)).toMatchObject({ state: 'exited', exitCode: 0, reason: 'Completed' });
  });

  test('that leaks is killed at the moment its memory passes the limit', () => {
    const world = worldOf();
    const { sandboxId } = world.sandbox('a');
    const workload = { ...instant, memoryBytes: 50e6, memoryGrowthBytesPerSecond: 10e6 };
    const id = world.start(sandboxId, { workload, resources: { memoryLimitBytes: 100e6 } });
    world.engine.runFor(4990);
    expect(world.status(id).state).toBe('running');
    world.engine.runFor(20);
    expect(world.status(id)).toMatchObject({ state: 'exited', exitCode: 137, reason: 'OOMKilled' });
  });

  test('whose requests need more memory than its limit is killed under load', () => {
    const world = worldOf();
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
    const world = worldOf();
    const workload = { ...instant, cpuMsPerRequest: 40 };
    const whole = world.pod('whole', { workload, resources: { cpuLimitMilli: 1000 } });
    const half = world.pod('half', { workload, resources: { cpuLimitMilli: 500 } });
    expect(world.call(whole.ip, 80).tookMs).toBe(40);
    expect(world.call(half.ip, 80).tookMs).toBe(80);
  });

  test('that hangs answers nothing but connections, and only SIGKILL ends it', () => {
    const world = worldOf();
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
    const world = worldOf();
    const { containerId } = world.pod('a');
    expect(world.cri('container.stop', { containerId, timeoutSeconds: 30 }).body).toMatchObject({ exitCode: 0 });
    const sleeping = world.pod('b', { command: ['sleep', '3600'] });
    const { body } = world.cri('container.stop', { containerId: sleeping.containerId, timeoutSeconds: 2 });
    expect(body.exitCode).toBe(137);
  });

  test('answers exec probes from its files, as they are then', () => {
    const world = worldOf();
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
    const world = worldOf();
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
    const world = worldOf();
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
    const world = worldOf();
    const { containerId } = world.pod('a');
    const exec = (command: string[]) => world.cri('container.exec', { containerId, command, timeoutSeconds: 1 }).body;
    expect(exec(['curl', '-f', 'http://localhost/healthz'])).toMatchObject({ exitCode: 0 });
    expect(exec(['curl', '-f', 'http://localhost:81/'])).toMatchObject({ exitCode: 7 });
    expect(exec(['redis-cli', 'ping'])).toMatchObject({ exitCode: 0 });
    world.engine.inject('c.node.n1.pod.a.container.web', 'container.hang', undefined);
    expect(exec(['curl', '-f', 'http://localhost/healthz'])).toMatchObject({ code: 'DeadlineExceeded' });
    expect(exec(['redis-cli', 'ping'])).toMatchObject({ code: 'DeadlineExceeded' });
    expect(exec(['true'])).toMatchObject({ exitCode: 0 });
  });

  test('says which pod gave an answer, and tells its programs their host name', () => {
    // Answers bore no name, so no client could tell how a Service spread them; and HOSTNAME was set nowhere.
    const world = worldOf();
    const { ip, containerId } = world.pod('web-7', { env: { GREETING: 'hello' } });
    expect(world.call(ip, 80).packet.payload).toMatchObject({ status: 200, body: 'web-7' });
    const exec = (command: string[]) => world.cri('container.exec', { containerId, command, timeoutSeconds: 1 }).body;
    expect(exec(['hostname'])).toEqual({ exitCode: 0, output: 'web-7\n' });
    expect(exec(['printenv', 'HOSTNAME'])).toEqual({ exitCode: 0, output: 'web-7\n' });
    expect(exec(['printenv', 'GREETING'])).toEqual({ exitCode: 0, output: 'hello\n' });
  });

  test('fails its probes in the span its workload says', () => {
    const world = worldOf();
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
