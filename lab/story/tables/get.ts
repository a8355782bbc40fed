/** `kubectl get`: the table of any resource. */

import type { KubernetesObject } from '../../../protocol/objects.ts';
import { since } from './age.ts';
import { endpointsColumns } from './endpoints.ts';
import { eventColumns } from './events.ts';
import { namespaceColumns } from './namespaces.ts';
import { nodeColumns } from './nodes.ts';
import { podColumns } from './pods.ts';
import { deploymentColumns, replicaSetColumns, replicationControllerColumns } from './replicas.ts';
import { serviceColumns } from './services.ts';
import { type Column, fillTable, type Rows, type View } from './table.ts';

// biome-ignore lint/suspicious/noExplicitAny: each resource has objects of its own kind.
const columnsOf: Readonly<Record<string, readonly Column<any>[]>> = {
  'deployments.apps': deploymentColumns,
  endpoints: endpointsColumns,
  events: eventColumns,
  namespaces: namespaceColumns,
  nodes: nodeColumns,
  pods: podColumns,
  'replicasets.apps': replicaSetColumns,
  replicationcontrollers: replicationControllerColumns,
  services: serviceColumns,
};

/** What kubectl shows of a kind it knows nothing of. */
const plainColumns: readonly Column<KubernetesObject>[] = [
  { name: 'Name', cell: ({ metadata }) => metadata.name },
  { name: 'Age', cell: ({ metadata }, nowMs) => since(metadata.creationTimestamp, nowMs) },
];

/**
 * Fills in the table of a resource (`pods`, `deployments.apps`...) with objects, in the order given.
 *
 * @example layOut(getTable('pods', admin.list('pods'), { nowMs: engine.now(), wide: true })).join('\n')
 */
export function getTable(resource: string, objects: readonly KubernetesObject[], view: View): Rows {
  return fillTable(columnsOf[resource] ?? plainColumns, objects, view);
}
