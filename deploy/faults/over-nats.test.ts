/** Faults of several hosts over a real NATS server: commanded to all, known to all, ended by each. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectNats, type NatsLink } from '../../engine/nats/connection.ts';
import { TestHost } from '../../engine/nats/testing/hosts.ts';
import { hasNatsServer, NatsServer } from '../../engine/nats/testing/server.ts';
import { doer } from '../../engine/testing/actors.ts';
import type { FaultCommand } from './command.ts';
import { HostFaults } from './host-faults.ts';
import { type FaultHosts, sumUp, tellAll } from './hosts.ts';
import { faultsSubject, hostsOverNats, type ServedFaults, serveFaults } from './over-nats.ts';
import type { Roster } from './places.ts';

const all = ['a', 'b', 'late'];
const roster: Roster = {
  cluster: 'c',
  machines: new Map(all.map((host) => [host, { zone: '', hosts: [host] }])),
  hosts: [],
};

/** A host whose only machine has its name. */
class FaultHost {
  readonly faults: HostFaults;
  readonly served: ServedFaults;
  readonly host: TestHost;

  constructor(host: TestHost) {
    this.host = host;
    this.faults = new HostFaults({ engine: host.engine, host: host.name, roster: () => roster });
    this.served = serveFaults(host.link.nats, 'c', this.faults, async () => joined);
  }

  static async start(name: string, server: NatsServer): Promise<FaultHost> {
    const options = { engine: { definitions: [doer] }, wire: { own: [`c.node.${name}.>`] } };
    const host = await TestHost.start(name, [server.url], options);
    host.engine.spawn(`c.node.${name}.agent`, 'doer', {}, { machine: name });
    return new FaultHost(host);
  }

  get inForce(): string[] {
    return this.faults.inForce().map(({ id }) => id);
  }

  async stop(): Promise<void> {
    this.served.stop();
    this.faults.stop();
    await this.host.stop();
  }
}

/** The hosts that live, as every host knows them. */
let joined: string[] = [];

describe.skipIf(!hasNatsServer)('faults over NATS', () => {
  let server: NatsServer;
  let commander: NatsLink;
  let hosts: FaultHosts;
  let [a, b] = [] as unknown as [FaultHost, FaultHost];

  beforeAll(async () => {
    server = await NatsServer.start();
    joined = ['a', 'b'];
    [a, b] = [await FaultHost.start('a', server), await FaultHost.start('b', server)];
    commander = await connectNats({ servers: [server.url], name: 'commander' });
    hosts = hostsOverNats(commander.nats, 'c', async () => joined, 500);
    await Promise.all([a.host.settle(), b.host.settle()]);
  });
  afterEach(async () => {
    await tellAll(hosts, { do: 'heal', all: true });
    joined = ['a', 'b'];
  });
  afterAll(async () => {
    await Promise.all([a, b].map((one) => one?.stop()));
    await commander?.close();
    await server?.dispose();
  });

  const cut: FaultCommand = { id: 'cut', fault: { kind: 'cut', a: 'a', b: 'b' }, by: 'test', at: 1, isForever: true };

  /** Waits until something is so. */
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  test('a cut is kept by both sides, sums up, and is healed on both', async () => {
    const [from, to] = [a.host.puppet('from'), b.host.puppet('to')];
    const told = await tellAll(hosts, { do: 'fault', command: cut });
    expect(told).toMatchObject({
      answers: [
        { host: 'a', did: 'begun' },
        { host: 'b', did: 'begun' },
      ],
      silent: [],
    });
    from.send(to.address, 'thing.said', 'cut');
    to.send(from.address, 'thing.said', 'cut');
    const { answers } = await tellAll(hosts, { do: 'faults' });
    const [sum] = sumUp(answers.filter((answer) => answer.did === 'faults'));
    expect(sum).toMatchObject({ id: 'cut', touched: 2, hosts: ['a', 'b'] });
    await tellAll(hosts, { do: 'heal', ids: ['cut'] });
    from.send(to.address, 'thing.said', 'through');
    await until(() => to.received.length > 0);
    expect(to.received.map(({ body }) => body)).toEqual(['through']);
    expect(from.received).toEqual([]);
  });

  test('a command that NATS delivers twice is done once', async () => {
    const crash = JSON.stringify({
      do: 'fault',
      command: { id: 'crash', fault: { kind: 'crash', actor: 'node.b.agent' } },
    });
    const ask = () => commander.nats.request(faultsSubject('c', 'b'), crash).then((answer) => answer.json());
    expect(await ask()).toMatchObject({ did: 'done', met: ['c.node.b.agent'] });
    b.host.engine.restart('c.node.b.agent');
    expect(await ask()).toMatchObject({ did: 'done', met: ['c.node.b.agent'] });
    expect(b.host.engine.inspect('c.node.b.agent')).toMatchObject({ isAlive: true, incarnation: 2 });
  });

  test('what is no request is refused in words, as somebody with the nats tool sees it', async () => {
    const answer = await commander.nats.request(faultsSubject('c', 'a'), 'cut node-3');
    expect(answer.json()).toMatchObject({
      host: 'a',
      did: 'refused',
      field: 'do',
      fix: 'ask for "fault", "heal" or "faults"',
    });
  });

  test('a host that does not answer is named, and the others do what they are told', async () => {
    joined = ['a', 'b', 'gone'];
    expect(await tellAll(hosts, { do: 'fault', command: { ...cut, id: 'partly' } })).toMatchObject({
      answers: [{ host: 'a' }, { host: 'b' }],
      silent: ['gone'],
    });
  });

  test('a host that joins later has what is in force from the others; one that missed an end learns it from them', async () => {
    await tellAll(hosts, { do: 'fault', command: { ...cut, id: 'f1', forMs: 60_000, isForever: false } });
    await tellAll(hosts, { do: 'fault', command: { ...cut, id: 'f2' } });
    const late = await FaultHost.start('late', server);
    joined = ['a', 'b', 'late'];
    await late.served.catchUp();
    expect(late.inForce).toEqual(['f1', 'f2']);
    expect(late.faults.inForce()[0]?.leftMs).toBeLessThanOrEqual(60_000);
    joined = ['a', 'b'];
    await tellAll(hosts, { do: 'heal', ids: ['f2'] });
    expect(late.inForce).toEqual(['f1', 'f2']);
    joined = ['a', 'b', 'late'];
    await late.served.catchUp();
    expect(late.inForce).toEqual(['f1']);
    await late.stop();
  });

  test('a fault ends in time on every host while NATS is gone, and commands come through when it is back', async () => {
    await tellAll(hosts, { do: 'fault', command: { ...cut, id: 'timed', forMs: 300, isForever: false } });
    await server.kill();
    await until(() => a.inForce.length + b.inForce.length === 0);
    expect(await tellAll(hosts, { do: 'faults' })).toEqual({ answers: [], silent: ['a', 'b'] });
    await server.start();
    await until(() => [commander, a.host.link, b.host.link].every(({ isConnected }) => isConnected));
    await Promise.all([a.host.settle(), b.host.settle()]);
    expect((await tellAll(hosts, { do: 'faults' })).silent).toEqual([]);
  });
});
