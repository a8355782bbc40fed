/**
 * The garbage collector: deletes what has lost its owners, and sees a deletion in the foreground, or one that orphans, through.
 *
 *   an object:   looking ─► judging (its owners, past all caches) ─► acting (deleted, or set free of the owners that go)
 *                        └► finalizing (it waited for its dependents, and none is left)
 *   an orphaner: orphaning (its dependents) ─► rereading ─► finalizing
 *
 * Nothing is deleted on the word of a cache: the object and its owners are read anew before.
 */

import { definitions } from '../../../../protocol/custom/definition.ts';
import { isDeleting } from '../../../../protocol/meta.ts';
import type { KubernetesObject, OwnerReference } from '../../../../protocol/objects.ts';
import { findResource, groupResource, storedKinds } from '../../../../protocol/resources.ts';
import { targetOf } from '../../../client-go/api-calls.ts';
import { referenceTo } from '../../../client-go/event-recorder.ts';
import { add } from '../../../client-go/work-queue.ts';
import { patchTo, readAgain } from '../controller/patches.ts';
import { type ControllerRule, type Me, record } from '../controller/rule.ts';
import {
  type Call,
  callThen,
  failBy,
  finish,
  isRefusedAs,
  refusalsOf,
  type Step,
  type Sync,
} from '../controller/sync.ts';
import { interest, ownerKind } from './custom-kinds.ts';
import {
  blockersOf,
  dependentsOf,
  foregroundFinalizer,
  type Graph,
  hasFinalizer,
  type Item,
  isDeletingDependents,
  makeGraph,
  noteAbsent,
  orphanFinalizer,
  ownerKey,
  ownersOf,
} from './graph.ts';
import { type OwnerState, verdictOn } from './verdict.ts';
import { begin, forget, orphanPrefix, takeChange } from './watch.ts';

type Collector = Me<Graph>;

/** What is known of the object in work. */
interface Work {
  readonly item: Item;
  /** As it was read anew. */
  fresh: KubernetesObject;
  /** The owners that were asked for, in the order of the answers. */
  asked: readonly OwnerReference[];
  /** The dependents that are set free, in the order of the answers. */
  freed: readonly { readonly isCustom: boolean }[];
}

/** Kinds that own nothing and are owned by nobody. */
const passedOver = ['events'];

/** As kube-controller-manager's `garbage-collector-controller`. */
export const garbageCollectorRule: ControllerRule<Graph> = {
  kind: 'garbage-collector-controller',
  component: 'garbage-collector-controller',
  watched: storedKinds.map(groupResource).filter((resource) => !passedOver.includes(resource)),
  interest: (resource) => (resource === definitions ? undefined : interest),
  workers: (config) => config['concurrent-gc-syncs'],
  // Each deletion takes two requests: twice the rate gives the rate of deletions.
  rate: (config) => ({ qps: 2 * config['kube-api-qps'], burst: 2 * config['kube-api-burst'] }),
  known: makeGraph,
  take: takeChange,
  begin,
  step,
};

function step(self: Collector, sync: Sync): Step {
  const work = sync.work as Work;
  switch (sync.stage) {
    case '':
      return sync.key.startsWith(orphanPrefix) ? setFree(self, sync) : look(self, sync);
    case 'looking':
      return afterLooking(self, sync, work);
    case 'judging':
      return afterJudging(self, sync, work);
    case 'orphaning':
      return afterOrphaning(sync, work);
    case 'rereading':
      return afterRereading(sync, work);
    default:
      return ended(sync);
  }
}

/** Ends a sync with the answers to its last calls: what is gone already is as it should be. */
function ended({ answers }: Sync): Step {
  const refusals = refusalsOf(answers, ['NotFound']);
  return refusals.length === 0 ? finish : failBy(refusals);
}

function look(self: Collector, sync: Sync): Step {
  const item = self.memory.known.items.get(sync.key);
  // Whoever is being deleted already goes by itself, unless it waits for its dependents.
  if (item === undefined || (isDeleting(item.object) && !isDeletingDependents(item.object))) return finish;
  sync.work = { item, fresh: item.object, asked: [], freed: [] } satisfies Work;
  return callThen('looking', [readAgain(item.resource, item.object)]);
}

