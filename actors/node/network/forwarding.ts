/** The data path: where a packet goes from here, and what is translated on its way. */

import { copyWith } from '../../../protocol/copy.ts';
import type { Packet, PacketForward, SocketAddress } from '../../../protocol/messages/network.ts';
import { closeConnection, openConnection } from './conntrack.ts';
import { addressNumber, contains } from './ipv4.ts';
import type { Attachment, Me } from './memory.ts';
import { isLoopback, resetOf } from './packet.ts';
import { routeTo } from './routes.ts';
import { addressKey, nodePortKey, pickEndpoint, type ServicePort } from './services.ts';

/** Takes a packet from a pod of this node, from the node itself, or from another node's network. */
export function forward(self: Me, event: PacketForward): void {
  const { memory } = self;
  const packet = event.body;
  if (packet.hops >= memory.input.config['max-hops']) return;
  if (packet.hops > 0) learnNeighbour(memory, packet.src.ip, event.from);
  send(self, packet);
}

/** Entries of a neighbour table; one that would grow beyond begins anew (net.ipv4.neigh.default.gc_thresh3 has 1,024). */
const neighboursMax = 10_000;

/** A packet that has passed a router came from another node's network; the way back leads there. */
function learnNeighbour(memory: Me['memory'], ip: string, from: string): void {
  if (memory.neighbours.has(ip)) return;
  if (memory.neighbours.size >= neighboursMax) memory.neighbours.clear();
  memory.neighbours.set(ip, from);
}

/** Sends a packet on. */
export function send(self: Me, packet: Packet): void {
  if (packet.payload.kind === 'request') sendRequest(self, packet);
  else sendReply(self, packet);
}

function sendRequest(self: Me, packet: Packet): void {
  const { services, input } = self.memory;
  // What was translated once is on its way to its endpoint.
  if (packet.originalDst !== undefined) {
    route(self, packet);
    return;
  }
  const { ip, port } = packet.dst;
  const byAddress = services.byAddress.get(addressKey(ip, port, packet.protocol));
  if (byAddress !== undefined) translate(self, packet, byAddress, ip !== byAddress.rule.clusterIP);
  else if (ip === input.nodeIP || isLoopback(ip)) sendToNode(self, packet);
  else route(self, packet);
}

/** Reaches the node itself: a node port, a host port, or a host-network pod. */
function sendToNode(self: Me, packet: Packet): void {
  const { services, hostPorts, attachments } = self.memory;
  const { port } = packet.dst;
  const nodePort = services.byNodePort.get(nodePortKey(port, packet.protocol));
  if (nodePort !== undefined) {
    translate(self, packet, nodePort, true);
    return;
  }
  const hostPort = hostPorts.get(port);
  const pod = hostPort && attachments.get(hostPort.sandboxId);
  if (hostPort === undefined || pod === undefined) send(self, resetOf(packet, 'refused'));
  else if (pod.hostNetwork) toPod(self, pod, packet);
  else toPod(self, pod, copyWith(packet, { dst: { ip: pod.ip, port: hostPort.port }, originalDst: packet.dst }));
}

/** Gives a connection to a Service an endpoint (DNAT), and hides who it comes from where its answers must pass here (SNAT). */
function translate(self: Me, packet: Packet, service: ServicePort, isExternal: boolean): void {
  const { memory } = self;
  const { rule } = service;
  const isFromPod = memory.pods.has(packet.src.ip);
  // externalTrafficPolicy Local: only what comes from outside is kept on this node; and dropped, not refused, where nothing is.
  const local = isExternal && !isFromPod ? rule.localEndpoints : undefined;
  const endpoint = endpointFor(self, packet, service, local ?? rule.endpoints);
  if (endpoint === undefined) {
    if (local === undefined || rule.endpoints.length === 0) send(self, resetOf(packet, 'refused'));
    return;
  }
  const translated = copyWith(packet, { dst: endpoint, originalDst: packet.dst });
  const isHairpin = endpoint.ip === packet.src.ip;
  const isFromNode = packet.src.ip === memory.input.nodeIP;
  const hides = isExternal ? local === undefined : isHairpin || !(isFromPod || isFromNode);
  if (!hides) route(self, translated);
  else {
    const src = { ip: memory.input.nodeIP, port: packet.src.port };
    route(self, copyWith(translated, { src, originalSrc: packet.src, via: self.address }));
  }
}

