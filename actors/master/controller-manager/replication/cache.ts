/** What the replication controller knows: controllers, pods, and what it has done but not yet seen. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import { controllerOf, keyOf, objectKey } from '../../../../protocol/meta.ts';
import type { OwnerReference, Pod } from '../../../../protocol/objects.ts';
import { matchesLabels, type Selector } from '../../../../protocol/selectors.ts';
import {
  applyChange,
  byController,
  byIndex,
  byNamespace,
  type Indexers,
  makeStore,
  removeObject,
  type Store,
} from '../../../client-go/store.ts';
import { add, addAfter } from '../../../client-go/work-queue.ts';
import { type Expectations, noteCreation, noteDeletion } from '../controller/expectations.ts';
import type { Me } from '../controller/rule.ts';
import { isReady } from '../pods/pod-state.ts';
import { type OwnerKind, type Replicated, selectorOf } from './owner-kinds.ts';

/** The caches and expectations of the replication controller. */
export interface ReplicationCache {
  /** Whose pods they are. */
  readonly owners: OwnerKind;
  controllers: Store<Replicated>;
  /** Pods by the uid of the owner that controls them (`owner`), and those nobody controls by namespace (`orphans`). */
  pods: Store<Pod>;
  selectors: Map<string, Selector>;
  expectations: Expectations;
}

const controllerIndexers: Indexers<Replicated> = { namespace: byNamespace, owner: byController };
const podIndexers: Indexers<Pod> = {
  owner: (pod) => {
    const controller = controllerOf(pod);
    return controller === undefined ? [] : [controller.uid];
  },
  orphans: (pod) => (controllerOf(pod) === undefined ? [pod.metadata.namespace ?? ''] : []),
};

/** Makes an empty cache. */
export function makeCache(owners: OwnerKind): ReplicationCache {
  return { owners, controllers: makeStore(), pods: makeStore(), selectors: new Map(), expectations: new Map() };
}

/** Takes a change in, and queues the controllers it concerns. */
export function takeChange(self: Me<ReplicationCache>, resource: string, change: Change): void {
  if (resource === 'pods') takePod(self, change);
  else takeController(self, change);
}

function takeController({ memory }: Me<ReplicationCache>, change: Change): void {
  const { known, queue } = memory;
  const rc = change.object as Replicated;
  const key = objectKey(rc);
  applyChange(known.controllers, change, controllerIndexers);
  // One that is made anew under the same name begins with nothing expected.
  if (change.type === 'DELETED') known.expectations.delete(key);
  if (change.type === 'DELETED') known.selectors.delete(key);
  else known.selectors.set(key, selectorOf(rc));
  add(queue, key);
}

function takePod(self: Me<ReplicationCache>, change: Change): void {
  const pod = change.object as Pod;
  keepPod(self.memory.known, change);
  if (change.type === 'DELETED') notePodGone(self, pod);
  else if (pod.metadata.deletionTimestamp !== undefined) {
    notePodGone(self, pod);
    if (change.old !== undefined && areLabelsChanged(change.old as Pod, pod)) notePodGone(self, change.old as Pod);
  } else if (change.type === 'ADDED') notePodAdded(self, pod);
  else notePodChanged(self, (change.old ?? pod) as Pod, pod);
}

/** Keeps a pod that an owner of this kind controls, or nobody does; any other is none of its business. */
function keepPod({ owners, pods }: ReplicationCache, change: Change): void {
  const kind = controllerOf(change.object)?.kind ?? owners.kind;
  if (kind === owners.kind) applyChange(pods, change, podIndexers);
  else removeObject(pods, objectKey(change.object), podIndexers);
}

function notePodGone({ memory }: Me<ReplicationCache>, pod: Pod): void {
  const rc = controllerNamed(memory.known, pod, controllerOf(pod));
  if (rc === undefined) return;
  const key = objectKey(rc);
  noteDeletion(memory.known.expectations, key, objectKey(pod));
  add(memory.queue, key);
}

function notePodAdded(self: Me<ReplicationCache>, pod: Pod): void {
  const { known, queue } = self.memory;
  const controller = controllerOf(pod);
  if (controller === undefined) {
    queueAdopters(self, pod);
    return;
  }
  const rc = controllerNamed(known, pod, controller);
  if (rc === undefined) return;
  noteCreation(known.expectations, objectKey(rc));
  add(queue, objectKey(rc));
}

function notePodChanged(self: Me<ReplicationCache>, old: Pod, pod: Pod): void {
  const { known, queue } = self.memory;
  const [before, controller] = [controllerOf(old), controllerOf(pod)];
  const isHandedOver = !deepEqual(before, controller);
  if (isHandedOver) {
    const former = controllerNamed(known, old, before);
    if (former !== undefined) add(queue, objectKey(former));
  }
  if (controller === undefined) {
    if (isHandedOver || areLabelsChanged(old, pod)) queueAdopters(self, pod);
    return;
  }
  const rc = controllerNamed(known, pod, controller);
  if (rc === undefined) return;
  add(queue, objectKey(rc));
  const waitSeconds = rc.spec.minReadySeconds ?? 0;
  if (waitSeconds > 0 && !isReady(old) && isReady(pod)) {
    // One second more, as timestamps are whole seconds.
    addAfter(queue, objectKey(rc), (waitSeconds + 1) * 1000, self.monotonic());
  }
}

function areLabelsChanged(old: Pod, pod: Pod): boolean {
  return !deepEqual(old.metadata.labels, pod.metadata.labels);
}

/** Finds the very controller a reference means: not one of the same name that came later. */
function controllerNamed(
  { controllers, owners }: ReplicationCache,
  { metadata }: Pod,
  reference: OwnerReference | undefined,
): Replicated | undefined {
  if (reference?.kind !== owners.kind) return undefined;
  const rc = controllers.objects.get(keyOf(metadata.namespace, reference.name));
  return rc?.metadata.uid === reference.uid ? rc : undefined;
}

function queueAdopters({ memory }: Me<ReplicationCache>, pod: Pod): void {
  const { controllers, selectors } = memory.known;
  for (const key of byIndex(controllers, 'namespace', pod.metadata.namespace ?? '').keys()) {
    const selector = selectors.get(key);
    const isMeant = selector !== undefined && selector.requirements.length > 0;
    if (isMeant && matchesLabels(selector, pod.metadata.labels)) add(memory.queue, key);
  }
}

/** Gives the pods a controller may have to do with: its own, and those of its namespace that nobody controls. */
export function candidatesOf({ pods }: ReplicationCache, { metadata }: Replicated): Pod[] {
  const owned = byIndex(pods, 'owner', metadata.uid ?? '');
  const orphans = byIndex(pods, 'orphans', metadata.namespace ?? '');
  return [...owned.values(), ...orphans.values()];
}

/** Gives the pods of all controllers that have the same owner as this one. */
export function relatedPods({ controllers, pods }: ReplicationCache, rc: Replicated): Pod[] {
  const owner = controllerOf(rc);
  if (owner === undefined) return [];
  const siblings = byIndex(controllers, 'owner', owner.uid);
  return [...siblings.values()].flatMap((one) => [...byIndex(pods, 'owner', one.metadata.uid ?? '').values()]);
}
