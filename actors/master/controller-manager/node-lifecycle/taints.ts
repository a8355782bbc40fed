/** The taints that a node's conditions ask for, and how a node's taints are changed. */

import type { Node, NodeCondition, Taint } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { patchTo } from '../controller/patches.ts';
import type { Call } from '../controller/sync.ts';

/** Evicts the pods of a node that says it is not ready. */
export const notReadyTaint: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' };
/** Evicts the pods of a node that is not heard of. */
export const unreachableTaint: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };

const unschedulableKey = 'node.kubernetes.io/unschedulable';
const keysByCondition: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReadyTaint.key, Unknown: unreachableTaint.key },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
};
const managedKeys = new Set([
  unschedulableKey,
  ...Object.values(keysByCondition).flatMap((keys) => Object.values(keys)),
]);

/** What shall become of a node's taints. */
export interface TaintChange {
  readonly node: Node;
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}

/** Decides which taints keep new pods off a node: one for each condition that asks for it. */
export function noScheduleChange(node: Node): TaintChange {
  const keys = (node.status?.conditions ?? []).flatMap(({ type, status }) => keysByCondition[type]?.[status] ?? []);
  if (node.spec?.unschedulable === true) keys.push(unschedulableKey);
  const present = (node.spec?.taints ?? []).filter(
    ({ key, effect }) => effect === 'NoSchedule' && managedKeys.has(key),
  );
  return {
    node,
    add: keys
      .filter((key) => !present.some((taint) => taint.key === key))
      .map((key) => ({ key, effect: 'NoSchedule' })),
    remove: present.filter(({ key }) => !keys.includes(key)),
  };
}

/** Decides which of the two taints that evict pods a node must have: one at a time, as its Ready condition is. */
export function noExecuteChange(node: Node, ready: NodeCondition): TaintChange | undefined {
  if (ready.status === 'False') return { node, add: [notReadyTaint], remove: [unreachableTaint] };
  if (ready.status === 'Unknown') return { node, add: [unreachableTaint], remove: [notReadyTaint] };
  return undefined;
}

/** What makes a node reachable again. */
export function reachableChange(node: Node): TaintChange {
  return { node, add: [], remove: [unreachableTaint, notReadyTaint] };
}

/** Tells whether a node has a taint of this key and effect. */
export function hasTaint({ spec }: Node, { key, effect }: Taint): boolean {
  return spec?.taints?.some((taint) => taint.key === key && taint.effect === effect) === true;
}

/** Tells whether a change would change anything. */
export function isNeeded({ node, add, remove }: TaintChange): boolean {
  return add.some((taint) => !hasTaint(node, taint)) || remove.some((taint) => hasTaint(node, taint));
}

/** Makes the call that changes a node's taints; refused where somebody changed the node meanwhile. */
export function taintCall({ node, add, remove }: TaintChange, nowMs: number): Call {
  const timeAdded = toRfc3339(nowMs);
  const kept = (node.spec?.taints ?? []).filter((taint) => !remove.some((one) => isSameTaint(one, taint)));
  const added = add
    .filter((taint) => !kept.some((one) => isSameTaint(one, taint)))
    .map((taint) => ({ ...taint, timeAdded }));
  const taints = [...kept, ...added];
  const { resourceVersion } = node.metadata;
  return patchTo('nodes', node, { metadata: { resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } });
}

function isSameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}
