/** How much space data takes, and what a request would add: etcd's own estimate, of values as they would be encoded. */

import type { KvOp, TxnBody } from '../../../../protocol/messages/etcd.ts';
import { type Mvcc, versionOverheadBytes } from './mvcc.ts';

/** The quota where none is set, in bytes. As etcd's `DefaultQuotaBytes`. */
const defaultQuotaBytes = 2 * 1024 * 1024 * 1024;

/** Estimates a value's size in bytes: close to its length as JSON, without encoding it. */
export function valueBytes(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return value.length + 2;
    case 'number':
      return 8;
    case 'boolean':
      return 5;
    case 'object':
      break;
    default:
      return 0;
  }
  if (value === null) return 4;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const item of value) bytes += valueBytes(item) + 1;
    return bytes;
  }
  for (const key in value) bytes += key.length + 4 + valueBytes((value as Record<string, unknown>)[key]);
  return bytes;
}

/** How large a transaction is. */
export interface TxnSize {
  /** The sizes of the values it puts: those of `success` first, then those of `failure`. */
  readonly valueBytes: number[];
  /** What it may add to the store: the larger of its two branches; 0 where neither puts anything. */
  readonly cost: number;
}

/** Measures a transaction. */
export function measureTxn(txn: TxnBody): TxnSize {
  const valueBytes: number[] = [];
  const success = measureOps(txn.success, valueBytes);
  return { valueBytes, cost: Math.max(success, measureOps(txn.failure, valueBytes)) };
}

function measureOps(ops: readonly KvOp[], sizes: number[]): number {
  let cost = 0;
  for (const op of ops) {
    if (op.op !== 'put') continue;
    const bytes = valueBytes(op.value);
    sizes.push(bytes);
    cost += versionOverheadBytes + op.key.length + bytes;
  }
  return cost;
}

/**
 * Tells whether what costs so much still fits. What adds nothing always does: one can still delete.
 *
 * `quotaBytes` is `--quota-backend-bytes`: 0 for the default of 2 GiB, negative for no quota.
 */
export function fits(mvcc: Mvcc, costBytes: number, quotaBytes: number): boolean {
  if (costBytes === 0 || quotaBytes < 0) return true;
  return mvcc.bytesOnDisk + costBytes < (quotaBytes === 0 ? defaultQuotaBytes : quotaBytes);
}
