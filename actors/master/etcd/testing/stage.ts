/** An etcd member on a stage, for tests, and the words of those who ask it. */

import { type Heard, type Stage, stage } from '../../../../engine/testing/stage.ts';
import { parseFlags } from '../../../../protocol/flags.ts';
import { type KeyWatch, type KvOp, type KvRange, type KvTxn, prefixEnd } from '../../../../protocol/messages/etcd.ts';
import { etcd } from '../actor.ts';
import { flags } from '../flags.ts';
import type { EtcdMemory } from '../memory.ts';

/** Where it lives. */
export const address = 'c.master.etcd.0';

/** The stage it is on. */
export type Etcd = Stage<EtcdMemory>;

/** Starts a member that is a cluster by itself. */
export function start(config: Record<string, unknown> = {}): Etcd {
  const s = stage(etcd, { address, input: { members: [address], config: parseFlags(flags, config) } });
  comeUp(s);
  return s;
}

/** Asks for a transaction; gives the number of the request. */
export function propose(s: Etcd, ...success: KvOp[]): number {
  return s.ask<KvTxn>('kv.txn', { compare: [], success, failure: [] });
}

/** Makes the operation that writes a key. */
export function put(key: string, value: unknown = key, lease = 0): KvOp {
  return { op: 'put', key, value, lease };
}

/** Has something written, durably; a sync may be under way already. */
export function write(s: Etcd, ...ops: KvOp[]): Heard {
  propose(s, ...ops);
  s.advance(2);
  return s.takeOne('kv.committed');
}

/** Lists all keys. */
export function keys(s: Etcd): string[] {
  s.ask<KvRange>('kv.range', { key: '\0', rangeEnd: '\0' });
  return s.takeOne('kv.ranged').body.kvs.map(({ key }: { key: string }) => key);
}

/** Watches all that begins with a slash; gives the stream. */
export function watch(s: Etcd, startRevision: number, rest: Partial<KeyWatch['body']> = {}): number {
  const all = { key: '/', rangeEnd: prefixEnd('/'), startRevision };
  return s.open<KeyWatch>('key.watch', { ...all, ...rest });
}

/** Gives what was told of changes, one word a revision: `3:/a,/b`. */
export function told(s: Etcd): string[] {
  return s
    .take('key.changed')
    .map(({ body }) => `${body.revision}:${body.events.map((e: { kv: { key: string } }) => e.kv.key).join()}`);
}

/** Lets a member that has started read its disk, vote for itself and begin its term: a sync for each. */
export function comeUp(s: Etcd): void {
  s.advance(3);
}
