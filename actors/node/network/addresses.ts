/** Which address a pod gets: host-local's way, one after the other, round the node's subnet. */

import { addressText, type Subnet } from './ipv4.ts';

/** An address given out, or why there is none (host-local's words). */
export type Choice = { ip: string; number: number } | { message: string };

/**
 * Chooses the next free address after the last one given, so that one given back rests as long as it can.
 *
 * The subnet's first address names it, its second is the gateway's, its last is the broadcast address.
 */
export function chooseAddress(subnet: Subnet, last: number, isTaken: (ip: string) => boolean): Choice {
  const gateway = subnet.base + 1;
  const end = subnet.base + 2 ** (32 - subnet.bits) - 2;
  const count = end - gateway;
  const from = last > gateway && last <= end ? last - gateway : 0;
  for (let step = 0; step < count; step++) {
    const number = gateway + 1 + ((from + step) % count);
    const ip = addressText(number);
    if (!isTaken(ip)) return { ip, number };
  }
  const range = `${addressText(gateway)}-${addressText(end)}`;
  return { message: `failed to allocate for range 0: no IP addresses available in range set: ${range}` };
}
