import { expect, test } from 'vitest';
import type { KvRange } from '../../../protocol/messages/etcd.ts';
import { comeUp, keys, propose, put, start, told, watch, write } from './testing/stage.ts';

test('a power loss takes only writes that nobody was told of', () => {
  const s = start();
  write(s, put('/a'));
  propose(s, put('/b'));
  s.losePower();
  s.restart();
  expect(s.state).toEqual({ recovering: 'syncing' });
  comeUp(s);
  expect(keys(s)).toEqual(['/a']);
  expect(write(s, put('/c')).body.revision).toBe(3);
});

test('what a crash left in the buffers is made durable before it is served', () => {
  const s = start();
  propose(s, put('/a'));
  s.crash();
  s.restart();
  s.ask<KvRange>('kv.range', { key: '/a' });
  expect(s.sent).toEqual([]);
  comeUp(s);
  expect(s.takeOne('kv.ranged').body.count).toBe(1);
  s.losePower();
  s.restart();
  comeUp(s);
  expect(keys(s)).toEqual(['/a']);
});

test('requests that come during recovery are taken after it, in their order', () => {
  const s = start();
  write(s, put('/a'));
  s.crash();
  s.restart();
  propose(s, put('/b'));
  propose(s, put('/c'));
  const stream = watch(s, 0);
  s.advance(5);
  expect(s.take('kv.committed').map(({ body }) => body.revision)).toEqual([3, 4]);
  expect(s.takeOne('watch.created')).toMatchObject({ stream, body: { revision: 2 } });
  expect(told(s)).toEqual(['3:/b', '4:/c']);
});

test('a restart brings back revisions, versions, leases and the history, from snapshot and log', () => {
  const s = start({ 'snapshot-count': 3 });
  s.ask('lease.grant', { ttlSeconds: 60, id: 7 });
  s.advance(1);
  for (let i = 0; i < 20; i++) write(s, put(`/${i % 3}`, i, i % 2 === 0 ? 7 : 0));
  write(s, { op: 'delete', key: '/1' });
  s.ask('kv.compact', { revision: 15 });
  s.advance(2);
  const before = structuredClone(s.memory.store);
  expect(s.self.disk.files()).toContain('snapshot');
  s.losePower();
  s.restart();
  comeUp(s);
  expect(s.memory.store).toEqual(before);
  s.take();
  s.ask<KvRange>('kv.range', { key: '/1', revision: 21 });
  expect(s.takeOne('kv.ranged').body.kvs).toMatchObject([{ value: 19, version: 7, modRevision: 21 }]);
});

test('the log does not grow for ever', () => {
  const s = start({ 'snapshot-count': 10 });
  for (let i = 0; i < 200; i++) {
    propose(s, put('/a', i));
    if (i % 20 === 0 && i > 0) s.ask('kv.compact', { revision: i });
    s.advance(3);
  }
  const { disk } = s.self;
  const records = disk
    .files()
    .filter((file) => file.startsWith('wal-'))
    .flatMap((file) => disk.read(file));
  expect(records.length).toBeLessThan(60);
});

test('a disk that fails loses nothing, and its requests are refused when they have waited too long', () => {
  const s = start();
  write(s, put('/a'));
  s.engine.setDisk('machine', { failure: 'Input/output error' });
  propose(s, put('/b'));
  s.advance(1);
  expect(s.matches('serving.log.faulted')).toBe(true);
  expect(s.logs.at(-1)).toMatchObject({ level: 'error', message: 'failed to save Raft hard state and entries' });
  s.advance(6_000);
  expect(s.sent).toEqual([]);
  s.advance(2_000);
  expect(s.takeOne('etcd.refused').body).toEqual({ code: 'Timeout', message: 'etcdserver: request timed out' });
  expect(keys(s)).toEqual(['/a']);
  s.engine.setDisk('machine', { failure: undefined });
  s.advance(2_000);
  expect(keys(s)).toEqual(['/a', '/b']);
  expect(s.sent).toEqual([]);
  s.losePower();
  s.restart();
  comeUp(s);
  expect(keys(s)).toEqual(['/a', '/b']);
});

test('a sync that hangs refuses who has waited too long', () => {
  const s = start();
  s.engine.setDisk('machine', { fsyncMs: 30_000 });
  propose(s, put('/a'));
  s.advance(6_999);
  expect(s.sent).toEqual([]);
  s.advance(1);
  expect(s.takeOne('etcd.refused').body.code).toBe('Timeout');
});

test('data that is not whole is never served', () => {
  const s = start();
  write(s, put('/a'));
  write(s, put('/b'));
  const { disk } = s.self;
  const file = disk.files().find((name) => name.startsWith('wal-'))!;
  disk.replace(file, disk.read(file).slice(1));
  s.crash();
  s.restart();
  expect(s.state).toBe('corrupt');
  s.ask<KvRange>('kv.range', { key: '/a' });
  expect(s.takeOne('etcd.refused').body).toEqual({ code: 'Corrupt', message: 'etcdserver: corrupt cluster' });
});
