/** The door's sockets: HTTPS on HTTP/1.1 and HTTP/2, bodies read whole and bounded, answers written as they come. */

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { failure } from '../protocol/status.ts';
import { encodeStatus } from './answers/encoding.ts';
import { certificateOf } from './client-certificate.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { mostBodyBytes } from './request-body.ts';

/** What a server is made of; keys and certificates are PEM. */
export interface ServerParts {
  readonly key: string;
  readonly certificate: string;
  /** Whose client certificates are believed. */
  readonly authority: string;
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  /** Takes over a connection that asks to speak something else; without it such a request is refused. */
  readonly upgrade?: (request: HttpRequest, socket: Duplex, head: Buffer) => void;
}

/** bytes from which on an answer is compressed where the client takes that (apiserver's `defaultGzipThresholdBytes`). */
const gzipFromBytes = 128 * 1024;
const compress = promisify(gzip);
/** bytes of headers taken, as Go's server takes them. */
const mostHeaderBytes = 1024 * 1024;

type Incoming = Http2ServerRequest & IncomingMessage;

/** A server on its way from `listen` to `close`. */
export class GatewayServer {
  readonly #parts: ServerParts;
  readonly #server: Http2SecureServer;
  readonly #sockets = new Set<Duplex>();

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#server = createSecureServer({
      key: parts.key,
      cert: parts.certificate,
      ca: parts.authority,
      requestCert: true,
      rejectUnauthorized: false,
      allowHTTP1: true,
      maxHeaderSize: mostHeaderBytes,
      settings: { maxConcurrentStreams: 250 },
    } as Parameters<typeof createSecureServer>[0]);
    this.#server.on('request', (request, response) => void this.#serve(request as Incoming, response));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request as Incoming, socket, head),
    );
    this.#server.on('secureConnection', (socket: Duplex) => this.#keep(socket));
    // A session that breaks says so on its streams too; nothing is left to do here.
    this.#server.on('sessionError', () => {});
  }

  /** Listens on loopback; gives the port. Port 0 takes any. @throws Error where the port is taken */
  async listen(port: number, host = '127.0.0.1'): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more connections, and ends those there are. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async #serve(incoming: Incoming, response: Http2ServerResponse): Promise<void> {
    try {
      const request = new SocketRequest(incoming);
      response.once('close', () => request.leave());
      response.on('error', () => request.leave());
      const body = hasBody(incoming) ? await readBody(incoming) : noBytes;
      if (body !== undefined) request.body = body;
      const answer =
        body === undefined
          ? encodeStatus(failure.requestEntityTooLarge(`limit is ${mostBodyBytes}`))
          : await this.#parts.handle(request);
      await write(answer, incoming, response, request);
    } catch {
      // The connection broke while it was read or written: nobody is there to be told.
      response.stream?.destroy();
    }
  }

  #upgrade(incoming: Incoming, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const request = new SocketRequest(incoming);
    socket.once('close', () => request.leave());
    const { upgrade } = this.#parts;
    if (upgrade === undefined) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else upgrade(request, socket, head);
  }
}

const noBytes = new Uint8Array();

/** A request that came by a socket. Few are asked whether their asker has gone: only they pay for a signal. */
class SocketRequest implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HttpRequest['headers'];
  readonly certificate: HttpRequest['certificate'];
  readonly remoteAddress: string | undefined;
  body: Uint8Array = noBytes;
  #isGone = false;
  #gone: AbortController | undefined;

  constructor(incoming: Incoming) {
    this.method = incoming.method;
    this.url = incoming.url;
    this.headers = joined(incoming.headers);
    this.certificate = certificateOf(incoming);
    this.remoteAddress = incoming.socket?.remoteAddress;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#isGone) this.#gone.abort();
    return this.#gone.signal;
  }

  leave(): void {
    this.#isGone = true;
    this.#gone?.abort();
  }
}

/** Headers of which a client sent several stand joined; nearly always there are none. */
function joined(headers: IncomingMessage['headers']): HttpRequest['headers'] {
  for (const name in headers) {
    if (!Array.isArray(headers[name])) continue;
    return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, [value].flat().join(', ')]));
  }
  return headers as HttpRequest['headers'];
}

function hasBody({ method, headers }: Incoming): boolean {
  return (
    (method !== 'GET' && method !== 'HEAD') || headers['content-length'] !== undefined || 'transfer-encoding' in headers
  );
}

/** Reads a body; undefined for one that is too large, of which the rest is not read. @throws Error when it breaks off */
function readBody(incoming: Incoming): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= mostBodyBytes) chunks.push(chunk);
      else {
        incoming.pause();
        resolve(undefined);
      }
    });
    incoming.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', reject);
    incoming.on('close', () => {
      // An error is dear, and every request is closed.
      if (!incoming.complete) reject(new Error('the request broke off'));
    });
  });
}

async function write(
  answer: HttpResponse,
  incoming: Incoming,
  response: Http2ServerResponse,
  request: SocketRequest,
): Promise<void> {
  const { status, headers, body } = answer;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    response.writeHead(status, headers as Record<string, string>);
    await pour(body, response, request);
    return;
  }
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const isLarge = length >= gzipFromBytes && headers['content-encoding'] === undefined;
  const isZipped = isLarge && /\bgzip\b/.test(String(incoming.headers['accept-encoding'] ?? ''));
  const sent = isZipped ? await compress(body, { level: 1 }) : body;
  response.writeHead(status, {
    ...(headers as Record<string, string>),
    ...(isZipped && { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
    'content-length': String(isZipped ? sent.length : length),
  });
  // Text goes out with the headers, in one piece.
  if (incoming.method === 'HEAD') response.end();
  else response.end(sent);
}

/** Writes what comes, no faster than it is read; an empty piece only sends the headers. */
async function pour(
  pieces: AsyncIterable<string | Uint8Array>,
  response: Http2ServerResponse,
  request: SocketRequest,
): Promise<void> {
  // HTTP/2 has sent them with writeHead; its types do not know this method.
  (response as { flushHeaders?: () => void }).flushHeaders?.();
  for await (const piece of pieces) {
    if (request.isGone) return;
    if (piece.length > 0 && !response.write(piece)) await drained(response, request.signal);
  }
  response.end();
}

function drained(response: Http2ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
