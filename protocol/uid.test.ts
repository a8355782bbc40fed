import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dns1123Subdomain } from './names.ts';
import { generateName, makeUid, nameSuffix } from './uid.ts';

/** A stream of numbers in [0, 1) that gives each of a list in turn. */
function stream(numbers: readonly number[]): () => number {
  let next = 0;
  return () => numbers[next++ % numbers.length] ?? 0;
}
const randoms = fc
  .array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 50 })
  .map(stream);

describe('random identities', () => {
  it('are UUIDs of version 4', () => {
    fc.assert(
      fc.property(randoms, (random) => {
        expect(makeUid(random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      }),
    );
  });

  it('show every bit of their randomness', () => {
    expect(makeUid(stream([0x0012_0fff / 2 ** 32, 0, 1 - 2 ** -32]))).toBe('00120fff-0000-4000-bfff-ffff00120fff');
  });

  it('are the same for the same randomness', () => {
    expect(makeUid(stream([0.1, 0.7, 0.3]))).toBe(makeUid(stream([0.1, 0.7, 0.3])));
  });

  it('end names in five letters of an alphabet without vowels', () => {
    fc.assert(
      fc.property(randoms, (random) => {
        expect(nameSuffix(random)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
        expect(nameSuffix(random, 10)).toHaveLength(10);
      }),
    );
  });

  it('leave a generated name no longer than 63 characters, and valid', () => {
    const name = generateName(`${'a'.repeat(80)}-`, stream([0.5]));
    expect(name).toHaveLength(63);
    expect(dns1123Subdomain(generateName('frontend-', stream([0.2])))).toEqual([]);
  });
});
