/** The resource quota controller: keeps the status of every quota as what is there, where admission only ever adds to it. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { KubernetesList, ObjectList } from '../../../../protocol/messages/api.ts';
import type { Change, InformerSubscribe, Interest } from '../../../../protocol/messages/informer.ts';
import { objectKey } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Pod } from '../../../../protocol/objects.ts';
import type { ResourceQuota } from '../../../../protocol/quota/scopes.ts';
import { applyChange, makeStore, type Store } from '../../../client-go/store.ts';
import { add } from '../../../client-go/work-queue.ts';
import { informerAddress } from '../controller/informer-address.ts';
import { replaceBy } from '../controller/patches.ts';
import type { ControllerRule, Me } from '../controller/rule.ts';
import { callThen, failBy, finish, refusalsOf, type Step, type Sync } from '../controller/sync.ts';
import { isEnded } from '../pods/pod-state.ts';
import { countedStatus, resourcesOf } from './counting.ts';

/** What the controller knows. */
interface QuotaCache {
  quotas: Store<ResourceQuota>;
  /** The resources some quota limits: it hears of their objects from then on. */
  heard: Set<string>;
}

/** What a sync keeps while it counts. */
interface Counting {
  /** As it was before anything was counted: whoever charges it meanwhile makes the write of the count fail. */
  readonly quota: ResourceQuota;
  readonly resources: readonly string[];
}

/**
 * As kube-controller-manager's `resourcequota-controller`.
 *
 * It lists what it counts, at the newest revision, instead of keeping it: most clusters have no quota, and so nothing to keep.
 */
export const resourceQuotaRule: ControllerRule<QuotaCache> = {
  kind: 'resourcequota-controller',
  component: 'resourcequota-controller',
  watched: ['resourcequotas'],
  mayWatch: ['pods', 'services', 'persistentvolumeclaims', 'configmaps', 'secrets', 'replicationcontrollers'],
  workers: (config) => config['concurrent-resource-quota-syncs'],
  known: () => ({ quotas: makeStore(), heard: new Set() }),
  take,
  step,
};

/** Of objects that count it is enough to know when they go, or stop using what they used. */
const interests: Readonly<Record<string, Interest>> = {
  pods: { fields: ['status.phase'] },
  services: { fields: ['spec.type', 'spec.ports'] },
  persistentvolumeclaims: { fields: ['spec.resources'] },
};
const goneOnly: Interest = { fields: [] };

function take(self: Me<QuotaCache>, resource: string, change: Change): void {
  const { known, queue } = self.memory;
  if (resource !== 'resourcequotas' || known.heard.has(resource)) queueConcerned(self, resource, change);
  if (resource !== 'resourcequotas') return;
  const { object, old } = change as { object: ResourceQuota; old?: ResourceQuota };
  applyChange(known.quotas, change);
  // What admission adds to the status is no reason to count.
  const isNews = change.type === 'ADDED' || !deepEqual(old?.spec, object.spec);
  if (change.type !== 'DELETED' && isNews) add(queue, objectKey(object));
}

/** Queues the quotas of which something may have become free. */
function queueConcerned({ memory }: Me<QuotaCache>, resource: string, change: Change): void {
  if (!frees(resource, change)) return;
  const { namespace } = change.object.metadata;
  for (const [key, quota] of memory.known.quotas.objects) {
    if (quota.metadata.namespace === namespace && resourcesOf(quota).includes(resource)) add(memory.queue, key);
  }
}

function frees(resource: string, { type, object, old }: Change): boolean {
  if (type !== 'MODIFIED') return type === 'DELETED';
  if (resource !== 'pods') return resource in interests;
  return old !== undefined && isEnded(object as Pod) && !isEnded(old as Pod);
}

function step(self: Me<QuotaCache>, sync: Sync): Step {
  if (sync.stage === 'counting') return write(self, sync);
  if (sync.stage === 'writing') return afterWriting(self, sync);
  const quota = self.memory.known.quotas.objects.get(sync.key);
  if (quota === undefined) return finish;
  const resources = resourcesOf(quota);
  for (const resource of resources) hearOf(self, resource);
  sync.work = { quota, resources } satisfies Counting;
  const { namespace = '' } = quota.metadata;
  return callThen(
    'counting',
    resources.map((resource) => ({ type: 'object.list', body: { resource, namespace } satisfies ObjectList['body'] })),
  );
}

function hearOf(self: Me<QuotaCache>, resource: string): void {
  const { heard } = self.memory.known;
  if (heard.has(resource)) return;
  heard.add(resource);
  if (resource === 'resourcequotas') return;
  self.send<InformerSubscribe>(
    informerAddress(self.parent, resource),
    'informer.subscribe',
    interests[resource] ?? goneOnly,
  );
}

function write(self: Me<QuotaCache>, { work, answers }: Sync): Step {
  const { quota, resources } = work as Counting;
  // A kind that is not served uses nothing that could be counted.
  const refusals = refusalsOf(answers, ['NotFound']);
  if (refusals.length > 0) return failBy(refusals);
  const counted = new Map<string, readonly KubernetesObject[]>();
  resources.forEach((resource, i) => {
    const { object } = answers[i] ?? {};
    if (object !== undefined) counted.set(resource, (object as unknown as KubernetesList).items);
  });
  const status = countedStatus(quota, counted, self.now());
  if (deepEqual(status, { hard: quota.status?.hard, used: quota.status?.used })) return again(self);
  const object: ResourceQuota = { ...quota, status };
  return callThen('writing', [replaceBy('resourcequotas', object, 'status')]);
}

function afterWriting(self: Me<QuotaCache>, { answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  return refusals.length === 0 ? again(self) : failBy(refusals);
}

function again(self: Me<QuotaCache>): Step {
  return { do: 'finish', againMs: self.memory.input.config['resource-quota-sync-period'] };
}
