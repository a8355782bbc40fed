/** pods/binding: a pod gets its node, once. */

import { copyWith } from '../../../../protocol/copy.ts';
import { notSupported, required } from '../../../../protocol/field-errors.ts';
import type { ObjectCreate } from '../../../../protocol/messages/api.ts';
import { withMeta } from '../../../../protocol/meta.ts';
import type { Binding, KubernetesObject, Pod, PodCondition } from '../../../../protocol/objects.ts';
import { failure, success } from '../../../../protocol/status.ts';
import { toRfc3339 } from '../../../../protocol/time.ts';
import type { Conversation } from '../conversation.ts';
import type { World } from '../memory.ts';
import type { Pending } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import type { Update } from '../update-loop.ts';
import { beginUpdate, resumeUpdate } from '../update-loop.ts';
import type { Verdict } from '../verdict.ts';

/** The conversation of `object.create` on `pods/binding`. */
export const bind: Conversation = {
  begin: (world, pending) => {
    const errors = bindingErrors(bindingOf(pending));
    return errors.length > 0
      ? refuse(failure.invalid('Binding', pending.name, errors))
      : beginUpdate(world, pending, update);
  },
  resume: (world, pending, answer) => resumeUpdate(world, pending, answer, update),
};

const update: Update = {
  change,
  finish: (_world, pending) => succeed(pending, 201, bound),
};

/** All that is said of a binding that was made. */
const bound = success() as unknown as KubernetesObject;

function bindingOf(pending: Pending): Binding {
  return (pending.question.body as ObjectCreate['body']).object as Binding;
}

function bindingErrors({ target }: Binding) {
  const { kind = '', name = '' } = target ?? {};
  const isNode = kind === '' || kind === 'Node';
  const kindErrors = isNode ? [] : [notSupported('target.kind', kind, ['Node', '<empty>'])];
  return name === '' ? [...kindErrors, required('target.name')] : kindErrors;
}

function change(world: World, pending: Pending, existing: KubernetesObject): Verdict {
  const pod = existing as Pod;
  const { target, metadata } = bindingOf(pending);
  const problem = conflictOf(pod, metadata?.uid);
  if (problem !== undefined) return { do: 'refuse', status: failure.conflict('pods/binding', pending.name, problem) };
  const conditions = scheduled(pod.status?.conditions ?? [], world.now());
  const placed = copyWith(pod, {
    spec: copyWith(pod.spec, { nodeName: target.name ?? '' }),
    status: copyWith(pod.status ?? {}, { conditions }),
  });
  const { annotations } = metadata ?? {};
  const object =
    annotations === undefined
      ? placed
      : withMeta(placed, { annotations: { ...pod.metadata.annotations, ...annotations } });
  return { do: 'put', object };
}

function conflictOf(pod: Pod, uid: string | undefined): string | undefined {
  const { name, deletionTimestamp } = pod.metadata;
  if (uid && uid !== pod.metadata.uid) {
    return `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`;
  }
  if (deletionTimestamp !== undefined) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (pod.spec.nodeName) return `pod ${name} is already assigned to node "${pod.spec.nodeName}"`;
  const gates = (pod.spec as { schedulingGates?: readonly unknown[] }).schedulingGates ?? [];
  return gates.length > 0 ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

function scheduled(conditions: readonly PodCondition[], nowMs: number): PodCondition[] {
  const condition: PodCondition = { type: 'PodScheduled', status: 'True', lastTransitionTime: toRfc3339(nowMs) };
  const known = conditions.find(({ type }) => type === 'PodScheduled');
  if (known === undefined) return [...conditions, condition];
  const { status, lastTransitionTime = condition.lastTransitionTime } = known;
  const next =
    status === 'True' ? { ...condition, ...(lastTransitionTime !== undefined && { lastTransitionTime }) } : condition;
  return conditions.map((one) => (one === known ? next : one));
}
