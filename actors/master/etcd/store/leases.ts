/** Leases as the store holds them: what was granted, and which keys hang on each. When they end is `lease-clock.ts`'s part. */

import type { KeyValue } from '../../../../protocol/messages/etcd.ts';
import type { Change } from './mvcc.ts';

/** A granted lease. Every member holds it; only its clock is the leader's own. */
export interface Lease {
  readonly id: number;
  readonly ttlSeconds: number;
  readonly keys: Set<string>;
}

/** The longest lease that is granted, in seconds. As etcd's `MaxLeaseTTL`. */
export const maxLeaseTtlSeconds = 9_000_000_000;

/** What the store keeps of its quota for a lease, in bytes. As etcd's `leaseOverhead`. */
export const leaseOverheadBytes = 64;

/** The shortest lease in seconds: one and a half election timeouts, so that it outlives a change of leaders. As etcd. */
export function minLeaseTtlSeconds(electionTimeoutMs: number): number {
  return Math.ceil((electionTimeoutMs * 1.5) / 1000);
}

/** Hangs keys on the leases their new versions name, and takes them off those their old versions named. */
export function followLeases(leases: Map<number, Lease>, changes: readonly Change[]): void {
  for (const { kv, prev } of changes) {
    const before = prev === undefined ? 0 : prev.lease;
    if (before === kv.lease) continue;
    if (before !== 0) leases.get(before)?.keys.delete(kv.key);
    if (kv.lease !== 0) leases.get(kv.lease)?.keys.add(kv.key);
  }
}

/** Hangs the keys of a recovered store on their leases. */
export function attachAll(leases: Map<number, Lease>, kvs: Iterable<KeyValue>): void {
  for (const kv of kvs) if (kv.lease !== 0) leases.get(kv.lease)?.keys.add(kv.key);
}

/** Names a lease's keys in order, so that every member deletes them alike. */
export function keysOf(lease: Lease): string[] {
  return [...lease.keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