function afterLooking(self: Collector, { answers }: Sync, work: Work): Step {
  const { item } = work;
  const fresh = answers[0]?.object;
  if (isRefusedAs(answers[0], 'NotFound') || (fresh !== undefined && fresh.metadata.uid !== item.uid)) {
    forget(self, item.uid);
    return finish;
  }
  if (fresh === undefined) return failBy(refusalsOf(answers));
  work.fresh = fresh;
  if (isDeletingDependents(fresh)) return deleteDependents(self, work);
  const owners = ownersOf(fresh);
  const { known } = self.memory;
  const asked = owners.filter((owner) => !known.absent.has(ownerKey(known, owner, fresh)));
  if (owners.length === 0 || !asked.every((owner) => isFindable(known, fresh, owner))) return finish;
  work.asked = asked;
  return callThen(
    'judging',
    asked.map((owner) => readOwner(known, fresh, owner)),
  );
}

/** Sees to its dependents first; with none left to hold it back, it goes. */
function deleteDependents({ memory: { known, queue } }: Collector, { item, fresh }: Work): Step {
  const blockers = blockersOf(known, item.uid);
  if (blockers.length === 0) return callThen('finalizing', [withoutFinalizer(item, fresh, foregroundFinalizer)]);
  for (const { uid, object } of blockers) if (!isDeletingDependents(object)) add(queue, uid);
  return finish;
}

/** Nobody can tell of a kind that is not served, nor of an owner in some namespace of what is in none: such an object stays. */
function isFindable(graph: Graph, { metadata }: KubernetesObject, owner: OwnerReference): boolean {
  const found = ownerKind(graph, owner);
  return found !== undefined && (!found.namespaced || metadata.namespace !== undefined);
}

/** Owners are in the namespace of what they own, or in none. */
function readOwner(graph: Graph, { metadata }: KubernetesObject, owner: OwnerReference): Call {
  const { kind, name } = owner;
  const found = ownerKind(graph, owner);
  const where = found?.namespaced && metadata.namespace !== undefined ? { namespace: metadata.namespace } : {};
  return { type: 'object.get', body: { resource: found === undefined ? kind : groupResource(found), name, ...where } };
}

function afterJudging(self: Collector, { answers }: Sync, { item, fresh, asked }: Work): Step {
  const { known } = self.memory;
  const unknown = refusalsOf(answers, ['NotFound']);
  if (unknown.length > 0) return failBy(unknown);
  asked.forEach((owner, place) => {
    if (answers[place]?.object?.metadata.uid === owner.uid) return;
    noteAbsent(known, ownerKey(known, owner, fresh));
    tellOfStranger(self, fresh, owner);
  });
  const states = ownersOf(fresh).map((owner): OwnerState => {
    if (known.absent.has(ownerKey(known, owner, fresh))) return 'absent';
    const found = answers[asked.indexOf(owner)]?.object;
    return found !== undefined && isDeletingDependents(found) ? 'waiting' : 'solid';
  });
  const dependents = dependentsOf(known, item.uid);
  const isOneWaiting = dependents.some(({ object }) => isDeletingDependents(object));
  const verdict = verdictOn(fresh, states, { hasAny: dependents.length > 0, isOneWaiting });
  if (verdict.do === 'keep') return finish;
  if (verdict.do === 'detach') return callThen('acting', [detach(item, fresh, verdict.owners)]);
  const { resourceVersion } = fresh.metadata;
  // A change of the object since it was read is read first, unless it is the one made here.
  const preconditions = {
    uid: item.uid,
    ...(resourceVersion !== undefined && !verdict.unblocks && { resourceVersion }),
  };
  const options = { propagationPolicy: verdict.policy, preconditions };
  const deletion: Call = { type: 'object.delete', body: { ...targetOf(item.resource, fresh), options } };
  return callThen('acting', verdict.unblocks ? [unblock(item, fresh), deletion] : [deletion]);
}

