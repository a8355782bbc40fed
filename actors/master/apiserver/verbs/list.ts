/**
 * list: the objects of a resource that are asked for, at one revision.
 *
 * Without limit it comes from the cache: as it is for `resourceVersion` 0, once it is new enough for any other, and once it
 * has come to what etcd says is the newest revision where none is given. Pages come from etcd, at the first page's revision.
 */

import type { KubernetesList, ObjectList } from '../../../../protocol/messages/api.ts';
import type { EtcdRefused, KvRanged, RangeBody } from '../../../../protocol/messages/etcd.ts';
import { prefixEnd } from '../../../../protocol/messages/etcd.ts';
import type { KubernetesObject } from '../../../../protocol/objects.ts';
import { apiVersionOf } from '../../../../protocol/resources.ts';
import { failure } from '../../../../protocol/status.ts';
import type { Conversation } from '../conversation.ts';
import { allSeenBy } from '../custom-resources/view.ts';
import type { World } from '../memory.ts';
import { cacheOf } from '../memory.ts';
import type { Answer, Pending, Step } from '../pending.ts';
import { refuse, succeed } from '../pending.ts';
import { isRefusal } from '../refusal.ts';
import { listOptionsRefusal, tooLarge, versionOf } from '../resource-version.ts';
import type { Selection } from '../selection.ts';
import { isSelected, selectionOf } from '../selection.ts';
import { shownObject } from '../shown-object.ts';
import { collectionPrefix } from '../storage-keys.ts';
import { selectObjects } from '../watch/watch-cache.ts';
import type { Continuation } from './paging.ts';
import { continueExpired, decodeContinue, encodeContinue, listExpired } from './paging.ts';

/** The conversation of `object.list`. */
export const list: Conversation = { begin, resume };

/** What a list keeps between its stages. */
interface ListWork {
  readonly selection: Selection;
  readonly prefix: string;
  /** How many are wanted; 0 for all. */
  readonly limit: number;
  /** The page asked for by a token. */
  readonly from: Continuation | undefined;
  readonly found: KubernetesObject[];
  revision: number;
  pageSize: number;
}

/** A key whose reading tells etcd's newest revision and nothing else. */
const revisionProbe: RangeBody = { key: 'compact_rev_key', countOnly: true };
/** How large a page grows when a selector lets little pass (apiserver's `maxLimit`). */
const mostPerPage = 10_000;

function begin(world: World, pending: Pending): Step {
  const body = pending.question.body as ObjectList['body'];
  const refusal = listOptionsRefusal(body);
  if (refusal !== undefined) return refuse(refusal);
  const selection = selectionOf(pending.kind, body, pending.form);
  if (isRefusal(selection)) return refuse(selection);
  const prefix = collectionPrefix(pending.resource, selection.namespace);
  const { resourceVersion = '', limit = 0 } = body;
  const from = body.continue ? decodeContinue(body.continue, prefix) : undefined;
  if (from !== undefined && isRefusal(from)) return refuse(from);
  const work: ListWork = { selection, prefix, limit, from, found: [], revision: 0, pageSize: limit };
  pending.work = work;
  if (from !== undefined) return page(work, from.startKey, from.revision > 0 ? from.revision : undefined);
  if (isExact(body)) return page(work, prefix, versionOf(resourceVersion));
  if (resourceVersion === '') {
    const isCacheLive = world.memory.keyWatch > 0;
    return limit === 0 && isCacheLive
      ? { do: 'range', body: revisionProbe, stage: 'probing' }
      : page(work, prefix, undefined);
  }
  const revision = versionOf(resourceVersion);
  if (limit > 0 && resourceVersion !== '0') return page(work, prefix, undefined);
  return revision > world.memory.revision ? { do: 'await', revision, stage: 'awaiting' } : fromCache(world, pending);
}

/** A limit with a version and nothing more means that very version, as it did before `resourceVersionMatch` was there. */
function isExact({ resourceVersion = '', resourceVersionMatch: match, limit = 0 }: ObjectList['body']): boolean {
  return match === 'Exact' || (match === undefined && limit > 0 && resourceVersion !== '' && resourceVersion !== '0');
}

