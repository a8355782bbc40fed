/**
 * The guarded update (apiserver's `GuaranteedUpdate`): change what is known, write it if nobody else did meanwhile, else try again.
 *
 * It starts from the watch cache, so that a write is one round trip; what the cache says no to is read from etcd first.
 */

import { deepEqual } from '../../../protocol/deep-equal.ts';
import type { Compare, KeyValue, KvCommitted, KvOp, TxnBody } from '../../../protocol/messages/etcd.ts';
import type { KubernetesObject } from '../../../protocol/objects.ts';
import { failure } from '../../../protocol/status.ts';
import { seenBy, storedBy } from './custom-resources/view.ts';
import type { World } from './memory.ts';
import { cacheOf } from './memory.ts';
import type { Answer, Pending, Step } from './pending.ts';
import { refuse } from './pending.ts';
import { shownObject, writtenObject } from './shown-object.ts';
import { atVersion, toStored } from './stored-object.ts';
import type { Companions, UpdateAttempt, Verdict } from './verdict.ts';

/** What was written: the object after a put, the last one (at the version of its end) after a removal. */
export interface Outcome {
  readonly did: 'put' | 'remove' | 'keep';
  readonly object: KubernetesObject;
}

/** What a verb makes of the guarded update. */
export interface Update {
  change(world: World, pending: Pending, existing: KubernetesObject): Verdict;
  /** What to do where there is no object: NotFound unless told. */
  changeMissing?(world: World, pending: Pending): Step;
  finish(world: World, pending: Pending, outcome: Outcome): Step;
  /** A companion's guard failed; `found` is what its keys hold. */
  blocked?(world: World, pending: Pending, found: readonly KeyValue[], again: () => Step): Step;
}

/** Begins with what the cache knows; gives the first step. */
export function beginUpdate(world: World, pending: Pending, update: Update): Step {
  const entry = cacheOf(world.memory, pending.resource).entries.get(pending.key);
  if (entry === undefined) return readFirst(pending);
  return attempt(world, pending, update, entry.object, entry.revision, true);
}

/** Begins anew with what was just written. */
export function updateAgain(world: World, pending: Pending, update: Update, written: KubernetesObject): Step {
  return attempt(world, pending, update, written, Number(written.metadata.resourceVersion), false);
}

/** Goes on with what etcd said. */
export function resumeUpdate(world: World, pending: Pending, answer: Answer, update: Update): Step {
  if (answer.type === 'kv.ranged') return fromKey(world, pending, update, answer.body.kvs[0]);
  if (answer.type !== 'kv.committed') return refuse(failure.internalError(`unexpected ${answer.type}`));
  const { attempt: tried } = pending;
  if (tried === undefined) return refuse(failure.internalError('an answer to no attempt'));
  const { succeeded, results, revision } = answer.body;
  if (succeeded) return update.finish(world, pending, outcomeOf(world, pending, tried, results[0], revision));
  const found = results.map((result) => (result.op === 'range' ? result.kvs[0] : undefined));
  const current = found[0];
  if (current === undefined || current.modRevision !== tried.revision) {
    if (current !== undefined && isOwnWrite(tried, current)) {
      return update.finish(world, pending, {
        did: 'put',
        object: shownObject(world.memory, pending.resource, current),
      });
    }
    return fromKey(world, pending, update, current);
  }
  const again = () => attempt(world, pending, update, tried.existing, tried.revision, false);
  const taken = found.slice(1).filter((kv) => kv !== undefined);
  return update.blocked?.(world, pending, taken, again) ?? again();
}

function readFirst(pending: Pending): Step {
  return { do: 'range', body: { key: pending.key }, stage: 'reading' };
}

function fromKey(world: World, pending: Pending, update: Update, kv: KeyValue | undefined): Step {
  if (kv !== undefined) {
    return attempt(world, pending, update, shownObject(world.memory, pending.resource, kv), kv.modRevision, false);
  }
  return update.changeMissing?.(world, pending) ?? refuse(failure.notFound(pending.resource, pending.name));
}

