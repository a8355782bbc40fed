/** What probes and lifecycle hooks do: run a command, get a page, open a connection; and how what comes back reads. */

import type { ContainerExec, ContainerExeced } from '../../../protocol/messages/cri.ts';
import type { Packet, Payload } from '../../../protocol/messages/network.ts';
import type { Container, Probe } from '../../../protocol/objects.ts';
import type { Outcome } from './probes.ts';

/** A handler of a probe or hook (an HTTP get, a TCP or gRPC connection, a command). */
export type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'>;

/** An address to connect to, and what to ask there. */
export interface Call {
  ip: string;
  port: number;
  payload: Payload;
  /** As error messages name it: `http://10.244.1.5:80/healthz`; empty for a plain connection. */
  url: string;
}

/** Makes the call of a handler that goes over the network; undefined for a command, or a port name the container lacks. */
export function callOf(handler: Handler, container: Container, podIP: string): Call | undefined {
  const { httpGet, tcpSocket, grpc } = handler;
  const target = httpGet ?? tcpSocket ?? grpc;
  if (target === undefined) return undefined;
  const port = portOf(target.port, container);
  if (port === undefined) return undefined;
  const ip = (httpGet ?? tcpSocket)?.host || podIP;
  if (tcpSocket) return { ip, port, url: '', payload: request('CONNECT', '', `${ip}:${port}`) };
  if (grpc) return { ip, port, url: '', payload: request('POST', '/grpc.health.v1.Health/Check', `${ip}:${port}`) };
  const path = httpGet?.path || '/';
  const url = `${(httpGet?.scheme ?? 'HTTP').toLowerCase()}://${ip}:${port}${path.startsWith('/') ? '' : '/'}${path}`;
  const host = httpGet?.httpHeaders?.find(({ name }) => name.toLowerCase() === 'host')?.value ?? `${ip}:${port}`;
  return { ip, port, url, payload: request('GET', path, host) };
}

function request(method: string, path: string, host: string): Payload {
  return { kind: 'request', method, path, host, bytes: 100 };
}

function portOf(port: string | number, container: Container): number | undefined {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

/** Wraps a call in a packet from the node's own address. */
export function packetOf(call: Call, flow: string, origin: string, nodeIP: string, srcPort: number): Packet {
  return {
    flow,
    protocol: 'TCP',
    src: { ip: nodeIP, port: srcPort },
    dst: { ip: call.ip, port: call.port },
    origin,
    hops: 0,
    payload: call.payload,
  };
}

/** Reads the answer to a call, in the words of kubelet's prober. */
export function readAnswer(call: Call, payload: Payload): Outcome {
  if (payload.kind === 'reset') return { ok: false, message: failed(call, resetText(payload.reason)) };
  if (payload.kind !== 'response' || call.url === '') return { ok: true };
  if (payload.status >= 200 && payload.status < 400) return { ok: true };
  return { ok: false, message: `HTTP probe failed with statuscode: ${payload.status}` };
}

/** Says that a call was not answered in time. */
export function timedOut(call: Call): Outcome {
  if (call.url === '') return { ok: false, message: `dial tcp ${call.ip}:${call.port}: i/o timeout` };
  const why = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return { ok: false, message: `Get "${call.url}": ${why}` };
}

function resetText(reason: 'refused' | 'unreachable'): string {
  return reason === 'refused' ? 'connect: connection refused' : 'connect: no route to host';
}

function failed(call: Call, why: string): string {
  const dial = `dial tcp ${call.ip}:${call.port}: ${why}`;
  return call.url === '' ? dial : `Get "${call.url}": ${dial}`;
}

/** Makes the command of a handler; undefined where it has none. */
export function execOf(
  handler: Handler,
  containerId: string,
  timeoutSeconds: number,
): ContainerExec['body'] | undefined {
  if (handler.exec === undefined) return undefined;
  return { containerId, command: handler.exec.command ?? [], timeoutSeconds };
}

/** Reads what a command did. */
export function readExec({ exitCode, output }: ContainerExeced['body']): Outcome {
  return exitCode === 0 ? { ok: true } : { ok: false, message: output };
}

/** Says that a command was not done in time, as the kubelet's runtime client does. */
export function execTimedOut(command: readonly string[]): Outcome {
  return { ok: false, message: `command ${JSON.stringify(command.join(' '))} timed out` };
}
