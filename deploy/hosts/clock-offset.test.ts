/** Clocks are compared as NTP does: what is told holds, whatever the way takes. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeOffset, offsetOf } from './clock-offset.ts';

test('the true offset is within the uncertainty, however long either way took', () => {
  const ms = fc.double({ min: 0, max: 5_000, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: -1e7, max: 1e7, noNaN: true }), ms, ms, ms, (trueOffset, there, inside, back) => {
      const askedAt = 1e12;
      const receivedAt = askedAt + there + trueOffset;
      const exchange = { askedAt, receivedAt, sentAt: receivedAt + inside, tookMs: there + inside + back };
      const { offsetMs, uncertaintyMs, roundTripMs } = offsetOf(exchange);
      expect(Math.abs(offsetMs - trueOffset)).toBeLessThanOrEqual(uncertaintyMs);
      expect(roundTripMs).toBeCloseTo(there + back, 1);
    }),
  );
});

test.each([
  [{ offsetMs: 0.34, uncertaintyMs: 1.2 }, '+0.3±1.2ms'],
  [{ offsetMs: -612.4, uncertaintyMs: 1.2 }, '-612±1.2ms'],
])('%j is written %s', (offset, text) => {
  expect(describeOffset(offset)).toBe(text);
});
