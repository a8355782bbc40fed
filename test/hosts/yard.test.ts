/**
 * Goal: what the tests of several machines stand on holds: containers that can be frozen, that end as told, and that say why
 * they do not start. That they can be cut off, killed and started again is what `five-hosts.test.ts` lives by.
 */

import { connect, type NatsConnection } from 'nats';
import { afterEach, expect, test } from 'vitest';
import { type NatsServer, yardOfTests } from './yard.ts';

const yard = yardOfTests();
const clients: NatsConnection[] = [];
/** ms: a server that goes on answers within one. */
const silentMs = 1_000;
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

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

test('a frozen server answers nobody until it goes on', async () => {
  const frozen = await yard.nats('alone');
  const connection = await client([frozen]);
  await frozen.box.pause();
  const answer = connection.flush().then(() => 'answered');
  const silence = new Promise((resolve) => setTimeout(() => resolve('silent'), silentMs));
  expect(await Promise.race([answer, silence])).toBe('silent');
  await frozen.box.unpause();
  expect(await answer).toBe('answered');
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