/** Tells whoever reads events that the owner named exists, but in another namespace. */
function tellOfStranger(self: Collector, object: KubernetesObject, owner: OwnerReference): void {
  const { uid, apiVersion, kind, name } = owner;
  const stranger = self.memory.known.items.get(uid)?.object;
  const { namespace = '' } = object.metadata;
  if (stranger === undefined || (stranger.metadata.namespace ?? namespace) === namespace) return;
  const reference = `[${apiVersion}/${kind}, namespace: , name: ${name}, uid: ${uid}]`;
  const message = `ownerRef ${reference} does not exist in namespace "${namespace}"`;
  record(self, { regarding: referenceTo(object), type: 'Warning', reason: 'OwnerRefInvalidNamespace', message });
}

/** Takes references away, from this very object. */
function detach(item: Item, fresh: KubernetesObject, owners: readonly string[]): Call {
  if (isCustom(item))
    return reown(
      item,
      fresh,
      ownersOf(fresh).filter(({ uid }) => !owners.includes(uid)),
    );
  const ownerReferences = owners.map((uid) => ({ $patch: 'delete', uid }));
  return patchTo(item.resource, fresh, { metadata: { ownerReferences, uid: item.uid } });
}

/** Lets an object hold none of its owners back any more: they wait for each other in a circle. */
function unblock(item: Item, fresh: KubernetesObject): Call {
  const ownerReferences = ownersOf(fresh).map((owner) => ({ ...owner, blockOwnerDeletion: false }));
  if (isCustom(item)) return reown(item, fresh, ownerReferences);
  return patchTo(item.resource, fresh, { metadata: { ownerReferences, uid: item.uid } });
}

/** Custom resources cannot be merged by key: their owners are replaced where they are as they were seen. */
function reown({ resource, uid }: Item, fresh: KubernetesObject, owners: readonly OwnerReference[]): Call {
  const path = '/metadata/ownerReferences';
  const patch = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path, value: ownersOf(fresh) },
    owners.length === 0 ? { op: 'remove', path } : { op: 'replace', path, value: owners },
  ];
  return { type: 'object.patch', body: { ...targetOf(resource, fresh), patchType: 'json', patch } };
}

function isCustom({ resource }: Item): boolean {
  return findResource(resource) === undefined;
}

/** Sets all dependents of an owner free that goes without them. */
function setFree(self: Collector, sync: Sync): Step {
  const { known } = self.memory;
  const item = known.items.get(sync.key.slice(orphanPrefix.length));
  if (item === undefined) return finish;
  const dependents = dependentsOf(known, item.uid);
  const freed = dependents.map((dependent) => ({ isCustom: isCustom(dependent) }));
  sync.work = { item, fresh: item.object, asked: [], freed } satisfies Work;
  return callThen(
    'orphaning',
    dependents.map((dependent) => detach(dependent, dependent.object, [item.uid])),
  );
}

function afterOrphaning({ answers }: Sync, { item, freed }: Work): Step {
  const refusals = answers.flatMap((answer, i) =>
    refusalsOf([answer], freed[i]?.isCustom ? ['NotFound'] : ['NotFound', 'Invalid']),
  );
  if (refusals.length > 0) return failBy(refusals);
  return callThen('rereading', [readAgain(item.resource, item.object)]);
}

function afterRereading(sync: Sync, { item }: Work): Step {
  const fresh = sync.answers[0]?.object;
  if (fresh === undefined) return ended(sync);
  if (fresh.metadata.uid !== item.uid || !hasFinalizer(fresh, orphanFinalizer)) return finish;
  return callThen('finalizing', [withoutFinalizer(item, fresh, orphanFinalizer)]);
}

/** Takes a finalizer off, unless somebody changed the object meanwhile. */
function withoutFinalizer({ resource }: Item, fresh: KubernetesObject, finalizer: string): Call {
  const { metadata } = fresh;
  const finalizers = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
  const { resourceVersion } = metadata;
  const patch = { metadata: { resourceVersion, finalizers: finalizers.length > 0 ? finalizers : null } };
  const target = targetOf(resource, fresh);
  return { type: 'object.patch', body: { ...target, patchType: 'merge', patch } };
}
