/** A range of addresses cut into equal parts. */

import { describe, expect, test } from 'vitest';
import { allocate, makeCidrSet, occupy, parseCidr, release } from './cidr-set.ts';

describe('a range', () => {
  test.each([
    ['10.244.0.0/16', { base: 0x0af40000, prefix: 16 }],
    ['10.244.7.9/16', { base: 0x0af40000, prefix: 16 }],
    ['255.255.255.255/32', { base: 0xffffffff, prefix: 32 }],
    ['0.0.0.0/0', { base: 0, prefix: 0 }],
  ])('%s is read', (text, range) => {
    expect(parseCidr(text)).toEqual(range);
  });

  test.each(['10.244.0.0', '10.244.0/16', '10.244.0.256/16', '10.244.0.0/33', 'fd00::/64', ''])(
    '"%s" is none',
    (text) => {
      expect(parseCidr(text)).toBeUndefined();
    },
  );

  test.each([
    ['all', 24, '--cluster-cidr=all is not an IPv4 range such as 10.244.0.0/16'],
    ['10.0.0.0/24', 16, '--node-cidr-mask-size=16 must be between 24, that of 10.0.0.0/24, and 32'],
  ])('of %s cannot be cut into /%d', (cidr, maskSize, message) => {
    expect(() => makeCidrSet(cidr, maskSize)).toThrow(message);
  });
});

test('parts are given away in order, each once, until none is left', () => {
  const set = makeCidrSet('10.244.0.0/22', 24);
  const parts = Array.from({ length: 5 }, () => allocate(set));
  expect(parts).toEqual(['10.244.0.0/24', '10.244.1.0/24', '10.244.2.0/24', '10.244.3.0/24', undefined]);
});

test('what is given back is given away again, after all others had their turn', () => {
  const set = makeCidrSet('10.244.0.0/22', 24);
  allocate(set);
  release(set, '10.244.0.0/24');
  expect([allocate(set), allocate(set), allocate(set), allocate(set)]).toEqual([
    '10.244.1.0/24',
    '10.244.2.0/24',
    '10.244.3.0/24',
    '10.244.0.0/24',
  ]);
});

test('what somebody has already is not given away', () => {
  const set = makeCidrSet('10.244.0.0/22', 24);
  expect(occupy(set, '10.244.1.0/24')).toBe(true);
  expect([allocate(set), allocate(set)]).toEqual(['10.244.0.0/24', '10.244.2.0/24']);
});

test.each([
  ['a smaller range', '10.244.1.128/25', 1],
  ['a larger range', '10.244.2.0/23', 2],
  ['a range around it all', '10.0.0.0/8', 4],
  ['a range elsewhere', '10.96.0.0/12', 0],
  ['no range at all', 'none', 0],
])('%s takes what it touches', (_, cidr, taken) => {
  const set = makeCidrSet('10.244.0.0/22', 24);
  occupy(set, cidr);
  expect(set.used.size).toBe(taken);
});

test('a thousand nodes fit into a larger range', () => {
  const set = makeCidrSet('10.128.0.0/9', 24);
  const parts = new Set(Array.from({ length: 1000 }, () => allocate(set)));
  expect(parts.size).toBe(1000);
  expect(parts.has('10.131.231.0/24')).toBe(true);
});
