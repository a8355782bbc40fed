/**
 * The Deployment controller: a ReplicaSet for each template a Deployment has had, and the pods of the newest.
 *
 *   claiming ─► adopting ─► renewing (the new set's annotations)
 *     ├─► creating (the new set) ─┬─► inspecting (its name is taken) ─► colliding
 *     │                           └─► refusing
 *     └─► scaling (one up, or others down) ─► reporting ─► cleaning (what the history has no room for)
 *
 * Any stage is left out where it has nothing to do. Each sync takes one step of a rollout; what comes of it brings the next.
 */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import { isControlledBy, isDeleting, withMeta } from '../../../../protocol/meta.ts';
import type { Deployment, ReplicaSet } from '../../../../protocol/objects.ts';
import { nothing } from '../../../../protocol/selectors.ts';
import { referenceTo } from '../../../client-go/event-recorder.ts';
import { adoptCall, type Claims, claim, claimingCalls, claimingErrors } from '../controller/claims.ts';
import { creation, patchTo, readAgain, replaceBy } from '../controller/patches.ts';
import { type ControllerRule, type Me, record } from '../controller/rule.ts';
import {
  type Call,
  callThen,
  failBy,
  finish,
  isNamespaceEnding,
  isRefusedAs,
  refusalsOf,
  type Step,
  type Sync,
} from '../controller/sync.ts';
import { annotationChanges, deploymentAnnotations } from './annotations.ts';
import { areRunning, candidatesOf, type DeploymentCache, makeCache, takeChange } from './cache.ts';
import type { Condition, DeploymentStatus } from './conditions.ts';
import { findNewSet, newSetOf } from './new-set.ts';
import { judgeProgress, noteCreated, noteFound, notePausing, noteRefused, untilDeadlineMs } from './progress.ts';
import { byAge, nextRevision, surplusOf } from './revisions.ts';
import { growNew, type Resize, shrinkOld, sizeOf } from './rolling.ts';
import { isScaled, scaleAll, sizeAnnotations } from './scaling.ts';
import { isComplete, makeStatus, type Rollout, setsOf } from './status.ts';

type Controller = Me<DeploymentCache>;

/** What a sync keeps between its stages. */
interface Work extends Rollout {
  readonly claims: Claims<ReplicaSet>;
  old: readonly ReplicaSet[];
  fresh: ReplicaSet | undefined;
  /** Whether it goes on with a rollout: then its progress is judged. */
  isRolling: boolean;
  resizes: readonly Resize[];
  conditions: readonly Condition[];
  status: DeploymentStatus | undefined;
  /** Why the new ReplicaSet could not be made. */
  failure: string;
}

const resources = { deployments: 'deployments.apps', sets: 'replicasets.apps' } as const;

/** As kube-controller-manager's `deployment-controller`. */
export const deploymentRule: ControllerRule<DeploymentCache> = {
  kind: 'deployment-controller',
  component: 'deployment-controller',
  watched: [resources.deployments, resources.sets, 'pods'],
  interest: (resource) => (resource === 'pods' ? { controlledBy: 'ReplicaSet' } : undefined),
  workers: (config) => config['concurrent-deployment-syncs'],
  retriesMax: 15,
  known: makeCache,
  take: takeChange,
  step,
};

function step(self: Controller, sync: Sync): Step {
  const work = sync.work as Work;
  switch (sync.stage) {
    case '':
      return begin(self, sync);
    case 'claiming':
      return afterClaiming(sync, work);
    case 'adopting':
      return afterAdopting(self, sync, work);
    case 'renewing':
      return afterRenewing(self, sync, work);
    case 'creating':
      return afterCreating(self, sync, work);
    case 'inspecting':
      return afterInspecting(sync, work);
    case 'refusing':
      return { do: 'fail', message: work.failure };
    case 'scaling':
      return afterScaling(self, sync, work);
    case 'reporting':
      return refusalsOf(sync.answers).length > 0 ? failBy(refusalsOf(sync.answers)) : clean(self, work);
    default:
      return conclude(sync);
  }
}

