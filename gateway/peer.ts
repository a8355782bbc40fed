/** Who is at the other end of a TLS connection: by the certificate that the cluster's authority has signed, and by address. */

import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from './http.ts';

/** The other end of a connection. */
export interface Peer {
  /** Verified; undefined without one. */
  readonly certificate: ClientCertificate | undefined;
  readonly address: string | undefined;
}

/** Connections serve many requests; each is looked at once. */
const known = new WeakMap<object, Peer>();

/** Gives the other end of a connection: a socket, or a session of HTTP/2 that has one. */
export function peerOf(connection: TLSSocket | { readonly socket?: unknown }): Peer {
  const seen = known.get(connection);
  if (seen !== undefined) return seen;
  const socket = ('socket' in connection ? connection.socket : connection) as TLSSocket;
  const peer = { certificate: certificateOf(socket), address: socket.remoteAddress };
  known.set(connection, peer);
  return peer;
}

function certificateOf(socket: TLSSocket): ClientCertificate | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const { CN, O } = subject as unknown as { CN?: string | string[]; O?: string | string[] };
  return { commonName: [CN ?? ''].flat().at(-1) ?? '', organizations: [O ?? []].flat() };
}
