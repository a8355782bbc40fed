/** `proxy` of pods, Services and nodes: a request handed on to an address in the cluster, and its answer handed back. */

import { failure } from '../../protocol/status.ts';
import { clusterOf, nodeAddress } from '../../protocol/subjects.ts';
import { always } from '../answers/encoding.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { Refused } from '../refused.ts';
import type { ResourceRequest } from '../request-attributes.ts';
import type { AddressWay, Guides } from './destination.ts';
import { kubeletAnswer } from './kubelet-pages.ts';
import type { Packets } from './packets.ts';

/** The machine that the API servers are on, as nodes see it: the gateway of their network. */
const source = '172.18.0.1';

/** What is between two ends of a connection, and is not handed on (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
  'authorization',
]);

/** ms after which a connection that is not answered is taken to have failed. */
const dialTimeoutMs = 30_000;

/** Hands a request on. @throws Refused 503 where nobody takes it */
export async function proxyAnswer(
  guides: Guides,
  packets: Packets,
  info: ResourceRequest,
  way: AddressWay,
  request: HttpRequest,
): Promise<HttpResponse> {
  const { path, query } = pathOf(request.url);
  if (path === '' && (info.method === 'GET' || info.method === 'HEAD')) {
    return { status: 301, headers: { location: `${info.path}/${query}` }, body: '' };
  }
  const isKubelet = info.resource === 'nodes' && way.scheme === 'https' && way.port === 10_250;
  if (isKubelet) return kubeletAnswer(guides, way.node, path);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(':') && !hopByHop.has(name)) headers[name] = value;
  }
  const payload = {
    kind: 'request',
    method: info.method,
    path: (path === '' ? '/' : path) + query,
    host: request.headers.host ?? request.headers[':authority'] ?? way.ip,
    bytes: request.body.length,
    headers,
    content: Buffer.from(request.body).toString(),
  } as const;
  const to = nodeAddress(clusterOf(guides.link.address), way.node, 'network');
  // Not `AbortSignal.any` with a timeout: Node 20 may collect that timeout, which then never comes.
  const over = new AbortController();
  const end = () => over.abort();
  const timer = setTimeout(end, dialTimeoutMs);
  request.signal?.addEventListener('abort', end, { once: true });
  const packet = { to, src: source, dst: { ip: way.ip, port: way.port }, payload };
  const answer = await packets.send(packet, over.signal).finally(() => clearTimeout(timer));
  if (answer?.kind !== 'response') {
    const why = answer === undefined ? 'i/o timeout' : reasons[answer.reason];
    throw new Refused(
      failure.serviceUnavailable(`error trying to reach service: dial tcp ${way.ip}:${way.port}: ${why}`),
    );
  }
  return { status: answer.status, headers: { ...always, ...answer.headers }, body: answer.content ?? '' };
}

const reasons = { refused: 'connect: connection refused', unreachable: 'connect: no route to host' } as const;

/** What follows `proxy` in a URL, as it was sent. */
function pathOf(url: string): { path: string; query: string } {
  const mark = url.indexOf('?');
  const whole = mark < 0 ? url : url.slice(0, mark);
  const [, path = ''] = /^\/api\/v1\/(?:namespaces\/[^/]+\/)?[^/]+\/[^/]+\/proxy(\/.*)?$/.exec(whole) ?? [];
  return { path, query: mark < 0 ? '' : url.slice(mark) };
}
