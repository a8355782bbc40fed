/** Keeps pods from taints they do not tolerate, and from those they only should not have to. */

import { normalizeByHighest, type Plugin } from '../plugin.ts';
import { toleratesTaint, untolerated } from '../taints.ts';

/** TaintToleration. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  helpedBy: ['node changed'],
  filter({ pod, cache }) {
    if (cache.traits.hardTaints === 0) return undefined;
    const { tolerations } = pod.spec;
    return ({ hardTaints }) => {
      if (hardTaints.length === 0) return undefined;
      const taint = untolerated(hardTaints, tolerations);
      if (taint === undefined) return undefined;
      return {
        plugin: 'TaintToleration',
        reasons: [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`],
        isResolvable: false,
      };
    };
  },
  score({ pod, cache }, nodes) {
    // Without such taints all nodes score the same.
    if (cache.traits.softTaints === 0) return undefined;
    const mild = (pod.spec.tolerations ?? []).filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    const scores = nodes.map(({ softTaints }) => {
      let count = 0;
      for (const taint of softTaints) if (!mild.some((toleration) => toleratesTaint(toleration, taint))) count += 1;
      return count;
    });
    return normalizeByHighest(scores, true);
  },
};
