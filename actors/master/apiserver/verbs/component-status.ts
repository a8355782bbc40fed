/** get and list of ComponentStatuses: nothing that is stored, but what the components answer when they are asked. */

import type { ObjectList } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { Conversation } from '../conversation.ts';
import { components } from '../health.ts';
import type { World } from '../memory.ts';
import type { Answer, CheckedComponent, Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { isSelected, selectionOf } from '../selection.ts';
import { makeList } from './list.ts';

/** The conversation of `object.get` and `object.list` on ComponentStatuses. */
export const componentStatus: Conversation = { begin, resume };

function begin(_world: World, pending: Pending): Step {
  pending.warnings = ['v1 ComponentStatus is deprecated in v1.19+'];
  const selection = selectionOf(pending.kind, pending.question.body as ObjectList['body']);
  if (isRefusal(selection)) return refuse(selection);
  const { name } = pending;
  if (name === '') return { do: 'check', components, stage: 'checking' };
  if (components.includes(name)) return { do: 'check', components: [name], stage: 'checking' };
  const message = `Component not found: ${name}`;
  return refuse({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 });
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  if (answer.type !== 'components.checked') return { do: 'check', components, stage: 'checking' };
  const statuses = answer.body.found.map(statusOf);
  const [only] = statuses;
  if (pending.name !== '' && only !== undefined) return succeed(pending, 200, only);
  const selection = selectionOf(pending.kind, pending.question.body as ObjectList['body']);
  if (isRefusal(selection)) return refuse(selection);
  const chosen = statuses.filter((status) => isSelected(selection, status));
  return succeed(pending, 200, makeList(pending, chosen, world.memory.revision));
}

function statusOf({ component, isHealthy, message, error }: CheckedComponent): KubernetesObject {
  const condition = {
    type: 'Healthy',
    status: isHealthy ? 'True' : 'False',
    ...(message !== '' && { message }),
    ...(error !== '' && { error }),
  };
  const status = { apiVersion: 'v1', kind: 'ComponentStatus', metadata: { name: component }, conditions: [condition] };
  return status as unknown as KubernetesObject;
}
