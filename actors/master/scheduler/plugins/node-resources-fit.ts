/** Lets a pod go only where what it requests is left, and prefers nodes with more left. */

import type { Needs } from '../needs.ts';
import type { NodeEntry } from '../node-entry.ts';
import { maxNodeScore, type Plugin } from '../plugin.ts';

/** NodeResourcesFit, scoring LeastAllocated. */
export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  helpedBy: ['node changed', 'pod deleted'],
  filter({ needs }) {
    return (node) => {
      const reasons = shortages(needs, node);
      return reasons === undefined ? undefined : { plugin: 'NodeResourcesFit', reasons, isResolvable: true };
    };
  },
  score({ needs }, nodes) {
    return nodes.map((node) => leastAllocated(needs, node));
  },
};

/** Names what a node lacks for a pod, in Kubernetes's words; undefined where nothing. What is not requested is not looked at. */
export function shortages(needs: Needs, node: NodeEntry): string[] | undefined {
  const { requests } = needs;
  const { allocatable, requested } = node;
  let reasons: string[] | undefined;
  if (node.pods.size + 1 > node.maxPods) reasons = and(reasons, 'Too many pods');
  if (requests.milliCpu > 0 && requests.milliCpu > allocatable.milliCpu - requested.milliCpu)
    reasons = and(reasons, 'Insufficient cpu');
  if (requests.memory > 0 && requests.memory > allocatable.memory - requested.memory)
    reasons = and(reasons, 'Insufficient memory');
  if (requests.ephemeralStorage > 0 && requests.ephemeralStorage > storageLeft(node))
    reasons = and(reasons, 'Insufficient ephemeral-storage');
  if (requests.extended.size === 0) return reasons;
  for (const [name, amount] of requests.extended) {
    const left = (allocatable.extended.get(name) ?? 0) - (requested.extended.get(name) ?? 0);
    if (amount > 0 && amount > left) reasons = and(reasons, `Insufficient ${name}`);
  }
  return reasons;
}

function storageLeft({ allocatable, requested }: NodeEntry): number {
  return allocatable.ephemeralStorage - requested.ephemeralStorage;
}

function and(reasons: string[] | undefined, reason: string): string[] {
  return reasons === undefined ? [reason] : [...reasons, reason];
}

/** The share of CPU and of memory that would be left, each 0 to 100, and their mean; all in whole numbers, as kube-scheduler. */
function leastAllocated(needs: Needs, node: NodeEntry): number {
  const cpu = left(node.allocatable.milliCpu, node.nonZeroMilliCpu + needs.nonZeroMilliCpu);
  const memory = left(node.allocatable.memory, node.nonZeroMemory + needs.nonZeroMemory);
  const counted = (node.allocatable.milliCpu > 0 ? 1 : 0) + (node.allocatable.memory > 0 ? 1 : 0);
  return counted === 0 ? 0 : Math.floor((cpu + memory) / counted);
}

function left(capacity: number, requested: number): number {
  if (capacity === 0 || requested > capacity) return 0;
  return Math.floor(((capacity - requested) * maxNodeScore) / capacity);
}
