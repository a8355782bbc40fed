import { expect, test } from 'vitest';
import { comeUp, keys, put, start, told, watch, write } from './testing/stage.ts';

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
  comeUp(s);
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
