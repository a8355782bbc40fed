/** What a host may send and hear, tried on a real server: its own mail and lease, and those of no other. */

import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection, nkeyAuthenticator, nkeys } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasNatsServer, NatsServer } from '../../engine/nats/testing/server.ts';
import { inboxOf } from './permissions.ts';
import { parseUsers, writeUsers } from './users.ts';

const file = `
cluster: c
hosts:
  control: { control: true, nodes: [near] }
  left: { nodes: left-1..left-3 }
  right: { nodes: [right-1..right-3, odd.name] }
operators: [operator]
readers: [reader]
`;

describe('a file of users', () => {
  it('gives each host its nodes, one by one and by range', () => {
    const [control, left, right, ...others] = parseUsers(file);
    expect(left?.permissions.subscribe).toEqual([
      '_INBOX.left.>',
      'c.host.left.>',
      'c.node.left-1.>',
      'c.node.left-2.>',
      'c.node.left-3.>',
    ]);
    expect(right?.permissions.subscribe).toContain('c.node.odd%2Ename.>');
    expect(control?.permissions.subscribe).toContain('c.master.>');
    expect(left?.permissions.publish).not.toContain('c.node.>');
    expect(others.map(({ name }) => name)).toEqual(['operator', 'reader']);
  });

  it.each([
    ['hots: {}', '"hots" is not known: write cluster, hosts, operators and readers'],
    ['hosts: { a: { node: a-1 } }', 'hosts.a.node is not known: write control and nodes'],
    ['hosts: { a: { nodes: a-9..a-1 } }', 'hosts.a.nodes "a-9..a-1" is no range: write node-1..node-250'],
    ['hosts: { a: { nodes: a-1..b-9 } }', 'hosts.a.nodes "a-1..b-9" is no range: write node-1..node-250'],
    ['hosts: { a: { control: yes please } }', 'hosts.a.control is neither true nor false'],
    ['hosts: { a: {} }\nreaders: [a]', '"a" is there twice: give each user a name of its own'],
    ['readers: a', 'readers is no list of names: write readers: [NAME]'],
  ])('refuses %s', (text, words) => {
    expect(() => parseUsers(text)).toThrow(words);
  });
});

