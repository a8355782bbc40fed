/** Which objects an owner owns, which it takes over and which it lets go (`ControllerRefManager`). */

import { controllerOf, controllerReference, isDeleting, objectKey } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { matchesLabels, type Selector } from '../../../../protocol/selectors.ts';
import { patchTo, readAgain } from './patches.ts';
import { type Answer, type Call, refusalsOf } from './sync.ts';

/** The verdict on the objects an owner may have to do with. */
export interface Claims<T extends KubernetesObject = KubernetesObject> {
  /** It controls these, and they match. */
  readonly owned: readonly T[];
  /** Nobody controls these, and they match. */
  readonly adopt: readonly T[];
  /** It controls these, and they match no more. */
  readonly release: readonly T[];
}

/** Decides on each object. An owner that is being deleted neither takes nor gives. */
export function claim<T extends KubernetesObject>(
  owner: KubernetesObject,
  selector: Selector,
  objects: Iterable<T>,
): Claims<T> {
  const claims = { owned: [] as T[], adopt: [] as T[], release: [] as T[] };
  for (const object of objects) {
    const controller = controllerOf(object);
    const isMatch = matchesLabels(selector, object.metadata.labels);
    if (controller !== undefined && controller.uid !== owner.metadata.uid) continue;
    if (controller !== undefined && isMatch) claims.owned.push(object);
    else if (isDeleting(owner)) continue;
    else if (controller !== undefined) claims.release.push(object);
    else if (isMatch && !isDeleting(object)) claims.adopt.push(object);
  }
  return claims;
}

/** Makes the calls that come first: those that let go, and, before it adopts, whether the owner is itself still there. */
export function claimingCalls(
  resource: string,
  owners: string,
  owner: KubernetesObject,
  { adopt, release }: Claims,
): Call[] {
  const recheck = adopt.length === 0 ? [] : [readAgain(owners, owner)];
  return [...recheck, ...release.map((object) => releaseCall(resource, owner, object))];
}

/** Gives the errors that the answers to the first calls amount to; none where it may adopt now. */
export function claimingErrors(
  owner: KubernetesObject,
  { adopt }: Claims,
  answers: readonly Answer[],
): Pick<Status, 'message'>[] {
  // What is gone, or is another object by now, is let go already.
  const releases = refusalsOf(adopt.length > 0 ? answers.slice(1) : answers, ['NotFound', 'Invalid']);
  const reason = adopt.length > 0 ? adoptionRefusal(owner, answers[0]) : undefined;
  if (reason === undefined) return releases;
  const errors = adopt.map((object) => ({
    message: `can't adopt ${object.kind} ${objectKey(object)} (${object.metadata.uid}): ${reason}`,
  }));
  return [...errors, ...releases];
}

/** The cache may be late: the owner may be deleted by now, or another of its name. */
function adoptionRefusal({ kind, metadata }: KubernetesObject, answer: Answer | undefined): string | undefined {
  const fresh = answer?.object;
  if (fresh === undefined) return `can't recheck DeletionTimestamp: ${answer?.refusal?.message}`;
  const whose = `${metadata.namespace}/${metadata.name}`;
  if (fresh.metadata.uid !== metadata.uid) {
    return `can't recheck DeletionTimestamp: original ${kind} ${whose} is gone: got uid ${fresh.metadata.uid}, wanted ${metadata.uid}`;
  }
  const deletedAt = fresh.metadata.deletionTimestamp;
  return deletedAt === undefined ? undefined : `${whose} has just been deleted at ${deletedAt}`;
}

/** Makes the call that takes an object over; refused where another has it, or it is not this object any more. */
export function adoptCall(resource: string, owner: KubernetesObject, object: KubernetesObject): Call {
  const { uid } = object.metadata;
  return patchTo(resource, object, { metadata: { ownerReferences: [controllerReference(owner)], uid } });
}

/** Makes the call that lets an object go. */
export function releaseCall(resource: string, owner: KubernetesObject, object: KubernetesObject): Call {
  const { uid } = object.metadata;
  const reference = { $patch: 'delete', uid: owner.metadata.uid };
  return patchTo(resource, object, { metadata: { ownerReferences: [reference], uid } });
}
