import { expect, test } from 'vitest';
import type { KvOp, KvOpResult, RangeBody, TxnBody } from '../../../../protocol/messages/etcd.ts';
import { prefixEnd } from '../../../../protocol/messages/etcd.ts';
import { range, revisionFault } from './mvcc.ts';
import { measureTxn } from './quota.ts';
import { type Applied, apply, type Entry, emptyStore, type Store } from './store.ts';

function entryOf(txn: Partial<TxnBody>): Entry {
  const whole: TxnBody = { compare: [], success: [], failure: [], ...txn };
  const { valueBytes, cost } = measureTxn(whole);
  return { kind: 'txn', txn: whole, valueBytes, cost };
}

function run(store: Store, ...success: KvOp[]): Applied {
  return apply(store, entryOf({ success }));
}

function put(key: string, value: unknown = key): KvOp {
  return { op: 'put', key, value };
}

function results(applied: Applied): readonly KvOpResult[] {
  return (applied.reply!.body as { results: readonly KvOpResult[] }).results;
}

function read(store: Store, body: RangeBody): string[] {
  return range(store.mvcc, body).kvs.map(({ key, value }) => `${key}=${String(value)}`);
}

const all = { key: '\0', rangeEnd: '\0' };

test('the first write is revision 2, and each write transaction is the next one', () => {
  const store = emptyStore();
  expect(store.mvcc.revision).toBe(1);
  expect(run(store, put('a')).reply).toMatchObject({ body: { revision: 2, succeeded: true } });
  expect(run(store, put('a'), put('b')).reply).toMatchObject({ body: { revision: 3 } });
});

test('a key counts its versions from its creation, and keeps the revision of it', () => {
  const store = emptyStore();
  run(store, put('a', 1));
  run(store, put('b'));
  run(store, put('a', 2));
  expect(range(store.mvcc, { key: 'a' }).kvs).toEqual([
    { key: 'a', value: 2, createRevision: 2, modRevision: 4, version: 2, lease: 0 },
  ]);
});

test('a key that is deleted and made again begins a new generation', () => {
  const store = emptyStore();
  run(store, put('a'));
  run(store, put('a'));
  run(store, { op: 'delete', key: 'a' });
  expect(range(store.mvcc, { key: 'a' })).toEqual({ kvs: [], more: false, count: 0 });
  run(store, put('a'));
  expect(range(store.mvcc, { key: 'a' }).kvs[0]).toMatchObject({ createRevision: 5, modRevision: 5, version: 1 });
});

test('a transaction that changes nothing gives no revision', () => {
  const store = emptyStore();
  run(store, put('a'));
  expect(run(store, { op: 'delete', key: 'nothing' }).reply).toMatchObject({
    body: { revision: 2, results: [{ op: 'delete', deleted: 0 }] },
  });
  expect(apply(store, entryOf({ compare: [{ key: 'a', target: 'mod', op: '=', value: 7 }] })).reply).toMatchObject({
    body: { revision: 2, succeeded: false },
  });
});

test('a range is cut by its limit and says so; its count is of all', () => {
  const store = emptyStore();
  for (const key of ['/a/1', '/a/2', '/a/3', '/b/1']) run(store, put(key));
  const prefix = { key: '/a/', rangeEnd: prefixEnd('/a/') };
  expect(range(store.mvcc, { ...prefix, limit: 2 })).toMatchObject({ more: true, count: 3 });
  expect(range(store.mvcc, { ...prefix, limit: 3 })).toMatchObject({ more: false, count: 3 });
  expect(read(store, { ...prefix, limit: 2 })).toEqual(['/a/1=/a/1', '/a/2=/a/2']);
  expect(range(store.mvcc, { ...prefix, countOnly: true })).toEqual({ kvs: [], more: false, count: 3 });
  expect(range(store.mvcc, { ...prefix, keysOnly: true }).kvs[0]).toMatchObject({ key: '/a/1', value: undefined });
  expect(range(store.mvcc, { ...prefix, minModRevision: 3, maxModRevision: 3 })).toMatchObject({
    count: 3,
    more: false,
  });
  expect(read(store, { ...prefix, minModRevision: 3, limit: 1 })).toEqual(['/a/2=/a/2']);
  expect(range(store.mvcc, { ...prefix, minModRevision: 3, limit: 1 }).more).toBe(true);
});

test('a page continues at the revision of the first, whatever was written since', () => {
  const store = emptyStore();
  for (const key of ['a', 'b', 'c']) run(store, put(key));
  const revision = store.mvcc.revision;
  run(store, { op: 'delete', key: 'c' }, put('bb'));
  expect(read(store, { key: 'a\0', rangeEnd: '\0', revision })).toEqual(['b=b', 'c=c']);
  expect(read(store, { key: 'a\0', rangeEnd: '\0' })).toEqual(['b=b', 'bb=bb']);
});

