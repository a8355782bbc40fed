import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  byteCount,
  byteQuantity,
  canonicalQuantity,
  compareQuantities,
  cpuMilli,
  cpuQuantity,
  formatQuantity,
  isQuantity,
  parseQuantity,
  QuantityError,
  subtractQuantities,
} from './quantity.ts';

describe('the canonical form', () => {
  it.each([
    ['0', '0'],
    ['0Mi', '0'],
    ['100m', '100m'],
    ['0.1', '100m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1.5', '1500m'],
    ['1000', '1k'],
    ['100', '100'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['1024', '1024'],
    ['512Ki', '512Ki'],
    ['0.5Ki', '512'],
    ['0.1Ki', '102400m'],
    ['1Ei', '1Ei'],
    ['12e6', '12e6'],
    ['12E6', '12e6'],
    ['1e3', '1e3'],
    ['100e-3', '100e-3'],
    ['1E', '1E'],
    ['1000E', '1000E'],
    ['-1.5', '-1500m'],
    ['+5', '5'],
    ['.5', '500m'],
    ['1.', '1'],
    ['0.0000000001', '1n'],
    ['128974848', '128974848'],
  ])('of %s is %s', (given, canonical) => {
    expect(canonicalQuantity(given)).toBe(canonical);
  });

  it('is its own canonical form, and the same amount', () => {
    const numbers = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat({ max: 999 }));
    const suffixes = fc.constantFrom(
      '',
      'n',
      'u',
      'm',
      'k',
      'M',
      'G',
      'T',
      'P',
      'E',
      'Ki',
      'Mi',
      'Gi',
      'Ti',
      'e3',
      'E-3',
    );
    fc.assert(
      fc.property(numbers, suffixes, ([whole, part], suffix) => {
        const quantity = parseQuantity(`${whole}.${part}${suffix}`);
        const written = formatQuantity(quantity);
        expect(parseQuantity(written).nano).toBe(quantity.nano);
        expect(canonicalQuantity(written)).toBe(written);
      }),
    );
  });
});

describe('a text that is no quantity', () => {
  const format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  it.each(['', 'abc', '1 Gi', '1.2.3', '1Gi ', '1KI', '1e3Mi', '10%', 'NaN'])('is refused: %j', (text) => {
    expect(() => parseQuantity(text)).toThrow(new QuantityError(format));
    expect(isQuantity(text)).toBe(false);
  });
  it.each(['1mm', '1GG', '1e', '1K', '--1', '1Mk', '1e9999'])('has no known suffix: %j', (text) => {
    expect(() => parseQuantity(text)).toThrow(new QuantityError("unable to parse quantity's suffix"));
  });
  it('is not taken for one where it is no text at all', () => {
    expect([undefined, null, {}, true].map(isQuantity)).toEqual([false, false, false, false]);
    expect(isQuantity(3)).toBe(true);
  });
});

describe('amounts as numbers', () => {
  it('count CPU in thousandths of a core and memory in bytes, rounded up', () => {
    expect(['100m', '2', '1.5', '0.0001', '1u', '1k'].map(cpuMilli)).toEqual([100, 2000, 1500, 1, 1, 1_000_000]);
    expect(['64Mi', '1k', '1500m', '0.1Ki', '1e3', '10Gi'].map(byteCount)).toEqual([
      67_108_864, 1000, 2, 103, 1000, 10_737_418_240,
    ]);
    expect([cpuMilli(2), cpuMilli(0.25), byteCount(7)]).toEqual([2000, 250, 7]);
  });

  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.nat(), (amount) => {
        expect(cpuMilli(cpuQuantity(amount))).toBe(amount);
        expect(byteCount(byteQuantity(amount))).toBe(amount);
      }),
    );
    expect([cpuQuantity(1500), cpuQuantity(2000), byteQuantity(67_108_864), byteQuantity(1000)]).toEqual([
      '1500m',
      '2',
      '64Mi',
      // Below 1Ki it is written in decimal, as Kubernetes does.
      '1k',
    ]);
  });

  it('are never more than the largest 64-bit integer of bytes', () => {
    expect(canonicalQuantity('16Ei')).toBe('9223372036854775807');
  });
});

describe('arithmetic', () => {
  const quantities = fc
    .tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.constantFrom('m', '', 'k', 'Mi', 'Gi', 'e2'))
    .map(([count, suffix]) => parseQuantity(`${count}${suffix}`));

  it('adds in any order, and takes away what was added', () => {
    fc.assert(
      fc.property(quantities, quantities, (a, b) => {
        expect(addQuantities(a, b).nano).toBe(addQuantities(b, a).nano);
        expect(subtractQuantities(addQuantities(a, b), b).nano).toBe(a.nano);
      }),
    );
  });

  it('orders as the amounts do', () => {
    fc.assert(
      fc.property(quantities, quantities, (a, b) => {
        expect(Math.sign(compareQuantities(a, b))).toBe(-Math.sign(compareQuantities(b, a)) + 0);
        expect(compareQuantities(a, b) <= 0).toBe(a.nano <= b.nano);
      }),
    );
    expect(compareQuantities(parseQuantity('1Ki'), parseQuantity('1k'))).toBeGreaterThan(0);
    expect(compareQuantities(parseQuantity('1000m'), parseQuantity('1'))).toBe(0);
  });

  it('writes a sum as its first part was written, or the second where the first is nothing', () => {
    const sum = (a: string, b: string) => formatQuantity(addQuantities(parseQuantity(a), parseQuantity(b)));
    expect(sum('512Mi', '512Mi')).toBe('1Gi');
    expect(sum('0', '512Mi')).toBe('512Mi');
    expect(sum('100m', '900m')).toBe('1');
  });
});
