/** Counting what the objects of a namespace use of one quota. */

import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { canonicalQuantity, formatQuantity, parseQuantity, type Quantity } from '../../../../protocol/quantity.ts';
import { isInScopes, namesUsedBy, type ResourceQuota } from '../../../../protocol/quota/scopes.ts';
import { plus, resourceUsing, usageOf } from '../../../../protocol/quota/usage.ts';

type Amounts = Readonly<Record<string, string>>;

/** Gives the resources whose objects use what a quota limits, as group-resources. */
export function resourcesOf({ spec }: ResourceQuota): string[] {
  const used = Object.keys(spec?.hard ?? {}).map(resourceUsing);
  return [...new Set(used.filter((resource) => resource !== undefined))];
}

/** Makes the status of a quota out of all objects of its namespace that count, by resource; those not given could not be read. */
export function countedStatus(
  quota: ResourceQuota,
  objects: ReadonlyMap<string, readonly KubernetesObject[]>,
  nowMs: number,
): { hard: Amounts; used: Amounts } {
  const hard = quota.spec?.hard ?? {};
  const used: Record<string, string> = {};
  for (const name of Object.keys(hard)) {
    const before = quota.status?.used?.[name];
    if (before !== undefined) used[name] = canonicalQuantity(before);
  }
  for (const [resource, items] of objects) {
    const sums: Record<string, Quantity> = {};
    const names = namesUsedBy(resource, Object.keys(hard));
    for (const name of names) sums[name] = parseQuantity('0');
    for (const object of items) {
      if (!isInScopes(quota, resource, object)) continue;
      const usage = usageOf(resource, object, nowMs);
      for (const name of names) if (usage[name] !== undefined) sums[name] = plus(sums[name], usage[name]);
    }
    for (const name of names) used[name] = formatQuantity(sums[name] ?? parseQuantity('0'));
  }
  return { hard, used };
}
