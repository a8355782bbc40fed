/** The bus over NATS, on three live engines and a real server, held to what every bus promises. */

import { afterAll, beforeAll, describe } from 'vitest';
import { type BusWorld, conformBus, type Machine } from '../bus/testing/conformance.ts';
import { TestHost, until } from './testing/hosts.ts';
import { hasNatsServer, NatsServer } from './testing/server.ts';

const machines = ['m1', 'm2', 'm3'] as const;

async function natsWorld(server: NatsServer): Promise<BusWorld> {
  const started = await Promise.all(machines.map((name) => TestHost.start(name, [server.url])));
  const hosts = new Map<Machine, TestHost>(machines.map((name, i) => [name, started[i] as TestHost]));
  const hostOf = (name: string): TestHost => hosts.get(name as Machine) as TestHost;
  return {
    puppet: (machine, name, handler) => hostOf(machine).puppet(name, handler),
    settle: async () => {
      // What an actor has just done is done in its engine's next turn; then the server is told, in order.
      await new Promise((resolve) => setTimeout(resolve, 10));
      await Promise.all([...hosts.values()].map((host) => host.settle()));
    },
    until,
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    crash: ({ address }) => hostOf(address.split('.')[2] ?? '').engine.crash(address),
    loseNext: (machine, type) =>
      void hostOf(machine).engine.fault({ from: `c.node.${machine}.>`, type, count: 1 }, 'drop'),
    powerOff: async (machine) => {
      const host = hostOf(machine);
      hosts.delete(machine);
      await host.stop();
    },
    close: async () => {
      await Promise.all([...hosts.values()].map((host) => host.stop()));
    },
  };
}

describe.skipIf(!hasNatsServer)('over a real server', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterAll(() => server.dispose());

  conformBus('the bus over NATS', () => natsWorld(server));
});