describe.skipIf(!hasNatsServer)('the users of a server', () => {
  const seeds = new Map<string, Uint8Array>();
  const connections: NatsConnection[] = [];
  let server: NatsServer;

  beforeAll(async () => {
    const users = writeUsers(parseUsers(file), (name) => {
      const key = nkeys.createUser();
      seeds.set(name, key.getSeed());
      return key.getPublicKey();
    });
    const config = 'accounts: { TROUPE: { jetstream: enabled, include "users.conf" }, SYS: {} }\nsystem_account: SYS';
    server = await NatsServer.start({ config, files: { 'users.conf': users }, jetstream: true });
    const control = await as('control');
    for (const what of ['placement', 'leases', 'keys']) {
      const bucket = await new Kvm(control).create(`troupe-c-${what}`, { allow_direct: false });
      await bucket.put(what === 'leases' ? 'control.1' : what === 'keys' ? 'pki' : 'cluster', 'its');
    }
  });
  afterAll(() => server.dispose());
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
  });

  async function as(user: string): Promise<NatsConnection> {
    const authenticator = nkeyAuthenticator(seeds.get(user));
    const connection = await connect({ servers: server.url, authenticator, inboxPrefix: inboxOf(user), timeout: 5000 });
    connections.push(connection);
    return connection;
  }

  /** What the server does not let a user do, of all that it is asked to. */
  async function refused(user: string, ask: (connection: NatsConnection) => void): Promise<string[]> {
    const connection = await as(user);
    const denied: string[] = [];
    const statuses = (async () => {
      for await (const status of connection.status()) {
        if (status.type !== 'error') continue;
        const { operation, subject } = status.error as Error & { operation?: string; subject?: string };
        denied.push(`${operation} ${subject}`);
      }
    })();
    ask(connection);
    await connection.flush();
    // A refusal is told before the answer to what came after it.
    await connection.flush();
    await connection.close();
    await statuses;
    return denied.sort();
  }

  const hears = (subject: string) => (connection: NatsConnection) => void connection.subscribe(subject);
  const sends = (subject: string) => (connection: NatsConnection) => connection.publish(subject, 'x');

  it.each([
    ['its own node', hears('c.node.left-2.>')],
    ['itself', hears('c.host.left.wire')],
    ['the answers to its questions', hears('_INBOX.left.>')],
    ['an API server', sends('c.master.apiserver')],
    ['a replica', sends('c.master.etcd.1.raft')],
    ['the network of another node', sends('c.node.right-1.network')],
    ['its lease', sends('$KV.troupe-c-leases.left.abc')],
    ['what it recorded', sends('c.host.left.trace.blocks')],
  ])('a host of nodes may reach %s', async (_what, ask) => {
    expect(await refused('left', ask)).toEqual([]);
  });

  it.each([
    ['hear another host’s node', hears('c.node.right-1.>'), 'subscription c.node.right-1.>'],
    ['hear all nodes', hears('c.node.>'), 'subscription c.node.>'],
    ['hear everything', hears('>'), 'subscription >'],
    ['hear what is for another host', hears('c.host.right.wire'), 'subscription c.host.right.wire'],
    ['be an API server', hears('c.master.apiserver'), 'subscription c.master.apiserver'],
    ['be a member of etcd', hears('c.master.etcd.0'), 'subscription c.master.etcd.0'],
    ['hear the answers that others get', hears('_INBOX.>'), 'subscription _INBOX.>'],
    ['command another host’s kubelet', sends('c.node.right-1.kubelet'), 'publish c.node.right-1.kubelet'],
    ['renew another host’s lease', sends('$KV.troupe-c-leases.right.abc'), 'publish $KV.troupe-c-leases.right.abc'],
    ['read the keys of the doors', sends('$JS.API.STREAM.MSG.GET.KV_troupe-c-keys'), /MSG.GET.KV_troupe-c-keys/],
    ['remove a bucket', sends('$JS.API.STREAM.DELETE.KV_troupe-c-leases'), /STREAM.DELETE/],
    ['empty a bucket', sends('$JS.API.STREAM.PURGE.KV_troupe-c-placement'), /STREAM.PURGE/],
    ['watch a bucket', sends('$JS.API.CONSUMER.CREATE.KV_troupe-c-placement'), /CONSUMER.CREATE/],
    ['record in another’s name', sends('c.host.right.trace.blocks'), 'publish c.host.right.trace.blocks'],
  ])('a host of nodes may not %s', async (_what, ask, denied) => {
    expect(await refused('left', ask)).toEqual([typeof denied === 'string' ? denied : expect.stringMatching(denied)]);
  });

  it('a host of nodes reads the document and keeps its lease', async () => {
    const kvm = new Kvm(await as('right'));
    expect((await (await kvm.open('troupe-c-placement')).get('cluster'))?.string()).toBe('its');
    const leases = await kvm.open('troupe-c-leases');
    await leases.put('right.1', 'here');
    expect((await leases.get('right.1'))?.string()).toBe('here');
    await leases.purge('right.1');
  });

  it('a host answers whoever asks it, and an operator may ask', async () => {
    const left = await as('left');
    left.subscribe('c.host.left.health', { callback: (_, message) => void message.respond('well') });
    await left.flush();
    const operator = await as('operator');
    expect((await operator.request('c.host.left.health')).string()).toBe('well');
    expect(await refused('operator', sends('c.master.apiserver'))).toEqual(['publish c.master.apiserver']);
  });

  it('a reader hears the cluster and says nothing', async () => {
    const reader = await as('reader');
    const heard = new Promise((resolve) => {
      reader.subscribe('c.node.left-1.>', { callback: (_, message) => resolve(message.subject) });
    });
    await reader.flush();
    (await as('control')).publish('c.node.left-1.kubelet');
    expect(await heard).toBe('c.node.left-1.kubelet');
    expect(await refused('reader', sends('c.node.left-1.kubelet'))).toEqual(['publish c.node.left-1.kubelet']);
    expect(await refused('reader', hears('_INBOX.>'))).toEqual(['subscription _INBOX.>']);
  });

  it('a host of the control plane has any replica, and no other host’s mail', async () => {
    expect(await refused('control', hears('c.master.etcd.2.>'))).toEqual([]);
    expect(await refused('control', sends('c.node.left-1.kubelet'))).toEqual([]);
    expect(await refused('control', hears('c.node.left-1.>'))).toEqual(['subscription c.node.left-1.>']);
    expect(await refused('control', hears('c.host.left.>'))).toEqual(['subscription c.host.left.>']);
  });
});
