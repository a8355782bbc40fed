/** The conversation with a node's network: addresses, packets, forwarding rules; and name resolution. */

import type { Message } from '../message.ts';

export interface SocketAddress {
  ip: string;
  port: number;
}

/** An HTTP-like exchange over one TCP connection: what a packet carries. */
export type Payload =
  | {
      kind: 'request';
      method: string;
      path: string;
      host: string;
      bytes: number;
      /** Of a request from outside, by names in lower case: it is answered with headers and content too. */
      headers?: Readonly<Record<string, string>>;
      content?: string;
    }
  | {
      kind: 'response';
      status: number;
      bytes: number;
      /** Who gave the answer: a pod's name. */
      body?: string;
      headers?: Readonly<Record<string, string>>;
      content?: string;
    }
  /** A TCP reset: nothing listens there (`refused`), or an ICMP answer: no route, no endpoints (`unreachable`). */
  | { kind: 'reset'; reason: 'refused' | 'unreachable' };

export interface Packet {
  /** The connection: unique in the cluster, made by the one who opens it (its address and a count). */
  flow: string;
  protocol: 'TCP' | 'UDP';
  src: SocketAddress;
  dst: SocketAddress;
  /** Who opened the connection: replies to an address outside the cluster go here. */
  origin: string;
  /** Where the destination was translated (DNAT), what it was: replies bear it as their source. */
  originalDst?: SocketAddress;
  /** The node network replies must pass, where it masqueraded the source (SNAT), and what the source was. */
  via?: string;
  originalSrc?: SocketAddress;
  /** Routers passed; a packet that passes 16 is dropped. */
  hops: number;
  payload: Payload;
}

/** A packet, from whoever sends it to the network it is attached to, from network to network, and to who it is for. */
export type PacketForward = Message<'packet.forward', Packet>;

/** An address for a pod, out of the node's pod CIDR; packets to it go to `pause`. */
export type AddressAllocate = Message<
  'address.allocate',
  { podUid: string; sandboxId: string; pause: string; hostNetwork: boolean }
>;
/** `dns` is whom the pod's programs ask for names. */
export type AddressAllocated = Message<'address.allocated', { ip: string; dns: string }>;
export type AddressRefused = Message<'address.refused', { message: string }>;
export type AddressRelease = Message<'address.release', { sandboxId: string }>;
export type AddressReleased = Message<'address.released', { sandboxId: string }>;

/** The pod's namespace is gone (its pause container died): packets to its address find no host until it is released. */
export type LinkLost = Message<'link.lost', { sandboxId: string }>;

/** Asks a node's network for its subnet: the node's pod CIDR, empty until the node has one. */
export type SubnetDescribe = Message<'subnet.describe', undefined>;
/** The answer; also told to the node's runtime when the subnet comes, as a request, until it is noted. */
export type SubnetDescribed = Message<'subnet.described', { podCIDR: string }>;
export type SubnetNoted = Message<'subnet.noted', undefined>;

/** A pod's network namespace: which of its containers listens where. Sent by a container to its pause container, as a request. */
export type PortListen = Message<'port.listen', { port: number; container: string; hostPort?: number }>;
export type PortListening = Message<'port.listening', { port: number }>;
/** Another container of the pod listens there: EADDRINUSE. */
export type PortRefused = Message<'port.refused', { port: number; message: string }>;
/** Sent by the container, or by the runtime for one that died without a word. */
export type PortClose = Message<'port.close', { container: string }>;
/** Sends what comes to the node's address at `hostPort` to a pod (the port-map plug-in's role; a host-network pod's own ports). */
export type HostPortOpen = Message<'host-port.open', { sandboxId: string; hostPort: number; port: number }>;
export type HostPortOpened = Message<'host-port.opened', { hostPort: number }>;
export type HostPortClose = Message<'host-port.close', { sandboxId: string; hostPorts: readonly number[] }>;

/** How a Service port picks an endpoint: iptables' random, ipvs's schedulers. */
export type Balancing = 'random' | 'rr' | 'lc' | 'sh';

/** One Service port, as kube-proxy writes it to the node's forwarding table. */
export interface ForwardingRule {
  /** `namespace/service:port-name`. */
  key: string;
  protocol: 'TCP' | 'UDP';
  clusterIP: string;
  port: number;
  /** 0 for none. */
  nodePort: number;
  externalIPs: readonly string[];
  balancing: Balancing;
  /** Seconds a client's address stays with its endpoint; 0 for no affinity. */
  affinitySeconds: number;
  endpoints: readonly SocketAddress[];
  /** Where external (NodePort) traffic may only go to this node's endpoints: those; else absent. */
  localEndpoints?: readonly SocketAddress[];
}
/** Changes the node's forwarding table; `replace` makes it exactly `set`. Outlives kube-proxy, as the kernel's does. */
export type RulesApply = Message<
  'rules.apply',
  { replace: boolean; set: readonly ForwardingRule[]; remove: readonly string[] }
>;
export type RulesApplied = Message<'rules.applied', { count: number }>;
/** Told to the node's kube-proxy when the table is empty though it did not empty it: the node's network began anew. */
export type RulesFlushed = Message<'rules.flushed', undefined>;

/** Asks the cluster's DNS; `namespace` is the asker's, for its search path. */
export type NameResolve = Message<'name.resolve', { name: string; namespace: string; type: 'A' | 'SRV' }>;
export interface ServiceRecord {
  target: string;
  port: number;
}
export type NameResolved = Message<
  'name.resolved',
  { name: string; addresses: readonly string[]; services?: readonly ServiceRecord[]; ttlSeconds: number }
>;
export type NameRefused = Message<'name.refused', { name: string; code: 'NXDOMAIN' | 'SERVFAIL' | 'NOERROR' }>;
