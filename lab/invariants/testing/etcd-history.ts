/** Histories of etcd for the tests of what is checked of them: one word a call, one a watch's fact. */

import type { Answered, Asked, Call, WatchFact, WatchHistory } from '../../../actors/client/etcd-load/history.ts';
import { type KeyEvent, type KeyValue, prefixEnd } from '../../../protocol/messages/etcd.ts';

/** When a call began and ended; without an end nobody knows what became of it. */
export type Span = readonly [startMs: number, endMs?: number];

/** A key as it is after its only put. */
export function kv(key: string, value: unknown, modRevision: number, rest: Partial<KeyValue> = {}): KeyValue {
  return { key, value, createRevision: modRevision, modRevision, version: 1, lease: 0, ...rest };
}

/** Any call. */
export function call(client: string, [startMs, endMs]: Span, asked: Asked, answered?: Answered): Call {
  return { client, member: 'm0', asked, startMs, endMs: endMs ?? Number.POSITIVE_INFINITY, answered };
}

/** A put, answered with what it wrote, or not answered. */
export function put(client: string, span: Span, key: string, value: unknown, written?: KeyValue, lease = 0): Call {
  const op = { op: 'put', key, value, ...(lease !== 0 && { lease }) } as const;
  const asked: Asked = { type: 'kv.txn', body: { compare: [], success: [op], failure: [] } };
  return call(client, span, asked, written && committed(written.modRevision, true, [{ op: 'put', kv: written }]));
}

/** A put guarded by the key's mod revision; `written` undefined says that the guard did not hold. */
export function update(
  client: string,
  span: Span,
  kvs: { key: string; value: unknown; ifMod: number },
  answer: { revision: number; written?: KeyValue },
): Call {
  const { key, value, ifMod } = kvs;
  const compare = [{ key, target: 'mod', op: '=', value: ifMod }] as const;
  const asked: Asked = { type: 'kv.txn', body: { compare, success: [{ op: 'put', key, value }], failure: [] } };
  const { revision, written } = answer;
  return call(
    client,
    span,
    asked,
    committed(revision, written !== undefined, written ? [{ op: 'put', kv: written }] : []),
  );
}

/** A delete of one key. */
export function remove(client: string, span: Span, key: string, answer?: { revision: number; deleted: number }): Call {
  const asked: Asked = { type: 'kv.txn', body: { compare: [], success: [{ op: 'delete', key }], failure: [] } };
  return call(
    client,
    span,
    asked,
    answer && committed(answer.revision, true, [{ op: 'delete', deleted: answer.deleted }]),
  );
}

/** A read of one key, answered with what it held. */
export function get(client: string, span: Span, key: string, revision: number, held?: KeyValue): Call {
  const kvs = held === undefined ? [] : [held];
  const body = { revision, kvs, more: false, count: kvs.length };
  return call(client, span, { type: 'kv.range', body: { key } }, { type: 'kv.ranged', body });
}

/** A watch of all keys that begin with a slash. */
export function watch(...facts: WatchFact[]): WatchHistory {
  return { client: 'w', key: '/', rangeEnd: prefixEnd('/'), facts };
}

/** That it was opened from a revision on. */
export function opened(startRevision: number): WatchFact {
  return { fact: 'opened', atMs: 0, member: 'm0', startRevision };
}

/** That it was told of puts of these keys. */
export function changed(revision: number, ...keys: string[]): WatchFact {
  return { fact: 'changed', atMs: revision * 1000, revision, events: keys.map((key) => putEvent(key, revision)) };
}

/** That it was told of its progress. */
export function progressed(revision: number): WatchFact {
  return { fact: 'progressed', atMs: revision * 1000, revision };
}

/** The event of a key's only put. */
export function putEvent(key: string, revision: number): KeyEvent {
  return { type: 'put', kv: kv(key, `${key}@${revision}`, revision) };
}

function committed(revision: number, succeeded: boolean, results: readonly unknown[]): Answered {
  return { type: 'kv.committed', body: { revision, succeeded, results } } as Answered;
}
