/** What the status of a Deployment counts of its ReplicaSets, and whether enough pods are available (`calculateStatus`). */

import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';
import { type Condition, conditionAt, type DeploymentStatus, withCondition } from './conditions.ts';
import { availableOf, fencepostsOf, sizeOf, sumOf, wantedOf } from './rolling.ts';

/** A Deployment, and its ReplicaSets as they are seen. */
export interface Rollout {
  readonly deployment: Deployment;
  /** The ReplicaSet of its present template, if there is one. */
  readonly fresh: ReplicaSet | undefined;
  /** Those of templates it had, oldest first. */
  readonly old: readonly ReplicaSet[];
}

/** Gives all ReplicaSets, the new one last. */
export function setsOf({ fresh, old }: Rollout): readonly ReplicaSet[] {
  return fresh === undefined ? old : [...old, fresh];
}

/** Makes the status; `conditions` are those there are so far. */
export function makeStatus(rollout: Rollout, conditions: readonly Condition[], nowMs: number): DeploymentStatus {
  const { deployment, fresh } = rollout;
  const all = setsOf(rollout);
  const available = sumOf(all, availableOf);
  const { collisionCount } = deployment.status ?? {};
  const counts = {
    replicas: sumOf(all, ({ status }) => status?.replicas ?? 0),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sumOf(all, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumOf(all, sizeOf) - available),
  };
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    // As Kubernetes writes it: zeros are left out.
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    ...(collisionCount !== undefined && { collisionCount }),
    conditions: [...withCondition(conditions, availability(deployment, available, nowMs))],
  };
}

function availability(deployment: Deployment, available: number, nowMs: number): Condition {
  return available >= wantedOf(deployment) - fencepostsOf(deployment).unavailable
    ? conditionAt(nowMs, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : conditionAt(
        nowMs,
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
}

/** Tells whether all pods are of the present template and available, and no other is left (`DeploymentComplete`). */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = wantedOf(deployment);
  return (
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0) &&
    [status.updatedReplicas, status.replicas, status.availableReplicas].every((count = 0) => count === wanted)
  );
}
