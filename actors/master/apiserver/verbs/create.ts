/** create: a new object with a name, a uid and a time of birth, if there is none of that name. */

import { copyWith } from '../../../../protocol/copy.ts';
import type { ObjectCreate } from '../../../../protocol/messages/api.ts';
import type { Compare, KeyValue, KvOpResult } from '../../../../protocol/messages/etcd.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Pod, Service, ServiceAccount, Status } from '../../../../protocol/objects.ts';
import { groupKind } from '../../../../protocol/resources.ts';
import { failure } from '../../../../protocol/status.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import { generateName, makeUid } from '../../../../protocol/uid.ts';
import { admitNew, finalRefusal, isQuotaOn, judgeSecurity, needsAccount } from '../admission/admit.ts';
import { creationRefusal } from '../admission/namespace-lifecycle.ts';
import { charge, hasQuotas, isQuotaKey, noteQuotas } from '../admission/quota.ts';
import { hasTurn } from '../admission/quota-turns.ts';
import { accountNameOf, defaultAccount, noAccountRefusal } from '../admission/service-account.ts';
import { allocate, nothingTaken } from '../allocation/service-allocation.ts';
import { claimChanges, takenRefusal } from '../allocation/service-claims.ts';
import { trackCreation } from '../apply/tracking.ts';
import { attributed, writeRefusal } from '../authorization/write-guards.ts';
import type { Conversation } from '../conversation.ts';
import { formOf } from '../conversion/form.ts';
import { definitionGuard, goneRefusal } from '../custom-resources/creation-guard.ts';
import { terminatingRefusal } from '../custom-resources/kinds.ts';
import { storedBy } from '../custom-resources/view.ts';
import type { World } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { addWarnings, refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { shownObject, writtenObject } from '../shown-object.ts';
import { storageKey } from '../storage-keys.ts';
import { isDryRun, keyOfResult, putOp, together, transaction } from '../update-loop.ts';
import type { Companions } from '../verdict.ts';
import { findEntry } from '../watch/watch-cache.ts';
import { readGiven, strategyFor, warn } from '../write-rules.ts';

/** The conversation of `object.create`, and of a replace that creates. */
export const create: Conversation = { begin, resume };

/** What a creation keeps between its stages. */
interface CreateWork {
  /** As given: read, with its defaults; then admitted. Each try starts from here. */
  given: KubernetesObject;
  uid: string;
  creationTimestamp: string;
  /** What is written. */
  object: KubernetesObject;
  key: string;
  tries: number;
  /** The service account of a pod, and since when it is waited for, in ms since boot. */
  account: ServiceAccount | undefined;
  waitingSinceMs: number | undefined;
  /** Of a custom resource: the revision its definition must still be at. */
  definition: number;
  /** Allocations that turned out to be taken, and those this server chose by itself. */
  avoid: ReadonlySet<string>;
  picked: readonly string[];
}

/** How often a name is generated before the asker is told to try again (apiserver's `maxNameGenerationCreateAttempts`). */
const mostNames = 8;
/** How long the service account `default` is waited for: ten looks, 100 to 200 ms apart, of the real plug-in. */
const accountWaitMs = 1_500;

function begin(world: World, pending: Pending): Step {
  const { object, fieldValidation = 'Strict' } = pending.question.body as ObjectCreate['body'];
  const read = readGiven(pending, object, fieldValidation);
  if (isRefusal(read)) return refuse(read);
  const given = strategyFor(pending).applyDefaults(
    read.metadata.name || !pending.name ? read : withMeta(read, { name: pending.name }),
  );
  return beginCreation(world, pending, trackCreation(world, pending, given));
}

/** Begins the creation of an object that was read, has its defaults, and names its managers. */
export function beginCreation(world: World, pending: Pending, given: KubernetesObject): Step {
  const ending = pending.custom === undefined ? undefined : terminatingRefusal(pending.custom);
  if (ending !== undefined) return refuse(ending);
  pending.work = {
    given,
    uid: '',
    creationTimestamp: '',
    object: given,
    key: '',
    tries: 0,
    account: undefined,
    waitingSinceMs: undefined,
    definition: pending.custom?.revision ?? 0,
    avoid: nothingTaken,
    picked: [],
  } satisfies CreateWork;
  if (!pending.kind.namespaced) return admit(world, pending);
  const known = findEntry(cacheOf(world.memory, 'namespaces'), '', pending.namespace);
  // The cache may not have heard of a new namespace yet.
  if (known === undefined)
    return { do: 'range', body: { key: storageKey('namespaces', '', pending.namespace) }, stage: 'namespace' };
  return inNamespace(world, pending, known.object);
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  if (answer.type === 'kv.ranged' && pending.stage === 'namespace') {
    return inNamespace(world, pending, answer.body.kvs[0]?.value as KubernetesObject | undefined);
  }
  if (answer.type === 'turn.came') return write(world, pending);
  if (pending.stage === 'account') return resumeAccount(world, pending, answer);
  if (answer.type === 'kv.ranged') return answerDryRun(pending, answer.body.kvs[0]);
  if (answer.type !== 'kv.committed') return refuse(failure.internalError(`unexpected ${answer.type}`));
  const [first, ...others] = answer.body.results;
  if (others.length > 0) noteQuotas(world.memory, others.map(keyOfResult));
  if (answer.body.succeeded && first?.op === 'put')
    return succeed(pending, 201, writtenObject(world.memory, pending.resource, first.kv));
  const existing = first?.op === 'range' ? first.kvs[0] : undefined;
  if (existing !== undefined) return onExisting(world, pending, existing);
  if (pending.custom !== undefined) return onDefinition(world, pending, others[0]);
  const taken = others.flatMap((result) => (result.op === 'range' ? result.kvs : []));
  return onTaken(
    world,
    pending,
    taken.filter(({ key }) => !isQuotaKey(key)),
  );
}

/** Tells whether a request has come to creating an object. */
export function isCreating({ work }: Pending): boolean {
  return (work as Partial<CreateWork> | undefined)?.creationTimestamp !== undefined;
}

/** Finds the object that somebody else has created in place of the one this request was to create. */
export function rivalOf(pending: Pending, answer: Answer): KeyValue | undefined {
  const { object } = pending.work as CreateWork;
  if (answer.type === 'kv.ranged') return pending.stage === 'trying' ? answer.body.kvs[0] : undefined;
  if (answer.type !== 'kv.committed' || answer.body.succeeded) return undefined;
  const [first] = answer.body.results;
  const found = first?.op === 'range' ? first.kvs[0] : undefined;
  return (found?.value as KubernetesObject | undefined)?.metadata.uid === object.metadata.uid ? undefined : found;
}

function inNamespace(world: World, pending: Pending, namespace: KubernetesObject | undefined): Step {
  const { given } = pending.work as CreateWork;
  const refusal = creationRefusal(pending.resource, given.metadata.name ?? '', pending.namespace, namespace);
  return refusal === undefined ? admit(world, pending) : refuse(refusal);
}

/** Looks for the account a pod runs as; what the cache has not heard of may be in etcd. */
function findAccount(world: World, pending: Pending, pod: Pod): Step {
  const work = pending.work as CreateWork;
  const name = accountNameOf(pod);
  const known = findEntry(cacheOf(world.memory, 'serviceaccounts'), pending.namespace, name);
  if (known !== undefined) return asAccount(world, pending, known.object);
  if (work.waitingSinceMs !== undefined) return awaitAccount(world, pending, pod, world.memory.revision);
  return { do: 'range', body: { key: storageKey('serviceaccounts', pending.namespace, name) }, stage: 'account' };
}

function asAccount(world: World, pending: Pending, account: KubernetesObject): Step {
  (pending.work as CreateWork).account = account as ServiceAccount;
  return admit(world, pending);
}

/** The account `default` is made by a controller soon after its namespace: it is waited for a little. */
function awaitAccount(world: World, pending: Pending, pod: Pod, revision: number): Step {
  const work = pending.work as CreateWork;
  const nowMs = world.monotonic();
  work.waitingSinceMs ??= nowMs;
  if (accountNameOf(pod) !== defaultAccount || nowMs - work.waitingSinceMs >= accountWaitMs) {
    return refuse(noAccountRefusal(pod, pending.namespace));
  }
  return { do: 'await', revision: Math.max(revision, world.memory.revision) + 1, stage: 'account' };
}

function resumeAccount(world: World, pending: Pending, answer: Answer): Step {
  const pod = (pending.work as CreateWork).given as Pod;
  if (answer.type === 'revision.missed') return refuse(noAccountRefusal(pod, pending.namespace));
  if (answer.type !== 'kv.ranged') return findAccount(world, pending, pod);
  const kv = answer.body.kvs[0];
  return kv === undefined
    ? awaitAccount(world, pending, pod, answer.body.revision)
    : asAccount(world, pending, shownObject(world.memory, 'serviceaccounts', kv));
}

function admit(world: World, pending: Pending): Step {
  const work = pending.work as CreateWork;
  if (work.account === undefined && needsAccount(world.memory, work.given))
    return findAccount(world, pending, work.given);
  const admitted = admitNew(world.memory, attributed(pending, work.given), work.account);
  if (isRefusal(admitted)) return refuse(admitted);
  const forbidden = writeRefusal(world.memory, pending, admitted, undefined);
  if (forbidden !== undefined) return refuse(forbidden);
  if (admitted.metadata.resourceVersion)
    return refuse(failure.badRequest('resourceVersion should not be set on objects to be created'));
  work.given = withoutHistory(admitted);
  work.uid = makeUid(() => world.random());
  work.creationTimestamp = toRfc3339(world.now());
  return write(world, pending);
}

/** Takes away what only an object has that is there already. */
function withoutHistory(object: KubernetesObject): KubernetesObject {
  const { resourceVersion, deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  if (resourceVersion === undefined && deletionTimestamp === undefined && deletionGracePeriodSeconds === undefined)
    return object;
  const history = { resourceVersion: undefined, deletionTimestamp: undefined, deletionGracePeriodSeconds: undefined };
  return withMeta(object, history);
}

/** Names the object, gives a Service its addresses, and writes it. */
function write(world: World, pending: Pending): Step {
  const work = pending.work as CreateWork;
  const strategy = strategyFor(pending);
  const prepared: KubernetesObject = strategy.prepareForCreate(bear(world, work));
  const isService = pending.resource === 'services';
  const allocated = isService ? allocate(world, prepared as Service, work.avoid) : undefined;
  if (allocated !== undefined && isRefusal(allocated)) return refuse(allocated);
  const object = allocated?.service ?? prepared;
  const errors = strategy.validateCreate(object);
  if (pending.form !== undefined) errors.push(...(formOf(pending.form).validateCreate?.(object) ?? []));
  if (strategy.warnings !== undefined) warn(pending, strategy.warnings(object));
  if (errors.length > 0) return refuse(failure.invalid(groupKind(pending.kind), object.metadata.name ?? '', errors));
  const refusal = finalRefusal(world.memory, object);
  if (refusal !== undefined) return refuse(refusal);
  const security = judgeSecurity(world.memory, object);
  if (security?.refusal !== undefined) return refuse(security.refusal);
  if (security !== undefined) addWarnings(pending, security.warnings);
  const claims = isService ? claimChanges(world.memory, object as Service, undefined) : undefined;
  if (claims !== undefined && isRefusal(claims)) return refuse(claims);
  const isCharged = isQuotaOn(world.memory) && hasQuotas(world.memory, pending.namespace);
  if (isCharged && !hasTurn(world.memory, pending.namespace, pending.id)) return { do: 'queue', stage: 'queuing' };
  const charged = isCharged ? charge(world.memory, world.now(), pending.resource, object) : undefined;
  if (charged !== undefined && isRefusal(charged)) return refuse(charged);
  work.object = object;
  work.picked = allocated?.picked ?? [];
  work.key = storageKey(pending.resource, pending.namespace, object.metadata.name);
  if (isDryRun(pending)) return { do: 'range', body: { key: work.key }, stage: 'trying' };
  const guarded = pending.custom === undefined ? claims : definitionGuard(pending.custom, work.definition);
  return commit(pending, work, together(guarded, charged));
}

function bear(world: World, { given, uid, creationTimestamp }: CreateWork): KubernetesObject {
  const metadata = copyWith(given.metadata, { uid, creationTimestamp });
  const { generateName: prefix } = metadata;
  if (!metadata.name && prefix) metadata.name = generateName(prefix, () => world.random());
  return copyWith(given, { metadata });
}

function commit(pending: Pending, { key, object }: CreateWork, claims: Companions | undefined): Step {
  const isNew: Compare = { key, target: 'version', op: '=', value: 0 };
  const body = transaction(isNew, putOp(key, storedBy(pending, object), pending.lease), claims);
  return { do: 'txn', body, stage: 'committing' };
}

function answerDryRun(pending: Pending, existing: KeyValue | undefined): Step {
  const { object } = pending.work as CreateWork;
  return existing === undefined ? succeed(pending, 201, object) : refuse(alreadyExists(pending, object, existing));
}

function onExisting(world: World, pending: Pending, existing: KeyValue): Step {
  const work = pending.work as CreateWork;
  // The transaction reached etcd twice: this is the object itself.
  if ((existing.value as KubernetesObject).metadata.uid === work.object.metadata.uid) {
    return succeed(pending, 201, writtenObject(world.memory, pending.resource, existing));
  }
  if (work.given.metadata.name || !work.given.metadata.generateName) {
    return refuse(alreadyExists(pending, work.object, existing));
  }
  work.tries++;
  if (work.tries < mostNames) return write(world, pending);
  return refuse(failure.generateNameConflict(pending.resource, work.object.metadata.name, 1));
}

function alreadyExists({ resource }: Pending, { metadata }: KubernetesObject, existing: KeyValue): Status {
  const refusal = failure.alreadyExists(resource, metadata.name);
  const isDeleting = (existing.value as KubernetesObject).metadata.deletionTimestamp !== undefined;
  return isDeleting ? { ...refusal, message: `object is being deleted: ${refusal.message}` } : refusal;
}

/** The definition has changed since it was looked at: where it still allows new objects, it is done again. */
function onDefinition(world: World, pending: Pending, result: KvOpResult | undefined): Step {
  const found = result?.op === 'range' ? result.kvs[0] : undefined;
  const refusal = goneRefusal(found);
  if (refusal !== undefined || found === undefined) return refuse(refusal ?? failure.noSuchResource());
  (pending.work as CreateWork).definition = found.modRevision;
  return write(world, pending);
}

/** An address or port is held by another Service: one chosen here is chosen anew, one asked for is refused. */
function onTaken(world: World, pending: Pending, taken: readonly KeyValue[]): Step {
  const work = pending.work as CreateWork;
  const asked = taken.find(({ key }) => !work.picked.includes(key));
  if (asked !== undefined) return refuse(takenRefusal(work.object as Service, asked.key));
  work.avoid = new Set([...work.avoid, ...taken.map(({ key }) => key)]);
  return write(world, pending);
}
