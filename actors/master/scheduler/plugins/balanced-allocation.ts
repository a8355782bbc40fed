/** Prefers nodes on which CPU and memory would be used to like parts, so that neither is left over. */

import { maxNodeScore, type Plugin } from '../plugin.ts';

/** NodeResourcesBalancedAllocation. */
export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  helpedBy: [],
  score({ needs }, nodes) {
    const { milliCpu, memory } = needs.requests;
    return nodes.map(({ allocatable, requested }) => {
      // A resource the node has none of takes no part; one part alone is always in balance.
      if (allocatable.milliCpu === 0 || allocatable.memory === 0) return maxNodeScore;
      const cpuShare = Math.min(1, (requested.milliCpu + milliCpu) / allocatable.milliCpu);
      const memoryShare = Math.min(1, (requested.memory + memory) / allocatable.memory);
      return Math.floor((1 - Math.abs(cpuShare - memoryShare) / 2) * maxNodeScore);
    });
  },
};
