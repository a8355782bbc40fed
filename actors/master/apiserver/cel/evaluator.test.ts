/** What expressions mean, and what is said of those that mean nothing. */

import { describe, expect, it } from 'vitest';
import type { Type } from './cel-type.ts';
import { check } from './checker.ts';
import { declaredType, escapeName } from './declared-type.ts';
import { CostExceeded, EvaluationError, Meter } from './evaluation-error.ts';
import { evaluate } from './evaluator.ts';
import { givenValue } from './given-value.ts';
import { formatIssues } from './syntax.ts';
import type { Value } from './value.ts';

const text = { type: 'string' };
const schema = {
  type: 'object',
  properties: {
    a: { type: 'integer' },
    n: { type: 'number' },
    s: text,
    l: { type: 'array', items: { type: 'integer' } },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
    m: { type: 'object', additionalProperties: text },
    o: { type: 'object', properties: { b: text } },
    ports: { type: 'array', items: { type: 'object', properties: { name: text, port: { type: 'integer' } } } },
    either: { 'x-kubernetes-int-or-string': true },
    namespace: text,
    'x-y.z': text,
    t: { type: 'string', format: 'date-time' },
    d: { type: 'string', format: 'duration' },
    bytes: { type: 'string', format: 'byte' },
  },
};
const type = declaredType(schema, false) as Type;
const given = {
  a: 3,
  n: 1.5,
  s: 'h\u00e9llo',
  l: [1, 2, 3],
  set: ['x', 'y'],
  m: { x: '1', y: '2' },
  ports: [
    { name: 'web', port: 80 },
    { name: 'api', port: 81 },
  ],
  either: '50%',
  namespace: 'ns',
  'x-y.z': 'q',
  t: '2024-05-01T12:00:00Z',
  d: '1h30m',
  bytes: 'aGk=',
};
const variables = new Map([
  ['self', type],
  ['oldSelf', { kind: 'optional', of: type } as Type],
]);

function issues(expression: string): string {
  const checked = check(expression, variables);
  return 'root' in checked ? '' : formatIssues(expression, checked);
}

function result(expression: string, limit = 1_000_000): Value {
  const checked = check(expression, variables);
  if (!('root' in checked)) throw new Error(formatIssues(expression, checked));
  return evaluate(checked, { self: givenValue(given, type) }, new Meter(limit));
}

