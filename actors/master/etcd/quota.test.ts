import { expect, test } from 'vitest';
import { address, comeUp, propose, put, start, write } from './testing/stage.ts';

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
  comeUp(s);
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
