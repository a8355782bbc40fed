/** Who a TLS connection says it is, by the certificate that the cluster's authority has signed. */

import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from './http.ts';

/** Connections serve many requests; each is looked at once. */
const known = new WeakMap<object, { certificate: ClientCertificate | undefined }>();

/** Gives the verified certificate of the connection a request came by; undefined without one. */
export function certificateOf(incoming: Http2ServerRequest & IncomingMessage): ClientCertificate | undefined {
  const connection: object | undefined = incoming.stream?.session ?? incoming.socket;
  if (connection === undefined) return undefined;
  const seen = known.get(connection);
  if (seen !== undefined) return seen.certificate;
  const certificate = read(incoming.socket as TLSSocket);
  known.set(connection, { certificate });
  return certificate;
}

function read(socket: TLSSocket): ClientCertificate | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const { CN, O } = subject as unknown as { CN?: string | string[]; O?: string | string[] };
  return { commonName: [CN ?? ''].flat().at(-1) ?? '', organizations: [O ?? []].flat() };
}
