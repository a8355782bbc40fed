/** The search for an order: a register of one number, read and written by many. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLinearizability, type Model, type TimedCall } from './linearizability.ts';

interface RegisterCall extends TimedCall {
  readonly does: 'write' | 'read';
  /** What is written, or was read. */
  readonly value: number;
}

const register: Model<number, RegisterCall> = {
  initial: 0,
  isSame: (a, b) => a === b,
  step: (state, { does, value }) => (does === 'write' ? value : state === value ? state : undefined),
};

const write = (startMs: number, endMs: number, value: number): RegisterCall => ({
  startMs,
  endMs,
  does: 'write',
  value,
});
const read = (startMs: number, endMs: number, value: number): RegisterCall => ({ startMs, endMs, does: 'read', value });
const never = Number.POSITIVE_INFINITY;
const verdict = (...calls: RegisterCall[]) => checkLinearizability(calls, register).verdict;

describe('a history is linearizable', () => {
  test('when nothing happened', () => expect(verdict()).toBe('linearizable'));
  test('when reads see the write before them', () => {
    expect(verdict(write(0, 1, 7), read(2, 3, 7), read(2, 5, 7))).toBe('linearizable');
  });
  test('when a read that overlaps a write sees it or not', () => {
    expect(verdict(write(0, 9, 7), read(1, 2, 0), read(3, 4, 7))).toBe('linearizable');
  });
  test('when calls meet at one instant: they overlap', () => {
    expect(verdict(write(0, 1, 7), read(1, 2, 0))).toBe('linearizable');
  });
  test('when a write of unknown outcome shows late, or never', () => {
    expect(verdict(write(0, never, 7), read(10, 11, 0), read(12, 13, 7))).toBe('linearizable');
    expect(verdict(write(0, never, 7), read(10, 11, 0), read(12, 13, 0))).toBe('linearizable');
  });
});

describe('a history is a violation', () => {
  test('when a read is stale', () => expect(verdict(write(0, 1, 7), read(2, 3, 0))).toBe('violation'));
  test('when one read sees a write and a later one does not', () => {
    expect(verdict(write(0, 9, 7), read(1, 2, 7), read(3, 4, 0))).toBe('violation');
  });
  test('when a read sees what nobody wrote', () => expect(verdict(read(0, 1, 7))).toBe('violation'));
  test('when a write of unknown outcome shows before it began', () => {
    expect(verdict(read(0, 1, 7), write(2, never, 7))).toBe('violation');
  });
  test('when two readers see two writes in different orders', () => {
    const writes = [write(0, 20, 1), write(0, 20, 2)];
    expect(verdict(...writes, read(1, 2, 1), read(3, 4, 2), read(5, 6, 1))).toBe('violation');
  });
});

test('a violation tells what fitted, and which calls had to come next', () => {
  const [good, stale] = [write(0, 1, 7), read(2, 3, 0)];
  const finding = checkLinearizability([good, read(2, 9, 7), stale], register);
  expect(finding).toMatchObject({ verdict: 'violation', state: 7, overdue: stale });
  expect(finding.order).toContain(good);
});

test('a search that grows too large is given up, not decided', () => {
  const writes = Array.from({ length: 12 }, (_, i) => write(0, 100, i + 1));
  const finding = checkLinearizability([...writes, read(50, 60, 99)], register, 1_000);
  expect(finding.verdict).toBe('undecided');
});

/** Every order that keeps to the times, tried: slow and plainly right. */
function isLinearizable(calls: readonly RegisterCall[], state: number): boolean {
  if (calls.every(({ endMs }) => endMs === never)) return true;
  const firstEnd = Math.min(...calls.map(({ endMs }) => endMs));
  return calls.some((call, i) => {
    if (call.startMs > firstEnd) return false;
    const after = register.step(state, call);
    return after !== undefined && isLinearizable([...calls.slice(0, i), ...calls.slice(i + 1)], after);
  });
}

test('the verdict is what trying every order gives', () => {
  const anyCall = fc
    .record({ does: fc.constantFrom('write' as const, 'read' as const), value: fc.nat(2), startMs: fc.nat(12) })
    .chain((part) =>
      fc.oneof({ weight: 6, arbitrary: fc.nat(6) }, { weight: 1, arbitrary: fc.constant(never) }).map((lasts) => {
        // A read that nobody got is no fact.
        const isUnknown = lasts === never && part.does === 'write';
        return { ...part, endMs: isUnknown ? never : part.startMs + Math.min(lasts, 6) };
      }),
    );
  const seen = { linearizable: 0, violation: 0, undecided: 0 };
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 7 }), (calls) => {
      const { verdict: found } = checkLinearizability<number, RegisterCall>(calls, register);
      seen[found]++;
      expect(found).toBe(isLinearizable(calls, 0) ? 'linearizable' : 'violation');
    }),
    { numRuns: 2_000 },
  );
  expect(Math.min(seen.linearizable, seen.violation)).toBeGreaterThan(100);
});
