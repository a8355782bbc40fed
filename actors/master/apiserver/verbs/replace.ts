/** replace: an object in place of the one there is, unless somebody changed that meanwhile. */

import { invalid } from '../../../../protocol/field-errors.ts';
import type { ObjectReplace } from '../../../../protocol/messages/api.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { failure, staleVersion } from '../../../../protocol/status.ts';
import { nothingTaken } from '../allocation/service-allocation.ts';
import { creationRefusal } from '../authorization/write-guards.ts';
import type { Conversation } from '../conversation.ts';
import type { World } from '../memory.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { refuse } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import type { Update } from '../update-loop.ts';
import { beginUpdate, resumeUpdate } from '../update-loop.ts';
import type { Verdict } from '../verdict.ts';
import { readGiven, strategyFor, withDefaults } from '../write-rules.ts';
import { create } from './create.ts';
import type { WriteWork } from './written.ts';
import { afterBlock, answerWritten, verdictOn } from './written.ts';

/** The conversation of `object.replace`. */
export const replace: Conversation = { begin, resume };

/** What a replacement keeps between its stages. */
interface ReplaceWork extends WriteWork {
  readonly given: KubernetesObject;
  /** It turned out to be a creation. */
  creates: boolean;
}

const update: Update = { change, changeMissing, finish: answerWritten, blocked: afterBlock };

function begin(world: World, pending: Pending): Step {
  const { object, fieldValidation = 'Strict' } = pending.question.body as ObjectReplace['body'];
  const read = readGiven(pending, object, fieldValidation);
  if (isRefusal(read)) return refuse(read);
  const { name } = read.metadata;
  if (name && name !== pending.name) {
    return refuse(
      failure.badRequest(`the name of the object (${name}) does not match the name on the URL (${pending.name})`),
    );
  }
  const named = name ? read : withMeta(read, { name: pending.name });
  const given = withDefaults(pending, named);
  pending.work = { given, creates: false, prepared: given, avoid: nothingTaken, picked: [] } satisfies ReplaceWork;
  return beginUpdate(world, pending, update);
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  const { work } = pending as { work: Partial<ReplaceWork> };
  return isCreation(work) ? create.resume(world, pending, answer) : resumeUpdate(world, pending, answer, update);
}

/** The work of a creation stands in place of that of the replacement it began as. */
function isCreation(work: Partial<ReplaceWork>): boolean {
  return work.creates === undefined;
}

function change(world: World, pending: Pending, existing: KubernetesObject): Verdict {
  const { given } = pending.work as ReplaceWork;
  const refusal = versionRefusal(pending, given, existing);
  if (refusal !== undefined) return { do: 'refuse', status: refusal };
  const { metadata } = (pending.question.body as ObjectReplace['body']).object;
  return verdictOn(world, pending, given, existing, metadata);
}

function versionRefusal(pending: Pending, given: KubernetesObject, existing: KubernetesObject): Status | undefined {
  const { uid, resourceVersion = '' } = given.metadata;
  const { resource, key } = pending;
  if (uid && uid !== existing.metadata.uid) {
    const message = `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${existing.metadata.uid}`;
    return failure.conflict(resource, pending.name, message);
  }
  if (resourceVersion !== '' && resourceVersion !== '0') {
    return resourceVersion === existing.metadata.resourceVersion
      ? undefined
      : failure.conflict(resource, pending.name, staleVersion);
  }
  if (strategyFor(pending).allowsUnconditionalUpdate) return undefined;
  return failure.invalid(resource, pending.name, [
    invalid('metadata.resourceVersion', 0, 'must be specified for an update'),
  ]);
}

function changeMissing(world: World, pending: Pending): Step {
  const { given } = pending.work as ReplaceWork;
  const { resourceVersion = '' } = given.metadata;
  const isNew = resourceVersion === '' || resourceVersion === '0';
  if (pending.subresource !== '' || !isNew || !strategyFor(pending).allowsCreateOnUpdate) {
    return refuse(failure.notFound(pending.resource, pending.name));
  }
  const { uid } = given.metadata;
  if (uid)
    return refuse(
      failure.conflict(
        pending.resource,
        pending.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: `,
      ),
    );
  const forbidden = creationRefusal(world.memory, pending);
  return forbidden === undefined ? create.begin(world, pending) : refuse(forbidden);
}
