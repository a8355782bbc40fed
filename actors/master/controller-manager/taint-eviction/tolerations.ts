/** How long a pod may stay on a node with these taints. */

import type { Node, Pod, Taint } from '../../../../protocol/objects.ts';
import { toleratesTaint } from '../../scheduler/taints.ts';

/** How long it may stay, in ms; `forever` where nothing evicts it. */
export type Stay = number | 'forever';

/** Gives those taints of a node that evict pods. */
export function evictingTaints({ spec }: Node): Taint[] {
  return (spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
}

/** Decides how long a pod may stay: as long as the shortest of the tolerations it needs; not at all without one of them. */
export function stayOf({ spec }: Pod, taints: readonly Taint[]): Stay {
  let shortest: Stay = 'forever';
  for (const taint of taints) {
    const used = spec.tolerations?.find((toleration) => toleratesTaint(toleration, taint));
    if (used === undefined) return 0;
    const { tolerationSeconds: seconds } = used;
    if (seconds === undefined) continue;
    const ms = Math.max(0, seconds * 1000);
    if (shortest === 'forever' || ms < shortest) shortest = ms;
  }
  return shortest;
}
