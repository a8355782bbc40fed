/** Which pods go first when there are too many (`ActivePodsWithRanks`). */

import type { Pod } from '../../../../protocol/objects.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import { isActive, isReady, readySinceMs } from '../pods/pod-state.ts';

const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** What a pod is put in order by, all taken once. */
interface Rank {
  readonly pod: Pod;
  readonly isReady: boolean;
  readonly cost: number;
  readonly neighbours: number;
  readonly readyAge: number | undefined;
  readonly restarts: number;
  readonly sidecarRestarts: number;
  readonly age: number | undefined;
}

/**
 * Chooses so many pods to delete. `related` are the pods of all controllers with the same owner: of those that share a node
 * with more of them, one goes first. A controller without an owner has none.
 */
export function choosePodsToDelete(pods: readonly Pod[], related: Iterable<Pod>, count: number, nowMs: number): Pod[] {
  if (count >= pods.length) return pods.slice();
  const onNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName ?? '';
    if (isActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const ranks = pods.map((pod) => rankOf(pod, onNode.get(pod.spec.nodeName ?? '') ?? 0, nowMs));
  return ranks
    .sort(compare)
    .slice(0, count)
    .map(({ pod }) => pod);
}

function rankOf(pod: Pod, neighbours: number, nowMs: number): Rank {
  const ready = isReady(pod);
  const { creationTimestamp } = pod.metadata;
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  return {
    pod,
    isReady: ready,
    cost: costOf(pod),
    neighbours,
    readyAge: ready ? ageClass(readySinceMs(pod), nowMs) : undefined,
    restarts: Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    sidecarRestarts: Math.max(
      0,
      ...(pod.status?.initContainerStatuses ?? [])
        .filter(({ name }) => sidecars.has(name))
        .map(({ restartCount }) => restartCount),
    ),
    age: ageClass(creationTimestamp === undefined ? undefined : fromRfc3339(creationTimestamp), nowMs),
  };
}

/** An annotation that is no number counts as 0. */
function costOf({ metadata }: Pod): number {
  const text = metadata.annotations?.[costAnnotation];
  return text !== undefined && /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0;
}

/** Ages count by powers of two only, so that not always the youngest goes (LogarithmicScaleDown); -1 for none. */
function ageClass(sinceMs: number | undefined, nowMs: number): number | undefined {
  if (sinceMs === undefined) return undefined;
  const age = (nowMs - sinceMs) * 1e6;
  return age > 0 ? Math.floor(Math.log2(age)) : -1;
}

function compare(a: Rank, b: Rank): number {
  const [nodeA, nodeB] = [a.pod.spec.nodeName ?? '', b.pod.spec.nodeName ?? ''];
  if (nodeA !== nodeB && (nodeA === '' || nodeB === '')) return nodeA === '' ? -1 : 1;
  const [phaseA, phaseB] = [phaseOf(a.pod), phaseOf(b.pod)];
  if (phaseA !== phaseB) return phaseA - phaseB;
  if (a.isReady !== b.isReady) return a.isReady ? 1 : -1;
  if (a.cost !== b.cost) return a.cost - b.cost;
  if (a.neighbours !== b.neighbours) return b.neighbours - a.neighbours;
  if (a.isReady && readySinceMs(a.pod) !== readySinceMs(b.pod)) return byAge(a, b, a.readyAge, b.readyAge);
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  if (a.sidecarRestarts !== b.sidecarRestarts) return b.sidecarRestarts - a.sidecarRestarts;
  if (a.pod.metadata.creationTimestamp === b.pod.metadata.creationTimestamp) return 0;
  return byAge(a, b, a.age, b.age);
}

function phaseOf({ status }: Pod): number {
  return phaseOrder[status?.phase ?? ''] ?? 0;
}

/** Younger first, one without a time before all; within one class of age, by uid. */
function byAge(a: Rank, b: Rank, ageA: number | undefined, ageB: number | undefined): number {
  if (ageA === undefined || ageB === undefined) return ageA === undefined ? -1 : 1;
  if (ageA !== ageB) return ageA - ageB;
  return (a.pod.metadata.uid ?? '') < (b.pod.metadata.uid ?? '') ? -1 : 1;
}
