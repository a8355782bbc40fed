/** `kubectl get replicationcontrollers`. */

import type { Container, ReplicationController } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import { formatLabels } from './labels.ts';
import type { Column } from './table.ts';

/** The columns of ReplicationControllers. */
export const replicationControllerColumns: readonly Column<ReplicationController>[] = [
  { name: 'Name', cell: ({ metadata }) => metadata.name },
  { name: 'Desired', cell: ({ spec }) => `${spec.replicas ?? 0}` },
  { name: 'Current', cell: ({ status }) => `${status?.replicas ?? 0}` },
  { name: 'Ready', cell: ({ status }) => `${status?.readyReplicas ?? 0}` },
  { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) },
  { name: 'Containers', isWide: true, cell: (controller) => list(controller, ({ name }) => name) },
  { name: 'Images', isWide: true, cell: (controller) => list(controller, ({ image = '' }) => image) },
  { name: 'Selector', isWide: true, cell: ({ spec }) => formatLabels(spec.selector) },
];

function list({ spec }: ReplicationController, of: (container: Container) => string): string {
  return (spec.template?.spec?.containers ?? []).map(of).join(',');
}
