/**
 * The namespace controller: empties a namespace that ends, says what still holds it, and lets it go when nothing does.
 *
 *   reading ─► marking ─► estimating (its pods) ─► deleting (every kind) ─► counting ─► reporting ─► finalizing
 *
 * A stage is left out where it has nothing to do; after a conflict it begins anew.
 */

import { definitions } from '../../../../protocol/custom/definition.ts';
import type { KubernetesList } from '../../../../protocol/messages/api.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import { isDeleting } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Namespace, Pod, Status } from '../../../../protocol/objects.ts';
import { groupResource, type ResourceKind } from '../../../../protocol/resources.ts';
import { applyChange, makeStore, type Store } from '../../../client-go/store.ts';
import { addAfter } from '../../../client-go/work-queue.ts';
import { takeDefinition } from '../controller/custom-kinds.ts';
import { replaceBy } from '../controller/patches.ts';
import type { ControllerRule, Me } from '../controller/rule.ts';
import {
  type Answer,
  type Call,
  callThen,
  failBy,
  finish,
  isRefusedAs,
  refusalsOf,
  type Step,
  type Sync,
} from '../controller/sync.ts';
import { withConditions } from './conditions.ts';
import { allContentKinds, graceSeconds, type KindResult, type Remains, sumUp } from './remains.ts';

/** What it knows: the namespaces, and the kinds that definitions have brought, by the name of the definition. */
interface Known {
  readonly namespaces: Store<Namespace>;
  readonly custom: Map<string, ResourceKind>;
}

type Controller = Me<Known>;

/** What a sync keeps between its stages. */
interface Work {
  /** As it was last read or written. */
  namespace: Namespace;
  /** What can be in it. */
  readonly kinds: readonly ResourceKind[];
  podSeconds: number;
  /** Why pods could not be counted before they were deleted. */
  estimateRefusal: Status | undefined;
  deletions: readonly Answer[];
  remains: Remains | undefined;
}

/**
 * As `namespaceDeletionGracePeriod`: by then every API server knows that the namespace ends, and what was created in it
 * at the last moment can be seen.
 */
const waitMs = 5_000;
const finalizer = 'kubernetes';

/** As kube-controller-manager's `namespace-controller`. */
export const namespaceRule: ControllerRule<Known> = {
  kind: 'namespace-controller',
  component: 'namespace-controller',
  watched: ['namespaces', definitions],
  workers: (config) => config['concurrent-namespace-syncs'],
  // It asks for every kind there is: with the usual rate it would take minutes.
  rate: (config) => ({ qps: 20 * config['kube-api-qps'], burst: 100 * config['kube-api-burst'] }),
  retryMsMax: 60_000,
  known: () => ({ namespaces: makeStore(), custom: new Map() }),
  take,
  step,
};

function take(self: Controller, resource: string, change: Change): void {
  const { known, queue } = self.memory;
  if (resource === definitions) {
    takeDefinition(known.custom, change);
    return;
  }
  applyChange(known.namespaces, change);
  const isEnding = change.type !== 'DELETED' && isDeleting(change.object);
  if (isEnding) addAfter(queue, change.object.metadata.name, waitMs, self.monotonic());
}

function step(self: Controller, sync: Sync): Step {
  const work = sync.work as Work;
  switch (sync.stage) {
    case '':
      return self.memory.known.namespaces.objects.has(sync.key) ? read(sync.key) : finish;
    case 'reading':
      return afterReading(self, sync);
    case 'marking':
      return afterMarking(sync, work);
    case 'estimating':
      return afterEstimating(self, sync, work);
    case 'deleting':
      work.deletions = sync.answers;
      return callThen(
        'counting',
        work.kinds.map((kind) => collection('object.list', work, kind)),
      );
    case 'counting':
      return afterCounting(self, sync, work);
    case 'reporting':
      return afterReporting(sync, work);
    default:
      return afterFinalizing(sync);
  }
}

function read(name: string): Step {
  return callThen('reading', [{ type: 'object.get', body: { resource: 'namespaces', name } }]);
}

