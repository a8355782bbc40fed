/** The door's sockets, by real clients: what holds for HTTP/1.1 and HTTP/2 alike. */

import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpRequest, HttpResponse } from './http.ts';
import { type Credentials, makeCredentials } from './live/credentials.ts';
import { mostBodyBytes } from './request-body.ts';
import { GatewayServer } from './server.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: Buffer;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

let credentials: Credentials;
let server: GatewayServer;
let port: number;
let session: ClientHttp2Session;
let asked: HttpRequest[] = [];
/** What the next requests are answered. */
let answer: (request: HttpRequest) => HttpResponse;

beforeAll(async () => {
  credentials = await makeCredentials(Date.now());
  const { server: own, authority } = credentials;
  server = new GatewayServer({
    key: own.key,
    certificate: own.certificate,
    authority: authority.certificate,
    handle: async (request) => {
      asked.push(request);
      return answer(request);
    },
  });
  port = await server.listen(0);
  session = await openSession();
});
afterAll(async () => {
  session.destroy();
  await server.close();
});
beforeEach(() => {
  asked = [];
  answer = ({ method, url, body }) => ({
    status: 200,
    headers: { 'content-type': 'text/plain', warning: ['one', 'two'] },
    body: `${method} ${url} ${body.length}`,
  });
});

function trust() {
  const { admin, authority } = credentials;
  return { ca: authority.certificate, cert: admin.certificate, key: admin.key };
}

async function openSession(): Promise<ClientHttp2Session> {
  const opened = connect(`https://127.0.0.1:${port}`, trust());
  opened.on('error', () => {});
  await once(opened, 'connect');
  return opened;
}

function overHttp1({ method, path, body }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ port, host: '127.0.0.1', ...trust(), method, path, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function overHttp2({ method, path, body }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': path }, { endStream: body === undefined });
    let [headers, text]: [Record<string, unknown>, string] = [{}, ''];
    stream.on('response', (given) => {
      headers = given;
    });
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    stream.on('end', () => resolve({ status: Number(headers[':status']), headers, text }));
    stream.on('error', reject);
    if (body !== undefined) stream.end(body);
  });
}

describe.each([
  { protocol: 'HTTP/1.1', ask: overHttp1 },
  { protocol: 'HTTP/2', ask: overHttp2 },
])('over $protocol', ({ ask }) => {
  it('a request comes whole, with who asks, and its answer goes back', async () => {
    const { status, headers, text } = await ask({ method: 'POST', path: '/a?b=c', body: Buffer.from('body') });
    expect({ status, text }).toEqual({ status: 200, text: 'POST /a?b=c 4' });
    expect(headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '13', warning: 'one, two' });
    expect(asked).toMatchObject([
      { method: 'POST', url: '/a?b=c', certificate: { organizations: ['system:masters'] }, remoteAddress: '127.0.0.1' },
    ]);
  });

  it('an answer to HEAD has the length of what it would say, and says nothing', async () => {
    const { status, headers, text } = await ask({ method: 'HEAD', path: '/' });
    expect({ status, text, length: headers['content-length'] }).toEqual({ status: 200, text: '', length: '8' });
  });

  it('an answer may be empty', async () => {
    answer = () => ({ status: 200, headers: {}, body: '' });
    expect(await ask({ method: 'GET', path: '/' })).toMatchObject({ status: 200, text: '' });
  });

  it('a body that is too large is refused, and nobody is asked', async () => {
    const refused = ask({ method: 'POST', path: '/', body: Buffer.alloc(mostBodyBytes + 1) });
    // The server need not take the rest: a client may see its connection end instead of the answer.
    await expect(refused.then(({ status }) => status).catch(() => 413)).resolves.toBe(413);
    expect(asked).toEqual([]);
  });

  it('what comes bit by bit is written as it comes', async () => {
    answer = () => ({ status: 200, headers: {}, body: pieces(['a', '', 'b']) });
    expect((await ask({ method: 'GET', path: '/' })).text).toBe('ab');
  });
});

async function* pieces(all: readonly string[]): AsyncGenerator<string> {
  yield* all;
}

describe('over HTTP/2', () => {
  it('a request that breaks off is never taken for a whole one', async () => {
    const other = await openSession();
    const { hasEnded } = await openEndless(other);
    const broken = other.request({ ':method': 'POST', ':path': '/broken' });
    broken.on('error', () => {});
    await new Promise((resolve) => broken.write('half: of', resolve));
    other.destroy();
    await hasEnded;
    answer = () => ({ status: 200, headers: {}, body: 'x' });
    await overHttp2({ method: 'GET', path: '/after' });
    expect(asked.map(({ url }) => url)).toEqual(['/endless', '/after']);
  });

  it('who waits for leave to send a body is given it', async () => {
    const stream = session.request({ ':method': 'POST', ':path': '/', expect: '100-continue' });
    stream.once('continue', () => stream.end('body'));
    stream.resume();
    await once(stream, 'end');
    expect(asked).toMatchObject([{ body: Buffer.from('body') }]);
  });

  it('what is written bit by bit ends when its reader goes', async () => {
    const { stream, hasEnded } = await openEndless(session);
    stream.close(8); // CANCEL
    await hasEnded;
  });

  it('a reader that does not read holds up no other on its connection', async () => {
    let written = 0;
    answer = ({ url }) =>
      url === '/much'
        ? { status: 200, headers: {}, body: much(() => written++) }
        : { status: 200, headers: {}, body: 'x' };
    const idle = session.request({ ':path': '/much' }, { endStream: true });
    await once(idle, 'response');
    await expect.poll(() => written).toBeGreaterThan(0);
    expect(await overHttp2({ method: 'GET', path: '/' })).toMatchObject({ status: 200, text: 'x' });
    idle.close(8); // CANCEL
    expect(written).toBeLessThan(100);
  });
});

/** Asks for something that does not end by itself; gives what tells that it has. */
async function openEndless(on: ClientHttp2Session): Promise<{ stream: ClientHttp2Stream; hasEnded: Promise<void> }> {
  let ended: () => void = () => {};
  const hasEnded = new Promise<void>((resolve) => {
    ended = resolve;
  });
  answer = ({ signal }) => ({ status: 200, headers: {}, body: untilGone(signal, ended) });
  const stream = on.request({ ':path': '/endless' }, { endStream: true });
  stream.on('error', () => {});
  await once(stream, 'data');
  return { stream, hasEnded };
}

async function* untilGone(signal: AbortSignal | undefined, ended: () => void): AsyncGenerator<string> {
  try {
    yield 'here';
    await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    ended();
  }
}

async function* much(note: () => void): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < 100; i++) {
    note();
    yield Buffer.alloc(16 * 1024);
  }
}
