/** Hosts that join, race, come back and leave, on a real nats-server. */

import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from 'nats';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasNatsServer, NatsServer, startServerCluster } from '../../engine/nats/testing/server.ts';
import { bucketName, clustersOn, escapeKey, openBuckets, unescapeKey } from './buckets.ts';
import { nodesOfHost } from './document.ts';
import type { HostsError } from './hosts-error.ts';
import type { Joining } from './joining.ts';
import { Membership, type MembershipWatch } from './membership.ts';
import { Placement } from './placement.ts';
import { ask, code, founding, refusalOf } from './testing/example.ts';
import { forgetCluster, forgetEtcd, livingHosts, readCluster, releaseOf } from './visiting.ts';

/** ms that a lease of the tests lives. */
const leaseMaxAgeMs = 1_200;

/** Waits until something holds; the test's own time limit ends it otherwise. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What a host was told. */
function notes(): MembershipWatch & { told: string[] } {
  const told: string[] = [];
  return {
    told,
    unsure: () => told.push('unsure'),
    sure: () => told.push('sure'),
    lost: ({ message }: HostsError) => told.push(`lost: ${message}`),
    changed: () => told.push('changed'),
  };
}

describe.skipIf(!hasNatsServer)('on one server', () => {
  let server: NatsServer;
  let connection: NatsConnection;
  const open: Membership[] = [];
  let number = 0;
  let cluster = '';

  beforeAll(async () => {
    server = await NatsServer.start({ jetstream: true });
    connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  });
  afterEach(() => {
    for (const membership of open.splice(0)) membership.lease.stop();
  });
  afterAll(async () => {
    await connection?.close();
    await server?.dispose();
  });

  /** A cluster of its own for each test. */
  function begin(): Joining['founding'] {
    cluster = `c${++number}`;
    return { ...founding, frame: { ...founding.frame, name: cluster } };
  }

  async function join(host: string, joining: Partial<Joining> = {}): Promise<Membership> {
    const membership = await Membership.join(connection, { cluster, host, code, leaseMaxAgeMs, ...joining });
    open.push(membership);
    return membership;
  }

  test('the first founds the cluster, the next ones find it there', async () => {
    const first = begin() as NonNullable<Joining['founding']>;
    const a = await join('a', { founding: first, asked: ask('control-plane', 3) });
    await a.keep(notes());
    const b = await join('b', { asked: ask('etcd', 500) });
    expect(b.document).toMatchObject({ code, seed: 7, foundedBy: 'a', frame: { name: cluster } });
    expect(b.entry.roles).toEqual({ etcd: [1] });
    expect([b.nodes[0]?.name, b.nodes.length, b.spec.nodes.length]).toEqual(['node-4', 500, 503]);
    expect(b.replicas).toBe(1);
    expect(await clustersOn(connection)).toContain(cluster);
    // It learns of the others by itself.
    await until(() => Object.keys(a.document.hosts).length === 2);
    expect(
      (
        await refusalOf(() =>
          join('c', { founding: { ...first, frame: { ...first.frame, images: [{ name: 'x' } as never] } } }),
        )
      ).code,
    ).toBe('differs');
  });

  test('a cluster that nobody founded is not there, and nothing is left behind', async () => {
    begin();
    expect(await refusalOf(() => join('a'))).toMatchObject({
      code: 'no-cluster',
      message: `NATS at 127.0.0.1:${server.port} knows no cluster ${cluster}`,
    });
    expect(await clustersOn(connection)).not.toContain(cluster);
  });

  test('of 20 that claim at once each gets what nobody else has', async () => {
    await join('first', { founding: begin() as never });
    const hosts = Array.from({ length: 20 }, (_, i) => `h${i}`);
    const ends = await Promise.allSettled(hosts.map((host) => join(host, { asked: ask('etcd', 10) })));
    const document = await readCluster(connection, cluster);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'had' });
    const members = Object.values(document.hosts).flatMap(({ roles }) => roles.etcd ?? []);
    expect(members.sort()).toEqual([0, 1, 2]);
    const more = await Promise.all(hosts.map((host) => join(`n-${host}`, { asked: ask('', 10) })));
    const names = more.flatMap((one) => nodesOfHost(one.entry).map(({ name }) => name));
    expect(new Set(names).size).toBe(200);
  });

  test.each(['join', 'found'])('of 8 processes with one name that %s at once one is the host', async (what) => {
    const first = begin() as NonNullable<Joining['founding']>;
    if (what === 'join') await join('first', { founding: first });
    const ends = await Promise.allSettled(
      Array.from({ length: 8 }, async () => {
        const membership = await join('a', { asked: ask('etcd'), ...(what === 'found' && { founding: first }) });
        await membership.keep(notes());
      }),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const end of ends) {
      if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'in-use', subject: 'host a' });
    }
  });

  test('one that left comes back to what it had at once; released, it has nothing', async () => {
    const a = await join('a', { founding: begin() as never, asked: ask('scheduler', 3) });
    await a.keep(notes());
    await a.leave();
    expect(await livingHosts(connection, await readCluster(connection, cluster))).toEqual(new Set());
    const again = await join('a');
    expect(again.entry).toMatchObject({ roles: { scheduler: [0] }, starts: 2 });
    expect(again.nodes).toHaveLength(3);
    await again.keep(notes());
    await again.leave({ release: true });
    expect((await readCluster(connection, cluster)).hosts).toEqual({});
  });

  test('one whose lease has run out is waited for, and is taken over or released by name only', async () => {
    const a = await join('a', { founding: begin() as never, asked: ask('scheduler', 3) });
    const told = notes();
    await a.keep(told);
    expect((await refusalOf(() => join('b', { asked: ask('scheduler') }))).code).toBe('had');
    expect((await refusalOf(() => releaseOf(connection, cluster, 'a'))).code).toBe('in-use');
    expect((await refusalOf(() => join('b', { asked: ask('', 0, { takeOver: ['a'] }) }))).code).toBe('in-use');
    a.lease.stop(); // As if it had died.
    const b = await join('b', { asked: ask('', 0, { takeOver: ['a'] }) });
    expect(b.entry.roles).toEqual({ scheduler: [0] });
    expect(b.nodes[0]?.name).toBe('node-1');
    b.lease.stop();
    await until(async () => (await livingHosts(connection, b.document)).size === 0);
    expect((await releaseOf(connection, cluster, 'b')).nodes).toHaveLength(1);
    await forgetCluster(connection, cluster);
    expect(await clustersOn(connection)).not.toContain(cluster);
  });

  test('one whose claim is gone ends, however it comes to know of it', async () => {
    const a = await join('a', { founding: begin() as never });
    const told = notes();
    await a.keep(told);
    const placement = new Placement(await openBuckets(connection, cluster, { isFounding: false }));
    await placement.change((document) => ({ ...document, hosts: {} }));
    await until(() => told.told.some((line) => line.startsWith('lost')));
    expect(told.told.at(-1)).toMatch(/lost: host a is not in the cluster any more/);
    expect(a.isSurelyValid()).toBe(false);
  });

  test('a member of etcd that was started is bound to its data', async () => {
    const a = await join('a', { founding: begin() as never, asked: ask('etcd') });
    await a.keep(notes());
    await a.startMember(0, 'd0');
    expect(a.document.members).toMatchObject({ 0: { data: 'd0', host: 'a' } });
    await a.leave();
    expect((await refusalOf(() => join('a'))).code).toBe('no-data');
    const again = await join('a', { asked: ask('', 0, { data: { 0: 'd0' } }) });
    again.lease.stop();
    await until(async () => (await livingHosts(connection, again.document)).size === 0);
    await forgetEtcd(connection, cluster, 0);
    expect((await readCluster(connection, cluster)).members).toEqual({});
  });

  test('other code is refused while a host runs the first, both named, and nothing is claimed', async () => {
    const a = await join('a', { founding: begin() as never });
    await a.keep(notes());
    const other = { version: '2.0.0', fingerprint: 'bbbbbbbbbbbb' };
    expect((await refusalOf(() => join('b', { code: other }))).message).toBe(
      `cluster ${cluster} runs Troupe 1.0.0 (aaaaaaaaaaaa), and this is 2.0.0 (bbbbbbbbbbbb)`,
    );
    expect(Object.keys((await readCluster(connection, cluster)).hosts)).toEqual(['a']);
    await a.leave();
    expect((await join('b', { code: other })).document.code).toEqual(other);
  });

  test('leases that are younger than a lease lives say nothing on who is gone', async () => {
    const a = await join('a', { founding: begin() as never });
    await a.keep(notes());
    await (await jetstreamManager(connection)).streams.delete(`KV_${bucketName(cluster, 'leases')}`);
    // Its own renewals find no bucket, so it becomes unsure; whoever opens the new one does not think it gone before that.
    const began = performance.now();
    const again = await join('a').then(
      () => 'joined',
      (error: HostsError) => error.code,
    );
    if (again === 'joined') expect(performance.now() - began).toBeGreaterThan(leaseMaxAgeMs * 0.8);
    else expect(again).toBe('in-use');
  });

  test('a restart of the server is survived: unsure, and sure again', async () => {
    const a = await join('a', { founding: begin() as never });
    const told = notes();
    await a.keep(told);
    await server.kill();
    await until(() => told.told.includes('unsure'));
    expect(a.isSurelyValid()).toBe(false);
    await server.start();
    await until(() => told.told.includes('sure'));
    expect(a.isSurelyValid()).toBe(true);
    expect((await readCluster(connection, cluster)).hosts.a?.returns).toBe(1);
  });
});

