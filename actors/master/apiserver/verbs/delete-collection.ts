/** delete-collection: every object that is selected, each deleted as if alone. */

import type { ObjectDeleteCollection } from '../../../../protocol/messages/api.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import type { Conversation } from '../conversation.ts';
import { optionsRefusal } from '../deletion.ts';
import type { World } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { tooLarge } from '../resource-version.ts';
import type { Selection } from '../selection.ts';
import { selectionOf } from '../selection.ts';
import { selectObjects } from '../watch/watch-cache.ts';
import { makeList } from './list.ts';

/** The conversation of `object.delete-collection`. */
export const removeCollection: Conversation = { begin, resume };

/** What it keeps between its stages. */
interface CollectionWork {
  readonly selection: Selection;
  chosen: readonly KubernetesObject[];
  revision: number;
}

function begin(_world: World, pending: Pending): Step {
  const body = pending.question.body as ObjectDeleteCollection['body'];
  const selection = selectionOf(pending.kind, body, pending.form);
  if (isRefusal(selection)) return refuse(selection);
  const refusal = optionsRefusal(body.options ?? {});
  if (refusal !== undefined) return refuse(refusal);
  pending.work = { selection, chosen: [], revision: 0 } satisfies CollectionWork;
  return { do: 'range', body: { key: 'compact_rev_key', countOnly: true }, stage: 'probing' };
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  const work = pending.work as CollectionWork;
  if (answer.type === 'kv.ranged' && answer.body.revision > world.memory.revision) {
    return { do: 'await', revision: answer.body.revision, stage: 'awaiting' };
  }
  if (answer.type === 'revision.missed') return refuse(tooLarge(pending.awaits, world.memory.revision));
  if (answer.type !== 'deletions.done') return choose(world, pending, work);
  if (answer.body.refusal !== undefined) return refuse(answer.body.refusal);
  return succeed(pending, 200, makeList(pending, work.chosen, work.revision));
}

function choose({ memory }: World, pending: Pending, work: CollectionWork): Step {
  work.chosen = selectObjects(cacheOf(memory, pending.resource), work.selection);
  work.revision = memory.revision;
  const targets = work.chosen.map(({ metadata }) => ({ namespace: metadata.namespace, name: metadata.name }));
  return targets.length === 0
    ? succeed(pending, 200, makeList(pending, [], work.revision))
    : { do: 'delete-all', targets, stage: 'deleting' };
}
