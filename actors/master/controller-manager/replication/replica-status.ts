/** What the status of a ReplicationController says of its pods. */

import type { Pod, ReplicationController } from '../../../../protocol/objects.ts';
import { matchesLabels, selectorFromLabels } from '../../../../protocol/selectors.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { isAvailable, isReady } from '../pods/pod-state.ts';
import type { Replicated } from './owner-kinds.ts';

/** The status of a ReplicationController. */
export type ReplicaStatus = NonNullable<ReplicationController['status']>;
type Condition = NonNullable<ReplicaStatus['conditions']>[number];

const failureType = 'ReplicaFailure';

/** Makes the status; `failure` is why pods could not be created or deleted, undefined where they could. */
export function makeStatus(
  rc: Replicated,
  pods: readonly Pod[],
  failure: string | undefined,
  nowMs: number,
): ReplicaStatus {
  const template = selectorFromLabels(rc.spec.template?.metadata?.labels);
  const minReadySeconds = rc.spec.minReadySeconds ?? 0;
  let [labelled, ready, available] = [0, 0, 0];
  for (const pod of pods) {
    if (matchesLabels(template, pod.metadata.labels)) labelled++;
    if (!isReady(pod)) continue;
    ready++;
    if (isAvailable(pod, minReadySeconds, nowMs)) available++;
  }
  const conditions = conditionsOf(rc, pods.length, failure, nowMs);
  const { generation } = rc.metadata;
  // As Kubernetes writes it: all but `replicas` are left out where they are zero.
  return {
    replicas: pods.length,
    ...(labelled > 0 && { fullyLabeledReplicas: labelled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

function conditionsOf(
  { spec, status }: Replicated,
  podCount: number,
  failure: string | undefined,
  nowMs: number,
): Condition[] {
  const conditions = status?.conditions ?? [];
  const hasFailed = conditions.some(({ type }) => type === failureType);
  if (failure === undefined) return hasFailed ? conditions.filter(({ type }) => type !== failureType) : conditions;
  if (hasFailed) return conditions;
  const difference = podCount - (spec.replicas ?? 1);
  const reason = difference < 0 ? 'FailedCreate' : difference > 0 ? 'FailedDelete' : '';
  const lastTransitionTime = toRfc3339(nowMs);
  return [...conditions, { type: failureType, status: 'True', lastTransitionTime, reason, message: failure }];
}

/** Tells whether writing the new status would change anything. */
export function isStatusCurrent({ metadata, status }: Replicated, next: ReplicaStatus): boolean {
  return (
    status !== undefined &&
    status.replicas === next.replicas &&
    (status.fullyLabeledReplicas ?? 0) === (next.fullyLabeledReplicas ?? 0) &&
    (status.readyReplicas ?? 0) === (next.readyReplicas ?? 0) &&
    (status.availableReplicas ?? 0) === (next.availableReplicas ?? 0) &&
    (status.observedGeneration ?? 0) === (metadata.generation ?? 0) &&
    isSameConditions(status.conditions ?? [], next.conditions ?? [])
  );
}

/** The failure condition comes or goes as a whole, so the others are the very objects. */
function isSameConditions(a: readonly Condition[], b: readonly Condition[]): boolean {
  return a.length === b.length && a.every((condition, i) => condition === b[i]);
}
