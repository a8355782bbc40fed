/** `pods/portforward`: connections to a pod's ports, tunnelled over a WebSocket's channels or SPDY's streams. */

import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { HttpRequest } from '../http.ts';
import { SpdyConnection, type SpdyStream } from '../spdy/connection.ts';
import {
  acceptWebSocket,
  agreedProtocol,
  bytesOf,
  ChannelSocket,
  isWebSocket,
  portProtocols,
  tunnelProtocols,
} from './channels.ts';
import { KubeletRefusal } from './destination.ts';
import { RequestReader, type TunnelledRequest, writeResponse } from './http-text.ts';
import type { Packets } from './packets.ts';
import { agreedSpdyProtocol, isSpdy, switchProtocol } from './switching.ts';

/** The network namespace of a pod. */
interface Namespace {
  readonly containerId: string;
  readonly address: string;
}

/** The two ends of a forwarded connection at this side. */
interface Tunnel {
  write(bytes: Buffer): void;
  /** Says that the connection could not be made, or broke. */
  fail(message: string): void;
  end(): void;
}

const spdyProtocols = ['portforward.k8s.io'];

/** Forwards ports over a connection that asks for it. @throws KubeletRefusal */
export function forwardPorts(
  packets: Packets,
  pod: Namespace,
  query: URLSearchParams,
  { request, socket, head }: { request: HttpRequest; socket: Duplex; head: Buffer },
): void {
  if (isSpdy(request)) {
    switchProtocol(socket, agreedSpdyProtocol(request, spdyProtocols));
    forwardBySpdy(packets, pod, new SpdyConnection(socket, head));
  } else if (!isWebSocket(request)) throw new KubeletRefusal(400, 'unable to upgrade: unknown protocol');
  else if (agreedProtocol(request, tunnelProtocols)) {
    acceptWebSocket(request, socket, head, tunnelProtocols, (webSocket) => {
      forwardBySpdy(packets, pod, new SpdyConnection(asDuplex(webSocket)));
    });
  } else {
    const ports = portsOf(query);
    if (ports.length === 0) throw new KubeletRefusal(400, 'query parameter "port" is required');
    acceptWebSocket(request, socket, head, portProtocols, (webSocket) => {
      forwardByChannels(packets, pod, ports, new ChannelSocket(webSocket));
    });
  }
}

function portsOf(query: URLSearchParams): number[] {
  const texts = query.getAll('ports').flatMap((text) => text.split(','));
  return texts.map((text) => {
    const port = Number(text);
    if (!(port >= 1 && port <= 65_535)) throw new KubeletRefusal(400, `port "${text}" must be > 0 and < 65536`);
    return port;
  });
}

/** Gives a WebSocket as a stream of bytes. */
function asDuplex(webSocket: WebSocket): Duplex {
  const duplex = new Duplex({
    read: () => {},
    write: (bytes: Buffer, _encoding, done) => webSocket.send(bytes, done),
    final: (done) => {
      webSocket.close(1000);
      done();
    },
  });
  webSocket.on('message', (data) => duplex.push(bytesOf(data)));
  webSocket.on('close', () => duplex.push(null));
  return duplex;
}

/** A data and an error stream for each connection, that belong together by their request's number. */
function forwardBySpdy(packets: Packets, pod: Namespace, connection: SpdyConnection): void {
  const waiting = new Map<string, SpdyStream>();
  connection.onStream = (stream) => {
    const { port = '', requestid = '' } = stream.headers;
    const other = waiting.get(requestid);
    if (other === undefined) {
      waiting.set(requestid, stream);
      return;
    }
    waiting.delete(requestid);
    const [data, error] = stream.headers.streamtype === 'data' ? [stream, other] : [other, stream];
    const tunnel = new PortTunnel(packets, pod, Number(port), {
      write: (bytes) => data.write(bytes),
      fail: (message) => {
        error.write(message);
        error.end();
        data.end();
      },
      end: () => {
        data.end();
        error.end();
      },
    });
    data.onBytes = (bytes) => tunnel.take(bytes);
    data.onEnd = () => tunnel.finish();
    data.onReset = () => tunnel.drop();
  };
}

