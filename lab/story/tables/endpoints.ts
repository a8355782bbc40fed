/** `kubectl get endpoints`. */

import type { EndpointSubset, Endpoints } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import type { Column } from './table.ts';

/** How many addresses are written out. */
const most = 3;

/** The columns of Endpoints. */
export const endpointsColumns: readonly Column<Endpoints>[] = [
  { name: 'Name', cell: ({ metadata }) => metadata.name },
  { name: 'Endpoints', cell: endpointsCell },
  { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) },
];

function endpointsCell({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(addressesOf);
  if (all.length === 0) return '<none>';
  const shown = all.slice(0, most).join(',');
  return all.length > most ? `${shown} + ${all.length - most} more...` : shown;
}

/** Every address with every port; without ports, as a headless Service may be, the addresses alone. */
function addressesOf({ addresses = [], ports = [] }: EndpointSubset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip);
  return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`));
}