function conclude({ answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  return refusals.length > 0 ? failBy(refusals) : finish;
}

function begin(self: Controller, sync: Sync): Step {
  const { known } = self.memory;
  const deployment = known.deployments.objects.get(sync.key);
  if (deployment === undefined) return finish;
  const claims = claim(deployment, known.selectors.get(sync.key) ?? nothing, candidatesOf(known, deployment));
  const work: Work = {
    deployment,
    claims,
    old: [],
    fresh: undefined,
    isRolling: false,
    resizes: [],
    conditions: deployment.status?.conditions ?? [],
    status: undefined,
    failure: '',
  };
  sync.work = work;
  if (claims.adopt.length + claims.release.length === 0) return renew(self, work, claims.owned);
  return callThen('claiming', claimingCalls(resources.sets, resources.deployments, deployment, claims));
}

function afterClaiming({ answers }: Sync, { deployment, claims }: Work): Step {
  const errors = claimingErrors(deployment, claims, answers);
  if (errors.length > 0) return failBy(errors);
  return callThen(
    'adopting',
    claims.adopt.map((set) => adoptCall(resources.sets, deployment, set)),
  );
}

function afterAdopting(self: Controller, { answers }: Sync, work: Work): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  if (refusals.length > 0) return failBy(refusals);
  const adopted = answers.flatMap(({ object }) => (object === undefined ? [] : [object as ReplicaSet]));
  return renew(self, work, [...work.claims.owned, ...adopted]);
}

/** Sees to it that the new ReplicaSet, where there is one, has the highest revision and the Deployment's annotations. */
function renew(self: Controller, work: Work, sets: readonly ReplicaSet[]): Step {
  const { deployment } = work;
  const sorted = [...sets].sort(byAge);
  work.fresh = findNewSet(deployment, sorted);
  work.old = sorted.filter((set) => set !== work.fresh);
  if (!isDeleting(deployment)) work.conditions = notePausing(deployment, work.conditions, self.now());
  if (work.fresh === undefined) return decide(self, work);
  const annotations = annotationChanges(deployment, work.fresh, nextRevision(work.old));
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const isCurrent = minReadySeconds === (work.fresh.spec.minReadySeconds ?? 0);
  if (isCurrent && Object.keys(annotations).length === 0) return found(self, work);
  const { resourceVersion } = work.fresh.metadata;
  const patch = { metadata: { resourceVersion, annotations }, ...(!isCurrent && { spec: { minReadySeconds } }) };
  return callThen('renewing', [patchTo(resources.sets, work.fresh, patch)]);
}

function afterRenewing(self: Controller, { answers }: Sync, work: Work): Step {
  const renewed = answers[0]?.object as ReplicaSet | undefined;
  if (renewed === undefined) return failBy(refusalsOf(answers));
  work.fresh = renewed;
  return found(self, work);
}

function found(self: Controller, work: Work): Step {
  work.conditions = noteFound(work, work.conditions, self.now());
  return decide(self, work);
}

function decide(self: Controller, work: Work): Step {
  const { deployment, fresh, old } = work;
  if (isDeleting(deployment)) return report(self, work);
  if (deployment.spec.paused === true || isScaled(deployment, setsOf(work))) {
    return resize(self, work, scaleAll(deployment, fresh, old));
  }
  work.isRolling = true;
  if (deployment.spec.strategy?.type === 'Recreate') {
    const down = old.filter((set) => sizeOf(set) > 0).map((set) => ({ set, to: 0 }));
    if (down.length > 0) return resize(self, work, down);
    if (areRunning(self.memory.known, old)) return report(self, work);
  }
  if (fresh === undefined) return create(work);
  const grow = growNew(deployment, setsOf(work), fresh);
  return resize(self, work, grow === undefined ? shrinkOld(deployment, fresh, old) : [grow]);
}

function create(work: Work): Step {
  work.fresh = newSetOf(work.deployment, work.old);
  return callThen('creating', [creation(resources.sets, work.fresh)]);
}

function afterCreating(self: Controller, { answers: [answer] }: Sync, work: Work): Step {
  const set = work.fresh as ReplicaSet;
  if (isRefusedAs(answer, 'AlreadyExists')) return callThen('inspecting', [readAgain(resources.sets, set)]);
  if (answer?.refusal !== undefined) {
    // In a namespace that ends nothing can be created, and nothing needs to be.
    return isNamespaceEnding(answer.refusal) ? finish : refuse(self, work, answer.refusal.message ?? '');
  }
  if (sizeOf(set) > 0) tell(self, work, `Scaled up replica set ${set.metadata.name} to ${sizeOf(set)}`);
  work.fresh = answer?.object as ReplicaSet;
  work.conditions = noteCreated(work, work.conditions, self.now());
  return report(self, work);
}

