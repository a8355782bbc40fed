/** etcd's key space as one value, and what a request makes of it: said in the plainest way, apart from etcd's own code. */

import { deepEqual } from '../../protocol/deep-equal.ts';
import type { Compare, KeyValue, KvOp, KvOpResult, RangeBody, TxnBody } from '../../protocol/messages/etcd.ts';

/** The keys at one revision. Never changed: a write makes another one. */
export interface EtcdState {
  readonly revision: number;
  readonly kvs: ReadonlyMap<string, KeyValue>;
  /** The leases known to be over: nothing can be put on them any more. */
  readonly ended: ReadonlySet<number>;
}

/** The key space before the first write; etcd's revisions begin at 1. */
export const emptyState: EtcdState = { revision: 1, kvs: new Map(), ended: new Set() };

/** What a write does: the state after it, the keys it changed, and what it is answered. */
export interface Written {
  readonly state: EtcdState;
  readonly changed: ReadonlySet<string>;
  readonly succeeded: boolean;
  readonly results: readonly KvOpResult[];
}

/** Tells whether two states are the same to everyone who can ask. */
export function isSameState(a: EtcdState, b: EtcdState): boolean {
  if (a === b) return true;
  if (a.revision !== b.revision || a.kvs.size !== b.kvs.size || a.ended.size !== b.ended.size) return false;
  for (const [key, kv] of a.kvs) if (!isSameKey(kv, b.kvs.get(key))) return false;
  for (const id of a.ended) if (!b.ended.has(id)) return false;
  return true;
}

/** Tells whether a key holds the same in two states. */
export function isSameKey(a: KeyValue | undefined, b: KeyValue | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return a.modRevision === b.modRevision && deepEqual(a, b);
}

/** Reads a range as it is now. */
export function readRange({ kvs }: EtcdState, body: RangeBody): { kvs: KeyValue[]; more: boolean; count: number } {
  const { key, rangeEnd = '', limit = 0, minModRevision = 0, maxModRevision = 0 } = body;
  const found = [...kvs.values()].filter((kv) => isWithin(kv.key, key, rangeEnd));
  found.sort((a, b) => (a.key < b.key ? -1 : 1));
  const newest = maxModRevision > 0 ? maxModRevision : Number.POSITIVE_INFINITY;
  const meant = found.filter((kv) => kv.modRevision >= minModRevision && kv.modRevision <= newest);
  const given = body.countOnly === true ? [] : limit > 0 ? meant.slice(0, limit) : meant;
  return {
    kvs: body.keysOnly === true ? given.map((kv) => ({ ...kv, value: undefined })) : given,
    more: body.countOnly !== true && meant.length > given.length,
    count: found.length,
  };
}

/** Runs a transaction; undefined where it is refused, for a lease that is over. */
export function runTxn(state: EtcdState, { compare, success, failure }: TxnBody): Written | undefined {
  const succeeded = compare.every((one) => holds(one, state.kvs.get(one.key)));
  const ops = succeeded ? success : failure;
  const kvs = ops.some(({ op }) => op !== 'range') ? new Map(state.kvs) : (state.kvs as Map<string, KeyValue>);
  const changed = new Set<string>();
  const results: KvOpResult[] = [];
  for (const op of ops) {
    if (op.op === 'put' && state.ended.has(op.lease ?? 0)) return undefined;
    results.push(runOp({ ...state, kvs }, op, kvs, changed));
  }
  const revision = state.revision + (changed.size > 0 ? 1 : 0);
  return { state: { revision, kvs, ended: state.ended }, changed, succeeded, results };
}

/** Ends a lease, with its keys. */
export function endLease(state: EtcdState, id: number): Written {
  const kvs = new Map(state.kvs);
  const changed = new Set<string>();
  for (const kv of state.kvs.values()) if (kv.lease === id) changed.add(kv.key);
  for (const key of changed) kvs.delete(key);
  const ended = new Set(state.ended).add(id);
  const revision = state.revision + (changed.size > 0 ? 1 : 0);
  return { state: { revision, kvs, ended }, changed, succeeded: true, results: [] };
}

function runOp(now: EtcdState, op: KvOp, kvs: Map<string, KeyValue>, changed: Set<string>): KvOpResult {
  if (op.op === 'range') return { op: 'range', ...readRange(now, op.range) };
  if (op.op === 'put') {
    const prev = kvs.get(op.key);
    const kv: KeyValue = {
      key: op.key,
      value: op.value,
      createRevision: prev?.createRevision ?? now.revision + 1,
      modRevision: now.revision + 1,
      version: (prev?.version ?? 0) + 1,
      lease: op.lease ?? 0,
    };
    kvs.set(op.key, kv);
    changed.add(op.key);
    return op.prevKv === true && prev !== undefined ? { op: 'put', kv, prevKv: prev } : { op: 'put', kv };
  }
  const gone = readRange(now, { key: op.key, rangeEnd: op.rangeEnd ?? '' }).kvs;
  for (const { key } of gone) {
    kvs.delete(key);
    changed.add(key);
  }
  const deleted = gone.length;
  return op.prevKv === true ? { op: 'delete', deleted, prevKvs: gone } : { op: 'delete', deleted };
}

function holds({ target, op, value }: Compare, kv: KeyValue | undefined): boolean {
  // As etcd: where there is no key there is no value to compare with, and no comparison of it holds.
  if (target === 'value' && kv === undefined) return false;
  const field = {
    version: 'version',
    create: 'createRevision',
    mod: 'modRevision',
    value: 'value',
    lease: 'lease',
  } as const;
  const held: unknown = kv === undefined ? 0 : kv[field[target]];
  if (op === '=') return deepEqual(held, value);
  if (op === '!=') return !deepEqual(held, value);
  if (typeof held !== typeof value || (typeof held !== 'number' && typeof held !== 'string')) return false;
  return op === '<' ? held < (value as typeof held) : held > (value as typeof held);
}

/** Tells whether a key lies in a range, as etcd writes ranges: one key without an end, all from it on with `'\0'`. */
export function isWithin(key: string, from: string, end: string): boolean {
  if (end === '') return key === from;
  return key >= from && (end === '\0' || key < end);
}
