/** Makes the specification of the cluster that a story asks for. */

import type { Settings } from '../../deploy/cast.ts';
import { type ClusterSpec, type NodeGroup, nodesOf, singleControlPlane } from '../../deploy/cluster-spec.ts';
import type { NodeConfig } from '../../protocol/node-config.ts';
import { type MasterName, masters, type Story, type StoryCluster } from './format.ts';

/** The groups of nodes a story begins with. */
export function groupsOf(cluster: StoryCluster | undefined): NodeGroup[] {
  const { nodes = 3, zones } = cluster ?? {};
  const groups = typeof nodes === 'number' ? [{ count: nodes }] : nodes;
  return groups.map((group) => ({ ...(zones !== undefined && { zones }), ...withTextCapacity(group) }));
}

/** YAML's `cpu: 4` is a number; a quantity is a text. */
export function withTextCapacity(group: NodeGroup): NodeGroup {
  if (group.capacity === undefined) return group;
  const amounts = Object.entries(group.capacity).map(([name, amount]) => [name, String(amount)]);
  return { ...group, capacity: Object.fromEntries(amounts) };
}

/** Gives the nodes of a group that joins those of other groups: named and addressed after them. */
export function joiners(before: readonly NodeGroup[], group: NodeGroup): NodeConfig[] {
  return nodesOf([...before, group]).slice(nodesOf(before).length);
}

/** The cluster of a story whose fields are right. */
export function clusterOf(story: Story): ClusterSpec {
  const { cluster } = story;
  const controlPlane = { ...singleControlPlane };
  for (const [name, count] of Object.entries(cluster?.controlPlane ?? {})) {
    controlPlane[masters[name as MasterName]] = count;
  }
  return {
    name: cluster?.name ?? 'c',
    nodes: nodesOf(groupsOf(cluster)),
    controlPlane,
    settings: (cluster?.settings ?? {}) as Settings,
    images: cluster?.images ?? [],
    ...(cluster?.zones !== undefined && { masterZones: cluster.zones }),
  };
}
