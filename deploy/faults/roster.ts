/** Lists all that faults can name in a cluster: whose machines there are, where they stand, which hosts have them. */

import { outsideMachine } from '../cluster.ts';
import type { ClusterSpec } from '../cluster-spec.ts';
import { type ClusterDocument, nodesOfHost } from '../hosts/document.ts';
import { type ClusterPart, masterMachine } from '../part.ts';
import type { Roster, RosterMachine } from './places.ts';

/** The host's name where a cluster is one process. */
export const localHost = 'local';

/** Makes the roster of a cluster whose parts run on several hosts. */
export function rosterOf(
  { name, masterZones }: Pick<ClusterSpec, 'name' | 'masterZones'>,
  parts: readonly ClusterPart[],
): Roster {
  const machines = new Map<string, RosterMachine>();
  const hosts = parts.map(({ host }) => host);
  const add = (machine: string, zone: string | undefined, on: readonly string[]) => {
    const known = machines.get(machine);
    machines.set(machine, { zone: zone ?? '', hosts: [...new Set([...(known?.hosts ?? []), ...on])] });
  };
  for (const { host, masters, nodes } of parts) {
    for (const index of new Set(Object.values(masters).flat())) {
      add(masterMachine(index), masterZones?.[index % masterZones.length], [host]);
    }
    for (const node of nodes) add(node.name, node.zone, [host]);
  }
  machines.set(outsideMachine, { zone: '', hosts, isEverywhere: true });
  return { cluster: name, machines, hosts };
}

/** Makes the roster of a cluster that is one process, with the nodes that have joined it. */
export function localRoster(spec: ClusterSpec, nodes: ClusterSpec['nodes']): Roster {
  const masters = Object.fromEntries(
    Object.entries(spec.controlPlane).map(([component, count]) => [
      component,
      Array.from({ length: count }, (_, i) => i),
    ]),
  );
  return rosterOf(spec, [{ host: localHost, masters, nodes }]);
}

/** Makes the roster of a cluster whose document says which host has what. */
export function rosterIn({ frame, hosts }: ClusterDocument): Roster {
  const parts = Object.entries(hosts).map(([host, entry]) => ({
    host,
    masters: entry.roles,
    nodes: nodesOfHost(entry),
  }));
  return rosterOf(frame, parts);
}

/** The hosts of a cluster that have not left it; they may be away. */
export function hostsIn({ hosts }: ClusterDocument): string[] {
  return Object.keys(hosts).filter((host) => hosts[host]?.leftAt === undefined);
}
