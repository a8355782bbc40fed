/** What replace and patch share: from the object wanted to the verdict on the write, and to the answer. */

import type { KeyValue } from '../../../../protocol/messages/etcd.ts';
import type { KubernetesObject, ObjectMeta, Service, Status } from '../../../../protocol/objects.ts';
import { finalRefusal, isQuotaOn, judgeSecurity } from '../admission/admit.ts';
import { charge, hasQuotas, isQuotaKey, noteQuotas } from '../admission/quota.ts';
import { allocate } from '../allocation/service-allocation.ts';
import { claimChanges, releaseAll, takenRefusal } from '../allocation/service-claims.ts';
import { isReset } from '../apply/managers.ts';
import { keepTimes, trackUpdate } from '../apply/tracking.ts';
import { writeRefusal } from '../authorization/write-guards.ts';
import type { CertificateSigningRequest } from '../kinds/certificates.ts';
import { certificateRequests, withTimes } from '../kinds/certificates.ts';
import type { World } from '../memory.ts';
import type { Pending, Step } from '../pending.ts';
import { addWarnings, refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import type { Outcome } from '../update-loop.ts';
import { together } from '../update-loop.ts';
import type { Companions, Verdict } from '../verdict.ts';
import { endsDeletion, prepareUpdate } from '../write-rules.ts';

/** What a write of a whole object keeps between its stages. */
export interface WriteWork {
  /** What is to be stored. */
  prepared: KubernetesObject;
  /** Allocations that turned out to be taken, and those this server chose by itself. */
  avoid: ReadonlySet<string>;
  picked: readonly string[];
}

/**
 * Notes who manages what then, and judges the update.
 *
 * `given` is the metadata as the client gave it, in case it wants all managers forgotten.
 */
export function verdictOn(
  world: World,
  pending: Pending,
  wanted: KubernetesObject,
  existing: KubernetesObject,
  given: Partial<ObjectMeta> = wanted.metadata,
): Verdict {
  const tracked = trackUpdate(world, pending, wanted, existing, isReset(given?.managedFields));
  return verdictOnTracked(world, pending, tracked, existing);
}

/** Prepares and judges an update; one that takes away the last finalizer of an object being deleted removes it. */
export function verdictOnTracked(
  world: World,
  pending: Pending,
  wanted: KubernetesObject,
  existing: KubernetesObject,
): Verdict {
  const work = pending.work as WriteWork;
  const isService = pending.resource === 'services' && pending.subresource === '';
  const forbidden = writeRefusal(world.memory, pending, wanted, existing);
  if (forbidden !== undefined) return { do: 'refuse', status: forbidden };
  const complete = isService
    ? (service: KubernetesObject) => allocateFor(world, work, service as Service)
    : pending.resource === certificateRequests
      ? (request: KubernetesObject) => dated(world, request, existing)
      : undefined;
  const complied = prepareUpdate(pending, wanted, existing, complete);
  if (isRefusal(complied)) return { do: 'refuse', status: complied };
  const prepared = keepTimes(complied, existing);
  work.prepared = prepared;
  if (endsDeletion(prepared, existing)) {
    return isService ? { do: 'remove', with: releaseAll(existing as Service) } : { do: 'remove' };
  }
  const isJudged = pending.subresource === '' && prepared.kind !== 'Pod';
  const security = isJudged ? judgeSecurity(world.memory, prepared, existing) : undefined;
  if (security?.refusal !== undefined) return { do: 'refuse', status: security.refusal };
  if (security !== undefined) addWarnings(pending, security.warnings);
  const charged = isGrowing(pending) ? chargeMore(world, pending, prepared, existing) : undefined;
  if (charged !== undefined && isRefusal(charged)) return { do: 'refuse', status: charged };
  if (!isService)
    return charged === undefined ? { do: 'put', object: prepared } : { do: 'put', object: prepared, with: charged };
  const claims = claimChanges(world.memory, prepared as Service, existing as Service);
  if (isRefusal(claims)) return { do: 'refuse', status: claims };
  return { do: 'put', object: prepared, with: together(claims, charged) ?? claims };
}

/** Tells whether an object may use more of its namespace's quotas after an update than before. */
function isGrowing({ resource, subresource }: Pending): boolean {
  return subresource === '' && (resource === 'services' || resource === 'persistentvolumeclaims');
}

function chargeMore(
  world: World,
  { resource }: Pending,
  prepared: KubernetesObject,
  existing: KubernetesObject,
): Companions | Status | undefined {
  const { memory } = world;
  if (existing.metadata.deletionTimestamp !== undefined) return undefined;
  const refusal = finalRefusal(memory, prepared);
  if (refusal !== undefined) return refusal;
  if (!isQuotaOn(memory) || !hasQuotas(memory, existing.metadata.namespace ?? '')) return undefined;
  return charge(memory, world.now(), resource, prepared, existing);
}

function dated(world: World, request: KubernetesObject, existing: KubernetesObject): KubernetesObject {
  return withTimes(request as CertificateSigningRequest, existing as CertificateSigningRequest, world.now());
}

function allocateFor(world: World, work: WriteWork, service: Service): Service | Status {
  const allocated = allocate(world, service, work.avoid);
  if (isRefusal(allocated)) return allocated;
  work.picked = allocated.picked;
  return allocated.service;
}

/** Answers with the object; after an update that removed it, with what that update would have made of it. */
export function answerWritten(_world: World, pending: Pending, { did, object }: Outcome): Step {
  return succeed(pending, 200, did === 'remove' ? (pending.work as WriteWork).prepared : object);
}

/** A quota has changed, or an address or port is held by another Service: one chosen here is chosen anew, one asked for is refused. */
export function afterBlock(world: World, pending: Pending, found: readonly KeyValue[], again: () => Step): Step {
  const work = pending.work as WriteWork;
  noteQuotas(world.memory, found);
  const taken = found.filter(({ key }) => !isQuotaKey(key));
  const asked = taken.find(({ key }) => !work.picked.includes(key));
  if (asked !== undefined) return refuse(takenRefusal(work.prepared as Service, asked.key));
  work.avoid = new Set([...work.avoid, ...taken.map(({ key }) => key)]);
  return again();
}
