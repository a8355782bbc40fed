import { expect, test } from 'vitest';
import type { KvRange } from '../../../protocol/messages/etcd.ts';
import { propose, put, start, told, watch, write } from './testing/stage.ts';

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
  expect(s.matches('serving.watches.open.behind')).toBe(true);
  expect(s.take('key.changed')).toHaveLength(1_000);
  s.send('watch.progress', { stream });
  expect(s.take('watch.progressed')).toEqual([]);
  s.advance(10);
  expect(s.matches('serving.watches.open.synced')).toBe(true);
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
