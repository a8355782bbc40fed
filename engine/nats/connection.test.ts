/** Connections: every way to say who one is, and for everything that goes wrong the words and the fix. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { nkeys } from 'nats';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { issueServerCertificate, makeAuthority } from '../../gateway/certificates/authority.ts';
import { type ConnectOptions, connectNats, type NatsEvent, type NatsLink } from './connection.ts';
import { NatsProblem } from './problem.ts';
import { until } from './testing/hosts.ts';
import { issueUser } from './testing/issuer.ts';
import { freePort, hasNatsServer, NatsServer, type ServerOptions, startServerCluster } from './testing/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-wire-'));
const servers: NatsServer[] = [];
const links: NatsLink[] = [];

async function serve(options: ServerOptions = {}): Promise<NatsServer> {
  const server = await NatsServer.start(options);
  servers.push(server);
  return server;
}

async function connect(url: string, options: Partial<ConnectOptions> = {}): Promise<NatsLink> {
  const link = await connectNats({ servers: [url], name: 'test', patienceMs: 2_000, ...options });
  links.push(link);
  await link.nats.flush();
  return link;
}

/** What a connection fails of. */
async function problem(url: string, options: Partial<ConnectOptions> = {}): Promise<NatsProblem> {
  const error = await connect(url, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof NatsProblem)) throw new Error(`no NatsProblem: ${error}`);
  return error;
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
  await Promise.all(servers.splice(0).map((server) => server.dispose()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is wrong with the options is said before anything is tried', () => {
  it.each([
    [{ servers: [] }, 'no NATS server is named: give its URL, such as nats://127.0.0.1:4222'],
    [
      { servers: ['http://x:1'] },
      '"http://x:1" is no URL of a NATS server: write nats://HOST:PORT, or tls://HOST:PORT for TLS',
    ],
    [
      { servers: ['ws://me:secret@x:1'] },
      '"ws://x:1" is no URL of a NATS server: write nats://HOST:PORT, or tls://HOST:PORT for TLS',
    ],
    [{ token: 'a', user: 'b' }, 'two ways to say who this host is (user and token): give one of them'],
    [{ certFile: '/no/cert' }, 'a certificate and its key go together: give the file of the key too'],
  ])('%j', async (options, words) => {
    expect((await problem('nats://127.0.0.1:1', options)).message).toBe(words);
  });

  it('files that are not there, or are something else', async () => {
    expect((await problem('nats://x', { caFile: join(folder, 'none') })).message).toMatch(
      /^the CA file for NATS cannot be read \(ENOENT.*\): look at its path and rights$/,
    );
    const nkeyFile = file('no.nk', 'no seed');
    expect((await problem('nats://x', { nkeyFile })).message).toBe(
      `${nkeyFile} is no nkey file: it must hold a user's seed, SU...`,
    );
    const credsFile = file('no.creds', 'nothing');
    expect((await problem('nats://x', { credsFile })).message).toBe(
      `${credsFile} is no creds file: it must hold a JWT and a seed, as nsc writes them`,
    );
  });
});

