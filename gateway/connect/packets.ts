/** HTTP requests through the cluster's network: a packet out, the packet that answers it back. */

import type { Packet, PacketForward, Payload, SocketAddress } from '../../protocol/messages/network.ts';
import type { ClusterLink } from '../cluster-link.ts';

/** What came back. */
export type PacketAnswer = Exclude<Payload, { kind: 'request' }>;

/** A packet to be sent. */
export interface PacketOrder {
  /** Who takes it first: a node's network, or a pod's namespace. */
  readonly to: string;
  readonly src: string;
  readonly dst: SocketAddress;
  readonly payload: Extract<Payload, { kind: 'request' }>;
}

/** Ephemeral ports (net.ipv4.ip_local_port_range). */
const firstPort = 32_768;
const portCount = 28_232;

/** All packets under way of a link. */
export class Packets {
  readonly #link: ClusterLink;
  readonly #open = new Map<string, (answer: PacketAnswer) => void>();
  #count = 0;

  constructor(link: ClusterLink) {
    this.#link = link;
    link.takeMessages('packet.forward', (message) => {
      const { flow, payload } = (message as PacketForward).body;
      const take = this.#open.get(flow);
      this.#open.delete(flow);
      if (payload.kind !== 'request') take?.(payload);
    });
  }

  /** Sends a request; gives its answer, or undefined where it was given up before one came. */
  send({ to, src, dst, payload }: PacketOrder, signal?: AbortSignal): Promise<PacketAnswer | undefined> {
    this.#count += 1;
    const flow = `${this.#link.address}#${this.#count}`;
    const packet: Packet = {
      flow,
      protocol: 'TCP',
      src: { ip: src, port: firstPort + (this.#count % portCount) },
      dst,
      origin: this.#link.address,
      hops: 0,
      payload,
    };
    return new Promise((resolve) => {
      this.#open.set(flow, resolve);
      const giveUp = () => {
        this.#open.delete(flow);
        resolve(undefined);
      };
      if (signal?.aborted) giveUp();
      else {
        signal?.addEventListener('abort', giveUp, { once: true });
        this.#link.tell<PacketForward>(to, 'packet.forward', packet);
      }
    });
  }

  /** ms since the Unix epoch, on the cluster's clock. */
  now(): number {
    return this.#link.now();
  }
}
