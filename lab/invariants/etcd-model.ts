/** etcd's KV as a sequential machine: what each call may answer in each state, and which revision it makes. */

import type { Answered, Asked, Call } from '../../actors/client/etcd-load/history.ts';
import { deepEqual } from '../../protocol/deep-equal.ts';
import type { KvRanged, RangeBody } from '../../protocol/messages/etcd.ts';
import { type EtcdState, emptyState, endLease, isSameState, readRange, runTxn, type Written } from './etcd-state.ts';
import type { Model, TimedCall } from './linearizability.ts';
import type { RevisionHistory } from './revision-history.ts';

/** One step of the model: a client's call, or the end of a lease whose time is over, which nobody asks for. */
export interface ModelCall extends TimedCall {
  readonly client: string;
  readonly member: string;
  readonly asked: Asked | { readonly type: 'lease.expire'; readonly body: { readonly id: number } };
  /** Undefined where the outcome is unknown. */
  readonly answered: Answered | undefined;
}

/**
 * Chooses, of what clients recorded, the calls that must fall in one order, and adds the ends of leases.
 *
 * Left out are calls that were refused (nothing was done), grants and renewals of leases (they make no revision), reads
 * whose answer nobody got, and reads of a member's own state or of the past (see `snapshot-reads.ts`). A lease lives, from the start of the last call that renewed it, its
 * whole time, less what a clock that runs fast takes of it: `fastest` is 0.05 for one that gains 5 %.
 */
export function modelCalls(calls: readonly Call[], fastest = 0): ModelCall[] {
  const chosen: ModelCall[] = calls.filter(isOrdered);
  for (const [id, lease] of leasesOf(calls)) {
    chosen.push({
      client: 'etcd',
      member: 'its clock',
      asked: { type: 'lease.expire', body: { id } },
      startMs: lease.renewedMs + lease.ttlMs * (1 - fastest),
      endMs: Number.POSITIVE_INFINITY,
      answered: undefined,
    });
  }
  return chosen;
}

function isOrdered({ asked, answered }: Call): boolean {
  if (answered?.type === 'etcd.refused' || asked.type === 'lease.keep-alive' || asked.type === 'lease.grant')
    return false;
  if (asked.type !== 'kv.range') return answered !== undefined || asked.type !== 'kv.compact';
  return answered !== undefined && asked.body.serializable !== true;
}

/** When each lease was last renewed, by calls known to have been heard. */
function leasesOf(calls: readonly Call[]): Map<number, { ttlMs: number; renewedMs: number }> {
  const leases = new Map<number, { ttlMs: number; renewedMs: number }>();
  for (const { asked, answered, startMs } of calls) {
    if (asked.type === 'lease.grant' && answered?.type !== 'etcd.refused') {
      leases.set(asked.body.id ?? 0, { ttlMs: asked.body.ttlSeconds * 1000, renewedMs: startMs });
    } else if (asked.type === 'lease.keep-alive' && answered?.type === 'lease.described') {
      const lease = leases.get(asked.body.id);
      if (lease === undefined || answered.body.ttlSeconds <= 0) continue;
      lease.renewedMs = Math.max(lease.renewedMs, startMs);
    }
  }
  return leases;
}

/**
 * Makes the model. With a history of revisions the search stays short: a call whose outcome is unknown can only be what
 * made a revision that no one else claims and whose changes are its own, and every call must have made what watches told.
 */
export function etcdModel(history?: RevisionHistory): Model<EtcdState, ModelCall> {
  return {
    initial: emptyState,
    isSame: isSameState,
    step: (state, call) => {
      const { asked, answered } = call;
      if (asked.type === 'kv.range') return isRead(state, asked.body, answered) ? state : undefined;
      if (asked.type === 'kv.compact') return hasRevision(answered, state.revision) ? state : undefined;
      if (asked.type === 'lease.grant' || asked.type === 'lease.keep-alive') return state;
      if (!mayMake(state.revision + 1, answered, history)) return undefined;
      const written = write(state, asked);
      if (written === undefined || !agrees(written, history, answered !== undefined)) return undefined;
      return answered === undefined || isAnswer(written, answered) ? written.state : undefined;
    },
  };
}

function write(state: EtcdState, asked: ModelCall['asked']): Written | undefined {
  if (asked.type === 'kv.txn') return runTxn(state, asked.body);
  const { id } = asked.body as { id: number };
  return state.ended.has(id) ? undefined : endLease(state, id);
}

function isRead(state: EtcdState, body: RangeBody, answered: Answered | undefined): boolean {
  if (answered?.type !== 'kv.ranged' || answered.body.revision !== state.revision) return false;
  if (body.revision !== undefined && body.revision > 0) return true;
  return isRanged(readRange(state, body), answered.body);
}

/** Tells whether a range was answered with what it holds. */
export function isRanged(held: ReturnType<typeof readRange>, told: KvRanged['body']): boolean {
  return held.count === told.count && held.more === told.more && deepEqual(held.kvs, told.kvs);
}

function hasRevision(answered: Answered | undefined, revision: number): boolean {
  return answered !== undefined && 'revision' in answered.body && answered.body.revision === revision;
}

/** Tells, at little cost, whether a call may be what makes a revision, or what changes nothing before it. */
function mayMake(revision: number, answered: Answered | undefined, history: RevisionHistory | undefined): boolean {
  if (answered !== undefined) return hasRevision(answered, revision) || hasRevision(answered, revision - 1);
  // After the last revision known it is as good as never: no call whose answer is known could come later.
  return history === undefined || (revision <= history.last && history.revisions.get(revision)?.isClaimed !== true);
}

function isAnswer({ state, succeeded, results }: Written, answered: Answered): boolean {
  if (!hasRevision(answered, state.revision)) return false;
  if (answered.type !== 'kv.committed') return true;
  return answered.body.succeeded === succeeded && deepEqual(answered.body.results, results);
}

/** Tells whether a write can be what made its revision. What changed nothing is no matter where nobody was answered. */
function agrees({ state, changed }: Written, history: RevisionHistory | undefined, isAnswered: boolean): boolean {
  if (changed.size === 0) return isAnswered;
  const told = history?.revisions.get(state.revision);
  if (told === undefined) return true;
  for (const [key, { type, kv }] of told.events) {
    if (!changed.has(key)) return false;
    const held = state.kvs.get(key);
    if (type === 'delete' ? held !== undefined : !deepEqual(held, kv)) return false;
  }
  return true;
}
