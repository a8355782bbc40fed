/** One request and its answer: the name is resolved, a packet enters by a node, and something comes back or does not. */

import type { RequestExpired } from '../../../protocol/messages/host.ts';
import type {
  NameRefused,
  NameResolve,
  NameResolved,
  Packet,
  PacketForward,
} from '../../../protocol/messages/network.ts';
import type { FailureKind, TrafficAnswered, TrafficAsk, TrafficNode } from '../../../protocol/messages/traffic.ts';
import { clusterOf, nodeAddress } from '../../../protocol/subjects.ts';
import { countAnswer, countFailure } from './measurements.ts';
import type { Exchange, Me, TrafficMemory } from './memory.ts';
import { isAddress, parseTarget, sourceAddress } from './target.ts';

const defaultTimeoutMs = 1000;
/** Ephemeral ports (net.ipv4.ip_local_port_range). */
const firstPort = 32_768;
const portCount = 28_232;
const requestBytes = 128;

/** What is answered where nothing came back. */
export const nothing: TrafficAnswered['body'] = { ok: false, status: 0, latencyMs: 0, servedBy: '' };

/** Gives when something is due next, in ms on the monotonic clock; Infinity where nothing is. */
export function dueMs({ nextSendMs, exchanges }: TrafficMemory): number {
  const [first] = exchanges.values();
  return Math.min(nextSendMs, first?.deadlineMs ?? Number.POSITIVE_INFINITY);
}

/** Begins a request; false where the target cannot be read. */
export function begin(self: Me, target: string, node: string | undefined, question?: TrafficAsk): boolean {
  const destination = parseTarget(target);
  if (destination === undefined) return false;
  const { memory } = self;
  const now = self.monotonic();
  memory.count += 1;
  const exchange: Exchange = {
    count: memory.count,
    destination,
    node,
    sentAt: self.now(),
    sentMs: now,
    deadlineMs: now + (memory.input.timeoutMs ?? defaultTimeoutMs),
    question,
  };
  memory.exchanges.set(exchange.count, exchange);
  connect(self, exchange);
  return true;
}

function connect(self: Me, exchange: Exchange): void {
  const { names, nodes, input } = self.memory;
  const { host } = exchange.destination;
  const node = nodes.find(({ name, address }) => name === host || address === host);
  const known = names.get(host);
  if (node !== undefined) sendPacket(self, exchange, node.address, node);
  else if (isAddress(host)) sendPacket(self, exchange, host, entryOf(self, exchange));
  else if (known !== undefined && known.untilMs > self.monotonic()) enter(self, exchange, known.addresses);
  else {
    const body = { name: host, namespace: 'default', type: 'A' as const };
    const deadlineMs = exchange.deadlineMs - self.monotonic();
    self.request<NameResolve>(input.dns, 'name.resolve', body, { deadlineMs, note: { count: exchange.count, host } });
  }
}

function enter(self: Me, exchange: Exchange, addresses: readonly string[]): void {
  const index = addresses.length === 1 ? 0 : Math.floor(self.random() * addresses.length);
  sendPacket(self, exchange, addresses[index] ?? '', entryOf(self, exchange));
}

function entryOf({ memory }: Me, { node }: Exchange): TrafficNode | undefined {
  if (node !== undefined) return memory.nodes.find(({ name }) => name === node);
  return memory.nodes[memory.entry % memory.nodes.length];
}

function sendPacket(self: Me, exchange: Exchange, ip: string, entry: TrafficNode | undefined): void {
  if (entry === undefined) {
    fail(self, exchange, 'unreachable');
    return;
  }
  const { input } = self.memory;
  const { host, port, path } = exchange.destination;
  const packet: Packet = {
    flow: `${self.address}#${self.incarnation}.${exchange.count}`,
    protocol: 'TCP',
    src: {
      ip: sourceAddress(input.name, exchange.count % (input.clients ?? 1)),
      port: firstPort + (exchange.count % portCount),
    },
    dst: { ip, port },
    origin: self.address,
    hops: 0,
    payload: { kind: 'request', method: input.method ?? 'GET', path, host, bytes: requestBytes },
  };
  self.send<PacketForward>(nodeAddress(clusterOf(self.address), entry.name, 'network'), 'packet.forward', packet);
}

/** Takes the DNS's answer. */
export function takeAddress(self: Me, { body, note }: NameResolved): void {
  const { count, host } = note as { count: number; host: string };
  const { addresses, ttlSeconds } = body;
  self.memory.names.set(host, { addresses, untilMs: self.monotonic() + ttlSeconds * 1000 });
  const exchange = self.memory.exchanges.get(count);
  if (exchange === undefined) return;
  if (addresses.length === 0) fail(self, exchange, 'dns');
  else enter(self, exchange, addresses);
}

/** Takes a refusal of the DNS, or its silence. */
export function failLookup(self: Me, { note }: NameRefused | RequestExpired): void {
  const exchange = self.memory.exchanges.get((note as { count: number }).count);
  if (exchange !== undefined) fail(self, exchange, 'dns');
}

/** Takes what came back for a request that is still waited for. */
export function takeAnswer(self: Me, { body: packet }: PacketForward): void {
  const { flow, payload } = packet;
  const dot = flow.lastIndexOf('.');
  const exchange = self.memory.exchanges.get(Number(flow.slice(dot + 1)));
  if (exchange === undefined || flow.slice(0, dot) !== `${self.address}#${self.incarnation}`) return;
  if (payload.kind === 'reset') fail(self, exchange, payload.reason);
  else if (payload.kind === 'response') {
    if (payload.status >= 500) fail(self, exchange, 'http-error', payload.status);
    else succeed(self, exchange, payload.status, payload.body ?? '');
  }
}

/** Gives up the requests whose time is over, and the node they entered by. */
export function failOverdue(self: Me): void {
  const { memory } = self;
  const now = self.monotonic();
  for (const exchange of memory.exchanges.values()) {
    if (exchange.deadlineMs > now) break;
    if (exchange.node === undefined) memory.entry += 1;
    fail(self, exchange, 'timeout');
  }
  self.raise({ type: 'clock.set' });
}

function succeed(self: Me, exchange: Exchange, status: number, servedBy: string): void {
  const { memory } = self;
  const latencyMs = self.monotonic() - exchange.sentMs;
  memory.exchanges.delete(exchange.count);
  if (exchange.question === undefined) countAnswer(memory.measurements, exchange.sentAt, latencyMs, servedBy);
  else {
    const body = { ok: true, status, latencyMs, servedBy };
    self.reply<TrafficAnswered>(exchange.question, 'traffic.answered', body);
  }
}

function fail(self: Me, exchange: Exchange, failure: FailureKind, status = 0): void {
  const { memory } = self;
  memory.exchanges.delete(exchange.count);
  if (exchange.question === undefined) countFailure(memory.measurements, exchange.sentAt, failure);
  else {
    const latencyMs = self.monotonic() - exchange.sentMs;
    self.reply<TrafficAnswered>(exchange.question, 'traffic.answered', { ...nothing, status, failure, latencyMs });
  }
}