function refuse(self: Controller, work: Work, reason: string): Step {
  const { deployment, fresh } = work;
  work.failure = reason;
  const message = `Failed to create new replica set "${fresh?.metadata.name}": ${reason}`;
  record(self, { regarding: referenceTo(deployment), type: 'Warning', reason: 'ReplicaSetCreateError', message });
  const conditions = noteRefused(deployment, work.conditions, message, self.now());
  if (conditions === deployment.status?.conditions) return { do: 'fail', message: reason };
  return callThen('refusing', [
    statusCall({ ...deployment, status: { ...deployment.status, conditions: [...conditions] } }),
  ]);
}

/** The name may be taken by the very set, which the cache does not show yet, or by one of another template. */
function afterInspecting({ answers }: Sync, { deployment }: Work): Step {
  const there = answers[0]?.object as ReplicaSet | undefined;
  if (there === undefined) return failBy(refusalsOf(answers));
  if (isControlledBy(there, deployment) && findNewSet(deployment, [there]) !== undefined) return finish;
  const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 };
  return callThen('colliding', [statusCall({ ...deployment, status })]);
}

function resize(self: Controller, work: Work, resizes: readonly Resize[]): Step {
  if (resizes.length === 0) return report(self, work);
  work.resizes = resizes;
  const annotations = sizeAnnotations(work.deployment);
  return callThen(
    'scaling',
    resizes.map(({ set, to }) => {
      const { resourceVersion } = set.metadata;
      return patchTo(resources.sets, set, { metadata: { resourceVersion, annotations }, spec: { replicas: to } });
    }),
  );
}

function afterScaling(self: Controller, { answers }: Sync, work: Work): Step {
  for (const [i, { set, to }] of work.resizes.entries()) {
    if (answers[i]?.object === undefined || to === sizeOf(set)) continue;
    const way = to > sizeOf(set) ? 'up' : 'down';
    tell(self, work, `Scaled ${way} replica set ${set.metadata.name} to ${to} from ${sizeOf(set)}`);
  }
  const refusals = refusalsOf(answers);
  return refusals.length > 0 ? failBy(refusals) : report(self, work);
}

function tell(self: Controller, { deployment }: Work, message: string): void {
  record(self, { regarding: referenceTo(deployment), type: 'Normal', reason: 'ScalingReplicaSet', message });
}

function report(self: Controller, work: Work): Step {
  const { deployment } = work;
  const counted = makeStatus(work, work.conditions, self.now());
  work.status = work.isRolling ? { ...counted, conditions: judgeProgress(work, counted, self.now()) } : counted;
  const numbered = withRevision(work);
  if (numbered === deployment && deepEqual(deployment.status ?? {}, work.status)) return clean(self, work);
  return callThen('reporting', [statusCall({ ...numbered, status: work.status })]);
}

/** Gives the Deployment with its new ReplicaSet's revision, which is written together with the status: it is no new generation. */
function withRevision({ deployment, fresh }: Work): Deployment {
  const key = deploymentAnnotations.revision;
  const revision = fresh?.metadata.annotations?.[key];
  const { annotations } = deployment.metadata;
  if (revision === undefined || annotations?.[key] === revision) return deployment;
  return withMeta(deployment, { annotations: { ...annotations, [key]: revision } });
}

function statusCall(deployment: Deployment): Call {
  return replaceBy(resources.deployments, deployment, 'status');
}

function clean(self: Controller, { deployment, old, status, isRolling }: Work): Step {
  const isDue =
    deployment.spec.paused === true || (isRolling && status !== undefined && isComplete(deployment, status));
  const surplus = isDue ? surplusOf(deployment, old) : [];
  if (surplus.length === 0) {
    const againMs = isRolling && status !== undefined ? untilDeadlineMs(deployment, status, self.now()) : undefined;
    return againMs === undefined ? finish : { do: 'finish', againMs };
  }
  return callThen(
    'cleaning',
    surplus.map(({ metadata: { namespace = '', name } }) => ({
      type: 'object.delete',
      body: { resource: resources.sets, namespace, name },
    })),
  );
}
