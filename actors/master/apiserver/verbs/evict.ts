/** pods/eviction: a deletion that asks politely. */

import type { DeleteOptions, ObjectCreate } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { failure, success } from '../../../../protocol/status.ts';
import type { Conversation } from '../conversation.ts';
import type { Step } from '../pending.ts';
import { refuse } from '../pending.ts';
import { beginDeletion, remove } from './delete.ts';

/** The conversation of `object.create` on `pods/eviction`. */
export const evict: Conversation = {
  begin: (world, pending) => {
    const { object } = pending.question.body as ObjectCreate['body'];
    const eviction = object as KubernetesObject & { deleteOptions?: DeleteOptions };
    if (eviction.kind !== 'Eviction') return refuse(failure.badRequest(`not a Eviction object: ${eviction.kind}`));
    const { name } = eviction.metadata ?? {};
    if (name && name !== pending.name)
      return refuse(failure.badRequest('name in URL does not match name in Eviction object'));
    return answered(beginDeletion(world, pending, eviction.deleteOptions ?? {}));
  },
  resume: (world, pending, answer) => answered(remove.resume(world, pending, answer)),
};

function answered(step: Step): Step {
  return step.do === 'succeed' ? { ...step, code: 201, object: success() as unknown as KubernetesObject } : step;
}