test('comparisons take what does not exist as revision, version and lease 0, and never hold for its value', () => {
  const store = emptyStore();
  run(store, put('a', 'x'));
  const holds = (
    key: string,
    target: 'mod' | 'create' | 'version' | 'lease' | 'value',
    op: '=' | '!=' | '<' | '>',
    value: unknown,
  ) =>
    (apply(store, entryOf({ compare: [{ key, target, op, value }] })).reply!.body as { succeeded: boolean }).succeeded;
  expect(holds('none', 'mod', '=', 0)).toBe(true);
  expect(holds('none', 'create', '=', 0)).toBe(true);
  expect(holds('none', 'version', '>', 0)).toBe(false);
  expect(holds('none', 'lease', '=', 0)).toBe(true);
  expect(holds('none', 'value', '!=', 'x')).toBe(false);
  expect(holds('a', 'mod', '=', 2)).toBe(true);
  expect(holds('a', 'mod', '<', 3)).toBe(true);
  expect(holds('a', 'create', '!=', 2)).toBe(false);
  expect(holds('a', 'value', '=', 'x')).toBe(true);
  expect(holds('a', 'value', '>', 'w')).toBe(true);
});

test('values are compared by what they hold', () => {
  const store = emptyStore();
  run(store, put('a', { spec: { ports: [80], host: null } }));
  const compare = (value: unknown) =>
    apply(store, entryOf({ compare: [{ key: 'a', target: 'value', op: '=', value }] })).reply;
  expect(compare({ spec: { host: null, ports: [80] } })).toMatchObject({ body: { succeeded: true } });
  expect(compare({ spec: { host: null, ports: [81] } })).toMatchObject({ body: { succeeded: false } });
  expect(compare({ spec: { host: null, ports: { 0: 80 } } })).toMatchObject({ body: { succeeded: false } });
});

test('a failed guard runs the other branch, all in one revision', () => {
  const store = emptyStore();
  run(store, put('a', 1));
  const applied = apply(
    store,
    entryOf({
      compare: [{ key: 'a', target: 'mod', op: '=', value: 9 }],
      success: [put('a', 2)],
      failure: [{ op: 'range', range: { key: 'a' } }],
    }),
  );
  expect(applied.reply).toMatchObject({ body: { succeeded: false, revision: 2 } });
  expect(results(applied)[0]).toMatchObject({ op: 'range', kvs: [{ value: 1, modRevision: 2 }], count: 1 });
});

test('a transaction reads what it has written, and gives what was there before', () => {
  const store = emptyStore();
  run(store, put('a', 1), put('b', 1));
  const done = results(
    run(
      store,
      { op: 'range', range: all },
      { op: 'put', key: 'a', value: 2, prevKv: true },
      { op: 'delete', key: 'b', prevKv: true },
      { op: 'range', range: all },
    ),
  );
  expect(done[0]).toMatchObject({ count: 2 });
  expect(done[1]).toMatchObject({ op: 'put', kv: { value: 2, modRevision: 3 }, prevKv: { value: 1, modRevision: 2 } });
  expect(done[2]).toMatchObject({ op: 'delete', deleted: 1, prevKvs: [{ key: 'b', value: 1 }] });
  expect(done[3]).toMatchObject({ op: 'range', count: 1, kvs: [{ key: 'a', value: 2 }] });
});

test('a transaction that is refused has changed nothing', () => {
  const store = emptyStore();
  const applied = run(store, put('a'), { op: 'put', key: 'b', value: 1, lease: 99 });
  expect(applied.reply).toEqual({
    type: 'etcd.refused',
    body: { code: 'LeaseNotFound', message: 'etcdserver: requested lease not found' },
  });
  expect(run(store, put('a'), { op: 'range', range: { key: 'a', revision: 5 } }).reply).toMatchObject({
    body: { code: 'FutureRevision', message: 'etcdserver: mvcc: required revision is a future revision' },
  });
  expect(store.mvcc.revision).toBe(1);
  expect(read(store, all)).toEqual([]);
});

test('compaction forgets what no later read can see, and nothing else', () => {
  const store = emptyStore();
  run(store, put('a', 1)); // 2
  run(store, put('b', 1)); // 3
  run(store, put('a', 2)); // 4
  run(store, { op: 'delete', key: 'b' }); // 5
  run(store, put('a', 3)); // 6
  const before = store.mvcc.bytesInUse;
  expect(apply(store, { kind: 'compact', revision: 5 }).reply).toEqual({ type: 'kv.compacted', body: { revision: 6 } });
  expect(read(store, { ...all, revision: 5 })).toEqual(['a=2']);
  expect(read(store, all)).toEqual(['a=3']);
  expect(store.mvcc.histories.has('b')).toBe(false);
  expect(store.mvcc.bytesInUse).toBeLessThan(before);
  expect(revisionFault(store.mvcc, 4)).toBe('Compacted');
  expect(revisionFault(store.mvcc, 5)).toBeUndefined();
  expect(revisionFault(store.mvcc, 7)).toBe('FutureRevision');
});

