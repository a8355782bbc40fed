/** What happens in a cluster that may help a pod no node was found for. */

import type { Node, Pod } from '../../../protocol/objects.ts';

/**
 * An event, by what it is about. `node changed`: one joined, or changed in what pods are placed by.
 *
 * Kubernetes tells joining, labels, taints and allocatable apart; but a node that joined not ready is to a pod as one
 * that joins when its taint goes, so here each of them counts for every plug-in that looks at nodes.
 */
export type ClusterEvent = 'node changed' | 'node deleted' | 'pod added' | 'pod changed' | 'pod deleted';

/** Tells whether anything of a node changed that pods are placed by; its conditions and heartbeats are not. */
export function isNodeChanged(old: Node, node: Node): boolean {
  return (
    differs(old.status?.allocatable, node.status?.allocatable) ||
    differs(old.metadata.labels, node.metadata.labels) ||
    old.spec?.unschedulable !== node.spec?.unschedulable ||
    differs(old.spec?.taints, node.spec?.taints)
  );
}

/** Tells whether a change of a pod that waits could make it fit: anything but its status and its version. */
export function isPodChanged(old: Pod, pod: Pod): boolean {
  return (
    isWeightChanged(old, pod) ||
    differs(old.spec, pod.spec) ||
    differs(old.metadata.annotations, pod.metadata.annotations)
  );
}

/** Tells whether a placed pod weighs otherwise on others: by its labels, or because it is going. What it requests never changes. */
export function isWeightChanged(old: Pod, pod: Pod): boolean {
  return (
    old.metadata.deletionTimestamp !== pod.metadata.deletionTimestamp ||
    differs(old.metadata.labels, pod.metadata.labels)
  );
}

/** Compares plain data by what it says; what is shared by reference is the same at once. */
export function differs(a: unknown, b: unknown): boolean {
  if (a === b) return false;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return true;
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(x);
  return keys.length !== Object.keys(y).length || keys.some((key) => differs(x[key], y[key]));
}
