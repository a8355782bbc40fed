/** What is refused before it reaches the log: requests that are wrong in themselves. */

import type { KvOp, RangeBody, TxnBody } from '../../../protocol/messages/etcd.ts';
import type { Fault } from './store/refusals.ts';

/** What is wrong with a range; undefined where nothing is. */
export function rangeFault(body: RangeBody): Fault | undefined {
  return body.key === '' ? 'EmptyKey' : undefined;
}

/**
 * What is wrong with a transaction; undefined where nothing is.
 *
 * A key may be put once, and not put and deleted, within a branch; two deletions may overlap.
 * `maxOps` is `--max-txn-ops`, for comparisons and each branch.
 */
export function txnFault(txn: TxnBody, maxOps: number): Fault | undefined {
  const { compare, success, failure } = txn;
  if (Math.max(compare.length, success.length, failure.length) > maxOps) return 'TooManyOps';
  for (const { key } of compare) if (key === '') return 'EmptyKey';
  return branchFault(success) ?? branchFault(failure);
}

function branchFault(ops: readonly KvOp[]): Fault | undefined {
  for (const op of ops) if ((op.op === 'range' ? op.range.key : op.key) === '') return 'EmptyKey';
  return ops.length > 1 && hasOverlap(ops) ? 'DuplicateKey' : undefined;
}

function hasOverlap(ops: readonly KvOp[]): boolean {
  const keys = new Set<string>();
  const deletes = ops.filter((op) => op.op === 'delete');
  for (const op of ops) {
    if (op.op !== 'put') continue;
    if (keys.has(op.key) || deletes.some((d) => isWithin(op.key, d.key, d.rangeEnd ?? ''))) return true;
    keys.add(op.key);
  }
  return false;
}

/** Tells whether a key lies in [from, end): one key where the end is empty, all from it on where it is `'\0'`. */
export function isWithin(key: string, from: string, end: string): boolean {
  if (end === '') return key === from;
  return key >= from && (end === '\0' || key < end);
}
