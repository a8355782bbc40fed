/** How many addresses one Endpoints object may have. */

import type { EndpointAddress, EndpointSubset } from '../../../../protocol/objects.ts';

/** As `maxCapacity` of the endpoints controller. */
const addressesMax = 1000;

/** Counts the addresses of subsets. */
export function countAddresses(subsets: readonly EndpointSubset[]): number {
  return subsets.reduce((sum, one) => sum + lengthOf(one.addresses) + lengthOf(one.notReadyAddresses), 0);
}

/** Tells whether subsets have more addresses than an object may. */
export function isOverCapacity(subsets: readonly EndpointSubset[]): boolean {
  return countAddresses(subsets) > addressesMax;
}

/** Cuts subsets down to what an object may have: each to its share, unready addresses before ready ones. */
export function truncateSubsets(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const ready = subsets.reduce((sum, one) => sum + lengthOf(one.addresses), 0);
  const cutsReady = ready > addressesMax;
  const field = cutsReady ? 'addresses' : 'notReadyAddresses';
  const room = cutsReady ? addressesMax : addressesMax - ready;
  const total = cutsReady ? ready : countAddresses(subsets) - ready;
  let left = room;
  return subsets.map((one) => {
    const list = one[field] ?? [];
    const kept = list.slice(0, Math.min(left, Math.ceil((list.length / total) * room)));
    left -= kept.length;
    return withAddresses(one, cutsReady ? kept : (one.addresses ?? []), cutsReady ? [] : kept);
  });
}

function withAddresses(
  { ports }: EndpointSubset,
  addresses: EndpointAddress[],
  notReadyAddresses: EndpointAddress[],
): EndpointSubset {
  return {
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ...(ports !== undefined && { ports }),
  };
}

function lengthOf(list: readonly unknown[] | undefined): number {
  return list?.length ?? 0;
}
