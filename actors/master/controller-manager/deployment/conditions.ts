/** The conditions of a Deployment: how one takes the place of another (`SetDeploymentCondition`). */

import type { Deployment } from '../../../../protocol/objects.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';

/** The status of a Deployment. */
export type DeploymentStatus = NonNullable<Deployment['status']>;
/** One condition of it. */
export type Condition = NonNullable<DeploymentStatus['conditions']>[number];

/** Makes a condition that begins now. */
export function conditionAt(
  nowMs: number,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
): Condition {
  const now = toRfc3339(nowMs);
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

/** Finds the condition of a type. */
export function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((one) => one.type === type);
}

/** Puts a condition last; one of the same status and reason stays as and where it is. */
export function withCondition(conditions: readonly Condition[], next: Condition): readonly Condition[] {
  const before = conditionOf(conditions, next.type);
  return before?.status === next.status && before.reason === next.reason ? conditions : renewed(conditions, next);
}

/** Puts a condition last even where it only says the same again, so that it is dated anew; when its status began, stays. */
export function renewed(conditions: readonly Condition[], next: Condition): readonly Condition[] {
  const { status, lastTransitionTime } = conditionOf(conditions, next.type) ?? {};
  const isSame = status === next.status && lastTransitionTime !== undefined;
  return [...withoutCondition(conditions, next.type), isSame ? { ...next, lastTransitionTime } : next];
}

/** Takes the condition of a type away. */
export function withoutCondition(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditionOf(conditions, type) === undefined ? conditions : conditions.filter((one) => one.type !== type);
}
