/** delete: marks an object for its end, or ends it, as its grace period, its finalizers and the options say. */

import type { DeleteOptions, ObjectDelete } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject, Service } from '../../../../protocol/objects.ts';
import { failure, success } from '../../../../protocol/status.ts';
import { deletionRefusal } from '../admission/namespace-lifecycle.ts';
import { releaseAll } from '../allocation/service-claims.ts';
import type { Conversation } from '../conversation.ts';
import { decideDeletion, optionsRefusal } from '../deletion.ts';
import type { World } from '../memory.ts';
import type { Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { showsDeleted } from '../resource-traits.ts';
import type { Outcome, Update } from '../update-loop.ts';
import { beginUpdate, resumeUpdate, updateAgain } from '../update-loop.ts';
import type { Verdict } from '../verdict.ts';

/** What a deletion keeps between its stages. */
export interface DeleteWork {
  readonly options: DeleteOptions;
  /** After the mark, the object is to be removed at once. */
  thenRemove: boolean;
  isMarked: boolean;
  isPending: boolean;
}

/** The conversation of `object.delete`. */
export const remove: Conversation = {
  begin: (world, pending) =>
    beginDeletion(world, pending, (pending.question.body as ObjectDelete['body']).options ?? {}),
  resume: (world, pending, answer) => resumeUpdate(world, pending, answer, update),
};

const update: Update = { change, changeMissing, finish };

/** Begins a deletion with these options. */
export function beginDeletion(world: World, pending: Pending, options: DeleteOptions): Step {
  const refusal = optionsRefusal(options) ?? deletionRefusal(pending.resource, pending.name);
  if (refusal !== undefined) return refuse(refusal);
  pending.work = { options, thenRemove: false, isMarked: false, isPending: false } satisfies DeleteWork;
  return beginUpdate(world, pending, update);
}

function change(world: World, pending: Pending, existing: KubernetesObject): Verdict {
  const work = pending.work as DeleteWork;
  if (work.isMarked) return removal(pending, existing);
  const collects = world.memory.config['enable-garbage-collector'];
  const deletion = decideDeletion(pending.kind, existing, work.options, world.now(), collects);
  work.isPending = deletion.do === 'nothing';
  switch (deletion.do) {
    case 'refuse':
      return { do: 'refuse', status: deletion.status };
    case 'nothing':
      return { do: 'keep' };
    case 'remove':
      return removal(pending, existing);
    case 'mark':
      work.thenRemove = deletion.thenRemove;
      return { do: 'put', object: deletion.object };
  }
}

function removal(pending: Pending, existing: KubernetesObject): Verdict {
  return pending.resource === 'services' ? { do: 'remove', with: releaseAll(existing as Service) } : { do: 'remove' };
}

function finish(world: World, pending: Pending, { did, object }: Outcome): Step {
  const work = pending.work as DeleteWork;
  if (did !== 'remove' && work.thenRemove && !work.isMarked) {
    // Watchers see the mark, then the end.
    work.isMarked = true;
    return updateAgain(world, pending, update, object);
  }
  if (did !== 'remove' || showsDeleted(pending.kind)) return succeed(pending, 200, object);
  const { name, uid } = object.metadata;
  const { group, resource } = pending.kind;
  const details = { name, ...(group !== '' && { group }), kind: resource, ...(uid !== undefined && { uid }) };
  return succeed(pending, 200, success(details) as unknown as KubernetesObject);
}

/** Whoever removed the object that was just marked did what was asked for. */
function changeMissing(_world: World, pending: Pending): Step {
  const { isMarked } = pending.work as DeleteWork;
  const marked = pending.attempt?.existing;
  if (isMarked && marked !== undefined) return succeed(pending, 200, marked);
  return refuse(failure.notFound(pending.resource, pending.name));
}
