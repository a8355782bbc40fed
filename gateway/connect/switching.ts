/** The upgrade of a connection to SPDY/3.1. */

import type { Duplex } from 'node:stream';
import type { HttpRequest } from '../http.ts';
import { KubeletRefusal } from './destination.ts';

/** Tells whether a request asks for SPDY. */
export function isSpdy({ headers }: HttpRequest): boolean {
  return headers.upgrade?.toLowerCase() === 'spdy/3.1';
}

/** Gives the first protocol of the client's that is taken; without any, the last of those. @throws KubeletRefusal 403 */
export function agreedSpdyProtocol({ headers }: HttpRequest, taken: readonly string[]): string {
  const named = headers['x-stream-protocol-version'];
  if (named === undefined) return taken.at(-1) ?? '';
  const offered = named.split(',').map((one) => one.trim());
  const agreed = offered.find((one) => taken.includes(one));
  if (agreed !== undefined) return agreed;
  const [clients, servers] = [offered, taken].map((list) => `[${list.join(' ')}]`);
  throw new KubeletRefusal(
    403,
    `unable to upgrade: unable to negotiate protocol: client supports ${clients}, server accepts ${servers}`,
  );
}

/** Answers that the connection is SPDY's from now on. */
export function switchProtocol(socket: Duplex, protocol: string): void {
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\nx-stream-protocol-version: ${protocol}\r\n\r\n`,
  );
}
