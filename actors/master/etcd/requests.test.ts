import { expect, test } from 'vitest';
import type { KvOp } from '../../../protocol/messages/etcd.ts';
import { rangeFault, txnFault } from './requests.ts';
import { measureTxn, valueBytes } from './store/quota.ts';

const put = (key: string): KvOp => ({ op: 'put', key, value: 1 });
const fault = (...success: KvOp[]) => txnFault({ compare: [], success, failure: [] }, 128);

test('a key is put once in a transaction, and not deleted with it', () => {
  expect(fault(put('a'), put('b'))).toBeUndefined();
  expect(fault(put('a'), put('a'))).toBe('DuplicateKey');
  expect(fault({ op: 'delete', key: 'a' }, put('a'))).toBe('DuplicateKey');
  expect(fault(put('b'), { op: 'delete', key: 'a', rangeEnd: 'c' })).toBe('DuplicateKey');
  expect(fault(put('c'), { op: 'delete', key: 'a', rangeEnd: 'c' })).toBeUndefined();
  expect(fault(put('c'), { op: 'delete', key: 'a', rangeEnd: '\0' })).toBe('DuplicateKey');
  expect(fault({ op: 'delete', key: 'a' }, { op: 'delete', key: 'a', rangeEnd: 'c' })).toBeUndefined();
  expect(txnFault({ compare: [], success: [put('a')], failure: [put('a')] }, 128)).toBeUndefined();
});

test('an empty key is refused wherever it stands', () => {
  expect(fault(put(''))).toBe('EmptyKey');
  expect(fault({ op: 'range', range: { key: '' } })).toBe('EmptyKey');
  expect(rangeFault({ key: '' })).toBe('EmptyKey');
  expect(txnFault({ compare: [{ key: '', target: 'mod', op: '=', value: 0 }], success: [], failure: [] }, 128)).toBe(
    'EmptyKey',
  );
});

test('a transaction holds at most so many operations', () => {
  const ops = Array.from({ length: 129 }, (_, i) => put(`k${i}`));
  expect(fault(...ops.slice(1))).toBeUndefined();
  expect(fault(...ops)).toBe('TooManyOps');
});

test('a value is measured about as long as its JSON', () => {
  const pod = {
    metadata: { name: 'a', labels: { app: 'web' } },
    spec: { containers: [{ image: 'x', ports: [80] }] },
    ok: true,
    no: null,
  };
  expect(valueBytes(pod) / JSON.stringify(pod).length).toBeGreaterThan(0.8);
  expect(valueBytes(pod) / JSON.stringify(pod).length).toBeLessThan(1.4);
});

test('a transaction costs its larger branch, and nothing where it puts nothing', () => {
  const cost = (success: KvOp[], failure: KvOp[]) => {
    const txn = { compare: [], success, failure };
    return measureTxn(txn).cost;
  };
  expect(cost([{ op: 'delete', key: 'a' }], [{ op: 'range', range: { key: 'a' } }])).toBe(0);
  expect(cost([put('a')], [])).toBe(256 + 1 + 8);
  expect(cost([put('a')], [put('a'), put('b')])).toBe(2 * (256 + 1 + 8));
});