test('names of clusters and hosts become tokens of buckets and keys, and are had back', () => {
  for (const name of ['c', 'a.b', 'a_b', 'Größe x', '', '_', 'a-b']) {
    expect(escapeKey(name)).toMatch(/^[-\w]+$/);
    expect(unescapeKey(escapeKey(name))).toBe(name);
  }
  expect(bucketName('my.cluster', 'leases')).toBe('troupe-my_2Ecluster-leases');
});

describe.skipIf(!hasNatsServer)('JetStream', () => {
  const servers: NatsServer[] = [];
  const connections: NatsConnection[] = [];
  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
    for (const server of servers.splice(0)) await server.dispose();
  });

  async function joinOn(server: NatsServer, joining: Partial<Joining> = {}, login: object = {}): Promise<Membership> {
    servers.push(server);
    const connection = await connect({ servers: server.url, ...login });
    connections.push(connection);
    return Membership.join(connection, { cluster: 'c', host: 'a', code, founding, asked: ask('etcd', 3), ...joining });
  }

  test('that is off is named with the fix', async () => {
    const server = await NatsServer.start();
    expect(await refusalOf(() => joinOn(server))).toMatchObject({
      code: 'nats',
      message: expect.stringMatching(/^NATS at 127\.0\.0\.1:\d+ has no JetStream for this account, while opening/),
      fix: expect.stringContaining('--jetstream'),
    });
  });

  test('that is full is named with the fix', async () => {
    const server = await NatsServer.start({
      config: 'jetstream { store_dir: "$FOLDER/streams", max_file_store: 1MB }',
    });
    expect(await refusalOf(() => joinOn(server))).toMatchObject({
      code: 'nats',
      message: expect.stringMatching(/has no room left in JetStream: .*\(JetStream error \d+\), while opening/),
      fix: expect.stringContaining('max_file_store'),
    });
  });

  test('that others fill up later stops the hosts, says why, and lets them go on when there is room', async () => {
    const config = 'jetstream { store_dir: "$FOLDER/streams", max_file_store: 24MB }';
    const a = await joinOn(await NatsServer.start({ config }), { leaseMaxAgeMs: 1_200 });
    const [connection] = connections as [NatsConnection];
    const told: string[] = [];
    await a.keep({ ...notes(), unsure: (why) => told.push(why), sure: () => told.push('sure') });
    const { streams } = await jetstreamManager(connection);
    await streams.add({ name: 'others', subjects: ['others'] });
    const fill = async () => {
      for (;;) await jetstream(connection).publish('others', new Uint8Array(900_000));
    };
    await expect(fill()).rejects.toThrow(/resource|storage|maximum/);
    await until(() => told.length > 0);
    expect(told[0]).toMatch(/has no room left in JetStream: .*, while renewing the lease of host a/);
    const joining = { cluster: 'c', host: 'b', code, asked: ask('etcd', 3) };
    expect((await refusalOf(() => Membership.join(connection, joining))).code).toBe('nats');
    expect(Object.keys((await readCluster(connection, 'c')).hosts)).toEqual(['a']);
    await streams.delete('others');
    await until(() => told.length > 1);
    expect(told[1]).toBe('sure');
    expect((await Membership.join(connection, joining)).nodes[0]?.name).toBe('node-4');
    a.lease.stop();
  });

  test('that is not permitted is named with the subject', async () => {
    const server = await NatsServer.start({
      jetstream: true,
      config:
        'authorization { users: [{user: u, password: p, permissions: {publish: {deny: "$JS.API.STREAM.CREATE.>"}}}] }',
    });
    expect(await refusalOf(() => joinOn(server, {}, { user: 'u', pass: 'p' }))).toMatchObject({
      code: 'nats',
      message: expect.stringMatching(
        /does not let this user publish to \$JS\.API\.STREAM\.CREATE\.KV_troupe-c-placement/,
      ),
    });
  });

  test('of three servers keeps the document thrice, and goes on without one of them', async () => {
    const cluster = await startServerCluster(3, { jetstream: true });
    servers.push(...cluster);
    const all = cluster.map(({ url }) => url);
    const connection = await connect({ servers: all, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    connections.push(connection);
    let a: Membership | undefined;
    // The servers have to elect a leader of JetStream first.
    await until(async () => {
      a = await Membership.join(connection, {
        cluster: 'c',
        host: 'a',
        code,
        founding,
        asked: ask('etcd', 3),
        leaseMaxAgeMs: 4_000,
      }).catch(() => undefined);
      return a !== undefined;
    });
    const told = notes();
    await a?.keep(told);
    expect(a?.replicas).toBe(3);
    await cluster[0]?.kill();
    const b = await new Promise<Membership>((resolve) => {
      const attempt = (): Promise<void> =>
        Membership.join(connection, { cluster: 'c', host: 'b', code, asked: ask('etcd', 3) }).then(resolve, attempt);
      attempt();
    });
    expect(b.entry.roles).toEqual({ etcd: [1] });
    await until(() => a?.isSurelyValid() === true);
    await cluster[1]?.kill();
    await until(() => a?.isSurelyValid() === false);
    const trouble = await refusalOf(() => Membership.join(connection, { cluster: 'c', host: 'x', code }));
    expect(trouble).toMatchObject({
      code: 'nats',
      message: expect.stringMatching(/quorum|does not answer|has no JetStream|connected/),
    });
    await cluster[0]?.start();
    await until(() => a?.isSurelyValid() === true);
    a?.lease.stop();
    b.lease.stop();
  });
});