describe('an expression holds', () => {
  it.each([
    'self.a == 3 && self.n < self.a && self.n == 1.5',
    'has(self.s) && !has(self.o) && has(self.ports[0].name)',
    'self.s.size() == 5 && size(self.s) == 5 && self.s.substring(1, 3) == "\u00e9l"',
    'self.l.all(x, x > 0) && self.l.exists(x, x == 2) && self.l.exists_one(x, x > 2)',
    'self.l.map(x, x * 2) == [2, 4, 6] && self.l.map(x, x > 1, x * 2) == [4, 6] && self.l.filter(x, x < 3) == [1, 2]',
    'self.l.sum() == 6 && self.l.min() == 1 && self.l.max() == 3 && self.l.isSorted() && self.l.indexOf(2) == 1',
    'self.set == ["y", "x"] && self.l != [3, 2, 1] && (self.set + ["x", "z"]).size() == 3',
    '"x" in self.m && self.m["x"] == "1" && self.m.all(k, self.m[k] != "") && size(self.m) == 2 && self.m.y == "2"',
    'self.ports.all(p, self.ports.exists_one(q, q.name == p.name))',
    'self.ports.map(p, p.name).join(",") == "web,api" && "a,b".split(",") == ["a", "b"]',
    'type(self.either) == int ? self.either < 5 : double(self.either.replace("%", "")) < 60.0',
    'type(self.either) == string && type(self.l) == list && type(null) == null_type && type(1u) == uint',
    'self.__namespace__ == "ns" && self.x__dash__y__dot__z == "q"',
    'self.t + self.d == timestamp("2024-05-01T13:30:00Z") && self.t.getFullYear() == 2024 && self.t.getMonth() == 4',
    'self.t.getDayOfWeek() == 3 && self.t.getDayOfYear() == 121 && self.t.getHours("+02:00") == 14',
    'self.d > duration("89m") && self.d.getMinutes() == 90 && string(self.d) == "5400s" && type(self.d) == google.protobuf.Duration',
    'string(self.bytes) == "hi" && b"\\x68i" == self.bytes && size(self.bytes) == 2',
    'self.?o.?b.orValue("none") == "none" && !self.l[?9].hasValue() && self.l[?0].value() == 1',
    'optional.of(3).optMap(x, x + 1).value() == 4 && optional.none().or(optional.of(1)).value() == 1',
    '[?self.?s, ?self.?o.?b].size() == 1 && {?"k": optional.none()}.size() == 0',
    'sets.contains([1, 2], [2]) && sets.intersects([1], [1, 3]) && sets.equivalent([1, 1, 2], [2, 1])',
    'quantity("1Gi").isGreaterThan(quantity("1G")) && quantity("50k").add(20) == quantity("50020") && !isQuantity("1,3G")',
    'url("https://a.example:80/p/q?x=1&x=2").getHostname() == "a.example" && url("https://a:80/").getPort() == "80"',
    'url("/p?x=1&x=2").getQuery()["x"] == ["1", "2"] && !isURL("a b") && isURL("https://[::1]:80/")',
    '"%s is %d and %.2f".format([dyn("x"), 3, 1.5]) == "x is 3 and 1.50" && "%x%%".format([255]) == "ff%"',
    'self.s.matches("^h.*o$") && self.s.find("l+") == "ll" && "a1b2".findAll("[0-9]") == ["1", "2"]',
    '"Ab".lowerAscii() == "ab" && " x ".trim() == "x" && "abcb".lastIndexOf("b") == 3 && "abc".charAt(2) == "c"',
    'int("12") == 12 && uint(3) == 3u && double("1e3") == 1000.0 && string(1.5) == "1.5" && bool("true") && int(2.9) == 2',
    'dyn(1) == dyn(1.0) && 1 < 1.5 && 2u > 1 && [1, 2].exists(x, x == 2) && {1: "a"}[1] == "a"',
    '-1 + 3 * 2 - 7 / 2 % 2 == 4 && (1 + 2) * 3 == 9 && !(1 > 2) && -self.a == -3 && --self.a == 3',
    '"a" + \'b\' == r"ab" && """x""" == "x" && "\\u00e9\\t" == "\u00e9\t" && 0x10 == 16',
    'true || self.o.b == "x"',
    'self.o.b == "x" || true',
    '!(self.o.b == "x" && false)',
    '[0, 1].exists(x, 1 / x == 1) && [1, 0].exists(x, 1 / x == 1)',
    'self.a in [1, 3] // nothing is left out',
  ])('%s', (expression) => {
    expect(result(expression)).toBe(true);
  });
});

describe('an expression fails', () => {
  it.each([
    ['self.o.b == "x"', 'no such key: o'],
    ['self.m["z"] == ""', 'no such key: z'],
    ['self.l[9] == 1', 'index out of bounds: 9'],
    ['self.a / 0 == 1', 'division by zero'],
    ['self.a % 0 == 1', 'modulus by zero'],
    ['9223372036854775807 + self.a > 0', 'integer overflow'],
    ['self.either > 5', 'no such overload'],
    ['int("x") == 1', "type conversion error from 'string' to 'int'"],
    ['self.l.filter(x, x > 9).max() == 1', 'max called on empty list'],
    ['[1, 0].all(x, 1 / x == 1)', 'division by zero'],
    ['quantity("200K") == quantity("1")', "unable to parse quantity's suffix"],
    ['optional.none().value() == 1', 'optional.none() dereference'],
  ])('%s: %s', (expression, message) => {
    expect(() => result(expression)).toThrow(new EvaluationError(message));
  });
});

