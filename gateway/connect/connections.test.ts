import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { ServedKinds } from '../served-kinds.ts';
import { type Frame, FrameReader, writeFrame } from '../spdy/frames.ts';
import { HeaderPacker } from '../spdy/headers.ts';
import { requestOf, VirtualDoor } from '../testing/virtual-door.ts';
import { Connections } from './connections.ts';

const pods = '/api/v1/namespaces/default/pods';
let door: VirtualDoor;
let connections: Connections;

beforeAll(async () => {
  door = new VirtualDoor({
    parts: (link, apiserver) => {
      const authenticate = () => ({ user: { name: 'admin', groups: ['system:masters', 'system:authenticated'] } });
      connections = new Connections({ link, apiserver, kinds: new ServedKinds(), authenticate });
      return { connect: (...asked) => connections.answer(...asked) };
    },
  });
  const containers = [
    { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }], env: [{ name: 'COLOR', value: 'blue' }] },
    { name: 'job', image: 'busybox', command: ['sh', '-c', 'echo one; echo two; sleep 5; echo three; sleep 1000'] },
  ];
  const labels = { app: 'web' };
  const created = await door.ask('POST', pods, { body: { metadata: { name: 'web', labels }, spec: { containers } } });
  expect(created.status).toBe(201);
  const service = { metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 8080, targetPort: 80 }] } };
  await door.ask('POST', '/api/v1/namespaces/default/services', { body: service });
  door.engine.runFor(30_000);
});

/** Asks for a body that comes bit by bit, and reads it to its end. */
async function read(url: string): Promise<string> {
  const { status, body } = await door.settle(door.door.handle(requestOf('GET', url, {})));
  if (typeof body === 'string' || body instanceof Uint8Array) return `${status} ${body}`;
  let text = '';
  const whole = (async () => {
    for await (const piece of body) text += typeof piece === 'string' ? piece : new TextDecoder().decode(piece);
  })();
  await door.settle(whole);
  return text;
}

describe('a log', () => {
  const log = (query: string) => read(`${pods}/web/log?container=job&${query}`);

  test('is plain text: all of it, its end, so many bytes of it, with times', async () => {
    expect(await log('')).toBe('one\ntwo\nthree\n');
    expect(await log('tailLines=1')).toBe('three\n');
    expect(await log('limitBytes=6')).toBe('one\ntw');
    expect(await log('tailLines=1&timestamps=true')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z three\n$/);
    expect(await log('sinceSeconds=1')).toBe('');
  });

  test('is refused in the words of the API server and the kubelet', async () => {
    const refused = async (query: string) => (await door.ask('GET', `${pods}/web/log?${query}`)).json;
    expect(await refused('')).toMatchObject({
      code: 400,
      message: 'a container name must be specified for pod web, choose one of: [web job]',
    });
    expect(await refused('container=web&previous=true')).toMatchObject({
      reason: 'BadRequest',
      message: 'previous terminated container "web" in pod "web" not found',
    });
    expect(await refused('container=web&tailLines=x')).toMatchObject({ code: 400 });
    expect(await refused('container=web&tailLines=-1')).toMatchObject({ code: 422 });
  });
});

describe('a proxy', () => {
  test('hands a request on to a Service’s endpoint, and its answer back', async () => {
    const { status, text } = await door.ask('POST', '/api/v1/namespaces/default/services/web:8080/proxy/a/b?c=d', {
      body: 'question',
    });
    expect(status).toBe(200);
    expect(text).toContain('POST /a/b?c=d');
    expect(text).toContain('question');
  });

  test('says that nobody listens, and sends who forgot the slash to it', async () => {
    expect((await door.ask('GET', `${pods}/web:81/proxy/`)).json).toMatchObject({
      code: 503,
      message: expect.stringMatching(
        /^error trying to reach service: dial tcp [\d.]+:81: connect: connection refused$/,
      ),
    });
    expect(await door.ask('GET', `${pods}/web/proxy?a=b`)).toMatchObject({
      status: 301,
      headers: { location: `${pods}/web/proxy/?a=b` },
    });
  });
});

/** The client's end of an upgraded connection. */
class Client {
  head = '';
  readonly frames: Frame[] = [];
  readonly #packer = new HeaderPacker();
  readonly #reader = new FrameReader();
  readonly #socket: Duplex;

