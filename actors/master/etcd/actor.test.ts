import { expect, test } from 'vitest';
import type { Heard, Stage } from '../../../engine/stage.ts';
import { stage } from '../../../engine/stage.ts';
import { parseFlags } from '../../../protocol/flags.ts';
import { type KeyWatch, type KvOp, type KvRange, type KvTxn, prefixEnd } from '../../../protocol/messages/etcd.ts';
import { etcd } from './actor.ts';
import { flags } from './flags.ts';
import type { EtcdMemory } from './memory.ts';

const address = 'c.master.etcd.0';

type Etcd = Stage<EtcdMemory>;

function start(config: Record<string, unknown> = {}): Etcd {
  return stage(etcd, { address, input: { members: [address], config: parseFlags(flags, config) } });
}

function propose(s: Etcd, ...success: KvOp[]): number {
  return s.ask<KvTxn>('kv.txn', { compare: [], success, failure: [] });
}

function put(key: string, value: unknown = key, lease = 0): KvOp {
  return { op: 'put', key, value, lease };
}

/** Has something written, durably. */
function write(s: Etcd, ...ops: KvOp[]): Heard {
  propose(s, ...ops);
  s.advance(1);
  return s.takeOne('kv.committed');
}

function keys(s: Etcd): string[] {
  s.ask<KvRange>('kv.range', { key: '\0', rangeEnd: '\0' });
  return s.takeOne('kv.ranged').body.kvs.map(({ key }: { key: string }) => key);
}

function watch(s: Etcd, startRevision: number, rest: Partial<KeyWatch['body']> = {}): number {
  const all = { key: '/', rangeEnd: prefixEnd('/'), startRevision };
  return s.open<KeyWatch>('key.watch', { ...all, ...rest });
}

/** What was told of changes, one word a revision: `3:/a,/b`. */
function told(s: Etcd): string[] {
  return s
    .take('key.changed')
    .map(({ body }) => `${body.revision}:${body.events.map((e: { kv: { key: string } }) => e.kv.key).join()}`);
}

