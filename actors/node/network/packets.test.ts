/** The way of packets between pods, Services and the world outside. */

import { describe, expect, test } from 'vitest';
import { noLatency } from '../../../engine/bus/latency.ts';
import { Engine } from '../../../engine/engine.ts';
import type { ForwardingRule } from '../../../protocol/messages/network.ts';
import { instant, rule, World, type WorldOptions } from '../testing/world.ts';

/** Nodes of a world of their own. */
const worldOf = (options?: WorldOptions) => new World((scene) => new Engine({ ...scene, latency: noLatency }), options);

describe('the network', () => {
  const service = (change: Partial<ForwardingRule>) => rule('default/web:http', change);

  test('carries packets between pods of two nodes, and between no others when it is cut', () => {
    const world = worldOf({ nodes: 2 });
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
    const world = worldOf({ nodes: 2 });
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
    const world = worldOf({ nodes: 3 });
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
    const world = worldOf();
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
    const world = worldOf({ nodes: 2 });
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
    const world = worldOf();
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
    const world = worldOf();
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
    const world = worldOf();
    expect(world.sandbox('a').ip).toBe('10.244.1.2');
    world.engine.crash('c.node.n1.network');
    world.engine.restart('c.node.n1.network');
    world.engine.runFor(100);
    expect(world.sandbox('b').ip).toBe('10.244.1.3');
  });

  test('says so when its subnet is used up', () => {
    const world = worldOf();
    for (let i = 0; i < 253; i++) world.sandbox(`p${i}`);
    const config = { podUid: 'x', name: 'x', namespace: 'default', attempt: 0, hostNetwork: false, hostname: 'x' };
    expect(world.cri('sandbox.run', config).body.message).toContain(
      'plugin type="flannel" failed (add): failed to delegate add: failed to allocate for range 0: ' +
        'no IP addresses available in range set: 10.244.1.1-10.244.1.254',
    );
  });
});