  constructor(url: string, headers: Record<string, string>) {
    this.#socket = new Duplex({
      read: () => {},
      write: (bytes: Buffer, _encoding, done) => {
        this.#take(bytes);
        done();
      },
    });
    const request = requestOf('POST', url, { headers: { connection: 'Upgrade', upgrade: 'SPDY/3.1', ...headers } });
    connections.upgrade(request, this.#socket, Buffer.alloc(0));
  }

  #take(bytes: Buffer): void {
    if (this.head.includes('\r\n\r\n') && this.head.startsWith('HTTP/1.1 101'))
      this.frames.push(...this.#reader.take(bytes));
    else this.head += bytes;
  }

  async open(stream: number, headers: Record<string, string>): Promise<void> {
    this.send({ kind: 'syn-stream', stream, isLast: false, headers: await this.#packer.pack(headers) });
  }

  send(frame: Frame): void {
    this.#socket.push(writeFrame(frame));
  }

  /** What came on a stream until now. */
  text(stream: number): string {
    return this.frames
      .map((frame) => (frame.kind === 'data' && frame.stream === stream ? frame.bytes.toString() : ''))
      .join('');
  }

  /** Lets time pass until something has come. @throws Error when it does not */
  async until(holds: () => boolean): Promise<void> {
    for (let i = 0; i < 3000 && !holds(); i++) {
      for (let step = 0; step < 20; step++) door.engine.step();
      await turn();
    }
    if (!holds()) throw new Error(`not there: ${this.head}\n${JSON.stringify(this.frames)}`);
  }
}

const spdy = { 'x-stream-protocol-version': 'v4.channel.k8s.io, v3.channel.k8s.io' };

describe('exec over SPDY', () => {
  test('runs a command, gives it what is typed, and tells how it ended', async () => {
    const client = new Client(`${pods}/web/exec?container=web&command=sh&stdin=true&stdout=true&stderr=true`, spdy);
    await client.until(() => client.head.includes('\r\n\r\n'));
    expect(client.head).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    expect(client.head).toContain('x-stream-protocol-version: v4.channel.k8s.io');
    const names = ['error', 'stdin', 'stdout', 'stderr'];
    for (const [i, streamtype] of names.entries()) await client.open(2 * i + 1, { streamtype });
    client.send({ kind: 'data', stream: 3, isLast: true, bytes: Buffer.from('echo $COLOR; nothing; exit 3\n') });
    await client.until(() => client.frames.some(({ kind }) => kind === 'go-away'));
    expect(client.text(5)).toBe('blue\n');
    expect(client.text(7)).toBe('sh: nothing: not found\n');
    expect(JSON.parse(client.text(1))).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
  });

  test('is refused before the upgrade: by the API server as Status, by the kubelet in plain words', async () => {
    const refused = async (url: string, headers = spdy) => {
      const client = new Client(url, headers);
      await client.until(() => client.head.includes('\r\n\r\n'));
      return client.head;
    };
    expect(await refused(`${pods}/web/exec?container=nope&command=ls&stdout=true`)).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*"message":"container nope is not valid for pod web"/,
    );
    expect(await refused(`${pods}/web/exec?container=web&command=ls`)).toMatch(
      /you must specify at least 1 of stdin, stdout, stderr/,
    );
    expect(
      await refused(`${pods}/web/exec?container=web&command=ls&stdout=true`, { 'x-stream-protocol-version': 'v9' }),
    ).toMatch(/^HTTP\/1\.1 403 [\s\S]*unable to negotiate protocol: client supports \[v9\]/);
  });
});

describe('port-forward over SPDY', () => {
  const forward = async (port: string) => {
    const client = new Client(`${pods}/web/portforward`, { 'x-stream-protocol-version': 'portforward.k8s.io' });
    await client.until(() => client.head.includes('\r\n\r\n'));
    await client.open(1, { streamtype: 'error', port, requestid: '0' });
    await client.open(3, { streamtype: 'data', port, requestid: '0' });
    return client;
  };

  test('carries requests to the port, one after the other', async () => {
    const client = await forward('80');
    for (const path of ['/one', '/two']) {
      const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      client.send({ kind: 'data', stream: 3, isLast: false, bytes });
    }
    await client.until(() => client.text(3).includes('GET /two'));
    expect(client.text(3).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(client.text(1)).toBe('');
  });

  test('tells on the error stream that nobody listens', async () => {
    const client = await forward('81');
    await client.until(() => client.text(1) !== '');
    expect(client.text(1)).toMatch(/^error forwarding port 81 to pod [0-9a-f]{64}, uid : .*connection refused/);
  });
});
