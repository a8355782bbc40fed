/** Two live engines on one NATS server: what the wire promises besides what any bus does. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestHost, until } from './testing/hosts.ts';
import { hasNatsServer, NatsServer } from './testing/server.ts';

describe.skipIf(!hasNatsServer)('the wire', () => {
  let server: NatsServer;
  const hosts: TestHost[] = [];
  const start = async (name: string, wire = {}): Promise<TestHost> => {
    const host = await TestHost.start(name, [server.url], { wire });
    hosts.push(host);
    return host;
  };

  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
  });
  afterAll(() => server.dispose());

  it('takes messages to another host and back', async () => {
    const [a, b] = [await start('a'), await start('b')];
    b.puppet('server', (message, puppet) => puppet.answer(message, 'sum.given', message.body));
    const asker = a.puppet('asker');
    await b.settle();
    asker.ask('c.node.b.server', 'sum.ask', { n: 1 }, { note: 'mine' });
    await until(() => asker.received.length > 0, 'an answer');
    expect(asker.received).toMatchObject([{ type: 'sum.given', body: { n: 1 }, note: 'mine' }]);
  });

  it('takes a body of 5 MB in pieces, to an address and to one of a group, and nothing overtakes it', async () => {
    const [a, b, c] = [await start('a'), await start('b'), await start('c')];
    const members = [b, c].map((host) => {
      const member = host.puppet('member', (message, puppet) => {
        if (message.request > 0) puppet.answer(message, 'size.given', JSON.stringify(message.body).length);
      });
      member.self.subscribe('c.group', { queue: true });
      return member;
    });
    const asker = a.puppet('asker');
    await Promise.all([b.settle(), c.settle()]);
    const body = Array.from({ length: 50_000 }, (_, i) => ({ name: `pod-${i}`, labels: { app: 'web', i } }));
    const large = { list: [...body, 'x'.repeat(4_000_000)] };
    asker.ask('c.node.b.member', 'size.ask', large);
    asker.ask('c.group', 'size.ask', large);
    asker.send('c.node.b.member', 'thing.said', 'after');
    asker.send('c.node.c.member', 'thing.said', 'after');
    await until(() => asker.received.length === 2, 'both answers');
    const length = JSON.stringify(large).length;
    expect(asker.received.map((one) => one.body)).toEqual([length, length]);
    await until(() => members.every(({ received }) => received.at(-1)?.body === 'after'), 'the last words');
    expect(a.wire.statistics).toMatchObject({ sent: { envelopes: 4 }, dropped: {} });
    expect(members.map(({ received }) => received.length).sort()).toEqual(
      members[0]?.received.length === 3 ? [1, 3] : [2, 2],
    );
  });
});
