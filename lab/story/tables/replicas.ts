/** `kubectl get` of what keeps replicas: replicationcontrollers, replicasets, deployments. */

import type {
  Container,
  Deployment,
  LabelSelector,
  ReplicaSet,
  ReplicationController,
} from '../../../protocol/objects.ts';
import { formatSelector, selectorFromLabelSelector } from '../../../protocol/selectors.ts';
import { since } from './age.ts';
import { formatLabels } from './labels.ts';
import type { Column } from './table.ts';

type Keeper = ReplicationController | ReplicaSet | Deployment;

const name: Column<Keeper> = { name: 'Name', cell: ({ metadata }) => metadata.name };
const age: Column<Keeper> = { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) };
const containers: readonly Column<Keeper>[] = [
  { name: 'Containers', isWide: true, cell: (keeper) => list(keeper, (container) => container.name) },
  { name: 'Images', isWide: true, cell: (keeper) => list(keeper, ({ image = '' }) => image) },
];

const counts: readonly Column<ReplicationController | ReplicaSet>[] = [
  { name: 'Desired', cell: ({ spec }) => `${spec.replicas ?? 0}` },
  { name: 'Current', cell: ({ status }) => `${status?.replicas ?? 0}` },
  { name: 'Ready', cell: ({ status }) => `${status?.readyReplicas ?? 0}` },
];

/** The columns of ReplicationControllers. */
export const replicationControllerColumns: readonly Column<ReplicationController>[] = [
  name,
  ...counts,
  age,
  ...containers,
  { name: 'Selector', isWide: true, cell: ({ spec }) => formatLabels(spec.selector) },
];

/** The columns of ReplicaSets. */
export const replicaSetColumns: readonly Column<ReplicaSet>[] = [
  name,
  ...counts,
  age,
  ...containers,
  { name: 'Selector', isWide: true, cell: ({ spec }) => selectorCell(spec.selector) },
];

/** The columns of Deployments. */
export const deploymentColumns: readonly Column<Deployment>[] = [
  name,
  { name: 'Ready', cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}` },
  { name: 'Up-to-date', cell: ({ status }) => `${status?.updatedReplicas ?? 0}` },
  { name: 'Available', cell: ({ status }) => `${status?.availableReplicas ?? 0}` },
  age,
  ...containers,
  { name: 'Selector', isWide: true, cell: ({ spec }) => selectorCell(spec.selector) },
];

function list({ spec }: Keeper, of: (container: Container) => string): string {
  return (spec.template?.spec?.containers ?? []).map(of).join(',');
}

/** A selector as apimachinery's `FormatLabelSelector` writes it. */
function selectorCell(selector: LabelSelector): string {
  return formatSelector(selectorFromLabelSelector(selector)) || '<none>';
}
