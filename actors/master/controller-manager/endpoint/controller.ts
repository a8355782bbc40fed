/** The endpoints controller: for every Service with a selector, the addresses of its pods. */

import type { Change } from '../../../../protocol/messages/informer.ts';
import { objectKey, splitKey } from '../../../../protocol/meta.ts';
import type { Endpoints, Pod, Service } from '../../../../protocol/objects.ts';
import { type Selector, selectorFromLabels } from '../../../../protocol/selectors.ts';
import { referenceTo } from '../../../client-go/event-recorder.ts';
import { applyChange, byNamespace, type Indexers, makeStore, type Store } from '../../../client-go/store.ts';
import { add, addAfter } from '../../../client-go/work-queue.ts';
import { creation, replaceBy } from '../controller/patches.ts';
import { type ControllerRule, type Me, record } from '../controller/rule.ts';
import { callThen, failBy, finish, isNamespaceEnding, refusalsOf, type Step, type Sync } from '../controller/sync.ts';
import { endpointsOf, isCurrent } from './endpoints.ts';
import { judgePodChange, podIndexers, podsOf, servicesOf } from './membership.ts';
import { subsetsOf } from './subsets.ts';
import { nextTriggerTime, type TriggerTimes } from './trigger-times.ts';

/** The caches of the endpoints controller. */
interface EndpointsCache {
  services: Store<Service>;
  /** The selectors of those Services whose Endpoints are this controller's to keep. */
  selectors: Map<string, Selector>;
  pods: Store<Pod>;
  endpoints: Store<Endpoints>;
  triggerTimes: Map<string, TriggerTimes>;
  /** The versions of Endpoints that were replaced: while the cache has one, it says nothing (`staleEndpointsTracker`). */
  replaced: Map<string, string>;
}

type Controller = Me<EndpointsCache>;

const serviceIndexers: Indexers<Service> = { namespace: byNamespace };
/** Held by those who elect leaders by Endpoints, which have no Service. */
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** As kube-controller-manager's `endpoints-controller`. */
export const endpointsRule: ControllerRule<EndpointsCache> = {
  kind: 'endpoints-controller',
  component: 'endpoint-controller',
  watched: ['services', 'pods', 'endpoints'],
  workers: (config) => config['concurrent-endpoint-syncs'],
  retriesMax: 15,
  known: () => ({
    services: makeStore(),
    selectors: new Map(),
    pods: makeStore(),
    endpoints: makeStore(),
    triggerTimes: new Map(),
    replaced: new Map(),
  }),
  take,
  begin: queueLeftovers,
  step,
};

function take(self: Controller, resource: string, change: Change): void {
  const { known, queue } = self.memory;
  if (resource === 'pods') takePod(self, change);
  else if (resource === 'services') takeService(self, change);
  else {
    applyChange(known.endpoints, change);
    // Deleted by somebody else: they are made again.
    if (change.type === 'DELETED') add(queue, objectKey(change.object));
  }
}

function takeService({ memory: { known, queue } }: Controller, change: Change): void {
  const service = change.object as Service;
  const key = objectKey(service);
  applyChange(known.services, change, serviceIndexers);
  const { selector } = service.spec;
  if (change.type === 'DELETED' || selector === undefined) known.selectors.delete(key);
  else known.selectors.set(key, selectorFromLabels(selector));
  add(queue, key);
}

function takePod(self: Controller, change: Change): void {
  const { services, selectors, pods } = self.memory.known;
  const pod = change.object as Pod;
  applyChange(pods, change, podIndexers);
  if (change.type !== 'MODIFIED' || change.old === undefined) {
    queueAll(self, servicesOf(services, selectors, pod));
    return;
  }
  const old = change.old as Pod;
  const verdict = judgePodChange(old, pod);
  if (verdict === 'none') return;
  const [before, now] = [servicesOf(services, selectors, old), servicesOf(services, selectors, pod)];
  if (verdict === 'shown') queueAll(self, now);
  else if (verdict === 'both') queueAll(self, [...before, ...now]);
  else {
    queueAll(
      self,
      [...before, ...now].filter((key) => before.includes(key) !== now.includes(key)),
    );
  }
}

function queueAll(self: Controller, keys: readonly string[]): void {
  const { queue, input } = self.memory;
  const waitMs = input.config['endpoint-updates-batch-period'];
  for (const key of keys) addAfter(queue, key, waitMs, self.monotonic());
}

/** Endpoints whose Service went while nobody looked must go too. */
function queueLeftovers({ memory: { known, queue } }: Controller): void {
  for (const [key, { metadata }] of known.endpoints.objects) {
    if (metadata.annotations?.[leaderAnnotation] === undefined) add(queue, key);
  }
}

function step(self: Controller, sync: Sync): Step {
  switch (sync.stage) {
    case '':
      return begin(self, sync);
    case 'removing':
      return afterRemoving(self, sync);
    default:
      return afterWriting(self, sync);
  }
}

function begin(self: Controller, sync: Sync): Step {
  const { services, selectors, pods, endpoints, triggerTimes, replaced } = self.memory.known;
  const service = services.objects.get(sync.key);
  if (service === undefined) return remove(sync);
  const selector = selectors.get(sync.key);
  if (selector === undefined || service.spec.type === 'ExternalName') return finish;
  const selected = podsOf(pods, service, selector);
  const { time, times } = nextTriggerTime(triggerTimes.get(sync.key), service, selected);
  triggerTimes.set(sync.key, times);
  const subsets = subsetsOf(service, selected);
  const existing = endpoints.objects.get(sync.key);
  const version = existing?.metadata.resourceVersion;
  if (version !== undefined && version === replaced.get(sync.key)) {
    return { do: 'fail', message: 'endpoints informer cache is out of date' };
  }
  if (existing !== undefined && isCurrent(existing, service, subsets)) return finish;
  const wanted = endpointsOf(service, existing, subsets, time);
  sync.work = wanted;
  const isNew = existing === undefined;
  const call = isNew ? creation('endpoints', wanted) : replaceBy('endpoints', wanted);
  return callThen(isNew ? 'creating' : 'replacing', [call]);
}

function remove({ key }: Sync): Step {
  const { namespace, name } = splitKey(key);
  return callThen('removing', [{ type: 'object.delete', body: { resource: 'endpoints', namespace, name } }]);
}

function afterRemoving({ memory }: Controller, { key, answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  if (refusals.length > 0) return failBy(refusals);
  memory.known.triggerTimes.delete(key);
  memory.known.replaced.delete(key);
  return finish;
}

function afterWriting(self: Controller, { key, stage, work, answers }: Sync): Step {
  const [refusal] = refusalsOf(answers);
  if (refusal === undefined) {
    const [before, now] = [work as Endpoints, answers[0]?.object].map((one) => one?.metadata.resourceVersion);
    if (before !== undefined && now !== before) self.memory.known.replaced.set(key, before);
    return finish;
  }
  const isNew = stage === 'creating';
  if (isNew && isNamespaceEnding(refusal)) return finish;
  const [reason, what] = isNew
    ? ['FailedToCreateEndpoint', `Failed to create endpoint for service ${key}`]
    : ['FailedToUpdateEndpoint', `Failed to update endpoint ${key}`];
  const regarding = referenceTo(work as Endpoints);
  record(self, { regarding, type: 'Warning', reason, message: `${what}: ${refusal.message}` });
  return failBy([refusal]);
}
