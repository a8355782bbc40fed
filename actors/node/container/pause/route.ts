/** Where a packet in a pod's network namespace goes: to one of the pod's containers, or out to the node. */

import type { Packet } from '../../../../protocol/messages/network.ts';
import { isLoopback } from '../../network/packet.ts';

/** A pod's addresses, as its routing sees them. */
export interface Namespace {
  readonly ip: string;
  readonly hostNetwork: boolean;
}

/** Leaves the pod. */
export const out = 'out';
/** Reaches the pod, where nobody listens. */
export const refused = 'refused';

/** Finds where a packet goes: `out`, `refused`, or the address of who gets it. A reply goes to who opened its connection. */
export function route(pod: Namespace, listeners: ReadonlyMap<number, string>, packet: Packet): string {
  if (packet.dst.ip !== pod.ip && !isLoopback(packet.dst.ip)) return out;
  // What was translated on its way in is translated back where that was done: in the node's network.
  if (packet.payload.kind !== 'request') return packet.originalDst === undefined ? packet.origin : out;
  // A host-network pod shares the node's addresses, loopback too, with every other one.
  return listeners.get(packet.dst.port) ?? (pod.hostNetwork ? out : refused);
}
