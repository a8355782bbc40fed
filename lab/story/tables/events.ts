/** `kubectl get events`. */

import type { KubernetesEvent } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import type { Column } from './table.ts';

/** The columns of Events. */
export const eventColumns: readonly Column<KubernetesEvent>[] = [
  { name: 'Last Seen', cell: lastSeen },
  { name: 'Type', cell: ({ type }) => type ?? '' },
  { name: 'Reason', cell: ({ reason }) => reason ?? '' },
  { name: 'Object', cell: objectCell },
  { name: 'Subobject', isWide: true, cell: ({ involvedObject }) => involvedObject.fieldPath ?? '' },
  { name: 'Source', isWide: true, cell: sourceCell },
  { name: 'Message', cell: ({ message }) => (message ?? '').trim() },
  { name: 'First Seen', isWide: true, cell: firstSeen },
  { name: 'Count', isWide: true, cell: ({ count, series }) => `${series?.count ?? (count || 1)}` },
  { name: 'Name', isWide: true, cell: ({ metadata }) => metadata.name },
];

function firstSeen({ firstTimestamp, eventTime }: KubernetesEvent, nowMs: number): string {
  return since(firstTimestamp ?? eventTime, nowMs);
}

function lastSeen(event: KubernetesEvent, nowMs: number): string {
  const last = event.series?.lastObservedTime ?? event.lastTimestamp;
  return last === undefined ? firstSeen(event, nowMs) : since(last, nowMs);
}

function objectCell({ involvedObject: { kind = '', name } }: KubernetesEvent): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

/** Older events name their source, newer ones their reporting controller. */
function sourceCell({ source, reportingComponent, reportingInstance }: KubernetesEvent): string {
  const component = source?.component || reportingComponent || '';
  const where = source?.host || reportingInstance || '';
  return where === '' ? component : `${component}, ${where}`;
}