/** Two channels for each port: data, and errors; each begins with the number of the port. */
function forwardByChannels(packets: Packets, pod: Namespace, ports: readonly number[], socket: ChannelSocket): void {
  const tunnels = ports.map((port, i) => {
    const number = Buffer.alloc(2);
    number.writeUInt16LE(port);
    socket.send(2 * i, number);
    socket.send(2 * i + 1, number);
    return new PortTunnel(packets, pod, port, {
      write: (bytes) => socket.send(2 * i, bytes),
      fail: (message) => {
        socket.send(2 * i + 1, message);
        socket.close();
      },
      end: () => socket.close(),
    });
  });
  socket.onMessage = (channel, bytes) => {
    if (channel % 2 === 0) tunnels[channel / 2]?.take(bytes);
  };
  socket.onClose = () => {
    for (const tunnel of tunnels) tunnel.drop();
  };
}

/** One connection to a port of a pod: requests go through one after the other. */
class PortTunnel {
  readonly #packets: Packets;
  readonly #pod: Namespace;
  readonly #port: number;
  readonly #tunnel: Tunnel;
  readonly #reader = new RequestReader();
  readonly #gone = new AbortController();
  #work: Promise<void>;

  constructor(packets: Packets, pod: Namespace, port: number, tunnel: Tunnel) {
    this.#packets = packets;
    this.#pod = pod;
    this.#port = port;
    this.#tunnel = tunnel;
    this.#work = this.#connect();
  }

  /** Takes bytes of the client's. */
  take(bytes: Buffer): void {
    let requests: TunnelledRequest[];
    try {
      requests = this.#reader.take(bytes);
    } catch {
      this.#then(() => this.#refuse());
      return;
    }
    for (const request of requests) this.#then(() => this.#pass(request));
  }

  /** Takes it that the client sends no more. */
  finish(): void {
    this.#then(async () => this.#tunnel.end());
  }

  /** Takes it that the client has gone. */
  drop(): void {
    this.#gone.abort();
  }

  #then(act: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#gone.signal.aborted ? undefined : act()));
  }

  async #connect(): Promise<void> {
    const answer = await this.#send({ method: 'CONNECT', path: '', headers: {}, body: Buffer.alloc(0), isLast: false });
    if (answer?.kind === 'reset') this.#fail();
  }

  #fail(): void {
    const { containerId } = this.#pod;
    const dial = `dial tcp4 127.0.0.1:${this.#port}: connect: connection refused`;
    const dial6 = `dial tcp6 [::1]:${this.#port}: connect: connection refused`;
    this.#tunnel.fail(
      `error forwarding port ${this.#port} to pod ${containerId}, uid : failed to execute portforward in network ` +
        `namespace "/var/run/netns/cni-${containerId.slice(0, 8)}": failed to connect to localhost:${this.#port} ` +
        `inside namespace "${containerId}", IPv4: ${dial} IPv6 ${dial6} `,
    );
    this.#gone.abort();
  }

  async #refuse(): Promise<void> {
    this.#tunnel.write(
      writeResponse(400, { 'content-type': 'text/plain; charset=utf-8' }, '400 Bad Request', { isLast: true }),
    );
    this.#tunnel.end();
    this.#gone.abort();
  }

  async #pass(request: TunnelledRequest): Promise<void> {
    const answer = await this.#send(request);
    if (answer === undefined) return;
    if (answer.kind === 'reset') {
      this.#fail();
      return;
    }
    const { status, headers = {}, content = '' } = answer;
    const date = new Date(this.#packets.now()).toUTCString();
    const { isLast } = request;
    this.#tunnel.write(
      writeResponse(status, { date, ...headers }, content, { isHead: request.method === 'HEAD', isLast }),
    );
    if (!isLast) return;
    this.#tunnel.end();
    this.#gone.abort();
  }

  #send({ method, path, headers, body }: TunnelledRequest) {
    const payload = {
      kind: 'request',
      method,
      path,
      host: headers.host ?? `localhost:${this.#port}`,
      bytes: body.length,
      headers,
      content: body.toString(),
    } as const;
    const dst = { ip: '127.0.0.1', port: this.#port };
    return this.#packets.send({ to: this.#pod.address, src: '127.0.0.1', dst, payload }, this.#gone.signal);
  }
}
