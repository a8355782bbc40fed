/** Calls that a container makes: a name to resolve, a connection, an answer to wait for, as long as its timeout. */

import type { CommandAnswer } from '../../../../protocol/messages/container.ts';
import type {
  NameRefused,
  NameResolve,
  NameResolved,
  Packet,
  PacketForward,
} from '../../../../protocol/messages/network.ts';
import { isLoopback } from '../../network/packet.ts';
import { isAddress } from './dependency.ts';
import { addTask, type Call, type CallTarget, dropTask, type Me, type Purpose } from './memory.ts';

/** How a call went. */
export interface CallEnd {
  purpose: Purpose;
  answer: CommandAnswer;
}

/** Ephemeral ports (net.ipv4.ip_local_port_range). */
const firstPort = 32768;
const portCount = 28232;

/** Sends a packet into the pod's network namespace. */
export function sendPacket(self: Me, packet: Packet): void {
  self.send<PacketForward>(self.memory.input.pause, 'packet.forward', packet);
}

/** Makes a call. */
export function openCall(self: Me, target: CallTarget, purpose: Purpose): void {
  const { memory } = self;
  memory.callCount += 1;
  const number = memory.callCount;
  const startedAt = self.monotonic();
  const timeout = { at: startedAt + target.timeoutMs, kind: 'timeout', call: number } as const;
  const call: Call = { number, target, purpose, startedAt, timeout, lookup: 0 };
  memory.calls ??= new Map();
  memory.calls.set(number, call);
  addTask(self, timeout);
  connect(self, call);
}

function connect(self: Me, call: Call): void {
  const { input, names } = self.memory;
  const { host, method, timeoutMs } = call.target;
  const known = names?.get(host);
  if (isAddress(host)) sendCall(self, call, host);
  else if (host === 'localhost') sendCall(self, call, '127.0.0.1');
  else if (known !== undefined && known.untilMs > self.monotonic() && method !== 'NAME') {
    sendCall(self, call, pick(self, known.addresses));
  } else {
    const body = { name: host, namespace: input.namespace, type: 'A' as const };
    const options = { deadlineMs: timeoutMs, note: { call: call.number, host } };
    call.lookup = self.request<NameResolve>(input.dns, 'name.resolve', body, options);
  }
}

function pick(self: Me, addresses: readonly string[]): string {
  return addresses[addresses.length === 1 ? 0 : Math.floor(self.random() * addresses.length)] ?? '';
}

function sendCall(self: Me, call: Call, ip: string): void {
  const { number, target } = call;
  const { host, port, method, path } = target;
  sendPacket(self, {
    flow: `${self.address}#${self.incarnation}.${number}`,
    protocol: 'TCP',
    src: { ip: isLoopback(ip) ? '127.0.0.1' : self.memory.input.ip, port: firstPort + (number % portCount) },
    dst: { ip, port },
    origin: self.address,
    hops: 0,
    payload: { kind: 'request', method, path, host, bytes: 128 },
  });
}

/** Takes the DNS's answer: the call goes on, or has ended. */
export function takeAddress(self: Me, event: NameResolved | NameRefused): CallEnd | undefined {
  const { memory } = self;
  const { call: number, host } = event.note as { call: number; host: string };
  const call = memory.calls?.get(number);
  const found = event.type === 'name.resolved' && event.body.addresses.length > 0 ? event.body : undefined;
  if (found !== undefined) {
    memory.names ??= new Map();
    memory.names.set(host, { addresses: found.addresses, untilMs: self.monotonic() + found.ttlSeconds * 1000 });
  }
  if (call === undefined) return undefined;
  call.lookup = 0;
  if (found === undefined) return closeCall(self, call, { isGood: false, failure: 'unknown-name' });
  if (call.target.method === 'NAME') return closeCall(self, call, { isGood: true, addresses: found.addresses });
  sendCall(self, call, pick(self, found.addresses));
  return undefined;
}

/** Takes an answer: the call it is for has ended. */
export function takeReply(self: Me, { flow, payload, src }: Packet): CallEnd | undefined {
  const dot = flow.lastIndexOf('.');
  const call = self.memory.calls?.get(Number(flow.slice(dot + 1)));
  if (call === undefined || flow.slice(0, dot) !== `${self.address}#${self.incarnation}`) return undefined;
  const { ip } = src;
  if (payload.kind === 'reset')
    return closeCall(self, call, { isGood: false, failure: payload.reason, addresses: [ip] });
  if (payload.kind !== 'response') return undefined;
  const { status, body = '', content } = payload;
  return closeCall(self, call, { isGood: status < 500, status, text: content ?? `${body}\n`, addresses: [ip] });
}

/** Gives a call up that took too long, or whose name nobody resolves. */
export function giveUpCall(self: Me, number: number): CallEnd | undefined {
  const call = self.memory.calls?.get(number);
  return call === undefined ? undefined : closeCall(self, call, { isGood: false, failure: 'timeout' });
}

function closeCall(self: Me, call: Call, how: Omit<CommandAnswer, 'tookMs'>): CallEnd {
  dropCall(self, call);
  return { purpose: call.purpose, answer: { ...how, tookMs: self.monotonic() - call.startedAt } };
}

/** Forgets a call. */
export function dropCall(self: Me, call: Call): void {
  self.memory.calls?.delete(call.number);
  dropTask(self, call.timeout);
  if (call.lookup !== 0) self.forget(call.lookup);
}
