/** The tables a story shows, as kubectl prints them. */

import { findByAnyName, groupResource } from '../../../protocol/resources.ts';
import { getTable } from '../tables/get.ts';
import type { ShownTable } from './playbill.ts';
import type { Stage } from './stage.ts';
import { trafficTable } from './traffic-rows.ts';

/** Wide tables of kinds that read better so: where pods run. */
const wide = ['pods'];

/** Makes the tables of resources, or of `traffic`, as they are now; of several, as kubectl, those that have any rows. */
export function printTables(stage: Stage, names: readonly string[]): ShownTable[] {
  const tables = names.map((name) => (name === 'traffic' ? trafficTable(stage) : tableOf(stage, name)));
  const filled = tables.filter(({ rows }) => rows.length > 1);
  return filled.length === 0 ? tables.slice(0, 1) : filled;
}

function tableOf({ view, engine }: Stage, name: string): ShownTable {
  const kind = findByAnyName(name);
  const resource = kind === undefined ? name : groupResource(kind);
  const objects = view.all(resource);
  if (objects.length === 0) {
    const where = kind?.namespaced === true ? ' in default namespace.' : '';
    return { title: `kubectl get ${name}`, rows: [[`No resources found${where}`]] };
  }
  const allNamespaces = objects.some(({ metadata }) => !['', 'default'].includes(metadata.namespace ?? ''));
  const isWide = wide.includes(name);
  const options = `${allNamespaces ? ' -A' : ''}${isWide ? ' -o wide' : ''}`;
  const rows = getTable(resource, objects, { nowMs: engine.now(), wide: isWide, allNamespaces });
  // kubectl's last two wide columns of pods say nothing here.
  return { title: `kubectl get ${name}${options}`, rows: isWide ? rows.map((row) => row.slice(0, -2)) : rows };
}
