/** A node without a kubelet: runtime, pause and business containers, network and registry, played together. */

import { describe, expect, test } from 'vitest';
import { noLatency } from '../../engine/bus/latency.ts';
import { Engine } from '../../engine/engine.ts';
import type { AnyEvent } from '../../protocol/actor.ts';
import type { Message } from '../../protocol/message.ts';
import { instant, rule, World, type WorldOptions } from './testing/world.ts';

/** Nodes of a world of their own. */
const worldOf = (options?: WorldOptions) => new World((scene) => new Engine({ ...scene, latency: noLatency }), options);

describe('a pod', () => {
  test('gets the first address after the gateway, then the next', () => {
    const world = worldOf();
    expect(world.sandbox('a').ip).toBe('10.244.1.2');
    expect(world.sandbox('b').ip).toBe('10.244.1.3');
  });

  test('answers on the port its container listens on, and refuses on others', () => {
    const world = worldOf();
    const { ip } = world.pod('a');
    expect(world.call(ip, 80).answer).toBe(200);
    expect(world.call(ip, 81).answer).toBe('refused');
    expect(world.call('10.244.1.99', 80).answer).toBe('unreachable');
  });

  test('of two containers lets them reach each other on localhost', () => {
    const world = worldOf();
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
    const world = worldOf();
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
    const world = worldOf();
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
    const world = worldOf();
    world.pod('redis', { ports: [{ containerPort: 6379 }] });
    world.engine.inject('c.node.n1.pod.redis.container.web', 'container.hang', undefined);
    const dependencies = [{ target: '10.244.1.2:6379', timeoutMs: 300 }];
    const { ip } = world.pod('web', { workload: { ...instant, dependencies } });
    expect(world.call(ip, 80)).toMatchObject({ answer: 502, tookMs: 300 });
  });
});

describe('a dead pause container', () => {
  test('takes the pod’s network with it; the runtime tells that the sandbox is not ready', () => {
    const world = worldOf();
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
    const world = worldOf();
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

describe('messages that are lost, doubled and late', () => {
  test.each([1, 2, 3, 4, 5])(
    'stop no pod from coming up, serving, and going again without a trace (seed %i)',
    (seed) => {
      const world = worldOf({ seed });
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
