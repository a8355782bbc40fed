/** Go's regular expressions, and that none of them takes for ever. */

import * as fc from 'fast-check';
import { RE2JSException } from 're2js';
import { describe, expect, it } from 'vitest';
import { GoExpression } from './patterns.ts';

describe('an expression fits', () => {
  it.each([
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'a-b', '-a'],
    ['^(?i)abc[[:digit:]]$', 'ABc1', 'abcd'],
    ['^[^[:space:]]+$', 'a\u00e9', 'a b'],
    ['^\\p{Greek}+$', '\u03b1\u03b2', 'ab'],
    ['^\\pL\\PL$', 'a1', '11'],
    ['\\bfoo\\b', 'a foo b', 'afoo'],
    ['^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$', '* * * * */5', '* * *'],
    ['^a{2,3}$', 'aaa', 'a'],
    ['^a{,3}$', 'a{,3}', 'aaa'],
    ['\\Aa.c\\z', 'abc', 'a\nc'],
    ['(?s)^a.c$', 'a\nc', 'ac'],
    ['(?m)^b$', 'a\nb', 'ab'],
    ['^\\Qa.b\\E$', 'a.b', 'axb'],
    ['^(?P<n>x)(?:y|z)$', 'xz', 'x'],
    ['^[]a-]+$', ']-a', 'b'],
    ['^\\x41\\x{1F600}\\101$', 'A\u{1f600}A', 'AAA'],
    ['^(?i:a)b$', 'Ab', 'AB'],
    ['', 'anything', undefined],
  ])('%s', (pattern, good, bad) => {
    expect(new GoExpression(pattern).test(good)).toBe(true);
    if (bad !== undefined) expect(new GoExpression(pattern).test(bad)).toBe(false);
  });
});

describe('a text is no expression', () => {
  it.each([
    ['(', 'missing closing ): `(`'],
    ['a)', 'unexpected ): `a)`'],
    ['[a', 'missing closing ]: `[a`'],
    ['*', 'missing argument to repetition operator: `*`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['(a{100}){100}', 'invalid repeat count: `{100}`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!a)', 'invalid named capture: `(?<!a)`'],
    ['\\8', 'invalid escape sequence: `\\8`'],
    ['\\', 'trailing backslash at end of expression'],
  ])('%s', (pattern, problem) => {
    expect(() => new GoExpression(pattern)).toThrow(`error parsing regexp: ${problem}`);
  });
});

it('the leftmost match counts, of those the one that comes first in the expression', () => {
  const all = (pattern: string, text: string) => new GoExpression(pattern).findAll(text, 9);
  expect(all('a|ab', 'xabab')).toEqual(['a', 'a']);
  expect(all('a+?', 'aaa')).toEqual(['a', 'a', 'a']);
  expect(all('a*', 'baac')).toEqual(['', 'aa', '']);
  expect(all('[0-9]+', 'a12b3')).toEqual(['12', '3']);
  expect(new GoExpression('b+').find('abbbc')).toBe('bbb');
});

it('an expression that JavaScript would take years for takes no time', () => {
  for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a*)*b$', '(a?){30}a{30}$', '(.*)(.*)(.*)(.*)x$']) {
    expect(new GoExpression(pattern).test(`${'a'.repeat(2000)}!`)).toBe(false);
  }
});

const signs = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w');
const nothings = fc.constantFrom('\\b', '^', '$');
const counts = fc.constantFrom('?', '*', '+', '{2}', '{0,2}', '{1,}', '*?', '??');
/** `repeated`: what may be repeated. Of what takes nothing, JavaScript's repeats have a mind of their own. */
const patterns = (repeated: 'signs' | 'all') =>
  fc.letrec<{ one: string }>((tie) => ({
    one: fc.oneof(
      { depthSize: 'small' },
      signs,
      nothings,
      fc.tuple(tie('one'), tie('one')).map((parts) => parts.join('')),
      fc.tuple(tie('one'), tie('one')).map((parts) => `(?:${parts.join('|')})`),
      fc.tuple(repeated === 'signs' ? signs : tie('one'), counts).map(([part, count]) => `(?:${part})${count}`),
    ),
  })).one;
const texts = fc.string({ unit: fc.constantFrom('a', 'b', '1', ' '), maxLength: 8 });

it('fits where it fits in JavaScript, and finds the same', () => {
  const isSame = (pattern: string, text: string) => {
    expect([pattern, new GoExpression(pattern).test(text)]).toEqual([pattern, new RegExp(pattern).test(text)]);
  };
  fc.assert(fc.property(patterns('all'), texts, isSame), { numRuns: 2000 });
  const findsSame = (pattern: string, text: string) => {
    expect([pattern, new GoExpression(pattern).find(text)]).toEqual([pattern, new RegExp(pattern).exec(text)?.[0]]);
  };
  fc.assert(fc.property(patterns('signs'), texts, findsSame), { numRuns: 2000 });
});

it('any text is an expression or is refused as one', () => {
  const any = fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|\\^$.-,:<>P!=0129ips'), maxLength: 20 });
  fc.assert(
    fc.property(any, (pattern) => {
      try {
        new GoExpression(pattern).findAll('ab12', 9);
      } catch (error) {
        expect(error).toBeInstanceOf(RE2JSException);
      }
    }),
    { numRuns: 5000 },
  );
});
