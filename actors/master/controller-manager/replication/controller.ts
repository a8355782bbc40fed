/**
 * The replication controllers: as many pods as a ReplicationController or a ReplicaSet asks for, no more and no fewer.
 *
 *   claiming (release, look again) ─► adopting ─► creating (1, 2, 4...) or deleting ─► reporting ─► rereading ─► retrying
 *
 * Any stage is left out where it has nothing to do.
 */

import { objectKey } from '../../../../protocol/meta.ts';
import type { Pod, Status } from '../../../../protocol/objects.ts';
import { nothing } from '../../../../protocol/selectors.ts';
import { referenceTo } from '../../../client-go/event-recorder.ts';
import { adoptCall, type Claims, claim, claimingCalls, claimingErrors } from '../controller/claims.ts';
import { areMet, expectCreations, expectDeletions, noteCreation, noteDeletion } from '../controller/expectations.ts';
import { creation, readAgain, replaceBy } from '../controller/patches.ts';
import { type ControllerRule, type Me, record } from '../controller/rule.ts';
import {
  callThen,
  errorOf,
  failBy,
  finish,
  isNamespaceEnding,
  isRefusedAs,
  refusalsOf,
  type Step,
  type Sync,
} from '../controller/sync.ts';
import { isActive } from '../pods/pod-state.ts';
import { candidatesOf, makeCache, type ReplicationCache, relatedPods, takeChange } from './cache.ts';
import { type OwnerKind, type Replicated, replicaSets, replicationControllers } from './owner-kinds.ts';
import { isStatusCurrent, makeStatus, type ReplicaStatus } from './replica-status.ts';
import { decideScale, nextBatch, type Scale } from './scale.ts';
import { podOf } from './template.ts';

type Controller = Me<ReplicationCache>;

/** What a sync keeps between its stages. */
interface Work {
  readonly owners: OwnerKind;
  readonly rc: Replicated;
  /** Whether the cache could be acted on when the sync began. */
  readonly isDue: boolean;
  readonly claims: Claims<Pod>;
  /** The pods that count as replicas. */
  pods: readonly Pod[];
  /** Creations still to be tried, and the size of the batch under way. */
  remaining: number;
  batch: number;
  deleted: readonly Pod[];
  /** Why pods could not be created or deleted. */
  failure: string | undefined;
  status: ReplicaStatus | undefined;
}

/** As kube-controller-manager's `replicationcontroller-controller`. */
export const replicationRule = ruleFor(replicationControllers, {
  kind: 'replicationcontroller-controller',
  component: 'replication-controller',
  workers: (config) => config['concurrent-rc-syncs'],
});

/** As kube-controller-manager's `replicaset-controller`. */
export const replicaSetRule = ruleFor(replicaSets, {
  kind: 'replicaset-controller',
  component: 'replicaset-controller',
  workers: (config) => config['concurrent-replicaset-syncs'],
});

function ruleFor(
  owners: OwnerKind,
  names: Pick<ControllerRule<ReplicationCache>, 'kind' | 'component' | 'workers'>,
): ControllerRule<ReplicationCache> {
  return {
    ...names,
    watched: [owners.resource, 'pods'],
    interest: (resource) => (resource === 'pods' ? { controlledBy: owners.kind } : undefined),
    known: () => makeCache(owners),
    take: takeChange,
    step,
  };
}

function step(self: Controller, sync: Sync): Step {
  const work = sync.work as Work;
  switch (sync.stage) {
    case '':
      return begin(self, sync);
    case 'claiming':
      return afterClaiming(sync, work);
    case 'adopting':
      return afterAdopting(self, sync, work);
    case 'creating':
      return afterCreating(self, sync, work);
    case 'deleting':
      return afterDeleting(self, sync, work);
    case 'reporting':
      return isRefused(sync) ? callThen('rereading', [readAgain(work.owners.resource, work.rc)]) : conclude(work);
    case 'rereading':
      return afterRereading(sync, work);
    default:
      return isRefused(sync) ? failBy(refusalsOf(sync.answers)) : conclude(work);
  }
}

function isRefused({ answers }: Sync): boolean {
  return answers.some(({ refusal }) => refusal !== undefined);
}

function begin(self: Controller, sync: Sync): Step {
  const { known } = self.memory;
  const rc = known.controllers.objects.get(sync.key);
  if (rc === undefined) {
    known.expectations.delete(sync.key);
    return finish;
  }
  const selector = known.selectors.get(sync.key) ?? nothing;
  const claims = claim(rc, selector, candidatesOf(known, rc).filter(isActive));
  const work: Work = {
    owners: known.owners,
    rc,
    isDue: areMet(known.expectations, sync.key, self.monotonic()),
    claims,
    pods: claims.owned,
    remaining: 0,
    batch: 0,
    deleted: [],
    failure: undefined,
    status: undefined,
  };
  sync.work = work;
  if (claims.adopt.length + claims.release.length === 0) return scale(self, sync, work);
  return callThen('claiming', claimingCalls('pods', known.owners.resource, rc, claims));
}

