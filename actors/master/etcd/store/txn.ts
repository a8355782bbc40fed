/** Transactions: what is compared, what is then done, all in one revision or not at all. */

import { deepEqual } from '../../../../protocol/deep-equal.ts';
import type { Compare, KeyValue, KvOp, KvOpResult, TxnBody } from '../../../../protocol/messages/etcd.ts';
import type { Lease } from './leases.ts';
import { type Change, current, keysIn, type Mvcc, put, range, revisionFault, tombstone } from './mvcc.ts';
import type { Fault } from './refusals.ts';

/** What a transaction did; `revision` is the store's after it. */
export interface TxnOutcome {
  readonly revision: number;
  readonly succeeded: boolean;
  readonly results: KvOpResult[];
  /** What was written, in order; watchers are told of it as one. */
  readonly changes: Change[];
}

/** Tells whether a transaction can only read: it needs no log, and gives no revision. */
export function isReadOnly(txn: TxnBody): boolean {
  return areRanges(txn.success) && areRanges(txn.failure);
}

function areRanges(ops: readonly KvOp[]): boolean {
  for (const { op } of ops) if (op !== 'range') return false;
  return true;
}

/** Tells whether all comparisons hold now. */
export function holds(mvcc: Mvcc, compares: readonly Compare[]): boolean {
  for (const compare of compares) if (!isTrue(compare, current(mvcc, compare.key))) return false;
  return true;
}

/**
 * Runs a transaction, or says why not; then nothing was changed.
 *
 * Its writes are all at the revision after the store's, and its later ranges see its earlier writes, as in etcd.
 * `valueBytes` are the sizes of the values put: the puts of `success` first, then those of `failure`.
 */
export function runTxn(
  mvcc: Mvcc,
  leases: ReadonlyMap<number, Lease>,
  txn: TxnBody,
  valueBytes: readonly number[],
): TxnOutcome | Fault {
  const succeeded = holds(mvcc, txn.compare);
  const ops = succeeded ? txn.success : txn.failure;
  for (const op of ops) {
    const fault = opFault(mvcc, leases, op);
    if (fault !== undefined) return fault;
  }
  let nextPut = succeeded ? 0 : countPuts(txn.success);
  const results: KvOpResult[] = [];
  const changes: Change[] = [];
  for (const op of ops) {
    if (op.op === 'put') results.push(runPut(mvcc, op, valueBytes[nextPut++] ?? 0, changes));
    else if (op.op === 'delete') results.push(runDelete(mvcc, op, changes));
    else results.push({ op: 'range', ...range(mvcc, op.range) });
  }
  if (changes.length > 0) mvcc.revision++;
  return { revision: mvcc.revision, succeeded, results, changes };
}

/** Counts the puts among operations. */
export function countPuts(ops: readonly KvOp[]): number {
  let puts = 0;
  for (const op of ops) if (op.op === 'put') puts++;
  return puts;
}

function opFault(mvcc: Mvcc, leases: ReadonlyMap<number, Lease>, op: KvOp): Fault | undefined {
  if (op.op === 'range') return revisionFault(mvcc, op.range.revision);
  if (op.op === 'put' && op.lease !== undefined && op.lease !== 0 && !leases.has(op.lease)) return 'LeaseNotFound';
  return undefined;
}

function runPut(mvcc: Mvcc, op: Extract<KvOp, { op: 'put' }>, bytes: number, changes: Change[]): KvOpResult {
  const change = put(mvcc, op.key, op.value, op.lease ?? 0, bytes);
  changes.push(change);
  const { kv, prev } = change;
  return op.prevKv === true && prev !== undefined ? { op: 'put', kv, prevKv: prev } : { op: 'put', kv };
}

function runDelete(mvcc: Mvcc, op: Extract<KvOp, { op: 'delete' }>, changes: Change[]): KvOpResult {
  const done = deleteKeys(mvcc, keysIn(mvcc, op.key, op.rangeEnd ?? ''));
  changes.push(...done);
  const deleted = done.length;
  return op.prevKv === true ? { op: 'delete', deleted, prevKvs: done.map((c) => c.prev!) } : { op: 'delete', deleted };
}

/** Deletes keys that exist, in the order given, at the revision after the store's. */
export function deleteKeys(mvcc: Mvcc, keys: readonly string[]): Change[] {
  return keys.map((key) => tombstone(mvcc, key));
}

function isTrue(compare: Compare, kv: KeyValue | undefined): boolean {
  const { op, value, target } = compare;
  // As etcd: there is no value to compare with where there is no key, so even `!=` does not hold.
  if (target === 'value') return kv !== undefined && isOrdered(op, kv.value, value);
  if (kv === undefined) return isOrdered(op, 0, value);
  if (target === 'mod') return isOrdered(op, kv.modRevision, value);
  if (target === 'create') return isOrdered(op, kv.createRevision, value);
  return isOrdered(op, target === 'version' ? kv.version : kv.lease, value);
}

/** Orders numbers and strings; other values are only the same or not. */
function isOrdered(op: Compare['op'], held: unknown, value: unknown): boolean {
  if (op === '=') return deepEqual(held, value);
  if (op === '!=') return !deepEqual(held, value);
  const both =
    (typeof held === 'number' && typeof value === 'number') || (typeof held === 'string' && typeof value === 'string');
  return both && (op === '<' ? held < value : held > value);
}
