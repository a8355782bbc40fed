/** Live engines on one NATS server: what the wire promises besides what any bus does. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Travelling } from '../../protocol/message.ts';
import type { Puppet } from '../puppet.ts';
import { connectNats } from './connection.ts';
import { TestHost, until } from './testing/hosts.ts';
import { hasNatsServer, NatsServer } from './testing/server.ts';
import type { WireOptions } from './wire.ts';

describe.skipIf(!hasNatsServer)('the wire', () => {
  let server: NatsServer;
  const hosts: TestHost[] = [];
  const start = async (name: string, wire: Partial<WireOptions> = {}): Promise<TestHost> => {
    const host = await TestHost.start(name, [server.url], { wire });
    hosts.push(host);
    return host;
  };
  /** Two hosts: a puppet on the first that says things, and one on the second that hears them. */
  const pair = async (wire: { a?: Partial<WireOptions>; b?: Partial<WireOptions> } = {}) => {
    const [a, b] = [await start('a', wire.a), await start('b', wire.b)];
    const reader = b.puppet('reader');
    const writer = a.puppet('writer');
    await b.settle();
    return { a, b, reader, writer };
  };
  const say = (writer: Puppet, ...words: unknown[]) => {
    for (const word of words) writer.send('c.node.b.reader', 'word.said', word);
  };
  const words = (reader: Puppet) => reader.received.map(({ body }) => body);

  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
  });
  afterAll(() => server.dispose());

  it('puts what leaves together into one frame, and counts both sides alike', async () => {
    const { a, b, reader, writer } = await pair();
    say(writer, ...Array.from({ length: 200 }, (_, i) => i));
    await until(() => reader.heard === 200, 'all of it');
    expect(a.wire.statistics.sent).toMatchObject({ frames: 1, envelopes: 200 });
    expect(b.wire.statistics.received).toEqual(a.wire.statistics.sent);
    await until(() => a.wire.statistics.openBytes === 0, 'the word of the server');
    expect(a.wire.statistics).toMatchObject({ dropped: {}, reconnects: 0 });
    expect(a.wire.statistics.roundTripMs).toBeGreaterThan(0);
  });

  it('can be listened to by anybody, by subject', async () => {
    const { writer } = await pair();
    const ear = await connectNats({ servers: [server.url], name: 'ear' });
    const heard: string[] = [];
    ear.nats.subscribe('c.node.b.>', { callback: (_, { subject }) => void heard.push(subject) });
    await ear.nats.flush();
    say(writer, 'hello');
    await until(() => heard.length > 0, 'the message');
    expect(heard).toEqual(['c.node.b.reader']);
    await ear.close();
  });

  it('lets nothing out while its fence is closed; what was lost is told at once', async () => {
    const { a, reader, writer } = await pair();
    a.isOpen = false;
    say(writer, 'lost', 'lost too');
    await until(() => a.losses.length > 0, 'the word of it');
    a.isOpen = true;
    say(writer, 'heard');
    await until(() => reader.heard > 0, 'what came after');
    expect(words(reader)).toEqual(['heard']);
    expect(a.losses).toEqual([{ reason: 'fenced off', count: 2, example: 'to c.node.b.reader' }]);
    expect(a.wire.statistics.dropped).toEqual({ 'fenced off': 2 });
  });

  it('lets nothing in while its fence is closed', async () => {
    const { b, reader, writer } = await pair();
    b.isOpen = false;
    say(writer, 'lost');
    await until(() => b.losses.length > 0, 'the word of it');
    b.isOpen = true;
    say(writer, 'heard');
    await until(() => reader.heard > 0, 'what came after');
    expect(words(reader)).toEqual(['heard']);
    expect(b.wire.statistics.dropped).toEqual({ 'fenced off': 1 });
  });

  it('leaves its groups while its fence is closed, and joins them again', async () => {
    const [a, b, c] = [await start('a'), await start('b'), await start('c')];
    const members = [b, c].map((host) => {
      const member = host.puppet('member', (message, puppet) => puppet.answer(message, 'word.given', host.name));
      member.self.subscribe('c.group', { queue: true });
      return member;
    });
    const asker = a.puppet('asker');
    await Promise.all([b.settle(), c.settle()]);
    /** Asks thirty members; gives how many answered at once. */
    const answered = async (): Promise<string[]> => {
      asker.take();
      for (let i = 0; i < 30; i++) {
        asker.ask('c.group', 'word.ask', i, { deadlineMs: 1_500 });
        // In a frame of its own: NATS chooses a member for each.
        await new Promise((resolve) => setImmediate(resolve));
      }
      await until(() => asker.received.length === 30, 'an end of each');
      return asker.received.filter(({ type }) => type === 'word.given').map(({ body }) => String(body));
    };
    b.isOpen = false;
    while ((await answered()).length < 30);
    expect(new Set(await answered())).toEqual(new Set(['c']));
    b.isOpen = true;
    while (!(await answered()).includes('b'));
    expect(members.every(({ heard }) => heard > 0)).toBe(true);
  });

  it('drops what is sent while the server is gone, tells of it, and goes on when it is back', async () => {
    const { a, b, reader, writer } = await pair();
    b.puppet('member').self.subscribe('c.group', { queue: true });
    await server.kill();
    await until(() => !a.link.isConnected && !b.link.isConnected, 'that the loss is known');
    say(writer, 'lost');
    await until(() => a.losses.some(({ reason }) => reason === 'disconnected'), 'the word of it');
    // A question waits for its deadline, since nobody can tell whether there is a member.
    writer.ask('c.group', 'word.ask', 1, { deadlineMs: 100 });
    await until(() => writer.heard > 0, 'the expiry');
    expect(writer.received).toMatchObject([{ body: { reason: 'deadline' } }]);
    await server.start();
    await until(() => a.link.isConnected && b.link.isConnected, 'both connections');
    await b.settle();
    say(writer, 'heard');
    writer.ask('c.group', 'word.ask', 2);
    await until(() => reader.heard > 0, 'what came after');
    expect(words(reader)).toEqual(['heard']);
    expect(a.wire.statistics).toMatchObject({ reconnects: 1, dropped: { disconnected: 2 } });
    await until(() => b.engine.findPuppet('c.node.b.member')?.heard === 1, 'the question to the group');
  });

  it('tells what may be lost with a connection that breaks', async () => {
    const { a, writer } = await pair();
    server.pause();
    say(writer, 'perhaps', 'who knows');
    await until(() => a.wire.statistics.sent.envelopes === 2, 'that it was sent');
    await server.kill();
    await until(() => a.losses.length > 0, 'the word of it');
    expect(a.losses).toMatchObject([{ reason: 'connection lost', count: 2 }]);
    await server.start();
  });

  it('asks its engine to wait while the server takes nothing, and drops what is too much', async () => {
    const limits = { highBytes: 500_000, lowBytes: 100_000, maxBytes: 3_000_000 };
    const { a, reader, writer } = await pair({ a: { limits } });
    server.pause();
    const word = 'x'.repeat(100_000);
    say(writer, ...Array.from({ length: 60 }, () => word));
    await until(() => a.losses.length > 0, 'the word of what was dropped');
    expect(a.pressure).toEqual([true]);
    expect(a.losses).toMatchObject([{ reason: 'too much under way' }]);
    const lost = a.wire.statistics.dropped['too much under way'] ?? 0;
    expect(lost).toBeGreaterThan(20);
    server.resume();
    await until(() => a.pressure.length === 2, 'that it may go on');
    expect(a.pressure).toEqual([true, false]);
    await until(() => reader.heard === 60 - lost, 'the rest');
    await until(() => a.wire.statistics.openBytes === 0, 'that all is taken');
  });

  it('keeps what comes while its engine is behind, up to a bound, and gives it in order', async () => {
    let isBehind = true;
    const { b, reader, writer } = await pair({ b: { isBehind: () => isBehind, limits: { intakeBytes: 2_000 } } });
    for (let i = 0; i < 60; i++) {
      say(writer, i);
      await b.settle();
    }
    await until(() => b.losses.length > 0, 'the word of what was dropped');
    expect(reader.heard).toBe(0);
    const lost = b.wire.statistics.dropped['engine behind'] ?? 0;
    isBehind = false;
    await until(() => reader.heard === 60 - lost, 'what was kept');
    // A small frame may still have found room after a larger one had not.
    expect(words(reader).slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(words(reader)).toEqual([...words(reader)].sort((x, y) => Number(x) - Number(y)));
    expect(b.wire.statistics.waitingBytes).toBe(0);
  });

  it('drops frames that are damaged or something else, tells of them, and takes the next', async () => {
    const { a, b, reader, writer } = await pair();
    const stranger = a.link.nats;
    for (const bytes of [new Uint8Array(), Uint8Array.of(1), Uint8Array.of(0x10, 1, 2, 3, 4, 5), Uint8Array.of(0x20)]) {
      stranger.publish('c.node.b.reader', bytes);
    }
    stranger.publish('c.node.b.reader', new TextEncoder().encode('{"hello": "world"}'));
    say(writer, 'heard');
    await until(() => reader.heard > 0, 'what came after');
    expect(words(reader)).toEqual(['heard']);
    expect(b.wire.statistics.dropped).toEqual({ damaged: 5 });
    expect(b.losses).toMatchObject([{ reason: 'damaged', count: 1 }]);
  });

  it('says what cannot be sent, and sends the rest', async () => {
    const { a, reader, writer } = await pair();
    say(writer, 'one');
    await until(() => reader.heard === 1, 'the first');
    writer.send('c.no such.subject', 'word.said', 1);
    writer.send('c.node.*.reader', 'word.said', 1);
    // The engine refuses such a body itself, unless it keeps no fingerprint.
    const [before] = reader.received;
    say(writer, 'two');
    a.wire.send({ ...(before as Travelling), role: 0, body: { odd: Symbol('odd') } });
    say(writer, 'three');
    await until(() => reader.heard === 3, 'the rest');
    expect(words(reader)).toEqual(['one', 'two', 'three']);
    expect(a.wire.statistics.dropped).toEqual({ 'cannot be sent': 3 });
  });

  it('counts what the server forbids', async () => {
    const strict = await NatsServer.start({
      config: 'authorization { users: [ { user: me, password: me, permissions: { publish: "c.node.b.>" } } ] }',
    });
    const url = strict.url.replace('//', '//me:me@');
    const a = await TestHost.start('a', [url]);
    hosts.push(a);
    a.puppet('writer').send('c.node.z.reader', 'word.said', 1);
    await until(() => a.losses.length > 0, 'the word of it');
    expect(a.losses).toMatchObject([{ reason: 'not permitted', count: 1 }]);
    await strict.dispose();
  });

  it('hears no more what is another host’s now', async () => {
    const { a, b, reader, writer } = await pair();
    b.wire.disown('c.node.b.>');
    await b.settle();
    say(writer, 'unheard');
    a.wire.flush();
    await a.settle();
    b.wire.own('c.node.b.>');
    await b.settle();
    say(writer, 'heard');
    await until(() => reader.heard > 0, 'what came after');
    expect(words(reader)).toEqual(['heard']);
  });
});