function afterClaiming({ answers }: Sync, { rc, claims }: Work): Step {
  const errors = claimingErrors(rc, claims, answers);
  if (errors.length > 0) return failBy(errors);
  return callThen(
    'adopting',
    claims.adopt.map((pod) => adoptCall('pods', rc, pod)),
  );
}

function afterAdopting(self: Controller, sync: Sync, work: Work): Step {
  const refusals = refusalsOf(sync.answers, ['NotFound']);
  if (refusals.length > 0) return failBy(refusals);
  const adopted = work.claims.adopt.filter((_, place) => sync.answers[place]?.object !== undefined);
  work.pods = [...work.claims.owned, ...adopted];
  return scale(self, sync, work);
}

function scale(self: Controller, sync: Sync, work: Work): Step {
  const { rc, pods } = work;
  if (!work.isDue || rc.metadata.deletionTimestamp !== undefined) return report(self, work);
  const related = () => relatedPods(self.memory.known, rc);
  return perform(self, sync, work, decideScale(rc.spec.replicas ?? 1, pods, related, self.now()));
}

function perform(self: Controller, { key }: Sync, work: Work, verdict: Scale): Step {
  const { expectations } = self.memory.known;
  if (verdict.do === 'nothing') return report(self, work);
  if (verdict.do === 'create') {
    expectCreations(expectations, key, verdict.count, self.monotonic());
    work.remaining = verdict.count;
    return createBatch(work);
  }
  work.deleted = verdict.pods;
  expectDeletions(expectations, key, verdict.pods.map(objectKey), self.monotonic());
  return callThen(
    'deleting',
    verdict.pods.map(({ metadata: { namespace = '', name } }) => ({
      type: 'object.delete',
      body: { resource: 'pods', namespace, name },
    })),
  );
}

function createBatch(work: Work): Step {
  work.batch = nextBatch(work.batch, work.remaining);
  const call = creation('pods', podOf(work.rc, work.rc.spec.template ?? {}));
  return callThen('creating', Array<typeof call>(work.batch).fill(call));
}

function afterCreating(self: Controller, sync: Sync, work: Work): Step {
  for (const { object, refusal } of sync.answers) {
    if (object !== undefined) tell(self, work, 'Normal', 'SuccessfulCreate', `Created pod: ${object.metadata.name}`);
    else if (!isNamespaceEnding(refusal)) {
      tell(self, work, 'Warning', 'FailedCreate', `Error creating: ${refusal.message}`);
    }
  }
  // In a namespace that ends nothing can be created, and nothing needs to be.
  const failed = refusalsOf(sync.answers).filter((status) => !isNamespaceEnding(status));
  work.remaining -= work.batch;
  if (failed.length === 0) return work.remaining > 0 ? createBatch(work) : report(self, work);
  // Those never tried, and those that failed, will not be seen.
  noteCreation(self.memory.known.expectations, sync.key, work.remaining + failed.length);
  work.failure = firstError(failed);
  return report(self, work);
}

function afterDeleting(self: Controller, sync: Sync, work: Work): Step {
  work.deleted.forEach((pod, place) => {
    const answer = sync.answers[place];
    if (answer?.object !== undefined) {
      tell(self, work, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
      return;
    }
    noteDeletion(self.memory.known.expectations, sync.key, objectKey(pod));
    if (isRefusedAs(answer, 'NotFound')) return;
    tell(self, work, 'Warning', 'FailedDelete', `Error deleting: ${answer?.refusal?.message}`);
  });
  const failed = refusalsOf(sync.answers, ['NotFound']);
  if (failed.length > 0) work.failure = firstError(failed);
  return report(self, work);
}

function firstError(refusals: readonly Status[]): string {
  return errorOf(refusals.slice(0, 1));
}

function tell(self: Controller, { rc }: Work, type: 'Normal' | 'Warning', reason: string, message: string): void {
  record(self, { regarding: referenceTo(rc), type, reason, message });
}

function report(self: Controller, work: Work): Step {
  const { rc, pods, failure } = work;
  work.status = makeStatus(rc, pods, failure, self.now());
  if (isStatusCurrent(rc, work.status)) return conclude(work);
  return callThen('reporting', [replaceBy(work.owners.resource, withStatus(rc, work.status), 'status')]);
}

function withStatus(rc: Replicated, status: ReplicaStatus): Replicated {
  return { ...rc, status };
}

/** Somebody wrote it meanwhile: once more, over that. */
function afterRereading(sync: Sync, work: Work): Step {
  const fresh = sync.answers[0]?.object as Replicated | undefined;
  if (fresh === undefined || work.status === undefined) return failBy(refusalsOf(sync.answers));
  return callThen('retrying', [replaceBy(work.owners.resource, withStatus(fresh, work.status), 'status')]);
}

function conclude({ rc, failure, status }: Work): Step {
  if (failure !== undefined) return { do: 'fail', message: failure };
  const [wanted, waitSeconds] = [rc.spec.replicas ?? 1, rc.spec.minReadySeconds ?? 0];
  const isWaiting = status?.readyReplicas === wanted && status?.availableReplicas !== wanted;
  // They will be available though nothing changes by then.
  return waitSeconds > 0 && isWaiting ? { do: 'finish', againMs: waitSeconds * 1000 } : finish;
}
