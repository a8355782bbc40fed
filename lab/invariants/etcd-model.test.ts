/** Histories of etcd's KV that are linearizable, and histories that are not. */

import { describe, expect, test } from 'vitest';
import type { Call } from '../../actors/client/etcd-load/history.ts';
import { judge } from '../etcd-check/judge.ts';
import { call, changed, get, kv, opened, put, remove, update, watch } from './testing/etcd-history.ts';

const judged = (...calls: Call[]) => judge({ calls, watches: [], epochMs: 0 });
const a2 = kv('/a', 'a:1', 2);
const a3 = kv('/a', 'b:1', 3, { createRevision: 2, version: 2 });

describe('fine is', () => {
  test('what follows one after the other', () => {
    const calls = [
      put('a', [0, 1], '/a', 'a:1', a2),
      get('b', [2, 3], '/a', 2, a2),
      remove('a', [4, 5], '/a', { revision: 3, deleted: 1 }),
    ];
    expect(judged(...calls, get('b', [6, 7], '/a', 3))).toEqual([]);
  });
  test('one of two guarded updates that overlap', () => {
    const guard = { key: '/a', ifMod: 2 };
    expect(
      judged(
        put('a', [0, 1], '/a', 'a:1', a2),
        update('a', [2, 9], { ...guard, value: 'a:2' }, { revision: 3 }),
        update('b', [2, 8], { ...guard, value: 'b:1' }, { revision: 3, written: a3 }),
      ),
    ).toEqual([]);
  });
  test('a write without an answer that shows later, or never', () => {
    expect(judged(put('a', [0], '/a', 'a:1'), get('b', [5, 6], '/a', 1), get('b', [8, 9], '/a', 2, a2))).toEqual([]);
    expect(judged(put('a', [0], '/a', 'a:1'), get('b', [5, 6], '/a', 1))).toEqual([]);
  });
  test('a lease that ends by itself once its time is over, with its key', () => {
    const held = kv('/a', 'a:1', 2, { lease: 7 });
    expect(
      judged(
        call(
          'a',
          [0, 1],
          { type: 'lease.grant', body: { id: 7, ttlSeconds: 4 } },
          { type: 'lease.granted', body: { id: 7, ttlSeconds: 4 } },
        ),
        put('a', [2, 3], '/a', 'a:1', held, 7),
        get('b', [4_500, 4_501], '/a', 3),
      ),
    ).toEqual([]);
  });
});

describe('seen is', () => {
  test('a stale read, with the calls in words', () => {
    const found = judged(
      put('a', [0, 1], '/a', 'a:1', a2),
      put('b', [2, 3], '/a', 'b:1', a3),
      get('c', [4, 5], '/a', 2, a2),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('not linearizable: 2 calls fit one order, and then the store is at revision 3');
    expect(found[0]).toContain('c at m0, 0.004–0.005 s: get /a → revision 2: /a=a:1@2');
    expect(found[0]).toContain('it was answered at revision 2: stale');
  });
  test('an acknowledged write that is lost, its revision given to another', () => {
    const found = judged(put('a', [0, 1], '/a', 'a:1', a2), put('b', [2, 3], '/a', 'b:1', kv('/a', 'b:1', 2)));
    expect(found[0]).toContain('revision 2: b was told put /a=b:1');
  });
  test('an acknowledged write that is lost without a trace', () => {
    expect(judged(put('a', [0, 1], '/a', 'a:1', a2), get('b', [2, 3], '/a', 1))[0]).toContain('not linearizable');
  });
  test('a read of what nobody wrote', () => {
    expect(judged(get('b', [2, 3], '/a', 2, a2))[0]).toContain('not linearizable');
  });
  test('two guarded updates that both hold', () => {
    const guard = { key: '/a', ifMod: 2 };
    const a4 = kv('/a', 'a:2', 4, { createRevision: 2, version: 3 });
    const found = judged(
      put('a', [0, 1], '/a', 'a:1', a2),
      update('b', [2, 8], { ...guard, value: 'b:1' }, { revision: 3, written: a3 }),
      update('a', [2, 9], { ...guard, value: 'a:2' }, { revision: 4, written: a4 }),
    );
    expect(found[0]).toContain('its comparisons do not hold');
  });
  test('a write done twice: a value that shows again after it was overwritten', () => {
    const again = kv('/a', 'a:1', 4, { createRevision: 2, version: 3 });
    const found = judged(
      put('a', [0, 1], '/a', 'a:1', a2),
      put('b', [2, 3], '/a', 'b:1', a3),
      get('c', [4, 5], '/a', 4, again),
    );
    expect(found[0]).toContain('not linearizable');
  });
  test('a request that was refused and done all the same', () => {
    const refused = { type: 'etcd.refused', body: { code: 'NoLeader', message: '' } } as const;
    const { asked } = put('a', [0, 1], '/a', 'a:1');
    expect(judged(call('a', [0, 1], asked, refused), get('b', [2, 3], '/a', 2, a2))[0]).toContain('not linearizable');
  });
  test('a lease that ends before its time', () => {
    const held = kv('/a', 'a:1', 2, { lease: 7 });
    const found = judged(
      call(
        'a',
        [0, 1],
        { type: 'lease.grant', body: { id: 7, ttlSeconds: 4 } },
        { type: 'lease.granted', body: { id: 7, ttlSeconds: 4 } },
      ),
      put('a', [2, 3], '/a', 'a:1', held, 7),
      get('b', [3_000, 3_001], '/a', 3),
    );
    expect(found[0]).toContain('not linearizable');
  });
  test('a local read that is no state the store ever was in', () => {
    const other = kv('/b', 'b:1', 3);
    const body = { key: '/', rangeEnd: '0', serializable: true };
    const torn = { type: 'kv.ranged', body: { revision: 3, kvs: [other], more: false, count: 1 } } as const;
    const found = judged(
      put('a', [0, 1], '/a', 'a:1', a2),
      put('b', [2, 3], '/b', 'b:1', other),
      call('c', [2, 4], { type: 'kv.range', body }, torn),
    );
    expect(found[0]).toContain('a read that is not the store at revision 3');
  });
  test('a watch that tells what no writer wrote', () => {
    const calls = [put('a', [0, 1], '/a', 'a:1', a2)];
    const found = judge({ calls, watches: [watch(opened(2), changed(2, '/a'))], epochMs: 0 });
    expect(found[0]).toContain('the watch of w was told put /a=/a@2');
  });
});
