/** apply: an object as its manager wants it, created where there is none, merged with what others want where there is one. */

import type { ObjectPatch } from '../../../../protocol/messages/api.ts';
import type { KeyValue } from '../../../../protocol/messages/etcd.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { failure } from '../../../../protocol/status.ts';
import { nothingTaken } from '../allocation/service-allocation.ts';
import { applied } from '../apply/apply-patch.ts';
import { conversionRefusal, duplicatesRefusal } from '../apply/apply-refusals.ts';
import { scopeFor } from '../apply/tracking.ts';
import { creationRefusal } from '../authorization/write-guards.ts';
import type { Conversation } from '../conversation.ts';
import { formOf, showObject } from '../conversion/form.ts';
import { decodeCustom } from '../custom-resources/coerce.ts';
import { decodeObject } from '../kinds/decode.ts';
import type { World } from '../memory.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { refuse } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { shownObject } from '../shown-object.ts';
import type { Update } from '../update-loop.ts';
import { beginUpdate, resumeUpdate, updateAgain } from '../update-loop.ts';
import type { Verdict } from '../verdict.ts';
import { strategyFor, versionConflict } from '../write-rules.ts';
import { beginCreation, create, isCreating, rivalOf } from './create.ts';
import type { WriteWork } from './written.ts';
import { afterBlock, answerWritten, verdictOnTracked } from './written.ts';

/** The conversation of `object.patch` with a configuration to apply. */
export const apply: Conversation = { begin, resume };

const update: Update = { change, changeMissing, finish: answerWritten, blocked: afterBlock };

function begin(world: World, pending: Pending): Step {
  pending.work = emptyWork();
  return beginUpdate(world, pending, update);
}

function emptyWork(): WriteWork {
  return { prepared: undefined as unknown as KubernetesObject, avoid: nothingTaken, picked: [] };
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  if (!isCreating(pending)) return resumeUpdate(world, pending, answer, update);
  const rival = rivalOf(pending, answer);
  return rival === undefined ? create.resume(world, pending, answer) : applyToRival(world, pending, rival);
}

/** Somebody else has created it meanwhile: then it is applied to. */
function applyToRival(world: World, pending: Pending, rival: KeyValue): Step {
  pending.work = emptyWork();
  return updateAgain(world, pending, update, shownObject(world.memory, pending.resource, rival));
}

function change(world: World, pending: Pending, existing: KubernetesObject): Verdict {
  const wanted = wantedObject(world, pending, existing);
  if (isRefusal(wanted)) return { do: 'refuse', status: wanted };
  const refusal = versionConflict(pending, wanted, existing);
  return refusal === undefined ? verdictOnTracked(world, pending, wanted, existing) : { do: 'refuse', status: refusal };
}

function changeMissing(world: World, pending: Pending): Step {
  // A subresource never creates what it belongs to.
  if (pending.subresource !== '') return refuse(failure.notFound(pending.resource, pending.name));
  const wanted = wantedObject(world, pending, undefined);
  if (isRefusal(wanted)) return refuse(wanted);
  const { uid } = wanted.metadata;
  if (uid) {
    const problem = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    return refuse(failure.conflict(pending.resource, pending.name, problem));
  }
  const forbidden = creationRefusal(world.memory, pending);
  if (forbidden !== undefined) return refuse(forbidden);
  // A version of what is not there means nothing.
  const { resourceVersion } = wanted.metadata;
  return beginCreation(
    world,
    pending,
    resourceVersion === undefined ? wanted : withMeta(wanted, { resourceVersion: undefined }),
  );
}

/** Applies, and reads what comes of it as an object of the kind, at the place the request names, with its defaults. */
function wantedObject(
  world: World,
  pending: Pending,
  existing: KubernetesObject | undefined,
): KubernetesObject | Status {
  const { form } = pending;
  const shown = form === undefined || existing === undefined ? existing : showObject(form, existing);
  const merged = applied(world, pending, scopeFor(pending), shown);
  if (isRefusal(merged)) return merged;
  const { patch, fieldValidation, duplicateFields = [] } = pending.question.body as ObjectPatch['body'];
  const { custom } = pending;
  const decoded = custom === undefined ? decodeObject(merged, shown) : decodeCustom(custom, merged, shown);
  const { object, typeError } = decoded;
  if (typeError !== undefined) return conversionRefusal(patch as KubernetesObject, typeError);
  if (duplicateFields.length > 0 && fieldValidation !== 'Ignore') {
    if (fieldValidation !== 'Warn') return duplicatesRefusal(duplicateFields);
    pending.warnings = [duplicatesRefusal(duplicateFields).message ?? ''];
  }
  const placed = atPlace(pending, form === undefined ? object : formOf(form).store(object));
  return isRefusal(placed) || pending.subresource !== '' ? placed : strategyFor(pending).applyDefaults(placed);
}

function atPlace(pending: Pending, object: KubernetesObject): KubernetesObject | Status {
  const { kind, name: wantedName, namespace } = pending;
  const { metadata } = object;
  if (kind.namespaced && metadata.namespace && metadata.namespace !== namespace) {
    return failure.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { name } = metadata;
  if (!name) {
    return failure.badRequest(
      `the name of the object (${wantedName} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (name !== wantedName) {
    return failure.badRequest(`the name of the object (${name}) does not match the name on the URL (${wantedName})`);
  }
  return kind.namespaced && !metadata.namespace ? withMeta(object, { namespace }) : object;
}
