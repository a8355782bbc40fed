/** The quality of service class of a pod. */

import type { PodSpec } from '../../../protocol/objects.ts';
import { byteCount, cpuMilli } from '../../../protocol/quantity.ts';

const measured = { cpu: cpuMilli, memory: byteCount } as const;

/** Decides the class: Guaranteed where every container's limits are its requests, BestEffort where nothing is asked for. */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let [asksForAny, isGuaranteed] = [false, true];
  for (const { resources = {} } of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const name of ['cpu', 'memory'] as const) {
      const limit = measured[name](resources.limits?.[name] ?? 0);
      const request = measured[name](resources.requests?.[name] ?? resources.limits?.[name] ?? 0);
      if (limit > 0 || request > 0) asksForAny = true;
      if (limit === 0 || limit !== request) isGuaranteed = false;
    }
  }
  return !asksForAny ? 'BestEffort' : isGuaranteed ? 'Guaranteed' : 'Burstable';
}