test('a compaction that is done, or lies ahead, is refused in etcd’s words', () => {
  const store = emptyStore();
  run(store, put('a'));
  run(store, put('a'));
  apply(store, { kind: 'compact', revision: 2 });
  expect(apply(store, { kind: 'compact', revision: 2 }).reply).toEqual({
    type: 'etcd.refused',
    body: { code: 'Compacted', message: 'etcdserver: mvcc: required revision has been compacted', compactRevision: 2 },
  });
  expect(apply(store, { kind: 'compact', revision: 9 }).reply).toMatchObject({ body: { code: 'FutureRevision' } });
});

test('of a key made again, compaction forgets the whole generation before', () => {
  const store = emptyStore();
  run(store, put('a', 1)); // 2
  run(store, { op: 'delete', key: 'a' }); // 3
  run(store, put('b')); // 4
  run(store, put('a', 2)); // 5
  apply(store, { kind: 'compact', revision: 4 });
  expect(store.mvcc.histories.get('a')!.past).toEqual([]);
  expect(read(store, { key: 'a', revision: 4 })).toEqual([]);
});

test('space that is all given back is all counted back', () => {
  const store = emptyStore();
  for (let i = 0; i < 50; i++) run(store, put(`k${i % 5}`, { i }));
  for (let i = 0; i < 5; i++) run(store, { op: 'delete', key: `k${i}` });
  expect(store.mvcc.bytesInUse).toBeGreaterThan(0);
  apply(store, { kind: 'compact', revision: store.mvcc.revision });
  expect(store.mvcc.bytesInUse).toBe(0);
  expect(store.mvcc.index.chunks).toEqual([]);
});

test('a lease that ends deletes its keys in one revision, in their order', () => {
  const store = emptyStore();
  apply(store, { kind: 'grant', id: 7, ttlSeconds: 10 });
  for (const key of ['c', 'a', 'b']) run(store, { op: 'put', key, value: 1, lease: 7 });
  run(store, put('b')); // taken off the lease
  const { reply, changes } = apply(store, { kind: 'revoke', id: 7 });
  expect(reply).toEqual({ type: 'lease.revoked', body: { revision: 6 + 0 } });
  expect(changes.map(({ kv, prev }) => [kv.key, kv.modRevision, kv.version, prev?.lease])).toEqual([
    ['a', 6, 0, 7],
    ['c', 6, 0, 7],
  ]);
  expect(read(store, all)).toEqual(['b=b']);
  expect(apply(store, { kind: 'revoke', id: 7 }).reply).toMatchObject({ body: { code: 'LeaseNotFound' } });
});

test('a lease without keys ends without a revision, and its id may be granted again', () => {
  const store = emptyStore();
  apply(store, { kind: 'grant', id: 7, ttlSeconds: 10 });
  expect(apply(store, { kind: 'grant', id: 7, ttlSeconds: 10 }).reply).toMatchObject({ body: { code: 'LeaseExist' } });
  expect(apply(store, { kind: 'revoke', id: 7 }).reply).toEqual({ type: 'lease.revoked', body: { revision: 1 } });
  expect(apply(store, { kind: 'grant', id: 7, ttlSeconds: 10 }).reply).toMatchObject({ type: 'lease.granted' });
});

test('a deleted key is off its lease, and may go to another', () => {
  const store = emptyStore();
  for (const id of [1, 2]) apply(store, { kind: 'grant', id, ttlSeconds: 10 });
  run(store, { op: 'put', key: 'a', value: 1, lease: 1 });
  run(store, { op: 'delete', key: 'a' });
  expect(store.leases.get(1)!.keys.size).toBe(0);
  run(store, { op: 'put', key: 'a', value: 1, lease: 1 });
  run(store, { op: 'put', key: 'a', value: 1, lease: 2 });
  expect(apply(store, { kind: 'revoke', id: 1 }).changes).toEqual([]);
  expect(apply(store, { kind: 'revoke', id: 2 }).changes).toHaveLength(1);
});

test('while a member is out of space nothing is put, but deleting and compacting go on', () => {
  const store = emptyStore();
  run(store, put('a'));
  apply(store, { kind: 'alarm', member: 'c.master.etcd.0' });
  expect(run(store, put('a')).reply).toEqual({
    type: 'etcd.refused',
    body: { code: 'NoSpace', message: 'etcdserver: mvcc: database space exceeded' },
  });
  expect(apply(store, { kind: 'grant', id: 1, ttlSeconds: 5 }).reply).toMatchObject({ body: { code: 'NoSpace' } });
  expect(run(store, { op: 'delete', key: 'a' }).reply).toMatchObject({ body: { revision: 3 } });
  expect(apply(store, { kind: 'compact', revision: 3 }).reply).toMatchObject({ type: 'kv.compacted' });
  expect(apply(store, { kind: 'disarm' }).reply).toEqual({
    type: 'alarm.disarmed',
    body: { members: ['c.master.etcd.0'] },
  });
  expect(run(store, put('a')).reply).toMatchObject({ type: 'kv.committed' });
});
