import { expect, test } from 'vitest';
import type { KvOp, KvTxn } from '../../../protocol/messages/etcd.ts';
import { lastIndex } from './raft/raft-log.ts';
import { address, keys, propose, put, start, write } from './testing/stage.ts';

test('a fresh member that is alone leads at once', () => {
  const s = start();
  expect(s.matches('serving.log.idle')).toBe(true);
  s.ask('member.describe', undefined);
  expect(s.takeOne('member.described').body).toMatchObject({ leader: address, revision: 1, raftTerm: 1, raftIndex: 1 });
});

test('a write is answered when it is durable, not before', () => {
  const s = start();
  propose(s, put('/a'));
  expect(s.matches('serving.log.syncing')).toBe(true);
  expect(s.sent).toEqual([]);
  expect(keys(s)).toEqual([]);
  s.advance(1);
  expect(s.takeOne('kv.committed').body).toMatchObject({ revision: 2, succeeded: true });
  expect(s.matches('serving.log.idle')).toBe(true);
  expect(keys(s)).toEqual(['/a']);
});

test('writes that come during a sync share the next one', () => {
  const s = start();
  s.engine.setDisk('machine', { fsyncMs: 10 });
  propose(s, put('/a'));
  s.advance(5);
  propose(s, put('/b'));
  propose(s, put('/c'));
  s.advance(5);
  expect(s.take('kv.committed')).toHaveLength(1);
  s.advance(9.9);
  expect(s.sent).toEqual([]);
  s.advance(0.1);
  expect(s.take('kv.committed').map(({ body }) => body.revision)).toEqual([3, 4]);
  expect(s.matches('serving.log.idle')).toBe(true);
});

test('a request that arrives twice is done once, whether it still waits or was answered', () => {
  for (const fsyncMs of [1, 10]) {
    const s = start();
    s.engine.setDisk('machine', { fsyncMs });
    s.engine.fault({ type: 'kv.txn' }, { duplicateAfterMs: 5 });
    const isNew = { key: '/a', target: 'mod', op: '=', value: 0 } as const;
    s.ask<KvTxn>('kv.txn', { compare: [isNew], success: [put('/a')], failure: [] });
    s.advance(50);
    expect(s.memory.applied).toBe(2);
    expect(s.takeOne('kv.committed').body).toMatchObject({ succeeded: true, revision: 2 });
  }
});

test('a request that is wrong in itself is refused at once, and not written', () => {
  const s = start({ 'max-request-bytes': 1_000 });
  const refused = (...ops: KvOp[]) => {
    propose(s, ...ops);
    return s.takeOne('etcd.refused').body.message;
  };
  expect(refused(put('/a'), put('/a'))).toBe('etcdserver: duplicate key given in txn request');
  expect(refused(put(''))).toBe('etcdserver: key is not provided');
  expect(refused(put('/a', 'x'.repeat(1_000)))).toBe('etcdserver: request is too large');
  expect(refused(...Array.from({ length: 129 }, (_, i) => put(`/${i}`)))).toBe(
    'etcdserver: too many operations in txn request',
  );
  expect(lastIndex(s.memory.raft.log)).toBe(1);
});

test('a transaction that only reads is answered at once, without the log', () => {
  const s = start();
  write(s, put('/a'));
  propose(s, { op: 'range', range: { key: '/a' } });
  expect(s.takeOne('kv.committed').body).toMatchObject({ revision: 2, results: [{ op: 'range', count: 1 }] });
});

test('history is compacted by itself where the flags say so', () => {
  const s = start({ 'auto-compaction-mode': 'revision', 'auto-compaction-retention': '3' });
  expect(s.matches('serving.compaction.looking')).toBe(true);
  for (let i = 0; i < 9; i++) write(s, put('/a', i));
  s.advance(300_001);
  expect(s.memory.store.mvcc.compactRevision).toBe(7);
});

test('at rest it does nothing', () => {
  const s = start();
  write(s, put('/a'));
  s.advance(10_000);
  expect(s.engine.nextAt() - s.now).toBeGreaterThan(500_000);
});
