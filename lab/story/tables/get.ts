/** `kubectl get`: the table of any resource. */

import type { KubernetesObject } from '../../../protocol/objects.ts';
import { findResource } from '../../../protocol/resources.ts';
import { plainTable, tableOfKind } from '../../../protocol/tables/tables.ts';
import { fillTable, type Rows, type View } from './table.ts';

/**
 * Fills in the table of a resource (`pods`, `deployments.apps`...) with objects, in the order given.
 *
 * @example layOut(getTable('pods', admin.list('pods'), { nowMs: engine.now(), wide: true })).join('\n')
 */
export function getTable(resource: string, objects: readonly KubernetesObject[], view: View): Rows {
  const kind = findResource(resource);
  return fillTable(kind === undefined ? plainTable : tableOfKind(kind), objects, view);
}
