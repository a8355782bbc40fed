/** The forwarding table that kube-proxy writes: which Service port an address belongs to, and which endpoint a connection gets. */

import type { ForwardingRule, SocketAddress } from '../../../protocol/messages/network.ts';

/** A Service port in the table, and what the kernel remembers for it. */
export interface ServicePort {
  rule: ForwardingRule;
  /** Whose turn it is next (`rr`). */
  turn: number;
  /** Open connections by endpoint (`lc`). */
  load: Map<string, number> | undefined;
  /** Where a client's address stays (session affinity), and until when. */
  affinity: Map<string, { endpoint: string; untilMs: number }> | undefined;
}

/** The table, by rule and by what packets are sent to. */
export interface ServiceTable {
  ports: Map<string, ServicePort>;
  /** By `ip:port/protocol`: cluster and external addresses. */
  byAddress: Map<string, ServicePort>;
  /** By `port/protocol`, at any of the node's own addresses. */
  byNodePort: Map<string, ServicePort>;
}

/** Makes an empty table. */
export function emptyTable(): ServiceTable {
  return { ports: new Map(), byAddress: new Map(), byNodePort: new Map() };
}

/** Changes the table; what is remembered for a rule stays when the rule is set again. */
export function applyRules(
  table: ServiceTable,
  change: { replace: boolean; set: readonly ForwardingRule[]; remove: readonly string[] },
): void {
  if (change.replace) {
    const kept = new Set(change.set.map((rule) => rule.key));
    for (const key of table.ports.keys()) if (!kept.has(key)) removeRule(table, key);
  }
  for (const key of change.remove) removeRule(table, key);
  for (const rule of change.set) setRule(table, rule);
}

function removeRule(table: ServiceTable, key: string): void {
  const port = table.ports.get(key);
  if (port === undefined) return;
  table.ports.delete(key);
  unindex(table, port);
}

function unindex(table: ServiceTable, port: ServicePort): void {
  for (const address of addressesOf(port.rule)) {
    // The address may have gone to another rule in between.
    if (table.byAddress.get(address) === port) table.byAddress.delete(address);
  }
  const nodePort = nodePortKey(port.rule.nodePort, port.rule.protocol);
  if (table.byNodePort.get(nodePort) === port) table.byNodePort.delete(nodePort);
}

function setRule(table: ServiceTable, rule: ForwardingRule): void {
  let port = table.ports.get(rule.key);
  if (port === undefined) {
    port = { rule, turn: 0, load: undefined, affinity: undefined };
    table.ports.set(rule.key, port);
  } else {
    unindex(table, port);
    port.rule = rule;
  }
  if (rule.affinitySeconds === 0) port.affinity = undefined;
  for (const address of addressesOf(rule)) table.byAddress.set(address, port);
  if (rule.nodePort !== 0) table.byNodePort.set(nodePortKey(rule.nodePort, rule.protocol), port);
}

function addressesOf({ clusterIP, externalIPs, port, protocol }: ForwardingRule): string[] {
  const isHeadless = clusterIP === '' || clusterIP === 'None';
  return (isHeadless ? externalIPs : [clusterIP, ...externalIPs]).map((ip) => addressKey(ip, port, protocol));
}

/** Names an address in the table. */
export function addressKey(ip: string, port: number, protocol: string): string {
  return `${ip}:${port}/${protocol}`;
}

/** Names a node port in the table. */
export function nodePortKey(port: number, protocol: string): string {
  return `${port}/${protocol}`;
}

/** Names an endpoint. */
export function endpointKey({ ip, port }: SocketAddress): string {
  return `${ip}:${port}`;
}

/**
 * Picks the endpoint of a new connection from those it may go to; undefined where there is none.
 *
 * @param stream draws for `random`
 */
export function pickEndpoint(
  port: ServicePort,
  endpoints: readonly SocketAddress[],
  clientIP: string,
  nowMs: number,
  stream: { random(): number },
): SocketAddress | undefined {
  const { affinitySeconds } = port.rule;
  if (affinitySeconds === 0) return balance(port, endpoints, clientIP, stream);
  const kept = port.affinity?.get(clientIP);
  const stays =
    kept !== undefined && nowMs <= kept.untilMs
      ? endpoints.find((endpoint) => endpointKey(endpoint) === kept.endpoint)
      : undefined;
  const chosen = stays ?? balance(port, endpoints, clientIP, stream);
  if (chosen === undefined) return undefined;
  port.affinity ??= new Map();
  // Put last, so that the client unseen for longest is first and found without a search.
  port.affinity.delete(clientIP);
  port.affinity.set(clientIP, { endpoint: endpointKey(chosen), untilMs: nowMs + affinitySeconds * 1000 });
  forgetExpired(port.affinity, nowMs);
  return chosen;
}

function forgetExpired(affinity: Map<string, { untilMs: number }>, nowMs: number): void {
  for (const [client, { untilMs }] of affinity) {
    if (untilMs >= nowMs) return;
    affinity.delete(client);
  }
}

function balance(
  port: ServicePort,
  endpoints: readonly SocketAddress[],
  clientIP: string,
  stream: { random(): number },
): SocketAddress | undefined {
  if (endpoints.length === 0) return undefined;
  const { balancing } = port.rule;
  if (balancing === 'random') return endpoints[Math.floor(stream.random() * endpoints.length)];
  if (balancing === 'sh') return endpoints[hashOf(clientIP) % endpoints.length];
  const first = port.turn % endpoints.length;
  port.turn = first + 1;
  return balancing === 'rr' ? endpoints[first] : leastLoaded(port, endpoints, first);
}

/** Ties go round, so that idle endpoints share. */
function leastLoaded(port: ServicePort, endpoints: readonly SocketAddress[], first: number): SocketAddress | undefined {
  let best: SocketAddress | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < endpoints.length; i++) {
    const endpoint = endpoints[(first + i) % endpoints.length] as SocketAddress;
    const load = port.load?.get(endpointKey(endpoint)) ?? 0;
    if (load < least) {
      best = endpoint;
      least = load;
    }
  }
  return best;
}

/** Counts a connection to an endpoint up or down, where the balancing asks for it. */
export function countConnection(port: ServicePort, endpoint: SocketAddress, by: 1 | -1): void {
  if (port.rule.balancing !== 'lc') return;
  port.load ??= new Map();
  const key = endpointKey(endpoint);
  const load = (port.load.get(key) ?? 0) + by;
  if (load > 0) port.load.set(key, load);
  else port.load.delete(key);
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
