/** The decisions of a node's network: addresses, routes, balancing, affinity, connections. */

import { describe, expect, test } from 'vitest';
import { type Heard, stage } from '../../../engine/testing/stage.ts';
import { defaultsOf } from '../../../protocol/flags.ts';
import type { RequestRefused } from '../../../protocol/messages/api.ts';
import type { InformerChanged } from '../../../protocol/messages/informer.ts';
import type { AddressAllocate, ForwardingRule, Packet, PacketForward } from '../../../protocol/messages/network.ts';
import type { Node } from '../../../protocol/objects.ts';
import { network } from './actor.ts';
import { chooseAddress } from './addresses.ts';
import { closeConnection, openConnection } from './conntrack.ts';
import { flags } from './flags.ts';
import { addressNumber, addressText, contains, parseSubnet } from './ipv4.ts';
import { makeRoutes, routeTo } from './routes.ts';
import { applyRules, emptyTable, pickEndpoint, type ServicePort } from './services.ts';

const subnet = (cidr: string) => parseSubnet(cidr) as NonNullable<ReturnType<typeof parseSubnet>>;

describe('addresses as numbers', () => {
  test('are read and written', () => {
    for (const ip of ['0.0.0.0', '10.244.1.2', '255.255.255.255']) expect(addressText(addressNumber(ip))).toBe(ip);
    for (const ip of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', 'a.b.c.d', '1..2.3']) expect(addressNumber(ip)).toBeNaN();
  });

  test('lie in a subnet, or not', () => {
    expect(contains(subnet('10.244.1.0/24'), addressNumber('10.244.1.255'))).toBe(true);
    expect(contains(subnet('10.244.1.0/24'), addressNumber('10.244.2.0'))).toBe(false);
    expect(parseSubnet('10.244.1.0/33')).toBeUndefined();
    expect(parseSubnet('10.244.1.0')).toBeUndefined();
  });
});

describe('a pod’s address', () => {
  test('is the next one after the last, round the subnet, never the gateway’s', () => {
    const small = subnet('10.0.0.0/29');
    const given: string[] = [];
    let last = 0;
    for (let i = 0; i < 5; i++) {
      const choice = chooseAddress(small, last, (ip) => given.includes(ip));
      if (!('ip' in choice)) throw new Error(choice.message);
      given.push(choice.ip);
      last = choice.number;
    }
    expect(given).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
    expect(chooseAddress(small, last, (ip) => given.includes(ip))).toEqual({
      message: 'failed to allocate for range 0: no IP addresses available in range set: 10.0.0.1-10.0.0.6',
    });
    // One that was given back rests until its turn comes again.
    expect(chooseAddress(small, addressNumber('10.0.0.4'), (ip) => ip === '10.0.0.5')).toMatchObject({
      ip: '10.0.0.6',
    });
    expect(chooseAddress(small, addressNumber('10.0.0.6'), () => false)).toMatchObject({ ip: '10.0.0.2' });
  });
});

describe('routes', () => {
  const node = (name: string, podCIDR: string, address: string) =>
    ({
      metadata: { name },
      spec: { podCIDR },
      status: { addresses: [{ type: 'InternalIP', address }] },
    }) as unknown as Node;
  const routes = makeRoutes(
    [
      node('a', '10.244.1.0/24', '192.168.0.1'),
      node('b', '10.244.0.0/16', '192.168.0.2'),
      node('c', '', '192.168.0.3'),
    ],
    (name) => `c.node.${name}.network`,
  );

  test.each([
    ['10.244.1.7', 'c.node.a.network'],
    ['10.244.2.7', 'c.node.b.network'],
    ['192.168.0.3', 'c.node.c.network'],
    ['10.96.0.1', undefined],
  ])('to %s lead by %s: the longest prefix wins', (ip, way) => {
    expect(routeTo(routes, ip)).toBe(way);
  });
});

const endpoints = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((ip) => ({ ip, port: 80 }));

function rule(change: Partial<ForwardingRule>): ForwardingRule {
  const { key = 'default/web:', ...rest } = change;
  return {
    key,
    protocol: 'TCP',
    clusterIP: '10.96.0.10',
    port: 80,
    nodePort: 0,
    externalIPs: [],
    balancing: 'rr',
    affinitySeconds: 0,
    endpoints,
    ...rest,
  };
}

function tableOf(...set: ForwardingRule[]) {
  const table = emptyTable();
  applyRules(table, { replace: true, set, remove: [] });
  return table;
}

describe('a Service’s connections', () => {
  const stream = (...draws: number[]) => ({ random: () => draws.shift() ?? 0 });
  const picks = (port: ServicePort, clients: string[], now = 0) =>
    clients.map((client) => pickEndpoint(port, endpoints, client, now, stream())?.ip.at(-1)).join('');
  const portOf = (change: Partial<ForwardingRule>) => tableOf(rule(change)).ports.get('default/web:') as ServicePort;

  test('go round with rr, by the draw with random, by the client with sh', () => {
    expect(picks(portOf({ balancing: 'rr' }), ['x', 'x', 'x', 'x'])).toBe('1231');
    const random = portOf({ balancing: 'random' });
    const drawn = [0, 0.34, 0.99].map((draw) => pickEndpoint(random, endpoints, 'x', 0, stream(draw))?.ip);
    expect(drawn).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    const hashed = portOf({ balancing: 'sh' });
    expect(new Set(picks(hashed, ['a', 'a', 'a'])).size).toBe(1);
    expect(new Set(picks(hashed, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])).size).toBeGreaterThan(1);
  });

  test('go to the endpoint with the fewest open ones with lc', () => {
    const table = tableOf(rule({ balancing: 'lc' }));
    const port = table.ports.get('default/web:') as ServicePort;
    const conntrack = new Map();
    for (const flow of ['f1', 'f2', 'f3', 'f4']) {
      const endpoint = pickEndpoint(port, endpoints, 'x', 0, stream()) as { ip: string; port: number };
      openConnection(conntrack, table, flow, { rule: 'default/web:', endpoint, openedAt: 0 }, 120_000);
    }
    closeConnection(conntrack, table, 'f2');
    expect(pickEndpoint(port, endpoints, 'x', 0, stream())?.ip).toBe('10.0.0.2');
  });

  test('of one client stay together while it keeps coming, and only to what is still an endpoint', () => {
    const port = portOf({ affinitySeconds: 10 });
    expect(picks(port, ['a', 'b', 'a', 'b'], 0)).toBe('1212');
    expect(picks(port, ['a'], 9_000)).toBe('1');
    expect(picks(port, ['a', 'b'], 18_000)).toBe('13');
    const left = endpoints.slice(1);
    expect(pickEndpoint(port, left, 'a', 18_500, stream())?.ip).not.toBe('10.0.0.1');
  });

  test('that are never answered are forgotten', () => {
    const table = tableOf(rule({}));
    const conntrack = new Map();
    const endpoint = { ip: '10.0.0.1', port: 80 };
    openConnection(conntrack, table, 'old', { rule: 'default/web:', endpoint, openedAt: 0 }, 1000);
    openConnection(conntrack, table, 'new', { rule: 'default/web:', endpoint, openedAt: 1000 }, 1000);
    expect([...conntrack.keys()]).toEqual(['new']);
  });
});

