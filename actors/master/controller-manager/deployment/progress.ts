/** How a rollout gets on, as its `Progressing` and `ReplicaFailure` conditions tell it (`progress.go`). */

import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';
import { fromRfc3339 } from '../../../../protocol/time.ts';
import {
  type Condition,
  conditionAt,
  conditionOf,
  type DeploymentStatus,
  renewed,
  withCondition,
  withoutCondition,
} from './conditions.ts';
import { isComplete, type Rollout, setsOf } from './status.ts';

const progressing = 'Progressing';
const replicaFailure = 'ReplicaFailure';
/** As Go's `math.MaxInt32`, by which users say: never. */
const never = 2_147_483_647;

/** Tells whether progress is watched at all. */
export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== never;
}

/** Notes that a rollout was paused or goes on, so that the pause is not taken for a lack of progress (`checkPausedConditions`). */
export function notePausing(
  deployment: Deployment,
  conditions: readonly Condition[],
  nowMs: number,
): readonly Condition[] {
  const reason = conditionOf(conditions, progressing)?.reason;
  // That it came to a halt is not to be forgotten by pausing it.
  if (!hasDeadline(deployment) || reason === 'ProgressDeadlineExceeded') return conditions;
  const wasPaused = reason === 'DeploymentPaused';
  if ((deployment.spec.paused === true) === wasPaused) return conditions;
  return withCondition(
    conditions,
    wasPaused
      ? conditionAt(nowMs, progressing, 'Unknown', 'DeploymentResumed', 'Deployment is resumed')
      : conditionAt(nowMs, progressing, 'Unknown', 'DeploymentPaused', 'Deployment is paused'),
  );
}

/** Notes the new ReplicaSet that was made. */
export function noteCreated(
  { deployment, fresh }: Rollout,
  conditions: readonly Condition[],
  nowMs: number,
): readonly Condition[] {
  if (!hasDeadline(deployment)) return conditions;
  const message = `Created new replica set "${fresh?.metadata.name}"`;
  return withCondition(conditions, conditionAt(nowMs, progressing, 'True', 'NewReplicaSetCreated', message));
}

/** Notes that the new ReplicaSet could not be made. */
export function noteRefused(
  deployment: Deployment,
  conditions: readonly Condition[],
  message: string,
  nowMs: number,
): readonly Condition[] {
  if (!hasDeadline(deployment)) return conditions;
  return withCondition(conditions, conditionAt(nowMs, progressing, 'False', 'ReplicaSetCreateError', message));
}

/** Notes the new ReplicaSet that was there already, where nothing is known of the rollout yet. */
export function noteFound(
  { deployment, fresh }: Rollout,
  conditions: readonly Condition[],
  nowMs: number,
): readonly Condition[] {
  if (fresh === undefined || !hasDeadline(deployment) || conditionOf(conditions, progressing) !== undefined) {
    return conditions;
  }
  const message = `Found new replica set "${fresh.metadata.name}"`;
  return withCondition(conditions, conditionAt(nowMs, progressing, 'True', 'FoundNewReplicaSet', message));
}

/** Judges by the counts of a new status how the rollout gets on; gives its conditions (`syncRolloutStatus`). */
export function judgeProgress(rollout: Rollout, next: DeploymentStatus, nowMs: number): Condition[] {
  const conditions = judgeRollout(rollout, next, nowMs);
  const failed = failureOf(rollout);
  return [...(failed === undefined ? withoutCondition(conditions, replicaFailure) : withCondition(conditions, failed))];
}

function judgeRollout(rollout: Rollout, next: DeploymentStatus, nowMs: number): readonly Condition[] {
  const { deployment, fresh } = rollout;
  const { conditions = [] } = next;
  if (!hasDeadline(deployment)) return withoutCondition(conditions, progressing);
  const current = conditionOf(conditions, progressing);
  const isThrough = current?.reason === 'NewReplicaSetAvailable';
  // A rollout that is through stays so, whatever becomes of its pods, until there are other pods than its own.
  if (isThrough && next.replicas === next.updatedReplicas) return conditions;
  const what = fresh === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`;
  const say = (status: 'True' | 'False', reason: string, message: string) =>
    conditionAt(nowMs, progressing, status, reason, `${what} ${message}`);
  if (isComplete(deployment, next)) {
    return withCondition(conditions, say('True', 'NewReplicaSetAvailable', 'has successfully progressed.'));
  }
  // Each progress counts anew: the deadline runs from the last.
  if (hasProgressed(deployment.status ?? {}, next)) {
    return renewed(conditions, say('True', 'ReplicaSetUpdated', 'is progressing.'));
  }
  if (current === undefined || isThrough || nowMs <= deadlineMs(deployment, current)) return conditions;
  return withCondition(conditions, say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'));
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const more = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (now[field] ?? 0) > (before[field] ?? 0);
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return more('updatedReplicas') || more('readyReplicas') || more('availableReplicas') || old(now) < old(before);
}

function deadlineMs({ spec }: Deployment, { lastUpdateTime = '' }: Condition): number {
  return fromRfc3339(lastUpdateTime) + (spec.progressDeadlineSeconds ?? 0) * 1000;
}

/** Why pods could not be created or deleted: the new ReplicaSet's word counts before that of others. */
function failureOf(rollout: Rollout): Condition | undefined {
  const sets = rollout.fresh === undefined ? rollout.old : [rollout.fresh, ...setsOf(rollout)];
  const found = sets.map(failureIn).find((condition) => condition !== undefined);
  if (found === undefined) return undefined;
  const { lastTransitionTime } = found;
  return { ...found, ...(lastTransitionTime !== undefined && { lastUpdateTime: lastTransitionTime }) };
}

function failureIn({ status }: ReplicaSet) {
  return status?.conditions?.find(({ type }) => type === replicaFailure);
}

/** Gives the ms until a rollout that stands still is to be judged again; undefined where nothing is waited for (`requeueStuckDeployment`). */
export function untilDeadlineMs(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const current = conditionOf(status.conditions ?? [], progressing);
  if (current === undefined || !hasDeadline(deployment)) return undefined;
  // What is through, or was given up, is not judged again by the clock.
  const isJudged = current.reason === 'NewReplicaSetAvailable' || current.reason === 'ProgressDeadlineExceeded';
  if (isJudged || isComplete(deployment, status)) return undefined;
  // One second more, as timestamps are whole seconds.
  return Math.max(0, deadlineMs(deployment, current) - nowMs) + 1000;
}
