import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparisonOf, inWords, isAs, msOf, perSecond, referenceOf } from './words.ts';

test('durations and rates are read as Kubernetes writes them', () => {
  expect(['90s', '1m30s', '500ms', '1.5h'].map(msOf)).toEqual([90_000, 90_000, 500, 5_400_000]);
  expect(['50/s', '300/m', '3600/h'].map(perSecond)).toEqual([50, 5, 1]);
});

test('a comparison is of a count, a share or a latency', () => {
  expect(comparisonOf(3)).toEqual({ operator: '==', value: 3 });
  expect(comparisonOf('>= 99.9%')).toEqual({ operator: '>=', value: 0.9990000000000001 });
  expect(comparisonOf('< 100ms')).toEqual({ operator: '<', value: 100 });
});

test('a comparison holds for just the numbers its operator says', () => {
  const operators = { '>=': (a: number, b: number) => a >= b, '<': (a: number, b: number) => a < b };
  fc.assert(
    fc.property(fc.constantFrom('>=', '<'), fc.nat(100), fc.nat(100), (operator, value, actual) => {
      const wanted = operators[operator as keyof typeof operators](actual, value);
      expect(isAs(comparisonOf(`${operator} ${value}`), actual)).toBe(wanted);
    }),
  );
});

test('a comparison can be said in words', () => {
  expect(['>= 3', 2, '< 2', '== 0'].map(inWords)).toEqual(['at least 3', '2', 'fewer than 2', 'no']);
});

test('an object is named by kind and name, with its namespace in front where that is not default', () => {
  expect(referenceOf('rc/web')).toMatchObject({ namespace: 'default', name: 'web' });
  expect(referenceOf('shop/rc/web')).toMatchObject({ namespace: 'shop', name: 'web' });
  expect(referenceOf('node/node-1')).toMatchObject({ namespace: '', name: 'node-1' });
  expect(referenceOf('rd/web')).toBeUndefined();
});
