/** What rules may cost at most: the figures Kubernetes v1.30 comes to for the same rules (apiextensions' `TestCostEstimation`). */

import { describe, expect, it } from 'vitest';
import type { StructuralSchema } from '../../../../protocol/custom/structural-schema.ts';
import type { Type } from './cel-type.ts';
import { check } from './checker.ts';
import { declaredType } from './declared-type.ts';
import { mostCost } from './estimate.ts';

function cost(schema: StructuralSchema, rule: string): number {
  const checked = check(rule, new Map([['self', declaredType(schema, false) as Type]]));
  return 'root' in checked ? mostCost(checked) : Number.NaN;
}

const limit = (name: string, most: number | undefined) => (most === undefined ? {} : { [name]: most });
const list = (items: StructuralSchema, most?: number) => ({ type: 'array', items, ...limit('maxItems', most) });
const map = (values: StructuralSchema, most?: number) => ({
  type: 'object',
  additionalProperties: values,
  ...limit('maxProperties', most),
});
const text = (most?: number) => ({ type: 'string', ...limit('maxLength', most) });
const number = { type: 'number' };
const timed = (format: string) => ({ type: 'string', format });

describe('a rule costs at most', () => {
  it.each([
    [list(number), 'self.all(x, true)', 4_718_591],
    [list(number, 10), 'self.all(x, true)', 32],
    [list(text()), 'self.all(x, true)', 3_145_727],
    [list(text(), 20), 'self.all(x, true)', 62],
    [list({ type: 'boolean' }), 'self.all(x, true)', 1_887_437],
    [map(number), 'self.all(x, true)', 1_348_169],
    [map(text()), 'self.all(x, true)', 1_179_647],
    [map({ type: 'boolean' }), 'self.all(x, true)', 943_718],
    [text(), "self.contains('test')", 314_574],
    [text(10), "self.contains('test')", 5],
    [text(), "self.startsWith('test')", 2],
    [text(), 'size(self + "hello") > size("hello")', 314_578],
    [text(4), 'size(self + "hello") > size("hello")', 7],
    [list(number), 'self[1] == 0.0', 2],
    [list(text()), 'self[1] == self[1]', 314_577],
    [list(number, 10), 'self.all(x, self.all(y, true))', 352],
    [list(number, 10), 'self.all(x, self.all(y, self.all(z, true)))', 3552],
    [text(), 'self.matches("x")', 314_574],
    [text(50), 'self.matches("x")', 22],
    [text(), 'self == "x"', 2],
    [list(number), 'self.all(x, x == 0.0)', 6_291_454],
    [list({ 'x-kubernetes-int-or-string': true }), 'self.all(x, true)', 4_718_591],
    [list({ 'x-kubernetes-int-or-string': true }), 'self[0] == 5', 3],
    [list(timed('duration')), 'self.all(x, true)', 2_359_295],
    [list(timed('duration')), 'self[0].getHours() == 2', 4],
    [list(timed('date')), 'self.all(x, true)', 725_936],
    [list(list(number)), 'self.all(x, true)', 3_145_727],
    [list(list(number)), 'self[0][0] == -1.0', 3],
    [list(map(number)), 'self.all(x, x.y == 25.2)', 6_291_452],
    [list(map(number)), 'self[0].x > 2.0', 4],
    [list(timed('date-time')), 'self.all(x, true)', 428_963],
  ])('%j %s: %d', (schema, rule, figure) => {
    expect(cost(schema, rule)).toBe(figure);
  });
});
