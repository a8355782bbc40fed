/** A host answers for itself: anybody with the `nats` tool can ask how it is, who lives there, and what time it is. */

import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../engine/engine.ts';
import { hasNatsServer, NatsServer } from '../../engine/nats/testing/server.ts';
import { pinger } from '../../engine/testing/actors.ts';
import { type ActorPage, describeState, listActors } from './actor-list.ts';
import { HostAgent } from './agent.ts';
import { measureClock } from './clock-offset.ts';
import { ClockWatch } from './clock-watch.ts';
import type { HostHealth } from './health.ts';
import { Membership } from './membership.ts';
import { callActors, callHosts, clocksAmong } from './roll-call.ts';
import { ask, code, founding } from './testing/example.ts';
import { livingHosts } from './visiting.ts';

const silent = { unsure: () => {}, sure: () => {}, lost: () => {}, changed: () => {} };

/** An engine with puppets at these addresses and one actor. */
function engineWith(...addresses: string[]): Engine {
  const engine = new Engine({ seed: 1, definitions: [pinger] });
  engine.spawn('c.node.node-1.kubelet', 'pinger', {}, { machine: 'node-1' });
  for (const address of addresses) engine.puppet(address);
  return engine;
}

describe.skipIf(!hasNatsServer)('a host', () => {
  let server: NatsServer;
  let connection: NatsConnection;
  let membership: Membership;
  let agent: HostAgent;
  let traffic = { in: 0, out: 0, dropped: 0 };

  beforeAll(async () => {
    server = await NatsServer.start({ jetstream: true });
    connection = await connect({ servers: server.url });
    membership = await Membership.join(connection, { cluster: 'c', host: 'a', code, founding, asked: ask('etcd', 3) });
    await membership.keep(silent);
    const engine = engineWith('c.node.node-1.pod.x', 'c.master.etcd.0');
    agent = new HostAgent({ connection, membership, engine, traffic: () => traffic, warn: () => {} });
    agent.start();
  });
  afterAll(async () => {
    agent?.stop();
    membership?.lease.stop();
    await connection?.close();
    await server?.dispose();
  });

  const asked = async (what: string, body = '') => (await connection.request(`c.host.a.${what}`, body)).json();

  test('tells how it is', async () => {
    traffic = { in: 10, out: 20, dropped: 1 };
    const health = (await asked('health')) as HostHealth;
    expect(health).toMatchObject({
      cluster: 'c',
      host: 'a',
      version: '1.0.0',
      fingerprint: 'aaaaaaaaaaaa',
      pid: process.pid,
      actors: 3,
      messages: { in: 10, out: 20, dropped: 1 },
      lagMs: 0,
      lease: { isValid: true },
      nats: { server: `127.0.0.1:${server.port}` },
    });
    expect(health.lease.ageMs).toBeLessThan(10_000);
    expect(health.rssBytes).toBeGreaterThan(1e6);
  });

  test('tells who lives there, in pages', async () => {
    expect(await asked('actors', '{"pattern":"c.node.>"}')).toEqual({
      actors: [
        {
          address: 'c.node.node-1.kubelet',
          kind: 'pinger',
          state: expect.anything(),
          incarnation: 1,
          machine: 'node-1',
        },
        { address: 'c.node.node-1.pod.x', kind: 'puppet', state: expect.anything(), incarnation: 1, machine: '' },
      ],
    });
    const first = (await asked('actors', '{"limit":2}')) as ActorPage;
    expect([first.actors.length, first.next]).toEqual([2, 'c.node.node-1.kubelet']);
    const rest = (await asked('actors', JSON.stringify({ limit: 2, after: first.next }))) as ActorPage;
    expect(rest.actors.map(({ address }) => address)).toEqual(['c.node.node-1.pod.x']);
    expect(rest.next).toBeUndefined();
    expect(await asked('actors', 'not json')).toEqual({ error: expect.stringContaining('JSON') });
  });

  test('has a clock that others compare with theirs', async () => {
    const offset = await measureClock(connection, 'c.host.a.clock');
    expect(Math.abs(offset?.offsetMs ?? 99)).toBeLessThanOrEqual(offset?.uncertaintyMs ?? 0);
    expect(await measureClock(connection, 'c.host.nobody.clock')).toBeUndefined();
  });

  test('whose clock is off is warned of once, with how much it is', async () => {
    const late = connection.subscribe('c.host.late.clock', {
      callback: (_, message) => {
        const now = Date.now() - 3_000;
        message.respond(JSON.stringify({ receivedAt: now, sentAt: now }));
      },
    });
    const warnings: string[] = [];
    const watch = new ClockWatch(connection, {
      cluster: 'c',
      host: 'a',
      hosts: () => ['a', 'late', 'nobody'],
      warn: (line) => warnings.push(line),
    });
    watch.start();
    while (!watch.offsets.has('late')) await new Promise((resolve) => setTimeout(resolve, 10));
    watch.stop();
    late.unsubscribe();
    expect(warnings).toEqual([
      expect.stringMatching(/^the clock of host late differs by -(2|3)\d{3}±.*ms from this one's/),
    ]);
  });

  test('is called with all others: joined, silent and gone ones', async () => {
    const quiet = await Membership.join(connection, { cluster: 'c', host: 'b', code, asked: ask('etcd') });
    const gone = await Membership.join(connection, { cluster: 'c', host: 'd', code });
    await gone.leave();
    const document = await membership.refresh();
    const called = await callHosts(connection, document, await livingHosts(connection, document));
    expect(called.map(({ name, status }) => [name, status])).toEqual([
      ['a', 'joined'],
      ['b', 'silent'],
      ['d', 'left'],
    ]);
    expect(called[0]?.health?.actors).toBe(3);
    await quiet.leave();
    const { actors, silent: without } = await callActors(connection, 'c', ['a', 'b'], 'c.master.>');
    expect(actors).toMatchObject([{ host: 'a', address: 'c.master.etcd.0' }]);
    expect(without).toEqual(['b']);
  });
});

test('clocks of hosts are told beside each other, whatever the clock of who asks', () => {
  const called = [100, 101, 900].map((offsetMs, i) => ({
    name: `h${i}`,
    clock: { offsetMs, uncertaintyMs: 1, roundTripMs: 1 },
  }));
  expect([...clocksAmong(called as never)].map(([name, { offsetMs }]) => [name, offsetMs])).toEqual([
    ['h0', -1],
    ['h1', 0],
    ['h2', 799],
  ]);
});

test('thousands of actors are told in pages that fit a message, none twice and none left out', () => {
  const addresses = Array.from({ length: 12_345 }, (_, i) => `c.node.node-${i}.kubelet`).sort();
  const source = {
    actors: () => addresses,
    glance: (address: string) => ({ address, kind: 'kubelet', incarnation: 1, machine: 'm', state: 'running' }),
  };
  const found: string[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: ActorPage = listActors(source, { after });
    expect(JSON.stringify(page).length).toBeLessThan(600_000);
    found.push(...page.actors.map(({ address }) => address));
    after = page.next;
  }
  expect(found).toEqual(addresses);
});

test('states are written as one reads them', () => {
  expect(describeState('serving')).toBe('serving');
  expect(describeState({ running: 'ready' })).toBe('running.ready');
  expect(describeState({ role: { leader: {} }, log: 'idle' })).toBe('role.leader log.idle');
  expect(describeState(undefined)).toBe('');
});
