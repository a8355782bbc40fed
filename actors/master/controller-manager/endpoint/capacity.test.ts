/** How many addresses one Endpoints object may have. */

import { expect, test } from 'vitest';
import type { EndpointSubset } from '../../../../protocol/objects.ts';
import { countAddresses, isOverCapacity, truncateSubsets } from './capacity.ts';

/** A subset with so many ready addresses, and others. */
function subset(ready: number, unready = 0): EndpointSubset {
  const list = (count: number) => Array.from({ length: count }, (_, i) => ({ ip: `10.0.${i >> 8}.${i & 255}` }));
  return {
    ...(ready > 0 && { addresses: list(ready) }),
    ...(unready > 0 && { notReadyAddresses: list(unready) }),
    ports: [{ port: 80 }],
  };
}

const counts = (subsets: readonly EndpointSubset[]) =>
  subsets.map(({ addresses = [], notReadyAddresses = [] }) => [addresses.length, notReadyAddresses.length]);

test('a thousand addresses are enough', () => {
  expect([isOverCapacity([subset(600, 400)]), isOverCapacity([subset(600, 401)])]).toEqual([false, true]);
});

test.each([
  ['unready addresses go first', [subset(900, 300)], [[900, 100]]],
  ['then ready ones, and no unready one is left', [subset(1500, 300)], [[1000, 0]]],
  [
    'each subset keeps its share',
    [subset(1500), subset(500)],
    [
      [750, 0],
      [250, 0],
    ],
  ],
  [
    'also of the unready ones',
    [subset(500, 600), subset(0, 200)],
    [
      [500, 375],
      [0, 125],
    ],
  ],
] as const)('of more, %s', (_, subsets, kept) => {
  const cut = truncateSubsets(subsets);
  expect(counts(cut)).toEqual(kept);
  expect(countAddresses(cut)).toBe(1000);
});