describe.skipIf(!hasNatsServer)('a connection', () => {
  it('by user and password, given or in the URL', async () => {
    const server = await serve({ config: 'authorization { user: me, password: "s:cret" }' });
    await connect(server.url, { user: 'me', password: 's:cret' });
    await connect(`nats://me:s%3Acret@127.0.0.1:${server.port}`);
    const wrong = await problem(server.url, { user: 'me', password: 'wrong' });
    expect(wrong.message).toMatch(
      /^the NATS server at 127.0.0.1:\d+ refuses these credentials \('?Authorization Violation'?\): give the user and password, token, nkey seed or creds file that the server knows$/i,
    );
    expect((await problem(server.url)).kind).toBe('credentials');
  });

  it('by token', async () => {
    const server = await serve({ config: 'authorization { token: abc }' });
    await connect(server.url, { token: 'abc' });
    expect((await problem(server.url, { token: 'abd' })).kind).toBe('credentials');
  });

  it('by an nkey seed', async () => {
    const [mine, other] = [nkeys.createUser(), nkeys.createUser()];
    const server = await serve({ config: `authorization { users: [ { nkey: ${mine.getPublicKey()} } ] }` });
    const seed = (pair: typeof mine) => `${new TextDecoder().decode(pair.getSeed())}\n`;
    await connect(server.url, { nkeyFile: file('mine.nk', seed(mine)) });
    expect((await problem(server.url, { nkeyFile: file('other.nk', seed(other)) })).kind).toBe('credentials');
  });

  it('by a creds file', async () => {
    const [mine, other] = [issueUser(), issueUser()];
    const server = await serve({ config: mine.config });
    await connect(server.url, { credsFile: file('mine.creds', mine.creds) });
    expect((await problem(server.url, { credsFile: file('other.creds', other.creds) })).kind).toBe('credentials');
  });

  it('by TLS that is trusted, and by no other', async () => {
    const lifetime = { notBeforeMs: Date.now() - 60_000, notAfterMs: Date.now() + 3_600_000 };
    const authority = await makeAuthority('test', lifetime);
    const { certificate, key } = await issueServerCertificate(authority, ['localhost'], ['127.0.0.1'], lifetime);
    const server = await serve({
      files: { 'cert.pem': certificate, 'key.pem': key },
      config: 'tls { cert_file: "$FOLDER/cert.pem", key_file: "$FOLDER/key.pem" }',
    });
    const caFile = file('ca.pem', authority.certificate);
    await connect(server.url, { caFile });
    await connect(`tls://localhost:${server.port}`, { caFile });
    const untrusted = await problem(`tls://127.0.0.1:${server.port}`);
    expect(untrusted.kind).toBe('tls');
    expect(untrusted.message).toMatch(
      /^the certificate of the NATS server at 127.0.0.1:\d+ is not trusted \(.*\): name the certificate that signed it with the CA file$/,
    );
    const other = await makeAuthority('other', lifetime);
    expect((await problem(server.url, { caFile: file('other.pem', other.certificate) })).kind).toBe('tls');
    expect((await problem(server.url, { caFile: file('rubbish.pem', 'rubbish') })).message).toMatch(/CA|certificate/);
  });

  it('by TLS to a server that has none is refused', async () => {
    const server = await serve();
    expect((await problem(`tls://127.0.0.1:${server.port}`)).message).toMatch(
      /^the NATS server at .* offers no TLS: connect by nats:\/\/ and without a CA file, or give the server a certificate$/,
    );
  });

  it('to where no server is says so while it waits, and fails clearly when its time is over', async () => {
    const events: NatsEvent[] = [];
    const port = await freePort();
    const gone = await problem(`nats://127.0.0.1:${port}`, { patienceMs: 900, onEvent: (event) => events.push(event) });
    expect(gone.kind).toBe('no server');
    expect(gone.message).toBe(
      `no NATS server at 127.0.0.1:${port}, nobody listens there, for 0.9 s: start it, or give the URL of one that runs`,
    );
    expect(events.map(({ text }) => text)).toEqual([
      `no NATS server at 127.0.0.1:${port}, nobody listens there: start it, or give the URL of one that runs; trying again`,
    ]);
    expect((await problem('nats://no-such-host.invalid', { patienceMs: 100 })).message).toMatch(
      /no host has that name|cannot be looked up/,
    );
  });

  it('to a server that starts later is had when it does', async () => {
    const server = await serve();
    await server.stop();
    const connecting = connect(server.url, { patienceMs: 20_000 });
    await server.start();
    expect((await connecting).isConnected).toBe(true);
  });

  it('that nobody waits for any more ends with the signal', async () => {
    const over = new AbortController();
    const connecting = connect(`nats://127.0.0.1:${await freePort()}`, { patienceMs: 60_000, signal: over.signal });
    over.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });

  it('to something that is no NATS server fails with its address', async () => {
    const port = await freePort();
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(port, '127.0.0.1');
    const odd = await problem(`nats://127.0.0.1:${port}`, { patienceMs: 300 });
    web.close();
    expect(odd.message).toContain(`127.0.0.1:${port}`);
  });

  it('comes back by itself, and tells of both', async () => {
    const server = await serve();
    const events: NatsEvent[] = [];
    const link = await connect(server.url, { onEvent: (event) => events.push(event) });
    await server.kill();
    await until(() => !link.isConnected, 'that the loss is known');
    await server.start();
    await until(() => link.isConnected, 'the connection again');
    expect(link.reconnects).toBe(1);
    expect(events.map(({ what }) => what)).toEqual(['connected', 'disconnected', 'reconnected']);
  });

  it('to a server that stops answering is given up, and had again when it answers', async () => {
    const server = await serve();
    const events: NatsEvent[] = [];
    const link = await connect(server.url, { onEvent: (event) => events.push(event) });
    server.pause();
    await until(() => !link.isConnected, 'that the silence is noticed');
    server.resume();
    await until(() => link.isConnected, 'the connection again');
    expect(events.map(({ what }) => what)).toContain('stale');
  });

  it('of a process that does not read is closed by the server; it comes back, and says why', async () => {
    const server = await serve({ config: 'write_deadline: "300ms"' });
    const events: NatsEvent[] = [];
    const link = await connect(server.url, { onEvent: (event) => events.push(event) });
    link.nats.subscribe('flood', { callback: () => {} });
    await link.nats.flush();
    // Another thread sends more than all buffers hold, while this one stands still.
    const publisher = new Worker(
      `const { connect } = require('nats');
       const { workerData } = require('node:worker_threads');
       connect({ servers: workerData }).then(async (nats) => {
         for (let i = 0; i < 400; i++) { nats.publish('flood', new Uint8Array(100_000)); await nats.flush(); }
         await nats.close();
       });`,
      { eval: true, workerData: server.url },
    );
    const ended = once(publisher, 'exit');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
    await ended;
    await until(() => link.reconnects > 0 && link.isConnected, 'the connection again');
    const lost = events.find(({ what }) => what === 'disconnected');
    expect(lost?.text).toMatch(
      /^lost the connection to NATS at .*; this process had not read for \d+\.\d s, and what came meanwhile may be lost$/,
    );
    expect(lost?.stoodStillMs).toBeGreaterThan(1_500);
  });

  it('is told what it may not do', async () => {
    const server = await serve({
      config:
        'authorization { users: [ { user: me, password: me, permissions: { publish: "c.>", subscribe: ["c.>", "_INBOX.>"] } } ] }',
    });
    const events: NatsEvent[] = [];
    const link = await connect(server.url, { user: 'me', password: 'me', onEvent: (event) => events.push(event) });
    link.nats.publish('other.thing');
    link.nats.subscribe('other.thing', { callback: () => {} });
    await until(() => events.length >= 3, 'both refusals');
    expect(events.slice(1).map(({ text }) => text)).toEqual([
      'the NATS server does not let this host send to other.thing: give its user the permission to publish there',
      'the NATS server does not let this host hear other.thing: give its user the permission to subscribe it',
    ]);
    expect(link.isConnected).toBe(true);
  });

  it('goes to another server of the cluster when its own retires', async () => {
    const cluster = await startServerCluster(2, { config: 'lame_duck_duration: "31s", lame_duck_grace_period: "1s"' });
    servers.push(...cluster);
    const events: NatsEvent[] = [];
    const link = await connectNats({
      servers: cluster.map(({ url }) => url),
      name: 'test',
      onEvent: (event) => events.push(event),
    });
    links.push(link);
    const own = cluster.find(({ port }) => link.nats.getServer().endsWith(`:${port}`));
    own?.retire();
    await until(() => events.some(({ what }) => what === 'lame duck'), 'the word of the server');
    await own?.kill();
    await until(() => link.isConnected && link.reconnects === 1, 'the other server');
    expect(link.nats.getServer()).not.toContain(`:${own?.port}`);
  });
});