test('a fresh member serves at once', () => {
  const s = start();
  expect(s.matches('serving.log.idle')).toBe(true);
  s.ask('member.describe', undefined);
  expect(s.takeOne('member.described').body).toMatchObject({ leader: address, revision: 1, raftIndex: 0 });
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

test('a power loss takes only writes that nobody was told of', () => {
  const s = start();
  write(s, put('/a'));
  propose(s, put('/b'));
  s.losePower();
  s.restart();
  expect(s.state).toEqual({ recovering: 'syncing' });
  s.advance(1);
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
  s.advance(1);
  expect(s.takeOne('kv.ranged').body.count).toBe(1);
  s.losePower();
  s.restart();
  s.advance(1);
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
  s.advance(3);
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
  s.advance(1);
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

test('a request that arrives twice is done once, whether it still waits or was answered', () => {
  for (const fsyncMs of [1, 10]) {
    const s = start();
    s.engine.setDisk('machine', { fsyncMs });
    s.engine.fault({ type: 'kv.txn' }, { duplicateAfterMs: 5 });
    const isNew = { key: '/a', target: 'mod', op: '=', value: 0 } as const;
    s.ask<KvTxn>('kv.txn', { compare: [isNew], success: [put('/a')], failure: [] });
    s.advance(50);
    expect(s.memory.log.last).toBe(1);
    expect(s.takeOne('kv.committed').body).toMatchObject({ succeeded: true, revision: 2 });
  }
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
  s.advance(1);
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
  const file = disk.files()[0]!;
  disk.replace(file, disk.read(file).slice(1));
  s.crash();
  s.restart();
  expect(s.state).toBe('corrupt');
  s.ask<KvRange>('kv.range', { key: '/a' });
  expect(s.takeOne('etcd.refused').body).toEqual({ code: 'Corrupt', message: 'etcdserver: corrupt cluster' });
});

test('a watch is told what it missed, then what is new, each revision once', () => {
  const s = start();
  write(s, put('/a'));
  write(s, put('/b'), put('/c'));
  write(s, put('other'));
  const stream = watch(s, 3);
  expect(s.sent.map(({ type }) => type)).toEqual(['watch.created', 'key.changed']);
  expect(s.takeOne('watch.created')).toMatchObject({ stream, body: { revision: 2 } });
  write(s, put('/d'));
  expect(told(s)).toEqual(['3:/b,/c', '5:/d']);
  s.close(stream);
  write(s, put('/e'));
  expect(told(s)).toEqual([]);
  expect(s.memory.watches.watchers.size).toBe(0);
});

test('a long past comes in portions, and progress asked for meanwhile comes after it', () => {
  const s = start();
  for (let i = 0; i < 1_500; i++) propose(s, put('/a', i));
  s.advance(2);
  s.take();
  const stream = watch(s, 2);
  expect(s.matches('serving.watches.behind')).toBe(true);
  expect(s.take('key.changed')).toHaveLength(1_000);
  s.send('watch.progress', { stream });
  expect(s.take('watch.progressed')).toEqual([]);
  s.advance(10);
  expect(s.matches('serving.watches.synced')).toBe(true);
  expect(
    s.sent
      .slice(1)
      .map(({ type }) => type)
      .slice(-2),
  ).toEqual(['key.changed', 'watch.progressed']);
  expect(s.take('key.changed')).toHaveLength(500);
  expect(s.takeOne('watch.progressed').body).toEqual({ revision: 1_501 });
});

test('a watch from before the compaction ends, and says where to begin', () => {
  const s = start();
  for (let i = 0; i < 5; i++) write(s, put('/a', i));
  s.ask('kv.compact', { revision: 5 });
  s.advance(1);
  watch(s, 3);
  expect(s.takeOne('watch.compacted').body).toEqual({ compactRevision: 5 });
  expect(s.takeOne('stream.broken').body.reason).toBe('etcdserver: mvcc: required revision has been compacted');
  s.ask<KvRange>('kv.range', { key: '/a', revision: 4 });
  expect(s.takeOne('etcd.refused').body).toEqual({
    code: 'Compacted',
    message: 'etcdserver: mvcc: required revision has been compacted',
    compactRevision: 5,
  });
  s.ask<KvRange>('kv.range', { key: '/a', revision: 400 });
  expect(s.takeOne('etcd.refused').body.code).toBe('FutureRevision');
});

test('an idle watch is told its progress now and then', () => {
  const s = start({ 'watch-progress-notify-interval': '10s' });
  watch(s, 0, { progressNotify: true });
  watch(s, 0);
  s.take();
  s.advance(11_000);
  expect(s.take('watch.progressed').map(({ body }) => body.revision)).toEqual([1]);
});

test('a lease ends its keys when its time is over, unless it is renewed', () => {
  const s = start();
  s.ask('lease.grant', { ttlSeconds: 10 });
  s.advance(1);
  const { id } = s.takeOne('lease.granted').body;
  write(s, put('/b', 1, id), put('/a', 1, id));
  watch(s, 0);
  s.take();
  s.advance(9_000);
  s.ask('lease.keep-alive', { id });
  expect(s.takeOne('lease.described').body).toEqual({ id, ttlSeconds: 10, grantedTtlSeconds: 10 });
  s.advance(9_000);
  expect(keys(s)).toEqual(['/a', '/b']);
  s.ask('lease.describe', { id, keys: true });
  expect(s.takeOne('lease.described').body).toEqual({ id, ttlSeconds: 1, grantedTtlSeconds: 10, keys: ['/a', '/b'] });
  s.advance(1_000);
  s.ask('lease.keep-alive', { id });
  s.advance(1);
  expect(told(s)).toEqual(['3:/a,/b']);
  expect(s.takeOne('lease.described').body).toEqual({ id, ttlSeconds: -1, grantedTtlSeconds: 0 });
  expect(keys(s)).toEqual([]);
  s.advance(3_000);
  expect(s.matches('serving.leases.none')).toBe(true);
});

// Leases were once timed by the wall clock: after a jump back they did not end for an hour, after one forward all at once.
test.each([3_600_000, -3_600_000])('a lease ends on time though the clock jumps by %i ms', (offsetMs) => {
  const s = start();
  s.ask('lease.grant', { ttlSeconds: 10, id: 5 });
  s.advance(1);
  s.ask('lease.grant', { ttlSeconds: 20, id: 6 });
  s.advance(4_000);
  s.engine.setClock('machine', { offsetMs });
  s.ask('lease.keep-alive', { id: 6 });
  s.advance(5_990);
  expect([...s.memory.store.leases.keys()]).toEqual([5, 6]);
  s.advance(50);
  expect([...s.memory.store.leases.keys()]).toEqual([6]);
  s.advance(13_900);
  expect([...s.memory.store.leases.keys()]).toEqual([6]);
  s.advance(100);
  expect([...s.memory.store.leases.keys()]).toEqual([]);
});

test('a lease has its whole time again after a restart, and an election timeout more', () => {
  const s = start();
  s.ask('lease.grant', { ttlSeconds: 10, id: 5 });
  s.advance(1);
  write(s, put('/a', 1, 5));
  s.advance(9_000);
  s.losePower();
  s.restart();
  s.advance(1);
  s.advance(10_900);
  expect(keys(s)).toEqual(['/a']);
  s.advance(200);
  expect(keys(s)).toEqual([]);
});

test('a lease is at least one and a half election timeouts long, and not absurdly so', () => {
  const s = start();
  s.ask('lease.grant', { ttlSeconds: 1, id: 1 });
  s.ask('lease.grant', { ttlSeconds: 9_000_000_001, id: 2 });
  s.advance(1);
  expect(s.takeOne('lease.granted').body).toEqual({ id: 1, ttlSeconds: 2 });
  expect(s.takeOne('etcd.refused').body).toEqual({
    code: 'LeaseTTLTooLarge',
    message: 'etcdserver: too large lease TTL',
  });
});

test('an earlier lease is not kept waiting for a later one', () => {
  const s = start();
  s.ask('lease.grant', { ttlSeconds: 100, id: 1 });
  s.advance(1);
  s.ask('lease.grant', { ttlSeconds: 5, id: 2 });
  s.advance(1);
  write(s, put('/a', 1, 2));
  s.advance(5_001);
  expect(keys(s)).toEqual([]);
  expect([...s.memory.store.leases.keys()]).toEqual([1]);
});

test('a full database takes no more until space is made and the alarm is ended, also after a restart', () => {
  const s = start({ 'quota-backend-bytes': 2_000 });
  const full = () => {
    propose(s, put('/a', 'x'.repeat(100)));
    s.advance(2);
    const [refused] = s.take('etcd.refused');
    s.take();
    return refused?.body;
  };
  for (let i = 0; i < 5; i++) expect(full()).toBeUndefined();
  const noSpace = { code: 'NoSpace', message: 'etcdserver: mvcc: database space exceeded' };
  expect(full()).toEqual(noSpace);
  expect(s.matches('serving.quota.exceeded')).toBe(true);
  s.losePower();
  s.restart();
  s.advance(1);
  expect(s.matches('serving.quota.exceeded')).toBe(true);
  s.ask('lease.grant', { ttlSeconds: 5 });
  expect(s.takeOne('etcd.refused').body).toEqual(noSpace);
  expect(write(s, { op: 'delete', key: '/a' }).body.revision).toBe(7);
  s.ask('kv.compact', { revision: 7 });
  s.advance(1);
  expect(full()).toEqual(noSpace);
  s.ask('storage.defragment', undefined);
  expect(s.takeOne('storage.defragmented').body).toEqual({ dbSizeBytes: 0 });
  s.ask('alarm.disarm', undefined);
  s.advance(1);
  expect(s.takeOne('alarm.disarmed').body).toEqual({ members: [address] });
  expect(s.matches('serving.quota.withinQuota')).toBe(true);
  expect(full()).toBeUndefined();
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
  expect(s.self.disk.files()).toEqual([]);
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
  s.advance(10);
  expect(s.engine.nextAt() - s.now).toBeGreaterThan(500_000);
});
