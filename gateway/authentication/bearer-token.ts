/** Where a request carries a bearer token. */

import type { HttpRequest } from '../http.ts';

/** A browser cannot set headers on a WebSocket, so it says the token as a protocol (`websocket.protocol.go`). */
const protocolPrefix = 'base64url.bearer.authorization.k8s.io.';

/** Finds the token; undefined where there is none. */
export function bearerToken({ headers }: HttpRequest): string | undefined {
  const [scheme = '', token = ''] = (headers.authorization ?? '').trim().split(' ');
  if (scheme.toLowerCase() === 'bearer' && token !== '') return token;
  return fromProtocols(headers);
}

function fromProtocols(headers: HttpRequest['headers']): string | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  const encoded = protocols.find((protocol) => protocol.startsWith(protocolPrefix))?.slice(protocolPrefix.length);
  const token = encoded === undefined ? '' : Buffer.from(encoded, 'base64url').toString('utf8');
  return token === '' ? undefined : token;
}
