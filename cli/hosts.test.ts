/** `troupe hosts` and `troupe actors`, asked of real hosts on a real nats-server. */

import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HostAgent } from '../deploy/hosts/agent.ts';
import { Membership } from '../deploy/hosts/membership.ts';
import { parseRoles } from '../deploy/hosts/role-claims.ts';
import { code, founding } from '../deploy/hosts/testing/example.ts';
import { Engine } from '../engine/engine.ts';
import { hasNatsServer, NatsServer } from '../engine/nats/testing/server.ts';
import { patternsOf } from './actors.ts';
import { keepSaid } from './testing/said.ts';
import { runTroupe } from './troupe.ts';

const said = keepSaid();

describe.skipIf(!hasNatsServer)('hosts on NATS', () => {
  let server: NatsServer;
  let connection: NatsConnection;
  let a: Membership;
  let agent: HostAgent;
  let nats: string[];

  beforeAll(async () => {
    server = await NatsServer.start({ jetstream: true });
    nats = ['--nats', server.url];
    connection = await connect({ servers: server.url });
    const join = (host: string, role: string, count: number) =>
      Membership.join(connection, {
        cluster: 'c',
        host,
        code,
        founding,
        asked: { roles: parseRoles(role), nodes: [{ count }] },
      });
    a = await join('a', 'etcd,apiserver', 3);
    await a.keep({ unsure: () => {}, sure: () => {}, lost: () => {}, changed: () => {} });
    const engine = new Engine({ seed: 1, definitions: [] });
    for (const address of ['c.master.etcd.0', 'c.node.node-1.kubelet', 'c.node.node-1.pod.x']) engine.puppet(address);
    agent = new HostAgent({
      connection,
      membership: a,
      engine,
      traffic: () => ({ in: 0, out: 0, dropped: 0 }),
      warn: () => {},
    });
    agent.start();
    await (await join('b', 'etcd', 500)).leave();
  });
  afterAll(async () => {
    agent?.stop();
    a?.lease.stop();
    await connection?.close();
    await server?.dispose();
  });

  test('are told in a table', async () => {
    expect(await runTroupe(['hosts', ...nats])).toBe(0);
    const [head, first, second] = said.out.trimEnd().split('\n');
    expect(head?.split(/ {2,}/)).toEqual('NAME STATUS ROLES NODES ACTORS VERSION CPU MEM CLOCK RTT SINCE'.split(' '));
    expect(first).toMatch(
      /^a +joined +etcd 0, apiserver 0 +node-1\.\.node-3 \(3\) +3 +1\.0\.0 +\d\.\d\d +\d+Mi +\+0\.0±\d\S*ms +\d+ms +\d+s$/,
    );
    expect(second).toMatch(/^b +left +etcd 1 +node-4\.\.node-503 \(500\) +(- +){6}\d+s$/);
    expect(said.err).toBe('');
  });

  test('are told as JSON, by the environment too', async () => {
    vi.stubEnv('NATS_URL', server.url);
    expect(await runTroupe(['hosts', '--cluster', 'c', '--json'])).toBe(0);
    vi.unstubAllEnvs();
    const told = said.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(told).toMatchObject([
      {
        cluster: 'c',
        name: 'a',
        status: 'joined',
        roles: { etcd: [0] },
        health: { actors: 3 },
        clock: { offsetMs: 0 },
      },
      { name: 'b', status: 'left', leftAt: expect.any(Number) },
    ]);
  });

  test('tell their actors', async () => {
    expect(await runTroupe(['actors', 'node.node-1', ...nats])).toBe(0);
    expect(
      said.out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ['ADDRESS', 'HOST', 'KIND', 'LIFE', 'STATE'],
      ['c.node.node-1.kubelet', 'a', 'puppet', '1', expect.any(String)],
      ['c.node.node-1.pod.x', 'a', 'puppet', '1', expect.any(String)],
    ]);
    said.out = '';
    expect(await runTroupe(['actors', '--json', ...nats])).toBe(0);
    expect(said.out.trimEnd().split('\n')).toHaveLength(3);
    said.out = '';
    expect(await runTroupe(['actors', 'node.nobody', ...nats])).toBe(1);
    expect(said.out).toBe('no actor lives under node.nobody\n');
  });

  test('that live are not released, those that left are', async () => {
    expect(await runTroupe(['hosts', '--release', 'a', ...nats])).toBe(1);
    expect(said.err).toMatch(
      /^host a: lives as process \d+ on machine .*, and has etcd 0, apiserver 0, node-1\.\.node-3 \(3\)\n {4}fix: /,
    );
    expect(await runTroupe(['hosts', '--release', 'b', ...nats])).toBe(0);
    expect(said.out).toBe('host b is released: others can have etcd 1, node-4..node-503 (500)\n');
    expect(await runTroupe(['hosts', '--cluster', 'c', '--remove', ...nats])).toBe(1);
    expect(said.err).toContain('cluster c: has a host that lives: a');
  });

  test('of a cluster that is not there are not found', async () => {
    expect(await runTroupe(['hosts', '--cluster', 'x', ...nats])).toBe(1);
    expect(said.err).toMatch(/knows no cluster x\n {4}fix: start it first: troupe up --nats URL/);
  });

  test('are asked for in words that are understood, or refused', async () => {
    expect(await runTroupe(['hosts', '--remove', ...nats])).toBe(2);
    expect(said.err).toBe('--remove needs to know which cluster\n    fix: write --cluster NAME\n');
    said.err = '';
    expect(await runTroupe(['hosts'])).toBe(2);
    expect(said.err).toMatch(/^no NATS server is named/);
    for (const command of ['hosts', 'actors']) expect(await runTroupe([command, '--help'])).toBe(0);
    expect(said.out).toContain('troupe actors master.etcd');
  });
});

test.each([
  [undefined, ['c.>']],
  ['>', ['c.>']],
  ['master.etcd', ['c.master.etcd', 'c.master.etcd.>']],
  ['c.node.n1.kubelet', ['c.node.n1.kubelet', 'c.node.n1.kubelet.>']],
  ['node.*.kubelet', ['c.node.*.kubelet']],
  ['*.node.>', ['*.node.>']],
])('%s stands for %j', (subject, patterns) => {
  expect(patternsOf('c', subject)).toEqual(patterns);
});
