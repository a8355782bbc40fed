/** `kubectl get pods`. */

import type { Pod } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import { restartsCell, summarize } from './pod-status.ts';
import type { Column } from './table.ts';

/** The columns of pods. */
export const podColumns: readonly Column<Pod>[] = [
  { name: 'Name', cell: ({ metadata }) => metadata.name },
  { name: 'Ready', cell: readyCell },
  { name: 'Status', cell: (pod) => summarize(pod).status },
  { name: 'Restarts', cell: (pod, nowMs) => restartsCell(summarize(pod), nowMs) },
  { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) },
  { name: 'IP', isWide: true, cell: ({ status }) => status?.podIPs?.[0]?.ip || '<none>' },
  { name: 'Node', isWide: true, cell: ({ spec }) => spec.nodeName || '<none>' },
  { name: 'Nominated Node', isWide: true, cell: ({ status }) => status?.nominatedNodeName || '<none>' },
  { name: 'Readiness Gates', isWide: true, cell: gatesCell },
];

function readyCell(pod: Pod): string {
  const { ready, total } = summarize(pod);
  return `${ready}/${total}`;
}

function gatesCell({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  );
  return `${open.length}/${gates.length}`;
}
