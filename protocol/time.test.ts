import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromRfc3339, isRfc3339, toRfc3339, toRfc3339Micro } from './time.ts';

/** The years that four digits can tell. */
const times = fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(9999, 11, 31) });

describe('RFC 3339', () => {
  it('is written as Date writes it, in whole seconds', () => {
    fc.assert(
      fc.property(times, (ms) => {
        expect(toRfc3339(ms)).toBe(new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z'));
      }),
    );
  });

  it('is read as Date reads it', () => {
    fc.assert(
      fc.property(times, (ms) => {
        expect(fromRfc3339(new Date(ms).toISOString())).toBe(ms);
      }),
    );
  });

  it('keeps microseconds where it is asked to', () => {
    expect(toRfc3339Micro(1_714_564_800_250)).toBe('2024-05-01T12:00:00.250000Z');
    expect(toRfc3339Micro(1_714_564_800_000.5)).toBe('2024-05-01T12:00:00.000500Z');
    expect(toRfc3339Micro(-1)).toBe('1969-12-31T23:59:59.999000Z');
    expect(fromRfc3339('2024-05-01T12:00:00.000500Z')).toBe(1_714_564_800_000.5);
  });

  it('is read with any offset from UTC', () => {
    expect(fromRfc3339('2024-05-01T14:00:00+02:00')).toBe(fromRfc3339('2024-05-01T12:00:00Z'));
    expect(fromRfc3339('2024-05-01T06:30:00-05:30')).toBe(fromRfc3339('2024-05-01T12:00:00Z'));
  });

  it('knows the leap days', () => {
    expect(toRfc3339(fromRfc3339('2000-02-29T00:00:00Z'))).toBe('2000-02-29T00:00:00Z');
    expect(isRfc3339('1900-02-29T00:00:00Z')).toBe(false);
    expect(isRfc3339('2023-02-29T00:00:00Z')).toBe(false);
  });

  it.each(['', 'now', '2024-05-01', '2024-05-01 12:00:00Z', '2024-13-01T12:00:00Z', '2024-05-01T24:00:00Z'])(
    'refuses %j',
    (text) => {
      expect(() => fromRfc3339(text)).toThrow(RangeError);
    },
  );
});