function resume(world: World, pending: Pending, answer: Answer): Step {
  const work = pending.work as ListWork;
  if (answer.type === 'etcd.refused') return refusedPage(world, pending, answer.body);
  if (answer.type === 'revision.missed') return onMissed(world, pending, work);
  if (answer.type !== 'kv.ranged') return fromCache(world, pending);
  if (pending.stage === 'probing') {
    const { revision } = answer.body;
    return revision > world.memory.revision ? { do: 'await', revision, stage: 'awaiting' } : fromCache(world, pending);
  }
  return takePage(world, pending, work, answer.body);
}

/** A version that was asked for does not come; the newest one, that only etcd has, is read there. */
function onMissed({ memory }: World, pending: Pending, work: ListWork): Step {
  const { resourceVersion = '' } = pending.question.body as ObjectList['body'];
  return resourceVersion === ''
    ? page(work, work.prefix, undefined)
    : refuse(tooLarge(pending.awaits, memory.revision));
}

function fromCache(world: World, pending: Pending): Step {
  const { selection } = pending.work as ListWork;
  const { memory } = world;
  return succeed(
    pending,
    200,
    makeList(pending, selectObjects(cacheOf(memory, pending.resource), selection), memory.revision),
  );
}

/** Makes the list that is answered, of stored objects. */
export function makeList(
  pending: Pick<Pending, 'kind' | 'custom'>,
  items: readonly KubernetesObject[],
  revision: number,
  more: { continue?: string; remainingItemCount?: number } = {},
): KubernetesObject {
  const { kind } = pending;
  const list: KubernetesList = {
    apiVersion: apiVersionOf(kind),
    kind: kind.listKind ?? `${kind.kind}List`,
    metadata: { resourceVersion: String(revision), ...more },
    items: allSeenBy(pending, items),
  };
  return list as unknown as KubernetesObject;
}

function page(work: ListWork, key: string, revision: number | undefined): Step {
  const body: RangeBody = {
    key,
    rangeEnd: prefixEnd(work.prefix),
    ...(revision !== undefined && { revision }),
    ...(work.pageSize > 0 && { limit: work.pageSize }),
  };
  return { do: 'range', body, stage: 'paging' };
}

function takePage(world: World, pending: Pending, work: ListWork, answer: KvRanged['body']): Step {
  const { selection, prefix, limit, found } = work;
  const { kvs, more, count } = answer;
  // What is not newest was asked for by its revision, and stays at it.
  if (work.revision === 0)
    work.revision = (work.from?.revision ?? 0) > 0 ? Number(work.from?.revision) : revisionOf(pending, answer);
  let taken = 0;
  for (const kv of kvs) {
    if (limit > 0 && found.length >= limit) break;
    taken++;
    const object = shownObject(world.memory, pending.resource, kv);
    if (isSelected(selection, object)) found.push(object);
  }
  const lastKey = kvs[taken - 1]?.key;
  const isLast = !more && taken === kvs.length;
  if (!isLast && lastKey !== undefined && (limit === 0 || found.length < limit)) {
    work.pageSize = Math.min(work.pageSize * 2, Math.max(limit, mostPerPage));
    return page(work, `${lastKey}\u0000`, work.revision);
  }
  if (isLast || lastKey === undefined) return succeed(pending, 200, makeList(pending, found, work.revision));
  const token = encodeContinue(prefix, lastKey, work.revision);
  const isCountable = selection.isPlain && selection.name === '' && selection.node === '';
  const rest = isCountable ? { remainingItemCount: count - taken } : {};
  return succeed(pending, 200, makeList(pending, found, work.revision, { continue: token, ...rest }));
}

function revisionOf(pending: Pending, { revision }: KvRanged['body']): number {
  const body = pending.question.body as ObjectList['body'];
  return isExact(body) ? versionOf(body.resourceVersion) : revision;
}

function refusedPage({ memory }: World, pending: Pending, { code, message }: EtcdRefused['body']): Step {
  const { from, prefix } = pending.work as ListWork;
  const { resourceVersion } = pending.question.body as ObjectList['body'];
  if (code === 'Compacted') return refuse(from === undefined ? listExpired() : continueExpired(prefix, from));
  if (code === 'FutureRevision') return refuse(tooLarge(versionOf(resourceVersion), memory.revision));
  return refuse(failure.internalError(message));
}
