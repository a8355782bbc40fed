/** Compacting etcd: every interval, one of the API servers gives up what is older than the last interval (`etcd3/compact.go`). */

import type { AnyEvent, Self } from '../../../protocol/actor.ts';
import type { KvCommitted, KvCompact } from '../../../protocol/messages/etcd.ts';
import { callEtcd, memberOf } from './etcd-link.ts';
import type { Memory } from './memory.ts';

/** The key by whose version the servers agree who compacts. */
export const compactionKey = 'compact_rev_key';

/** Notes the calls of compaction. */
export const compactionNote = 'compaction';

/** Claims the next compaction; of several servers, one succeeds. */
export function claimCompaction(self: Self<Memory>): void {
  const { version, revision } = self.memory.compaction;
  const body = {
    compare: [{ key: compactionKey, target: 'version' as const, op: '=' as const, value: version }],
    success: [{ op: 'put' as const, key: compactionKey, value: String(revision) }],
    failure: [{ op: 'range' as const, range: { key: compactionKey } }],
  };
  callEtcd(self, { type: 'kv.txn', body }, compactionNote);
}

/** Compacts up to the revision of the last interval where the claim succeeded; remembers this one's. */
export function compact(self: Self<Memory>, event: AnyEvent): void {
  const { succeeded, results, revision } = event.body as KvCommitted['body'];
  const { compaction } = self.memory;
  const known = results[0];
  const old = compaction.revision;
  compaction.version = succeeded ? compaction.version + 1 : known?.op === 'range' ? (known.kvs[0]?.version ?? 0) : 0;
  compaction.revision = revision;
  if (succeeded && old > 0) {
    self.request<KvCompact>(memberOf(self.memory), 'kv.compact', { revision: old }, { note: compactionNote });
  }
}
