/** The door's sockets: HTTPS on HTTP/1.1 and HTTP/2, bodies read whole and bounded, answers written as they come. */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Duplex, Writable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { failure } from '../protocol/status.ts';
import { encodeStatus } from './answers/encoding.ts';
import { type Exchange, Http1Exchange, Http2Exchange, requestOfHttp1 } from './exchange.ts';
import type { HttpRequest, HttpResponse } from './http.ts';
import { peerOf } from './peer.ts';
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
    this.#server.on('request', (request, response) => {
      void this.#serve(new Http1Exchange(request as unknown as IncomingMessage, response as unknown as ServerResponse));
    });
    // Whoever listens for requests has each stream of HTTP/2 dressed as one of HTTP/1.1. That costs as much again as the stream
    // itself: they are served as they are.
    this.#server.removeAllListeners('stream');
    this.#server.on('stream', (stream, headers) => this.#serveStream(stream, headers));
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    this.#server.on('secureConnection', (socket: Duplex) => this.#keep(socket));
    // Looked at while its socket is surely there.
    this.#server.on('session', (session) => peerOf(session));
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

  #serveStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { session } = stream;
    if (session === undefined || stream.destroyed) return;
    if (headers.expect === '100-continue') stream.additionalHeaders({ ':status': 100 });
    void this.#serve(new Http2Exchange(stream, headers, peerOf(session)));
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { request, outgoing } = exchange;
    try {
      outgoing.once('close', () => request.leave());
      outgoing.on('error', () => request.leave());
      const body = exchange.hasBody ? await readBody(exchange) : request.body;
      if (body !== undefined) request.body = body;
      const answer =
        body === undefined
          ? encodeStatus(failure.requestEntityTooLarge(`limit is ${mostBodyBytes}`))
          : await this.#parts.handle(request);
      await write(answer, exchange);
    } catch {
      // The connection broke while it was read or written: nobody is there to be told.
      outgoing.destroy();
    }
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const request = requestOfHttp1(incoming);
    socket.once('close', () => request.leave());
    const { upgrade } = this.#parts;
    if (upgrade === undefined) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else upgrade(request, socket, head);
  }
}

/** Reads a body; undefined for one that is too large, of which the rest is not read. @throws Error when it breaks off */
function readBody(exchange: Exchange): Promise<Uint8Array | undefined> {
  const { incoming } = exchange;
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
    // An error is dear, and every request is closed.
    const ended = () => {
      if (!exchange.isWhole()) reject(new Error('the request broke off'));
      else resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    };
    incoming.on('end', ended);
    incoming.on('close', ended);
    incoming.on('error', reject);
  });
}

async function write({ status, headers, body }: HttpResponse, exchange: Exchange): Promise<void> {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    exchange.begin(status, headers);
    await pour(body, exchange);
    return;
  }
  const { request } = exchange;
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const isLarge = length >= gzipFromBytes && headers['content-encoding'] === undefined;
  const isZipped = isLarge && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const sent = isZipped ? await compress(body, { level: 1 }) : body;
  const head: Record<string, string | readonly string[]> = { ...headers };
  if (isZipped) {
    head['content-encoding'] = 'gzip';
    head.vary = 'Accept-Encoding';
  }
  head['content-length'] = String(isZipped ? sent.length : length);
  exchange.answer(status, head, request.method === 'HEAD' ? undefined : sent);
}

/** Writes what comes, no faster than it is read; an empty piece only sends the head. */
async function pour(pieces: AsyncIterable<string | Uint8Array>, { request, outgoing }: Exchange): Promise<void> {
  for await (const piece of pieces) {
    if (request.isGone) return;
    if (piece.length > 0 && !outgoing.write(piece)) await drained(outgoing, request.signal);
  }
  outgoing.end();
}

function drained(outgoing: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    outgoing.on('drain', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
