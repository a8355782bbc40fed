/** patch: a change to whatever the object is when it is written; another writer in between only makes it be done again. */

import type { ObjectPatch } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Status } from '../../../../protocol/objects.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import { schemaOf } from '../../../../protocol/schema/schema.ts';
import { failure, staleVersion } from '../../../../protocol/status.ts';
import { nothingTaken } from '../allocation/service-allocation.ts';
import { optionsRefusal } from '../apply/apply-refusals.ts';
import type { Conversation } from '../conversation.ts';
import { showObject } from '../conversion/form.ts';
import type { World } from '../memory.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { PatchError, strategicMerge } from '../patch/strategic-merge.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { refuse } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import type { Update } from '../update-loop.ts';
import { beginUpdate, resumeUpdate } from '../update-loop.ts';
import type { Verdict } from '../verdict.ts';

import { readPatched, withDefaults } from '../write-rules.ts';
import { apply } from './apply.ts';

import type { WriteWork } from './written.ts';
import { afterBlock, answerWritten, verdictOn } from './written.ts';

/** The conversation of `object.patch`. */
export const patch: Conversation = {
  begin: (world, pending) => {
    const refusal = formRefusal(pending.question.body as ObjectPatch['body']);
    if (refusal !== undefined) return refuse(refusal);
    if (isApply(pending)) return apply.begin(world, pending);
    pending.work = {
      prepared: undefined as unknown as KubernetesObject,
      avoid: nothingTaken,
      picked: [],
    } satisfies WriteWork;
    return beginUpdate(world, pending, update);
  },
  resume: (world: World, pending: Pending, answer: Answer): Step =>
    isApply(pending) ? apply.resume(world, pending, answer) : resumeUpdate(world, pending, answer, update),
};

function isApply({ question }: Pending): boolean {
  return (question.body as ObjectPatch['body']).patchType === 'apply';
}

const update: Update = { change, finish: answerWritten, blocked: afterBlock };

/** As the real server bounds a JSON patch (`maxJSONPatchOperations`). */
const mostOperations = 10_000;

/** Refuses a patch that is of no form known, or whose options do not go with its form. */
export function formRefusal(body: ObjectPatch['body']): Status | undefined {
  const { patchType, patch: given } = body;
  const refusal = optionsRefusal(body);
  if (refusal !== undefined || patchType === 'apply') return refusal;
  if (patchType !== 'json' && patchType !== 'merge' && patchType !== 'strategic') {
    return failure.unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml`,
    );
  }
  if (patchType !== 'json') {
    const isMap = typeof given === 'object' && given !== null && !Array.isArray(given);
    return isMap ? undefined : failure.badRequest('error decoding patch: json: cannot unmarshal into a map');
  }
  if (!Array.isArray(given)) {
    return failure.badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch',
    );
  }
  if (given.length <= mostOperations) return undefined;
  return failure.requestEntityTooLarge(
    `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${given.length}`,
  );
}

function change(world: World, pending: Pending, stored: KubernetesObject): Verdict {
  const body = pending.question.body as ObjectPatch['body'];
  const existing = pending.form === undefined ? stored : showObject(pending.form, stored);
  const patched = patchedObject(body, existing);
  if (isRefusal(patched)) return { do: 'refuse', status: patched };
  if (patched === existing) return { do: 'keep' };
  const refusal = identityRefusal(pending, patched, existing);
  if (refusal !== undefined) return { do: 'refuse', status: refusal };
  const read = readPatched(pending, patched, existing, body.fieldValidation ?? 'Strict');
  if (isRefusal(read)) return { do: 'refuse', status: read };
  return verdictOn(world, pending, withDefaults(pending, read), stored, patched.metadata);
}

/** Applies a patch to an object, sharing what it does not touch, or says why it cannot be. */
export function patchedObject(
  { patchType, patch: given }: ObjectPatch['body'],
  existing: KubernetesObject,
): KubernetesObject | Status {
  try {
    if (patchType === 'merge') return mergePatch(existing, given) as KubernetesObject;
    if (patchType === 'json') return applyJsonPatch(existing, given) as KubernetesObject;
    const shape = schemaOf(existing.apiVersion, existing.kind);
    const fields = existing as unknown as Record<string, unknown>;
    return strategicMerge(fields, given as Record<string, unknown>, shape) as unknown as KubernetesObject;
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return patchType === 'json' ? notApplicable(error.message) : failure.badRequest(error.message);
  }
}

/** As `NewGenericServerResponse` words a 422. */
function notApplicable(reason: string): Status {
  const refusal = failure.invalid('', '', []);
  const message = 'the server rejected our request due to an error in our request';
  return { ...refusal, message, details: { causes: [{ reason: 'UnexpectedServerResponse', message: reason }] } };
}

function identityRefusal(pending: Pending, patched: KubernetesObject, existing: KubernetesObject): Status | undefined {
  const { kind, form, name } = pending;
  if (patched.apiVersion !== existing.apiVersion || patched.kind !== existing.kind) {
    return failure.badRequest(
      `the API version in the data (${patched.apiVersion}) does not match the expected API version (${apiVersionOf(form ?? kind)})`,
    );
  }
  const { metadata } = patched;
  if (metadata === existing.metadata) return undefined;
  if (typeof metadata !== 'object' || metadata === null) return failure.badRequest('metadata must be an object');
  const version = metadata.resourceVersion;
  const isStale =
    version !== undefined && version !== '' && version !== '0' && version !== existing.metadata.resourceVersion;
  const isOther = metadata.uid !== undefined && metadata.uid !== '' && metadata.uid !== existing.metadata.uid;
  return isStale || isOther
    ? failure.conflict(pending.resource, name, isStale ? staleVersion : otherUid(patched, existing))
    : undefined;
}

function otherUid(patched: KubernetesObject, existing: KubernetesObject): string {
  return `Precondition failed: UID in precondition: ${patched.metadata.uid}, UID in object meta: ${existing.metadata.uid}`;
}
