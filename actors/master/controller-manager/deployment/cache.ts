/** What the Deployment controller knows: Deployments, ReplicaSets and pods; which Deployments a change concerns. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { Change } from '../../../../protocol/messages/informer.ts';
import { controllerOf, objectKey } from '../../../../protocol/meta.ts';
import type { Deployment, KubernetesObject, OwnerReference, Pod, ReplicaSet } from '../../../../protocol/objects.ts';
import { matchesLabels, type Selector, selectorFromLabelSelector } from '../../../../protocol/selectors.ts';
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
import { add } from '../../../client-go/work-queue.ts';
import type { Me } from '../controller/rule.ts';
import { isEnded } from '../pods/pod-state.ts';
import { sizeOf, sumOf } from './rolling.ts';

/** The caches of the Deployment controller. */
export interface DeploymentCache {
  deployments: Store<Deployment>;
  selectors: Map<string, Selector>;
  /** By the uid of the Deployment that controls them (`owner`), and those nobody controls by namespace (`orphans`). */
  sets: Store<ReplicaSet>;
  /** By the uid of the ReplicaSet that controls them. */
  pods: Store<Pod>;
}

const deploymentIndexers: Indexers<Deployment> = { namespace: byNamespace };
const setIndexers: Indexers<ReplicaSet> = {
  owner: byController,
  orphans: (set) => (controllerOf(set) === undefined ? [set.metadata.namespace ?? ''] : []),
};
const podIndexers: Indexers<KubernetesObject> = { owner: byController };

/** Makes an empty cache. */
export function makeCache(): DeploymentCache {
  return { deployments: makeStore(), selectors: new Map(), sets: makeStore(), pods: makeStore() };
}

/** Takes a change in, and queues the Deployments it concerns. */
export function takeChange(self: Me<DeploymentCache>, resource: string, change: Change): void {
  if (resource === 'deployments.apps') takeDeployment(self, change);
  else if (resource === 'pods') takePod(self, change);
  else takeSet(self, change);
}

function takeDeployment({ memory: { known, queue } }: Me<DeploymentCache>, change: Change): void {
  const deployment = change.object as Deployment;
  const key = objectKey(deployment);
  applyChange(known.deployments, change, deploymentIndexers);
  if (change.type === 'DELETED') known.selectors.delete(key);
  else known.selectors.set(key, selectorFromLabelSelector(deployment.spec.selector));
  add(queue, key);
}

function takeSet(self: Me<DeploymentCache>, change: Change): void {
  const set = change.object as ReplicaSet;
  const old = change.type === 'MODIFIED' ? (change.old as ReplicaSet | undefined) : undefined;
  applyChange(self.memory.known.sets, change, setIndexers);
  const isHandedOver = old !== undefined && !deepEqual(controllerOf(old), controllerOf(set));
  if (isHandedOver) queueOwner(self, old, controllerOf(old));
  if (controllerOf(set) !== undefined) queueOwner(self, set, controllerOf(set));
  else if (old === undefined || isHandedOver || !deepEqual(old.metadata.labels, set.metadata.labels)) {
    if (change.type !== 'DELETED') queueAdopters(self, set);
  }
}

/** A Deployment that recreates its pods waits for the last old one to be gone. */
function takePod(self: Me<DeploymentCache>, change: Change): void {
  const { pods, sets } = self.memory.known;
  const owner = controllerOf(change.object);
  if (owner?.kind === 'ReplicaSet') applyChange(pods, change, podIndexers);
  else removeObject(pods, objectKey(change.object), podIndexers);
  if (owner === undefined || change.type !== 'DELETED') return;
  const set = sets.objects.get(`${change.object.metadata.namespace}/${owner.name}`);
  if (set?.metadata.uid === owner.uid) queueOwner(self, set, controllerOf(set));
}

function queueOwner(
  { memory: { known, queue } }: Me<DeploymentCache>,
  { metadata }: ReplicaSet,
  owner: OwnerReference | undefined,
): void {
  if (owner?.kind !== 'Deployment') return;
  const key = `${metadata.namespace}/${owner.name}`;
  if (known.deployments.objects.get(key)?.metadata.uid === owner.uid) add(queue, key);
}

function queueAdopters({ memory: { known, queue } }: Me<DeploymentCache>, { metadata }: ReplicaSet): void {
  for (const key of byIndex(known.deployments, 'namespace', metadata.namespace ?? '').keys()) {
    const selector = known.selectors.get(key);
    if (selector !== undefined && matchesLabels(selector, metadata.labels)) add(queue, key);
  }
}

/** Gives the ReplicaSets a Deployment may have to do with: its own, and those of its namespace that nobody controls. */
export function candidatesOf({ sets }: DeploymentCache, { metadata }: Deployment): ReplicaSet[] {
  const owned = byIndex(sets, 'owner', metadata.uid ?? '');
  const orphans = byIndex(sets, 'orphans', metadata.namespace ?? '');
  return [...owned.values(), ...orphans.values()];
}

/** Tells whether pods of these ReplicaSets still run, or may (`oldPodsRunning`). */
export function areRunning({ pods }: DeploymentCache, sets: readonly ReplicaSet[]): boolean {
  if (sumOf(sets, ({ status }) => status?.replicas ?? 0) > 0 || sumOf(sets, sizeOf) > 0) return true;
  return sets.some(({ metadata }) =>
    [...byIndex(pods, 'owner', metadata.uid ?? '').values()].some((pod) => !isEnded(pod)),
  );
}