function endpointFor(
  self: Me,
  packet: Packet,
  service: ServicePort,
  endpoints: readonly SocketAddress[],
): SocketAddress | undefined {
  const { conntrack, services, input } = self.memory;
  const known = conntrack.get(packet.flow);
  if (known !== undefined && known.rule === service.rule.key) return known.endpoint;
  const now = self.monotonic();
  const endpoint = pickEndpoint(service, endpoints, packet.src.ip, now, self);
  if (endpoint === undefined) return undefined;
  const connection = { rule: service.rule.key, endpoint, openedAt: now };
  openConnection(conntrack, services, packet.flow, connection, input.config['conntrack-timeout']);
  return endpoint;
}

function sendReply(self: Me, packet: Packet): void {
  const { via } = packet;
  if (via !== undefined && via !== self.address) hop(self, via, packet);
  else if (via === undefined) routeReply(self, packet);
  else routeReply(self, { ...packet, dst: packet.originalSrc ?? packet.dst });
}

function routeReply(self: Me, packet: Packet): void {
  const { pods, input } = self.memory;
  const pod = pods.get(packet.dst.ip);
  if (pod !== undefined) toPod(self, pod, untranslate(self, packet));
  else if (packet.dst.ip === input.nodeIP || isLoopback(packet.dst.ip) || !isOnNode(packet.origin)) {
    // A process of the node itself, or someone outside the cluster.
    self.send<PacketForward>(packet.origin, 'packet.forward', untranslate(self, packet));
  } else routeAway(self, packet);
}

/** Makes an answer come from whom the question was sent to. */
function untranslate(self: Me, packet: Packet): Packet {
  if (packet.originalDst === undefined) return packet;
  closeConnection(self.memory.conntrack, self.memory.services, packet.flow);
  const { originalDst, originalSrc: _src, via: _via, ...rest } = packet;
  return { ...rest, src: originalDst };
}

function isOnNode(address: string): boolean {
  return address.startsWith('.node.', address.indexOf('.'));
}

/** Sends a request, translated or not, towards its destination. */
function route(self: Me, packet: Packet): void {
  const { pods, input } = self.memory;
  const { ip, port } = packet.dst;
  const pod = pods.get(ip);
  if (pod !== undefined) toPod(self, pod, packet);
  else if (ip !== input.nodeIP) routeAway(self, packet);
  else {
    const host = self.memory.hostPorts.get(port);
    const attachment = host && self.memory.attachments.get(host.sandboxId);
    if (attachment?.hostNetwork) toPod(self, attachment, packet);
    else send(self, resetOf(packet, 'refused'));
  }
}

function toPod(self: Me, pod: Attachment, packet: Packet): void {
  if (pod.isUp) self.send<PacketForward>(pod.pause, 'packet.forward', packet);
  else unreachable(self, packet);
}

/** An answer that cannot be delivered is lost; a question is told so. */
function unreachable(self: Me, packet: Packet): void {
  if (packet.payload.kind === 'request') send(self, resetOf(packet, 'unreachable'));
}

function routeAway(self: Me, packet: Packet): void {
  const { memory } = self;
  const { ip } = packet.dst;
  const age = self.monotonic() - memory.routesLearnedAt;
  const network = memory.neighbours.get(ip) ?? findNeighbour(memory, ip);
  if (network === self.address || (memory.subnet !== undefined && contains(memory.subnet, addressNumber(ip)))) {
    // In this node's own subnet, and no pod has it.
    unreachable(self, packet);
  } else if (network !== undefined) {
    if (age > memory.input.config['route-max-age']) self.raise({ type: 'route.missed' });
    hop(self, network, packet);
  } else if (age < memory.input.config['route-retry-period']) unreachable(self, packet);
  else {
    memory.waiting.push(packet);
    self.raise({ type: 'route.missed' });
  }
}

function findNeighbour(memory: Me['memory'], ip: string): string | undefined {
  const network = routeTo(memory.routes, ip);
  if (network !== undefined) learnNeighbour(memory, ip, network);
  return network;
}

function hop(self: Me, network: string, packet: Packet): void {
  self.send<PacketForward>(network, 'packet.forward', { ...packet, hops: packet.hops + 1 });
}
