/** The packets that answer a packet. */

import type { Packet, Payload } from '../../../protocol/messages/network.ts';

/** Tells whether an address is of 127.0.0.0/8. */
export function isLoopback(ip: string): boolean {
  return ip.startsWith('127.');
}

/** Makes the packet that goes back on a packet's connection; it keeps what its way back must undo. */
export function replyTo(packet: Packet, payload: Payload): Packet {
  return { ...packet, src: packet.dst, dst: packet.src, hops: 0, payload };
}

/** Makes the answer of a host that does not take a packet (`refused`), or of a router that has no way (`unreachable`). */
export function resetOf(packet: Packet, reason: 'refused' | 'unreachable'): Packet {
  return replyTo(packet, { kind: 'reset', reason });
}
