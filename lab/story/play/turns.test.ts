import { expect, test } from 'vitest';
import { phaseOf } from './meter.ts';

const fault = { faultAt: 10_500, healedAt: 20_200 };

test('a second is before the fault only if what was sent in it was over by then', () => {
  expect([8000, 9000, 10_000].map((second) => phaseOf(second, fault, 1000))).toEqual(['before', 'fault', 'fault']);
  expect(phaseOf(7000, fault, 3000)).toBe('fault');
});

test('the second in which all is whole again is still the fault’s', () => {
  expect([19_000, 20_000, 21_000].map((second) => phaseOf(second, fault, 1000))).toEqual(['fault', 'fault', 'after']);
});

test('without a fault all is before; without healing nothing is after', () => {
  expect(phaseOf(99_000, {}, 1000)).toBe('before');
  expect(phaseOf(99_000, { faultAt: 10_500 }, 1000)).toBe('fault');
});
