/** A request that came by a socket, and the way back for its answer: the same for HTTP/1.1 and HTTP/2. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Readable, Writable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { HttpRequest, HttpResponse } from './http.ts';
import { type Peer, peerOf } from './peer.ts';

type Headers = HttpResponse['headers'];

/** One exchange with a client. */
export interface Exchange {
  readonly request: SocketRequest;
  /** Where the body of the request comes from. */
  readonly incoming: Readable;
  /** Where the body of the answer goes to; it closes when the exchange is over, however it ends. */
  readonly outgoing: Writable;
  readonly hasBody: boolean;
  /** Tells whether all of the request has come. */
  isWhole(): boolean;
  /** Answers at once, with all there is. @throws Error where the client has gone */
  answer(status: number, headers: Headers, body: string | Uint8Array | undefined): void;
  /** Sends the head of an answer whose body is written bit by bit. @throws Error where the client has gone */
  begin(status: number, headers: Headers): void;
}

const noBytes = new Uint8Array();

/** A request that came by a socket. Few are asked whether their asker has gone: only they pay for a signal. */
export class SocketRequest implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HttpRequest['headers'];
  readonly certificate: HttpRequest['certificate'];
  readonly remoteAddress: string | undefined;
  body: Uint8Array = noBytes;
  #isGone = false;
  #gone: AbortController | undefined;

  constructor(method: string, url: string, headers: IncomingHttpHeaders, peer: Peer) {
    this.method = method;
    this.url = url;
    this.headers = joined(headers);
    this.certificate = peer.certificate;
    this.remoteAddress = peer.address;
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
function joined(headers: IncomingHttpHeaders): HttpRequest['headers'] {
  for (const name in headers) {
    if (!Array.isArray(headers[name])) continue;
    return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, [value].flat().join(', ')]));
  }
  return headers as HttpRequest['headers'];
}

/** Reads the head of a request of HTTP/1.1. */
export function requestOfHttp1(incoming: IncomingMessage): SocketRequest {
  const { method = '', url = '', headers, socket } = incoming;
  return new SocketRequest(method, url, headers, peerOf(socket as TLSSocket));
}

/** An exchange of HTTP/1.1: one after the other on its connection. */
export class Http1Exchange implements Exchange {
  readonly request: SocketRequest;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.request = requestOfHttp1(incoming);
    this.incoming = incoming;
    this.outgoing = outgoing;
  }

  get hasBody(): boolean {
    const { method, headers } = this.incoming;
    const isAnnounced = headers['content-length'] !== undefined || 'transfer-encoding' in headers;
    return isAnnounced || (method !== 'GET' && method !== 'HEAD');
  }

  isWhole(): boolean {
    return this.incoming.complete;
  }

  answer(status: number, headers: Headers, body: string | Uint8Array | undefined): void {
    this.outgoing.writeHead(status, headers as Record<string, string>);
    // Text goes out with the head, in one piece.
    this.outgoing.end(body);
  }

  begin(status: number, headers: Headers): void {
    this.outgoing.writeHead(status, headers as Record<string, string>);
    this.outgoing.flushHeaders();
  }
}

/** An exchange of HTTP/2: a stream beside others. */
export class Http2Exchange implements Exchange {
  readonly request: SocketRequest;
  readonly incoming: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer) {
    this.request = new SocketRequest(headers[':method'] ?? '', headers[':path'] ?? '', headers, peer);
    this.incoming = stream;
  }

  get outgoing(): ServerHttp2Stream {
    return this.incoming;
  }

  get hasBody(): boolean {
    return !this.incoming.endAfterHeaders;
  }

  isWhole(): boolean {
    // What is broken off ends too.
    return this.incoming.readableEnded && !this.incoming.aborted;
  }

  answer(status: number, headers: Headers, body: string | Uint8Array | undefined): void {
    const isEmpty = body === undefined || body.length === 0;
    this.incoming.respond({ ':status': status, ...headers }, { endStream: isEmpty });
    if (!isEmpty) this.incoming.end(body);
  }

  begin(status: number, headers: Headers): void {
    this.incoming.respond({ ':status': status, ...headers });
  }
}
