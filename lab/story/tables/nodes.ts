/** `kubectl get nodes`. */

import type { Node } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import type { Column } from './table.ts';

/** The columns of nodes. */
export const nodeColumns: readonly Column<Node>[] = [
  { name: 'Name', cell: ({ metadata }) => metadata.name },
  { name: 'Status', cell: nodeStatus },
  { name: 'Roles', cell: rolesCell },
  { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) },
  { name: 'Version', cell: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '' },
  { name: 'Internal-IP', isWide: true, cell: (node) => addressOf(node, 'InternalIP') },
  { name: 'External-IP', isWide: true, cell: (node) => addressOf(node, 'ExternalIP') },
  { name: 'OS-Image', isWide: true, cell: ({ status }) => status?.nodeInfo?.osImage || '<unknown>' },
  { name: 'Kernel-Version', isWide: true, cell: ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>' },
  {
    name: 'Container-Runtime',
    isWide: true,
    cell: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
  },
];

/** Sums up a node: `Ready`, `NotReady,SchedulingDisabled`. One that nobody hears of is NotReady: its condition is Unknown. */
export function nodeStatus({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${word},SchedulingDisabled` : word;
}

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

function rolesCell({ metadata }: Node): string {
  const roles = Object.entries(metadata.labels ?? {}).map(([key, value]) =>
    key.startsWith(rolePrefix) ? key.slice(rolePrefix.length) : key === roleLabel ? value : '',
  );
  return [...new Set(roles.filter((role) => role !== ''))].sort().join(',') || '<none>';
}

function addressOf({ status }: Node, kind: string): string {
  return status?.addresses?.find(({ type }) => type === kind)?.address ?? '<none>';
}
