/** Hosts on three clustered servers: whichever dies, they find each other again and go on. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestHost, until } from './testing/hosts.ts';
import { hasNatsServer, type NatsServer, startServerCluster } from './testing/server.ts';

describe.skipIf(!hasNatsServer)('three clustered servers', () => {
  let servers: NatsServer[];
  const hosts: TestHost[] = [];
  beforeAll(async () => {
    servers = await startServerCluster(3);
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
  });
  afterAll(() => Promise.all(servers.map((server) => server.dispose())));

  /** A host that connects first to one server, and knows all. */
  const start = async (name: string, first: number): Promise<TestHost> => {
    const urls = servers.map(({ url }) => url);
    const host = await TestHost.start(name, [urls[first] as string, ...urls]);
    hosts.push(host);
    return host;
  };
  const serverOf = (host: TestHost): NatsServer =>
    servers.find(({ port }) => host.link.nats.getServer().endsWith(`:${port}`)) as NatsServer;

  it('carry questions, streams and large bodies from any to any, and go on when one of them is killed', async () => {
    const [a, b] = [await start('a', 0), await start('b', 1)];
    b.puppet('server', (message, puppet) => {
      if (message.request > 0) puppet.answer(message, 'word.given', message.body);
    }).self.subscribe('c.group', { queue: true });
    const asker = a.puppet('asker');
    let asked = 0;
    /** Asks until an answer comes: what a server has just learnt, the others know a moment later. */
    const reach = async (to: string, body: unknown): Promise<void> => {
      asker.take();
      asker.ask(to, 'word.ask', body, { deadlineMs: 60_000, retries: 20, retryMs: 3_000 });
      asked++;
      await until(() => asker.received.some(({ type }) => type === 'word.given'), `an answer of ${to}`, 60_000);
      expect(asker.take('word.given')[0]?.body).toEqual(body);
    };
    await reach('c.node.b.server', 1);
    await reach('c.node.b.server', 'x'.repeat(3_000_000));
    for (const host of [a, b]) {
      const dying = serverOf(host);
      await dying.kill();
      await until(() => host.link.isConnected && serverOf(host) !== dying, 'another server');
      await reach('c.node.b.server', 2);
      await reach('c.node.b.server', 'y'.repeat(3_000_000));
      await dying.start();
    }
    expect(asked).toBe(6);
    expect(a.wire.statistics.reconnects + b.wire.statistics.reconnects).toBeGreaterThanOrEqual(2);
  });

  it('refuse a question to a group that no host on any server is in, and serve one that one host is', async () => {
    const [a, b] = [await start('a', 0), await start('b', 2)];
    const asker = a.puppet('asker');
    asker.ask('c.group', 'word.ask', 1, { deadlineMs: 60_000 });
    await until(() => asker.heard === 1, 'the refusal');
    expect(asker.take()).toMatchObject([{ type: 'request.expired', body: { reason: 'refused' } }]);
    b.puppet('member', (message, puppet) => puppet.answer(message, 'word.given', message.body)).self.subscribe(
      'c.group',
      {
        queue: true,
      },
    );
    await until(() => {
      if (asker.received.length > 0 && asker.received.at(-1)?.type === 'word.given') return true;
      asker.ask('c.group', 'word.ask', 2);
      return false;
    }, 'the answer of the member');
  });
});
