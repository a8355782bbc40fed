/** WebSockets with channels: each message begins with the number of the channel it is of. */

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { HttpRequest } from '../http.ts';

/** The subprotocols, the preferred first; an empty one is taken where the client names none. */
export const execProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
] as const;
export const portProtocols = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'] as const;
export const tunnelProtocols = ['SPDY/3.1+portforward.k8s.io'] as const;

/** bytes of one message taken. */
const mostBytes = 32 * 1024 * 1024;

const server = new WebSocketServer({
  noServer: true,
  maxPayload: mostBytes,
  handleProtocols: (offered, request) => chosen(offered, (request as Upgrading).taken),
});

type Upgrading = IncomingMessage & { taken: readonly string[] };

function chosen(offered: ReadonlySet<string>, taken: readonly string[]): string | false {
  for (const protocol of offered) if (taken.includes(protocol)) return protocol;
  return false;
}

/** Tells whether a request asks for a WebSocket. */
export function isWebSocket({ headers }: HttpRequest): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Gives the protocol both sides speak; undefined where the client offers none that is. */
export function agreedProtocol({ headers }: HttpRequest, taken: readonly string[]): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
  if (offered.length === 1 && offered[0] === '') return '';
  return offered.find((one) => taken.includes(one));
}

/** Takes a connection over as a WebSocket. */
export function acceptWebSocket(
  { method, url, headers }: HttpRequest,
  socket: Duplex,
  head: Buffer,
  taken: readonly string[],
  then: (webSocket: WebSocket) => void,
): void {
  const request = { method, url, headers, taken } as unknown as IncomingMessage;
  server.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    then(webSocket);
  });
}

/** A WebSocket whose messages are of channels, as bytes or (in some protocols) in base 64. */
export class ChannelSocket {
  readonly isVersion5: boolean;
  readonly isVersion4: boolean;
  onMessage: ((channel: number, bytes: Buffer) => void) | undefined;
  onClose: (() => void) | undefined;
  readonly #webSocket: WebSocket;
  readonly #isBase64: boolean;

  constructor(webSocket: WebSocket) {
    const { protocol } = webSocket;
    this.#webSocket = webSocket;
    this.#isBase64 = protocol.includes('base64');
    this.isVersion5 = protocol.startsWith('v5.');
    this.isVersion4 = this.isVersion5 || protocol.startsWith('v4.');
    webSocket.on('message', (data) => this.#take(bytesOf(data)));
    webSocket.on('close', () => this.onClose?.());
  }

  send(channel: number, data: Uint8Array | string): void {
    const bytes = Buffer.from(data as Uint8Array);
    if (this.#isBase64) this.#webSocket.send(`${channel}${bytes.toString('base64')}`);
    else this.#webSocket.send(Buffer.concat([Buffer.from([channel]), bytes]));
  }

  /** Ends it after what was sent. */
  close(): void {
    this.#webSocket.close(1000);
  }

  #take(message: Buffer): void {
    if (message.length === 0) return;
    if (!this.#isBase64) this.onMessage?.(message.readUInt8(0), message.subarray(1));
    else this.onMessage?.(message.readUInt8(0) - 48, Buffer.from(message.toString('latin1', 1), 'base64'));
  }
}

/** Gives the bytes of a message however it came. */
export function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
