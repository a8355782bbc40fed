/** What holds whatever somebody writes as an expression: it is refused, fails or has a value, and soon. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Type } from './cel-type.ts';
import { check } from './checker.ts';
import { declaredType } from './declared-type.ts';
import { CostExceeded, EvaluationError, Meter } from './evaluation-error.ts';
import { evaluate } from './evaluator.ts';
import { givenValue } from './given-value.ts';
import { formatIssues } from './syntax.ts';

const schema = {
  type: 'object',
  properties: {
    a: { type: 'integer' },
    s: { type: 'string' },
    l: { type: 'array', items: { type: 'integer' } },
    m: { type: 'object', additionalProperties: { type: 'string' } },
    t: { type: 'string', format: 'date-time' },
    e: { 'x-kubernetes-int-or-string': true },
  },
};
const type = declaredType(schema, false) as Type;
const variables = new Map([
  ['self', type],
  ['oldSelf', { kind: 'optional', of: type } as Type],
]);
const values = [
  { a: 1, s: 'x', l: [1, 2], m: { x: 'y' }, t: '2024-05-01T12:00:00Z', e: '5' },
  { s: '', l: [], m: {}, t: 'never', e: 5 },
];

/** Gives what came of it; anything but what is expected to happen is thrown. */
function outcome(text: string): string {
  const checked = check(text, variables);
  if (!('root' in checked)) return formatIssues(text, checked);
  return values
    .map((value) => {
      try {
        return String(evaluate(checked, { self: givenValue(value, type) }, new Meter(20_000)));
      } catch (error) {
        if (error instanceof EvaluationError || error instanceof CostExceeded) return error.message;
        throw error;
      }
    })
    .join();
}

const words = [
  ...[
    'self',
    'oldSelf',
    '.a',
    '.s',
    '.l',
    '.m',
    '.t',
    '.e',
    '.?a',
    '[0]',
    '[?0]',
    '["x"]',
    '1',
    '-1',
    '2.5',
    '3u',
    '""',
  ],
  ...["'x'", 'true', 'null', 'x', '+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', '!', '?', ':', '(', ')'],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    'in',
    'has(',
    'size(',
    'type(',
    'int(',
    'string(',
    'dyn(',
    'duration("1h")',
    'timestamp(',
  ],
  ...['.all(x, ', '.exists(x, ', '.map(x, ', '.filter(x, ', '.matches(', '.split(', '.replace(', '.format(', '.join('],
  ...[
    '.substring(',
    '.sum()',
    '.max()',
    '.orValue(',
    'optional.of(',
    '.optMap(x, ',
    'quantity(',
    'url(',
    '.add(',
    '\\',
    '"',
  ],
];

describe('any text', () => {
  it('of any signs', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => typeof outcome(text) === 'string'));
  });

  it('of the words that expressions are made of', () => {
    const texts = fc
      .array(fc.constantFrom(...words), { maxLength: 25 })
      .map((parts) => parts.join(' ').replace(/ \./g, '.'));
    fc.assert(
      fc.property(texts, (text) => typeof outcome(text) === 'string'),
      { numRuns: 1000 },
    );
  });
});

/** Expressions that can be read, of whatever types. */
const expressions = fc.letrec<{ one: string }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'self',
      'self.a',
      'self.s',
      'self.l',
      'self.m',
      'self.t',
      'self.e',
      '1',
      '"x"',
      '2.5',
      'null',
      '[1]',
      '{}',
    ),
    fc
      .tuple(tie('one'), fc.constantFrom('+', '-', '*', '/', '%', '==', '<', '&&', 'in'), tie('one'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(
        fc.constantFrom('dyn', 'int', 'string', 'size', 'type', 'double', 'timestamp', 'duration', 'optional.of'),
        tie('one'),
      )
      .map(([f, a]) => `${f}(${a})`),
    fc
      .tuple(tie('one'), fc.constantFrom('all', 'exists', 'exists_one', 'map', 'filter'), tie('one'))
      .map(([a, m, b]) => `${a}.${m}(x, ${b})`),
    fc
      .tuple(
        tie('one'),
        fc.constantFrom('matches', 'split', 'startsWith', 'indexOf', 'join', 'format', 'orValue', 'or'),
        tie('one'),
      )
      .map(([a, f, b]) => `${a}.${f}(${b})`),
    fc.tuple(tie('one'), tie('one')).map(([a, b]) => `${a}[${b}]`),
    fc.tuple(tie('one'), tie('one'), tie('one')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
}));

it('an expression has the same value each time, and no error but its own', () => {
  fc.assert(
    fc.property(expressions.one, (text) => {
      // Without types, far more of them come to be evaluated.
      const loose = text.replaceAll(/self\.\w/g, (part) => `dyn(${part})`);
      expect(outcome(loose)).toBe(outcome(loose));
      expect(outcome(text)).toBe(outcome(text));
    }),
    { numRuns: 1000 },
  );
});
