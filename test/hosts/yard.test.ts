/**
 * Goal: what the tests of several machines stand on holds: containers with addresses of their own that can be cut off,
 * frozen, killed and started again, and are gone when a test run ends, however it ends.
 *
 * Method: three NATS servers in a cluster, with a client in this process.
 */

import { jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from 'nats';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { type NatsServer, yardOfTests } from './yard.ts';

const yard = yardOfTests();
const clients: NatsConnection[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

let servers: Promise<NatsServer[]> | undefined;
/** The cluster that all tests of this file share, with a leader. */
async function cluster(): Promise<NatsServer[]> {
  servers ??= yard.natsCluster(3);
  const all = await servers;
  for (const server of all) await eventually(`${server.box.name} knows a leader`, () => server.jetStreamLeader());
  return all;
}

async function client(servers: readonly NatsServer[]): Promise<NatsConnection> {
  const connection = await connect({
    servers: servers.map(({ url }) => url),
    noRandomize: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  clients.push(connection);
  return connection;
}

test('a client goes on when one of three NATS servers is killed, and what was acknowledged is there', async () => {
  const all = await cluster();
  const connection = await client(all);
  const bucket = await new Kvm(connection).create('kept', { replicas: 3 });
  await bucket.put('before', 'yes');
  const first = connection.getServer();
  const its = all.find(({ url }) => url.endsWith(`//${first}`))!;
  await its.box.kill();
  expect(its.box.isRunning).toBe(false);
  const revision = await eventually('another server takes a write', () => bucket.put('after', 'yes'));
  expect(connection.getServer()).not.toBe(first);
  await its.box.start();
  await eventually('the killed one follows again', () => its.jetStreamLeader());
  expect((await bucket.get('before'))?.string()).toBe('yes');
  expect((await bucket.get('after'))?.revision).toBe(revision);
});

test('a server that is cut off is silent, and is back at its address when it is plugged in', async () => {
  const all = await cluster();
  const cut = all[2]!;
  await cut.box.disconnect();
  await expect(cut.monitor('varz')).rejects.toThrow();
  await cut.box.connect();
  await eventually('it answers', () => cut.monitor('varz'));
  await eventually('it follows its leader', () => cut.jetStreamLeader());
});

test('a frozen server answers nobody until it goes on', async () => {
  const [frozen] = await cluster();
  const connection = await client([frozen!]);
  await frozen!.box.pause();
  await expect(
    connection.flush().then(() => 'answered'),
    'before',
  ).not.resolves;
  await frozen!.box.unpause();
  await connection.flush();
});

test('JetStream is there again after a restart with the same volume', async () => {
  const alone = await yard.nats('alone');
  const before = await client([alone]);
  const manager = await jetstreamManager(before);
  await manager.streams.add({ name: 'kept', subjects: ['kept'] });
  await before.close();
  await alone.box.stop();
  await alone.box.start();
  const streams = await (await jetstreamManager(await client([alone]))).streams.list().next();
  expect(streams.map(({ config }) => config.name)).toEqual(['kept']);
});

test('Troupe runs in a container, and ends when it is told', async () => {
  const box = await yard.troupe('laptop', ['up', '--nodes', '2'], /kubectl get nodes/);
  expect(await box.exec('troupe', 'status')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/nodes +2, 2 were ready/),
  });
  expect(await box.stop()).toBe(0);
  expect(box.said).toContain('ending');
});

test('a container that does not start tells why', async () => {
  await expect(yard.troupe('wrong', ['up', '--nodes', 'many'], /kubectl get nodes/)).rejects.toThrow(
    /wrong does not start: [\s\S]*wrong \| --nodes many is no number/,
  );
});
