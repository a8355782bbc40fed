/** Requests that go on to what stands behind an object: logs, commands, forwarded ports, proxies. */

import type { Duplex } from 'node:stream';
import type { Asker } from '../../protocol/messages/api.ts';
import type { Status } from '../../protocol/objects.ts';
import type { ResourceKind } from '../../protocol/resources.ts';
import { isConnection } from '../../protocol/served-verbs.ts';
import { failure } from '../../protocol/status.ts';
import { encodeStatus } from '../answers/encoding.ts';
import type { ClusterLink } from '../cluster-link.ts';
import type { Authenticate } from '../door.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { Refused } from '../refused.ts';
import { type ResourceRequest, requestInfo } from '../request-attributes.ts';
import type { ServedKinds } from '../served-kinds.ts';
import { SpdyConnection } from '../spdy/connection.ts';
import { acceptWebSocket, agreedProtocol, ChannelSocket, execProtocols, isWebSocket } from './channels.ts';
import { findContainer, KubeletRefusal, type PodWay, wayOf } from './destination.ts';
import { execByChannels, execBySpdy, failByChannels } from './exec.ts';
import { execOptions } from './exec-options.ts';
import { logAnswer, logOptions } from './log.ts';
import { Packets } from './packets.ts';
import { forwardPorts } from './port-forward.ts';
import { proxyAnswer } from './proxy.ts';
import { type SessionOptions, Sessions } from './sessions.ts';
import { agreedSpdyProtocol, isSpdy, switchProtocol } from './switching.ts';

/** What connections are made of. */
export interface ConnectionParts {
  readonly link: ClusterLink;
  readonly apiserver: string;
  readonly kinds: ServedKinds;
  readonly authenticate: Authenticate;
}

const spdyExecProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
];

/** An upgrade as it came from a socket. */
interface Upgrade {
  readonly request: HttpRequest;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** All connections of a gateway. */
export class Connections {
  readonly #parts: ConnectionParts;
  readonly #sessions: Sessions;
  readonly #packets: Packets;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#sessions = new Sessions(parts.link);
    this.#packets = new Packets(parts.link);
  }

  /** Answers a request that asks for no upgrade; it has the shape of `Connect`. @throws Refused */
  async answer(info: ResourceRequest, kind: ResourceKind, asker: Asker, request: HttpRequest): Promise<HttpResponse> {
    const { subresource } = info;
    if (subresource === 'log') {
      const options = logOptions(info.query);
      const way = await wayOf(this.#parts, info, kind, asker, { ...options });
      return logAnswer(this.#parts, way as PodWay, options, request.signal);
    }
    if (subresource === 'proxy') {
      const way = await wayOf(this.#parts, info, kind, asker, {});
      if (way.to === 'address') return proxyAnswer(this.#parts, this.#packets, info, way, request);
    }
    // What needs a connection of its own cannot be had without.
    await wayOf(this.#parts, info, kind, asker, optionsOf(info));
    throw new Refused(failure.badRequest('Upgrade request required'));
  }

  /** Takes a connection over that asks to be upgraded, or answers it on its socket. */
  upgrade(request: HttpRequest, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#begin({ request, socket, head }).catch((error: unknown) => {
      writeAnswer(socket, answerOf(error));
    });
  }

  async #begin(upgrade: Upgrade): Promise<void> {
    const { request } = upgrade;
    const info = requestInfo(request.method, request.url);
    if (info === undefined || !info.isResource) throw new Refused(failure.noSuchResource());
    if (info.group !== '' || !isConnection(info.resource, info.subresource))
      throw new Refused(failure.noSuchResource());
    const asker = await this.#parts.authenticate(request);
    const kind = this.#parts.kinds.find(info.group, info.version, info.resource);
    if (kind === undefined) throw new Refused(failure.noSuchResource());
    if (info.subresource === 'log' || info.subresource === 'proxy') {
      throw new Refused(failure.badRequest('this path does not take an upgrade'));
    }
    const way = (await wayOf(this.#parts, info, kind, asker, optionsOf(info))) as PodWay;
    if (info.subresource === 'portforward') {
      const found = await findContainer(this.#parts, way, 'portforward');
      forwardPorts(this.#packets, found, info.query, upgrade);
    } else await this.#exec(info, way, upgrade);
  }

  async #exec(info: ResourceRequest, way: PodWay, upgrade: Upgrade): Promise<void> {
    const purpose = info.subresource === 'exec' ? 'exec' : 'attach';
    const { container: _, ...options } = execOptions(info.query, purpose === 'exec');
    if (!options.stdin && !options.stdout && !options.stderr) {
      throw new KubeletRefusal(400, 'you must specify at least 1 of stdin, stdout, stderr');
    }
    const { request } = upgrade;
    const isVersion5 = isWebSocket(request) && agreedProtocol(request, execProtocols) === 'v5.channel.k8s.io';
    try {
      const found = await findContainer(this.#parts, way, purpose);
      this.#play(found, options, upgrade);
    } catch (error) {
      if (!isVersion5 || !(error instanceof KubeletRefusal)) throw error;
      // Here the API server has answered the upgrade before it asks the kubelet.
      const status = failure.internalError(`unable to upgrade connection: ${error.message}`);
      this.#accept(upgrade, (socket) => failByChannels(socket, status));
    }
  }

  #play(found: { containerId: string; address: string }, options: SessionOptions, upgrade: Upgrade): void {
    const { request, socket, head } = upgrade;
    const begin = (viewer: Parameters<Sessions['begin']>[2]) => this.#sessions.begin(found, options, viewer);
    if (isWebSocket(request)) this.#accept(upgrade, (channels) => execByChannels(channels, options, begin));
    else if (isSpdy(request)) {
      const protocol = agreedSpdyProtocol(request, spdyExecProtocols);
      switchProtocol(socket, protocol);
      execBySpdy(new SpdyConnection(socket, head), options, protocol, begin);
    } else throw new Refused(failure.badRequest('unable to upgrade: unknown protocol'));
  }

  #accept({ request, socket, head }: Upgrade, then: (socket: ChannelSocket) => void): void {
    if (agreedProtocol(request, execProtocols) === undefined) {
      throw new KubeletRefusal(
        400,
        `unable to upgrade websocket connection: ${request.headers['sec-websocket-protocol']}`,
      );
    }
    acceptWebSocket(request, socket, head, execProtocols, (webSocket) => then(new ChannelSocket(webSocket)));
  }
}

function optionsOf({ query, subresource }: ResourceRequest): Record<string, unknown> {
  if (subresource === 'portforward') return { ports: query.getAll('ports') };
  const { container, command, ...options } = execOptions(query, subresource === 'exec');
  return {
    ...options,
    ...(container !== '' && { container }),
    ...(command !== undefined && { command: [...command] }),
  };
}

function answerOf(error: unknown): HttpResponse {
  if (error instanceof Refused) return encodeStatus(error.status);
  if (error instanceof KubeletRefusal) {
    const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    return { status: error.code, headers, body: `${error.message}\n` };
  }
  return encodeStatus(failure.internalError(String(error)));
}

/** Writes an answer on the socket of a connection that is not upgraded. */
function writeAnswer(socket: Duplex, { status, headers, body }: HttpResponse): void {
  if (socket.destroyed || !socket.writable) return;
  const bytes = Buffer.from(body as string);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${status} ${reasonOf(status)}\r\n${lines.join('')}content-length: ${bytes.length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function reasonOf(status: number): Status['reason'] {
  return (
    { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 401: 'Unauthorized' }[status] ?? 'Internal Server Error'
  );
}