describe('an expression is refused', () => {
  it.each([
    ['self.c', 5, "undefined field 'c'"],
    ['self.o.c', 7, "undefined field 'c'"],
    ['self.a == "x"', 8, "found no matching overload for '_==_' applied to '(int, string)'"],
    ['self.s.startsWith(1)', 18, "found no matching overload for 'startsWith' applied to 'string.(int)'"],
    ['foo(1)', 4, "undeclared reference to 'foo' (in container '')"],
    ['bar', 1, "undeclared reference to 'bar' (in container '')"],
    ['[1, "a"]', 5, "expected type 'int' but found 'string'"],
    [
      'self.s.all(x, true)',
      5,
      "expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic)",
    ],
    ['self.l.all(1, true)', 12, 'argument must be a simple name'],
    ['self.l.all(x, x)', 11, "found no matching overload for '_&&_' applied to '(bool, int)'"],
    ['has(self)', 5, 'invalid argument to has() macro'],
    ['self.s.matches("(")', 16, 'invalid matches argument'],
    ['duration("1 hour") == self.d', 10, 'invalid duration argument'],
    ['self.s.b', 7, "type 'string' does not support field selection"],
    ['oldSelf.a == 1', 11, "found no matching overload for '_==_' applied to '(optional_type(int), int)'"],
    ['true ? 1 : "x"', 6, "found no matching overload for '_?_:_' applied to '(bool, int, string)'"],
    ['#', 1, "Syntax error: token recognition error at: '#'"],
    ['a b', 3, "Syntax error: extraneous input 'b' expecting <EOF>"],
    ['for', 1, 'reserved identifier: for'],
    ['9223372036854775808', 1, 'invalid int literal'],
  ])('%s at %d: %s', (expression, column, message) => {
    const dots = '.'.repeat(column - 1);
    expect(issues(expression)).toBe(`ERROR: <input>:1:${column}: ${message}\n | ${expression}\n | ${dots}^`);
  });

  it('with all that is wrong, each in its own line', () => {
    expect(issues('self.c == 1 &&\n  self.e')).toBe(
      "ERROR: <input>:1:5: undefined field 'c'\n | self.c == 1 &&\n | ....^\nERROR: <input>:2:7: undefined field 'e'\n |   self.e\n | ......^",
    );
  });

  it('where it is deeper than can be read', () => {
    const deep = `${'('.repeat(1000)}1${')'.repeat(1000)}`;
    expect(issues(deep)).toContain('expression recursion limit exceeded: 250');
    expect(issues(`1${' + 1'.repeat(5000)} > 1`)).toContain('expression recursion limit exceeded: 250');
    expect(result(Array.from({ length: 5000 }, () => 'self.a == 3').join(' && '))).toBe(true);
  });
});

describe('an evaluation', () => {
  it('ends when it has cost too much, whatever it does', () => {
    const long = givenValue({ l: Array.from({ length: 100_000 }, (_, i) => i) }, type);
    for (const expression of [
      'self.l.all(x, self.l.all(y, x != y || x == y))',
      'self.l.all(x, self.l == self.l)',
      'self.l.all(x, x in self.l)',
      'self.l.exists(x, self.l.map(y, y).sum() < 0)',
      'self.l.all(x, sets.contains(self.l, self.l) || true)',
      'self.l.map(x, [self.l, self.l]) == self.l.map(x, [self.l, self.l])',
    ]) {
      const checked = check(expression, variables);
      if (!('root' in checked)) throw new Error(issues(expression));
      expect(() => evaluate(checked, { self: long }, new Meter(100_000))).toThrow(CostExceeded);
    }
  });

  it('of a list of a hundred thousand items comes to its end', () => {
    const long = givenValue({ l: Array.from({ length: 100_000 }, (_, i) => i) }, type);
    const checked = check('self.l.all(x, x >= 0)', variables);
    if (!('root' in checked)) throw new Error('refused');
    expect(evaluate(checked, { self: long }, new Meter(1_000_000))).toBe(true);
  });
});

it('names that CEL cannot have are escaped', () => {
  expect(['namespace', 'a__b', 'a.b/c-d', '9a', 'a b', ''].map(escapeName)).toEqual([
    '__namespace__',
    'a__underscores__b',
    'a__dot__b__slash__c__dash__d',
    undefined,
    undefined,
    undefined,
  ]);
});
