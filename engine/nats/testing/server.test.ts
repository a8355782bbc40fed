/** The servers that tests start: there when they say so, gone when they say so, and themselves again afterwards. */

import { connect } from 'nats';
import { describe, expect, it } from 'vitest';
import { hasNatsServer, NatsServer, startServerCluster } from './server.ts';

describe.skipIf(!hasNatsServer)('a nats-server for tests', () => {
  it('answers at its url, and again at the same one after it was killed and started', async () => {
    const server = await NatsServer.start({ config: 'max_payload: 4096' });
    const { url } = server;
    const first = await connect({ servers: url, reconnect: false });
    expect(first.info?.max_payload).toBe(4096);
    await server.kill();
    await first.closed();
    await expect(connect({ servers: url, reconnect: false })).rejects.toThrow();
    await server.start();
    const second = await connect({ servers: url });
    await second.flush();
    await second.close();
    await server.dispose();
    expect(server.isRunning).toBe(false);
  });

  it('says why it does not start', async () => {
    await expect(NatsServer.start({ config: 'no_such_thing: 1' })).rejects.toThrow(/no_such_thing/);
  });

  it('is one of a cluster that passes messages on', async () => {
    const servers = await startServerCluster(3, { jetstream: true });
    const [here, there] = await Promise.all([0, 2].map((index) => connect({ servers: servers[index]?.url ?? '' })));
    if (here === undefined || there === undefined) throw new Error('not connected');
    const heard = new Promise((resolve) => {
      there.subscribe('news', { max: 1, callback: (_, message) => resolve(message.string()) });
    });
    await there.flush();
    // What one server's client subscribes is known to the other servers a moment later.
    const again = setInterval(() => here.publish('news', 'hello'), 20);
    expect(await heard).toBe('hello');
    clearInterval(again);
    await Promise.all([here.close(), there.close()]);
    await Promise.all(servers.map((server) => server.dispose()));
  });
});