/** `isCached`: a refusal, or a change that changes nothing, may come of a stale cache and is checked against etcd. */
function attempt(
  world: World,
  pending: Pending,
  update: Update,
  existing: KubernetesObject,
  revision: number,
  isCached: boolean,
): Step {
  const verdict = storedVerdict(pending, update.change(world, pending, seenBy(pending, existing)));
  if (verdict.do === 'refuse') return isCached ? readFirst(pending) : refuse(verdict.status);
  const isSame = verdict.do === 'keep' || (verdict.do === 'put' && deepEqual(verdict.object, existing));
  if (isSame) return isCached ? readFirst(pending) : update.finish(world, pending, { did: 'keep', object: existing });
  pending.attempt = { existing, revision, verdict };
  if (isDryRun(pending)) return update.finish(world, pending, dryOutcome(verdict, existing));
  return { do: 'txn', body: guarded(pending, verdict, revision), stage: 'committing' };
}

/** What is written of a custom object is its stored form, whatever version it was given in. */
function storedVerdict(pending: Pending, verdict: Verdict): Verdict {
  if (pending.custom === undefined || verdict.do !== 'put') return verdict;
  return { ...verdict, object: storedBy(pending, verdict.object) };
}

/** Tells whether a request only asks what would happen. */
export function isDryRun({ question }: Pending): boolean {
  const body = question.body as { dryRun?: boolean; options?: { dryRun?: boolean } };
  return body.dryRun === true || body.options?.dryRun === true;
}

function dryOutcome(verdict: Verdict, existing: KubernetesObject): Outcome {
  return verdict.do === 'put' ? { did: 'put', object: verdict.object } : { did: 'remove', object: existing };
}

function guarded(pending: Pending, verdict: Verdict, revision: number) {
  const { key, lease } = pending;
  const own = verdict.do === 'put' ? putOp(key, toStored(verdict.object), lease) : ({ op: 'delete', key } as const);
  const companions = verdict.do === 'put' || verdict.do === 'remove' ? verdict.with : undefined;
  return transaction({ key, target: 'mod', op: '=', value: revision }, own, companions);
}

/** Makes the op that stores a value; it vanishes with its lease, 0 for none. */
export function putOp(key: string, value: KubernetesObject, lease: number): KvOp {
  return lease > 0 ? { op: 'put', key, value, lease } : { op: 'put', key, value };
}

/** Makes the transaction of a guarded write, which shows what the guarded keys hold where it fails. */
export function transaction(guard: Compare, write: KvOp, companions: Companions | undefined): TxnBody {
  if (companions === undefined) return { compare: [guard], success: [write], failure: [look(guard)] };
  const compare = [guard, ...companions.guards];
  return { compare, success: [write, ...companions.ops], failure: compare.map(look) };
}

/** Joins what is to be written besides an object. */
export function together(one: Companions | undefined, other: Companions | undefined): Companions | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { guards: [...one.guards, ...other.guards], ops: [...one.ops, ...other.ops] };
}

/** Gives the key-value a result of a transaction shows: what was put, or what stands there. */
export function keyOfResult(result: KvCommitted['body']['results'][number]): KeyValue | undefined {
  if (result.op === 'put') return result.kv;
  return result.op === 'range' ? result.kvs[0] : undefined;
}

function look({ key }: Compare): KvOp {
  return { op: 'range', range: { key } };
}

function outcomeOf(
  world: World,
  pending: Pending,
  { existing }: UpdateAttempt,
  result: unknown,
  revision: number,
): Outcome {
  const done = result as { op: string; kv?: KeyValue };
  return done.op === 'put' && done.kv !== undefined
    ? { did: 'put', object: writtenObject(world.memory, pending.resource, done.kv) }
    : { did: 'remove', object: atVersion(existing, revision) };
}

/** A transaction that reached etcd twice has failed the second time on what the first one wrote. */
function isOwnWrite({ verdict }: UpdateAttempt, current: KeyValue): boolean {
  return verdict.do === 'put' && deepEqual(toStored(verdict.object), current.value);
}
