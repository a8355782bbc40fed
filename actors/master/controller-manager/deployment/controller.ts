/**
 * The Deployment controller: a ReplicaSet for each template a Deployment has had, and the pods of the newest.
 *
 *   creating (the ReplicaSet of a new template) ─► scaling (one up, or others down) ─► reporting
 *        └► inspecting (its name is taken) ─► colliding                                └► cleaning (what history keeps too long)
 *
 * Each sync takes one step of a rollout; what comes of it brings the next.
 */

import type { Change } from '../../../../protocol/messages/informer.ts';
import { controllerOf, controllerReference, isControlledBy, objectKey } from '../../../../protocol/meta.ts';
import type { Deployment, KubernetesObject, Pod, ReplicaSet } from '../../../../protocol/objects.ts';
import { referenceTo } from '../../../client-go/event-recorder.ts';
import { applyChanges, byController, byIndex, type Indexers, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { deepEqual } from '../../apiserver/deep-equal.ts';
import { creation, patchTo, readAgain, replaceBy } from '../controller/patches.ts';
import { type ControllerRule, type Me, record } from '../controller/rule.ts';
import {
  callThen,
  failBy,
  finish,
  isNamespaceEnding,
  isRefusedAs,
  refusalsOf,
  type Step,
  type Sync,
} from '../controller/sync.ts';
import { isEnded } from '../pods/pod-state.ts';
import {
  desiredAnnotation,
  fencepostsOf,
  growNew,
  isScaled,
  maxAnnotation,
  newSize,
  type Resize,
  scaleAll,
  shrinkOld,
  sizeOf,
  wantedOf,
} from './rolling.ts';
import { type DeploymentStatus, isComplete, makeStatus, untilDeadlineMs } from './status.ts';
import { findNewSet, hashLabel, templateHash } from './template-hash.ts';

interface DeploymentCache {
  deployments: Store<Deployment>;
  /** By the uid of the Deployment that controls them. */
  sets: Store<ReplicaSet>;
  /** By the uid of the ReplicaSet that controls them. */
  pods: Store<Pod>;
}

type Controller = Me<DeploymentCache>;

interface Work {
  readonly deployment: Deployment;
  /** Oldest first; the new one is not among them. */
  readonly old: readonly ReplicaSet[];
  fresh: ReplicaSet | undefined;
  resizes: readonly Resize[];
  status: DeploymentStatus | undefined;
}

const resources = { deployments: 'deployments.apps', sets: 'replicasets.apps' } as const;
const revisionAnnotation = 'deployment.kubernetes.io/revision';
const owned: Indexers<KubernetesObject> = { owner: byController };

/** As kube-controller-manager's `deployment-controller`. */
export const deploymentRule: ControllerRule<DeploymentCache> = {
  kind: 'deployment-controller',
  component: 'deployment-controller',
  watched: [resources.deployments, resources.sets, 'pods'],
  workers: (config) => config['concurrent-deployment-syncs'],
  retriesMax: 15,
  known: () => ({ deployments: makeStore(), sets: makeStore(), pods: makeStore() }),
  take,
  step,
};

function take({ memory: { known, queue } }: Controller, resource: string, change: Change): void {
  if (resource === resources.deployments) {
    applyChanges(known.deployments, [change]);
    add(queue, objectKey(change.object));
  } else if (resource === resources.sets) {
    applyChanges(known.sets, [change], owned);
    queueOwner(known, queue, change.object as ReplicaSet);
  } else {
    applyChanges(known.pods, [change], owned);
    // A Deployment that recreates its pods waits for the last old one.
    const owner = change.type === 'DELETED' ? controllerOf(change.object) : undefined;
    const set = owner && known.sets.objects.get(`${change.object.metadata.namespace}/${owner.name}`);
    if (set !== undefined) queueOwner(known, queue, set);
  }
}

function queueOwner({ deployments }: DeploymentCache, queue: Controller['memory']['queue'], set: ReplicaSet): void {
  const owner = controllerOf(set);
  const key = `${set.metadata.namespace}/${owner?.name}`;
  if (owner?.kind === 'Deployment' && deployments.objects.get(key)?.metadata.uid === owner.uid) add(queue, key);
}

function step(self: Controller, sync: Sync): Step {
  const work = sync.work as Work;
  switch (sync.stage) {
    case '':
      return begin(self, sync);
    case 'creating':
      return afterCreating(self, sync, work);
    case 'inspecting':
      return afterInspecting(sync, work);
    case 'scaling':
      return afterScaling(self, sync, work);
    case 'reporting':
      return refusalsOf(sync.answers).length > 0 ? failBy(refusalsOf(sync.answers)) : clean(self, work);
    default:
      return refusalsOf(sync.answers, ['NotFound']).length > 0 ? failBy(refusalsOf(sync.answers)) : finish;
  }
}

function begin(self: Controller, sync: Sync): Step {
  const { known } = self.memory;
  const deployment = known.deployments.objects.get(sync.key);
  if (deployment === undefined) return finish;
  const sets = [...byIndex(known.sets, 'owner', deployment.metadata.uid ?? '').values()].sort(byBirth);
  const fresh = findNewSet(deployment, sets);
  const old = sets.filter((set) => set !== fresh);
  const work: Work = { deployment, old, fresh, resizes: [], status: undefined };
  sync.work = work;
  if (deployment.metadata.deletionTimestamp !== undefined) return report(self, work);
  if (deployment.spec.paused === true || isScaled(deployment, sets))
    return resize(self, work, scaleAll(deployment, fresh, old));
  if (isRecreating(known, work)) return report(self, work);
  if (deployment.spec.strategy?.type === 'Recreate') {
    const down = old.filter((set) => sizeOf(set) > 0).map((set) => ({ set, to: 0 }));
    if (down.length > 0) return resize(self, work, down);
  }
  if (fresh === undefined) return create(work);
  const grow = growNew(deployment, sets, fresh);
  if (grow !== undefined) return resize(self, work, [grow]);
  return resize(self, work, shrinkOld(deployment, fresh, old));
}

function byBirth(a: ReplicaSet, b: ReplicaSet): number {
  const [bornA, bornB] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (bornA !== bornB) return bornA < bornB ? -1 : 1;
  return revisionOf(a) - revisionOf(b);
}

function revisionOf({ metadata }: ReplicaSet): number {
  return Number(metadata.annotations?.[revisionAnnotation] ?? 0);
}

/** Tells whether pods of old templates still run, which a Deployment that recreates them waits for (`oldPodsRunning`). */
function isRecreating({ pods }: DeploymentCache, { deployment, old }: Work): boolean {
  if (deployment.spec.strategy?.type !== 'Recreate' || old.some((set) => sizeOf(set) > 0)) return false;
  return old.some((set) => [...byIndex(pods, 'owner', set.metadata.uid ?? '').values()].some((pod) => !isEnded(pod)));
}

function create(work: Work): Step {
  const { deployment, old } = work;
  const { name, namespace = '', annotations = {} } = deployment.metadata;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...kept } = annotations;
  const hash = templateHash(deployment.spec.template, deployment.status?.collisionCount ?? 0);
  const { template, selector, minReadySeconds } = deployment.spec;
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  const set: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: { ...kept, ...sizeAnnotations(deployment), [revisionAnnotation]: String(revision) },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: newSize(deployment, old, 0),
      ...(minReadySeconds !== undefined && { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  work.fresh = set;
  return callThen('creating', [creation(resources.sets, set)]);
}

function sizeAnnotations(deployment: Deployment): Record<string, string> {
  const wanted = wantedOf(deployment);
  return { [desiredAnnotation]: String(wanted), [maxAnnotation]: String(wanted + fencepostsOf(deployment).surge) };
}

function afterCreating(self: Controller, { answers }: Sync, work: Work): Step {
  const set = work.fresh as ReplicaSet;
  const [answer] = answers;
  if (isRefusedAs(answer, 'AlreadyExists')) return callThen('inspecting', [readAgain(resources.sets, set)]);
  if (answer?.refusal !== undefined) return isNamespaceEnding(answer.refusal) ? finish : failBy([answer.refusal]);
  if (sizeOf(set) > 0) tell(self, work, `Scaled up replica set ${set.metadata.name} to ${sizeOf(set)}`);
  work.fresh = answer?.object as ReplicaSet;
  return report(self, work);
}

/** The name may be taken by the very set, which the cache does not show yet, or by one of another template. */
function afterInspecting({ answers }: Sync, { deployment }: Work): Step {
  const there = answers[0]?.object as ReplicaSet | undefined;
  if (there === undefined) return failBy(refusalsOf(answers));
  if (isControlledBy(there, deployment) && findNewSet(deployment, [there]) !== undefined) return finish;
  const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 };
  return callThen('colliding', [replaceBy(resources.deployments, withStatus(deployment, status), 'status')]);
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
    if (answers[i]?.object === undefined) continue;
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
  const { deployment, old, fresh } = work;
  const all = fresh === undefined ? old : [...old, fresh];
  work.status = makeStatus(deployment, fresh, all, self.now());
  const revision = fresh === undefined ? undefined : fresh.metadata.annotations?.[revisionAnnotation];
  const isNumbered = revision === undefined || deployment.metadata.annotations?.[revisionAnnotation] === revision;
  const calls = [];
  if (!isNumbered)
    calls.push(
      patchTo(resources.deployments, deployment, { metadata: { annotations: { [revisionAnnotation]: revision } } }),
    );
  if (isNumbered && !deepEqual(deployment.status ?? {}, work.status)) {
    calls.push(replaceBy(resources.deployments, withStatus(deployment, work.status), 'status'));
  }
  return callThen('reporting', calls);
}

function withStatus(deployment: Deployment, status: DeploymentStatus): Deployment {
  return { ...deployment, status };
}

/** Deletes old ReplicaSets beyond what the history keeps, when a rollout is complete (`cleanupDeployment`). */
function clean(self: Controller, { deployment, old, status }: Work): Step {
  const againMs = status && untilDeadlineMs(deployment, status, self.now());
  const isDone = status !== undefined && isComplete(deployment, status);
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const empty = old.filter(
    (set) => sizeOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && set.metadata.deletionTimestamp === undefined,
  );
  const surplus = isDone
    ? [...empty].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, empty.length - limit))
    : [];
  if (surplus.length === 0) return againMs === undefined ? finish : { do: 'finish', againMs };
  return callThen(
    'cleaning',
    surplus.map(({ metadata: { namespace = '', name } }) => ({
      type: 'object.delete',
      body: { resource: resources.sets, namespace, name },
    })),
  );
}