describe('the forwarding table', () => {
  test('keeps its turn when a rule is set again, and drops what is removed or not in a replacement', () => {
    const table = tableOf(
      rule({ nodePort: 30080, externalIPs: ['1.2.3.4'] }),
      rule({ key: 'other', clusterIP: '10.96.0.11' }),
    );
    const port = table.ports.get('default/web:') as ServicePort;
    pickEndpoint(port, endpoints, 'x', 0, { random: () => 0 });
    applyRules(table, {
      replace: false,
      set: [rule({ nodePort: 30081, endpoints: endpoints.slice(0, 2) })],
      remove: ['other'],
    });
    expect(table.ports.get('default/web:')?.turn).toBe(1);
    expect([...table.byNodePort.keys()]).toEqual(['30081/TCP']);
    expect([...table.byAddress.keys()]).toEqual(['10.96.0.10:80/TCP']);
    applyRules(table, { replace: true, set: [], remove: [] });
    expect([table.ports.size, table.byAddress.size, table.byNodePort.size]).toEqual([0, 0, 0]);
  });
});

describe('a node’s network', () => {
  const input = { node: 'n1', nodeIP: '192.168.0.1', apiserver: 'c.master.apiserver', dns: 'c.master.dns' };
  const set = (config = {}) =>
    stage(network, { address: 'c.node.n1.network', input: { ...input, config: { ...defaultsOf(flags), ...config } } });
  const allocation = { podUid: 'u', sandboxId: 's1', pause: 'c.node.n1.pod.u.pause', hostNetwork: false };
  const nodeChange = (podCIDR: string): InformerChanged['body'] => ({
    resource: 'nodes',
    changes: [{ type: 'ADDED', object: { metadata: { name: 'n1' }, spec: { podCIDR } } as unknown as Node }],
  });
  const packet = (ip: string, change: Partial<Packet> = {}): Packet => ({
    flow: 'f1',
    protocol: 'TCP',
    src: { ip: '203.0.113.7', port: 40000 },
    dst: { ip, port: 80 },
    origin: 'c.client.x',
    hops: 0,
    payload: { kind: 'request', method: 'GET', path: '/', host: ip, bytes: 1 },
    ...change,
  });

  test('gives no address before the node has a subnet, as flannel says, and tells the runtime when it has', () => {
    const s = set();
    expect(s.state).toMatchObject({ subnet: 'waiting' });
    s.ask<AddressAllocate>('address.allocate', allocation);
    expect(s.takeOne('address.refused').body.message).toContain(
      'open /run/flannel/subnet.env: no such file or directory',
    );
    s.ask<AddressAllocate>('address.allocate', { ...allocation, hostNetwork: true });
    s.advance(1);
    expect(s.takeOne('address.allocated').body).toEqual({ ip: '192.168.0.1', dns: 'c.master.dns' });
    s.send<InformerChanged>('informer.changed', nodeChange('10.244.7.0/24'));
    expect(s.state).toMatchObject({ subnet: 'leased' });
    expect(s.take('subnet.described')).toMatchObject([{ to: 'c.node.n1.runtime', body: { podCIDR: '10.244.7.0/24' } }]);
  });

  test('remembers its subnet and addresses over a power cut, but only what it has answered', () => {
    const s = set();
    s.send<InformerChanged>('informer.changed', nodeChange('10.244.7.0/24'));
    s.advance(5);
    s.ask<AddressAllocate>('address.allocate', allocation);
    s.advance(5);
    expect(s.takeOne('address.allocated').body.ip).toBe('10.244.7.2');
    s.ask<AddressAllocate>('address.allocate', { ...allocation, sandboxId: 's2' });
    s.losePower();
    s.restart();
    expect(s.state).toMatchObject({ subnet: 'leased' });
    expect([...s.memory.pods.keys()]).toEqual(['10.244.7.2']);
    expect(s.take('rules.flushed')).toMatchObject([{ to: 'c.node.n1.kube-proxy' }]);
  });

  test('holds packets while it learns the routes; without an API server they find no way', () => {
    const s = set({ 'pod-cidr': '10.244.7.0/24' });
    s.send<PacketForward>('packet.forward', packet('10.244.8.2'), { from: 'c.client.x' });
    s.send<PacketForward>('packet.forward', packet('10.244.8.3', { flow: 'f2' }), { from: 'c.client.x' });
    expect(s.take('packet.forward')).toEqual([]);
    const refused = { status: { reason: 'Forbidden', code: 403 } } as RequestRefused['body'];
    s.answer<RequestRefused>(s.takeOne('object.list'), 'request.refused', refused);
    const resets = s.take('packet.forward');
    expect(resets.map(({ to, body }) => [to, body.payload.reason])).toEqual([
      ['c.client.x', 'unreachable'],
      ['c.client.x', 'unreachable'],
    ]);
    // For a while it does not ask again.
    s.send<PacketForward>('packet.forward', packet('10.244.8.2'), { from: 'c.client.x' });
    expect(s.take('object.list')).toEqual([]);
    expect(s.take('packet.forward')).toHaveLength(1);
  });

  test('learns the way back from what comes in, as a bridge does', () => {
    const s = set({ 'pod-cidr': '10.244.7.0/24' });
    s.ask<AddressAllocate>('address.allocate', allocation);
    s.advance(5);
    const far = { origin: 'c.node.n2.pod.x.container.y', src: { ip: '10.244.8.9', port: 5 }, hops: 1 };
    s.send<PacketForward>('packet.forward', packet('10.244.7.2', far), { from: 'c.node.n2.network' });
    const [incoming] = s.take('packet.forward');
    expect(incoming?.to).toBe('c.node.n1.pod.u.pause');
    const { src, dst, ...rest } = (incoming as Heard).body as Packet;
    const reply: Packet = {
      ...rest,
      src: dst,
      dst: src,
      hops: 0,
      payload: { kind: 'response', status: 200, bytes: 1 },
    };
    s.send<PacketForward>('packet.forward', reply, { from: 'c.node.n1.pod.u.pause' });
    expect(s.take('packet.forward')).toMatchObject([{ to: 'c.node.n2.network', body: { hops: 1 } }]);
  });

  test('drops what has gone round too long', () => {
    const s = set({ 'pod-cidr': '10.244.7.0/24' });
    s.send<PacketForward>('packet.forward', packet('10.244.7.2', { hops: 16 }), { from: 'c.node.n2.network' });
    expect(s.take('packet.forward')).toEqual([]);
  });
});
