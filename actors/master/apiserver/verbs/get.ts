/** get: one object, the newest there is, or the cache's where a version says that may do. */

import type { ObjectGet } from '../../../../protocol/messages/api.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Conversation } from '../conversation.ts';
import type { World } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { findRefusal, tooLarge, versionOf } from '../resource-version.ts';
import { shownObject } from '../shown-object.ts';

/** The conversation of `object.get`. */
export const get: Conversation = { begin, resume };

function begin(world: World, pending: Pending): Step {
  const { resourceVersion = '' } = pending.question.body as ObjectGet['body'];
  if (resourceVersion === '') {
    return { do: 'range', body: { key: pending.key }, stage: 'reading' };
  }
  const refusal = findRefusal(resourceVersion);
  if (refusal !== undefined) return refuse(refusal);
  const revision = versionOf(resourceVersion);
  return revision > world.memory.revision ? { do: 'await', revision, stage: 'awaiting' } : fromCache(world, pending);
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  if (answer.type === 'revision.missed') return refuse(tooLarge(pending.awaits, world.memory.revision));
  if (answer.type !== 'kv.ranged') return fromCache(world, pending);
  const kv = answer.body.kvs[0];
  return kv === undefined ? notFound(pending) : succeed(pending, 200, shownObject(world.memory, pending.resource, kv));
}

function fromCache(world: World, pending: Pending): Step {
  const entry = cacheOf(world.memory, pending.resource).entries.get(pending.key);
  return entry === undefined ? notFound(pending) : succeed(pending, 200, entry.object);
}

function notFound({ resource, name }: Pending): Step {
  return refuse(failure.notFound(resource, name));
}
