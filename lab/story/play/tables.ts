/** The tables a story shows, as kubectl prints them. */

import { getTable } from '../tables/get.ts';
import type { ShownTable } from './playbill.ts';
import type { Stage } from './stage.ts';
import { trafficTable } from './traffic-rows.ts';

/** Wide tables of kinds that read better so: where pods run. */
const wide = ['pods'];

/** Makes the tables of resources, or of `traffic`, as they are now. */
export function printTables(stage: Stage, names: readonly string[]): ShownTable[] {
  return names.map((name) => {
    if (name === 'traffic') return trafficTable(stage);
    const objects = stage.view.all(name);
    const inNamespaces = new Set(objects.map(({ metadata }) => metadata.namespace ?? ''));
    const allNamespaces = [...inNamespaces].some((namespace) => namespace !== '' && namespace !== 'default');
    const isWide = wide.includes(name);
    const options = [allNamespaces && ' -A', isWide && ' -o wide'].filter((word) => word !== false).join('');
    const rows = getTable(name, objects, { nowMs: stage.engine.now(), wide: isWide, allNamespaces });
    // kubectl's last two wide columns of pods say nothing here.
    return { title: `kubectl get ${name}${options}`, rows: isWide ? rows.map((row) => row.slice(0, -2)) : rows };
  });
}