function afterReading(self: Controller, sync: Sync): Step {
  const [answer] = sync.answers;
  if (answer?.object === undefined) return unlessGone(sync);
  const namespace = answer.object as Namespace;
  if (!isDeleting(namespace)) return finish;
  const kinds = allContentKinds(self.memory.known.custom.values());
  const work: Work = { namespace, kinds, podSeconds: 0, estimateRefusal: undefined, deletions: [], remains: undefined };
  sync.work = work;
  if (namespace.status?.phase === 'Terminating') return empty(work);
  const marked: Namespace = { ...namespace, status: { ...namespace.status, phase: 'Terminating' } };
  return callThen('marking', [replaceBy('namespaces', marked, 'status')]);
}

/** Fails, unless it is for the reason that there is no such namespace any more. */
function unlessGone({ answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  return refusals.length === 0 ? finish : failBy(refusals);
}

function afterMarking(sync: Sync, work: Work): Step {
  const [answer] = sync.answers;
  if (answer?.refusal?.reason === 'Conflict') return read(sync.key);
  if (answer?.object === undefined) return unlessGone(sync);
  work.namespace = answer.object as Namespace;
  return empty(work);
}

/** One that this controller holds no more is empty already. */
function empty({ namespace }: Work): Step {
  if ((namespace.spec?.finalizers ?? []).length === 0) return finish;
  const body = { resource: 'pods', namespace: namespace.metadata.name };
  return callThen('estimating', [{ type: 'object.list', body }]);
}

function afterEstimating(self: Controller, sync: Sync, work: Work): Step {
  const [answer] = sync.answers;
  work.estimateRefusal = answer?.refusal;
  work.podSeconds = graceSeconds(work.namespace, itemsOf(answer) as Pod[], self.now());
  return callThen(
    'deleting',
    work.kinds.map((kind) => collection('object.delete-collection', work, kind)),
  );
}

function collection(type: 'object.list' | 'object.delete-collection', { namespace }: Work, kind: ResourceKind): Call {
  const target = { resource: groupResource(kind), namespace: namespace.metadata.name };
  if (type === 'object.list') return { type, body: target };
  return { type, body: { ...target, options: { propagationPolicy: 'Background' } } };
}

function itemsOf(answer: Answer | undefined): readonly KubernetesObject[] {
  return (answer?.object as unknown as KubernetesList | undefined)?.items ?? [];
}

function afterCounting(self: Controller, { answers }: Sync, work: Work): Step {
  const results = work.kinds.map((kind, i): KindResult => {
    const estimate = kind.kind === 'Pod' ? work.estimateRefusal : undefined;
    const refusal = estimate ?? unlessUnknown(work.deletions[i]) ?? unlessUnknown(answers[i]);
    return { kind, refusal, items: itemsOf(answers[i]) };
  });
  work.remains = sumUp(work.namespace, results, work.podSeconds);
  const told = withConditions(work.namespace, work.remains, self.now());
  return callThen('reporting', told === undefined ? [] : [replaceBy('namespaces', told, 'status')]);
}

/** A kind whose definition went meanwhile has no objects. */
function unlessUnknown(answer: Answer | undefined): Status | undefined {
  return isRefusedAs(answer, 'NotFound') ? undefined : answer?.refusal;
}

function afterReporting(sync: Sync, work: Work): Step {
  const [answer] = sync.answers;
  if (answer?.object !== undefined) work.namespace = answer.object as Namespace;
  const { errors = [], waitSeconds = 0 } = work.remains ?? {};
  const messages = [...errors, ...refusalsOf(sync.answers).map(({ message = '' }) => message)];
  if (messages.length > 0) return { do: 'fail', message: messages.join(', ') };
  if (waitSeconds > 0) return { do: 'finish', againMs: (Math.floor(waitSeconds / 2) + 1) * 1000 };
  return callThen('finalizing', [finalization(work.namespace)]);
}

/** Takes away what this controller holds the namespace by. */
function finalization(namespace: Namespace): Call {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((one) => one !== finalizer);
  return replaceBy('namespaces', { ...namespace, spec: { ...namespace.spec, finalizers } } as Namespace, 'finalize');
}

function afterFinalizing(sync: Sync): Step {
  return sync.answers[0]?.refusal?.reason === 'Conflict' ? read(sync.key) : unlessGone(sync);
}
