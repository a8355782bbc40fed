/** What the status of a Deployment says of its ReplicaSets. */

import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';
import { fromRfc3339, toRfc3339 } from '../../../../protocol/time.ts';
import { deepEqual } from '../../apiserver/deep-equal.ts';
import { availableOf, fencepostsOf, sumOf, wantedOf } from './rolling.ts';

/** The status of a Deployment. */
export type DeploymentStatus = NonNullable<Deployment['status']>;
type Condition = NonNullable<DeploymentStatus['conditions']>[number];

/** Makes the status (`calculateStatus`, `syncRolloutStatus`). */
export function makeStatus(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  nowMs: number,
): DeploymentStatus {
  const [total, available] = [sumOf(all, ({ status }) => status?.replicas ?? 0), sumOf(all, availableOf)];
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  const counts = {
    replicas: total,
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sumOf(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wantedOf(deployment) - available),
  };
  const shown = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const given = { observedGeneration: deployment.metadata.generation ?? 0, ...shown };
  const next: DeploymentStatus = { ...given, ...(collisionCount !== undefined && { collisionCount }) };
  const wanted = [availability(deployment, available), progress(deployment, next, fresh, conditions, nowMs)];
  const kept = wanted.flatMap((condition) => (condition === undefined ? [] : [condition]));
  return { ...next, conditions: kept.map((condition) => dated(condition, conditions, nowMs)) };
}

/** Tells whether all pods are of the present template and available, and no other is left (`DeploymentComplete`). */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = wantedOf(deployment);
  return [status.updatedReplicas, status.replicas, status.availableReplicas].every((count = 0) => count === wanted);
}

/** ms until the progress deadline is over; undefined where nothing is waited for. */
export function untilDeadlineMs(
  { spec }: Deployment,
  { conditions = [] }: DeploymentStatus,
  nowMs: number,
): number | undefined {
  const current = conditions.find(({ type }) => type === 'Progressing');
  if (current === undefined || current.status !== 'True' || current.reason === 'NewReplicaSetAvailable')
    return undefined;
  const sinceMs = fromRfc3339(current.lastUpdateTime ?? toRfc3339(nowMs));
  return Math.max(1000, sinceMs + (spec.progressDeadlineSeconds ?? 600) * 1000 - nowMs + 1000);
}

type Said = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

function availability(deployment: Deployment, available: number): Said {
  const isEnough = available >= wantedOf(deployment) - fencepostsOf(deployment).unavailable;
  return isEnough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

function progress(
  deployment: Deployment,
  next: DeploymentStatus,
  fresh: ReplicaSet | undefined,
  conditions: readonly Condition[],
  nowMs: number,
): Said | undefined {
  const current = conditions.find(({ type }) => type === 'Progressing');
  const name = fresh?.metadata.name ?? '';
  const say = (status: string, reason: string, message: string): Said => ({
    type: 'Progressing',
    status,
    reason,
    message,
  });
  if (deployment.spec.paused === true) return say('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (fresh === undefined) return current;
  if (isComplete(deployment, next))
    return say('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  if (current === undefined || hasProgressed(deployment.status ?? {}, next)) {
    return say('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
  }
  const deadlineMs =
    fromRfc3339(current.lastUpdateTime ?? toRfc3339(nowMs)) + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
  const isLate = current.status === 'True' && current.reason !== 'NewReplicaSetAvailable' && nowMs > deadlineMs;
  return isLate ? say('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`) : current;
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const more = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (now[field] ?? 0) > (before[field] ?? 0);
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return more('updatedReplicas') || more('readyReplicas') || more('availableReplicas') || old(now) < old(before);
}

/** Keeps the times of a condition that says the same as before. */
function dated(said: Said, conditions: readonly Condition[], nowMs: number): Condition {
  const before = conditions.find(({ type }) => type === said.type);
  const now = toRfc3339(nowMs);
  if (before === undefined) return { ...said, lastUpdateTime: now, lastTransitionTime: now };
  const { status, reason, message } = before;
  if (deepEqual({ type: said.type, status, reason, message }, { ...said })) return before;
  return {
    ...said,
    lastUpdateTime: now,
    lastTransitionTime: status === said.status ? (before.lastTransitionTime ?? now) : now,
  };
}
